from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientTurnover
from app.models.deals import StageOutcome
from app.models.interactions import InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.money import MoneyDirection
from app.models.sales import DocumentStatus
from app.models.service import EquipmentStatus
from app.permissions import ROLES, Role, Scope, Viewer
from app.reports.client_card.summary import Summary, summary
from tests.factories import (
    NOON,
    TODAY,
    make_client,
    make_contact,
    make_deal,
    make_deal_stage,
    make_equipment,
    make_interaction,
    make_organisation,
    make_payment,
)

EVERYTHING = Viewer(1, 1, Scope.ALL, rights=ROLES[Role.ADMIN])
POSTED = DocumentStatus.POSTED


def ask(session: Session, client: Client, viewer: Viewer = EVERYTHING) -> Summary:
    return summary(session, client.id, viewer, today=TODAY, now=NOON)


def owe(session: Session, client: Client, *items: tuple[date | None, int]) -> None:
    organisation = make_organisation(session)
    for number, (due_on, amount) in enumerate(items, start=1):
        session.add(
            DueItem(
                client=client,
                organisation=organisation,
                document_kind=DocumentKind.INVOICE,
                document_id=10_000 + number,
                stage=1,
                document_day=TODAY,
                due_on=due_on,
                balance=Decimal(amount),
            )
        )
    session.flush()


def test_turnover_is_what_the_client_paid_this_year(session: Session) -> None:
    client = make_client(session)
    make_payment(session, client=client, amount=Decimal("1000.50"), status=POSTED, day=date(2026, 1, 1))
    make_payment(session, client=client, amount=Decimal("200.00"), status=POSTED)
    make_payment(session, client=client, amount=Decimal("50.00"), status=POSTED, direction=MoneyDirection.OUT)
    make_payment(session, client=client, amount=Decimal("7.00"), status=POSTED, direction=MoneyDirection.INTERNAL)
    make_payment(session, client=client, amount=Decimal("9000.00"), status=POSTED, day=date(2025, 12, 31))
    make_payment(session, client=client, amount=Decimal("9000.00"))
    make_payment(session, amount=Decimal("9000.00"), status=POSTED)

    assert ask(session, client).turnover == Decimal("1150.50")


def test_client_that_paid_nothing_has_no_turnover(session: Session) -> None:
    assert ask(session, make_client(session)).turnover == Decimal(0)


def test_own_turnover_of_the_client_is_kept_apart(session: Session) -> None:
    client = make_client(session)
    for year in (2022, 2023, 2024, 2025):
        session.add(ClientTurnover(client=client, year=year, amount=Decimal(year)))
    session.flush()

    found = ask(session, client)

    assert found.own_turnover == ((2025, Decimal(2025)), (2024, Decimal(2024)), (2023, Decimal(2023)))
    assert found.turnover == Decimal(0)


@pytest.mark.parametrize(("days", "bucket"), [(1, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (2000, 3)])
def test_overdue_debt_falls_into_its_bucket(session: Session, days: int, bucket: int) -> None:
    client = make_client(session)
    owe(session, client, (TODAY - timedelta(days=days), 100))
    debt = ask(session, client).debt
    assert debt is not None

    assert [index for index, amount in enumerate(debt.buckets) if amount] == [bucket]
    assert (debt.overdue, debt.days) == (Decimal(100), days)


def test_buckets_add_up_to_the_debt(session: Session) -> None:
    client = make_client(session)
    overdue = [(TODAY - timedelta(days=days), 10 * days) for days in (3, 3, 40, 70, 200)]
    owe(session, client, *overdue, (TODAY, 5), (TODAY + timedelta(days=9), 6), (None, 7), (None, -900))
    debt = ask(session, client).debt
    assert debt is not None

    assert debt.total == sum(debt.buckets) + debt.not_due == Decimal(10 * 316 + 18)
    assert (debt.not_due, debt.advance) == (Decimal(18), Decimal(900))
    assert debt.oldest_due_on == TODAY - timedelta(days=200)


def test_client_that_owes_nothing_has_no_debt(session: Session) -> None:
    debt = ask(session, make_client(session)).debt
    assert debt is not None

    assert (debt.total, debt.days, debt.oldest_due_on) == (Decimal(0), 0, None)


def test_next_step_is_the_earliest_of_interactions_and_deals(session: Session) -> None:
    client = make_client(session)
    make_interaction(session, client=client, topic="Позвонить", starts_at=NOON + timedelta(days=2))
    make_interaction(session, client=client, topic="Позже", starts_at=NOON + timedelta(days=9))
    deal = make_deal(session, client=client, next_step="Выслать КП", next_step_on=TODAY - timedelta(days=1))
    lost = make_deal_stage(session, outcome=StageOutcome.LOST)
    make_deal(session, client=client, stage=lost, next_step="Не нужно", next_step_on=date(2020, 1, 1))

    step = ask(session, client).next_step
    assert step is not None

    assert (step.text, step.key, step.kind, step.is_overdue) == ("Выслать КП", deal.id, None, True)


@pytest.mark.parametrize(("hours", "is_overdue"), [(-1, True), (1, False)])
def test_planned_call_is_overdue_once_its_time_has_passed(session: Session, hours: int, is_overdue: bool) -> None:
    client = make_client(session)
    make_interaction(session, client=client, starts_at=NOON + timedelta(hours=hours))
    make_deal(session, client=client, next_step_on=TODAY + timedelta(days=30))

    step = ask(session, client).next_step
    assert step is not None

    assert step.is_overdue is is_overdue


def test_last_contact_is_the_latest_one_done(session: Session) -> None:
    client = make_client(session)
    for days in (30, 3, 10):
        make_interaction(
            session,
            client=client,
            topic=f"{days} дней назад",
            state=InteractionState.DONE,
            starts_at=NOON - timedelta(days=days),
        )

    contact = ask(session, client).last_contact
    assert contact is not None

    assert (contact.text, contact.is_overdue) == ("3 дней назад", False)


def test_next_maintenance_is_the_earliest_of_machines_in_use(session: Session) -> None:
    client = make_client(session)
    make_equipment(session, client=client, next_maintenance_on=date(2026, 12, 1))
    make_equipment(session, client=client, next_maintenance_on=date(2026, 12, 15))
    make_equipment(session, client=client, next_maintenance_on=date(2020, 1, 1), status=EquipmentStatus.WRITTEN_OFF)

    assert ask(session, client).next_maintenance == date(2026, 12, 1)


def test_records_are_counted_by_tab(session: Session) -> None:
    client = make_client(session)
    make_contact(session, client=client)
    make_contact(session, client=client, is_active=False)
    make_deal(session, client=client)
    make_contact(session)

    counts = ask(session, client).counts

    assert (counts["contacts"], counts["deals"], counts["visits"]) == (1, 1, 0)


def test_without_rights_there_is_nothing_to_see(session: Session) -> None:
    client = make_client(session)
    owe(session, client, (TODAY, 100))
    make_interaction(session, client=client)

    found = ask(session, client, Viewer(1, 1, Scope.ALL))

    assert found == Summary()
    assert "turnover" not in found.counts


def test_engineer_sees_machines_but_no_money(session: Session) -> None:
    client = make_client(session)
    owe(session, client, (TODAY, 100))

    found = ask(session, client, Viewer(1, 1, Scope.ALL, rights=ROLES[Role.ENGINEER]))

    assert (found.turnover, found.debt) == (None, None)
    assert found.counts["equipment"] == 0
    assert "deals" not in found.counts
