from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.models.deals import StageOutcome
from app.models.files import AttachmentKind
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus
from app.models.service import EquipmentStatus, VisitPurpose
from app.reports.client_card import tabs
from app.services.files import attach, open_store, store_file
from tests.factories import (
    NOON,
    TODAY,
    make_client,
    make_contact,
    make_contract,
    make_deal,
    make_deal_stage,
    make_equipment,
    make_invoice,
    make_organisation,
    make_payment,
    make_user,
    make_visit,
)
from tests.factories.files import make_pdf, make_picture


def test_main_contact_stands_first_and_those_who_left_last(session: Session) -> None:
    client = make_client(session)
    left = make_contact(session, client=client, family_name="Аистов", is_active=False)
    other = make_contact(session, client=client, family_name="Белкин")
    main = make_contact(session, client=client, family_name="Яблоков", is_main=True)
    make_contact(session)

    assert tabs.contacts(session, client.id) == [main, other, left]


def test_open_deals_stand_first_by_their_next_step(session: Session) -> None:
    client = make_client(session)
    won = make_deal(session, client=client, stage=make_deal_stage(session, outcome=StageOutcome.WON))
    without = make_deal(session, client=client)
    later = make_deal(session, client=client, next_step_on=date(2027, 1, 1))
    sooner = make_deal(session, client=client, next_step_on=date(2026, 1, 1))

    assert tabs.deals(session, client.id) == [sooner, later, without, won]


def test_documents_are_newest_first(session: Session) -> None:
    client = make_client(session)
    old = make_invoice(session, client=client, day=date(2026, 1, 1))
    new = make_invoice(session, client=client)
    paid = make_payment(session, client=client, status=DocumentStatus.POSTED)
    make_payment(session, client=client)

    assert tabs.invoices(session, client.id) == [new, old]
    assert tabs.payments(session, client.id) == [paid]


def test_contracts_come_with_their_files(session: Session, tmp_path: Path) -> None:
    client = make_client(session)
    old = make_contract(session, client=client, signed_on=date(2024, 1, 1))
    new = make_contract(session, client=client)
    file = attach(session, old, store_file(session, make_pdf(), "a.pdf", folder=open_store(str(tmp_path))))

    first, second = tabs.contracts(session, client.id)

    assert (first.contract, first.files) == (new, ())
    assert (second.contract, second.files) == (old, (file,))


def test_client_without_contracts_or_machines_has_none(session: Session) -> None:
    client = make_client(session)

    assert tabs.contracts(session, client.id) == []
    assert tabs.machines(session, client.id, TODAY, with_visits=True) == []


@pytest.mark.parametrize(
    ("due", "status", "days"),
    [
        (TODAY - timedelta(days=5), EquipmentStatus.WORKS, 5),
        (TODAY, EquipmentStatus.WORKS, 0),
        (None, EquipmentStatus.WORKS, 0),
        (TODAY - timedelta(days=5), EquipmentStatus.WRITTEN_OFF, 0),
    ],
)
def test_overdue_maintenance_is_counted_in_days(
    session: Session, due: date | None, status: EquipmentStatus, days: int
) -> None:
    machine = make_equipment(session, next_maintenance_on=due, status=status)

    (found,) = tabs.machines(session, machine.client_id, TODAY, with_visits=True)

    assert found.days_overdue == days


def test_machines_most_in_need_stand_first(session: Session) -> None:
    client = make_client(session)
    gone = make_equipment(
        session, client=client, status=EquipmentStatus.WRITTEN_OFF, next_maintenance_on=date(2020, 1, 1)
    )
    unplanned = make_equipment(session, client=client)
    later = make_equipment(session, client=client, next_maintenance_on=date(2027, 1, 1))
    late = make_equipment(session, client=client, next_maintenance_on=date(2026, 1, 1))

    found = tabs.machines(session, client.id, TODAY, with_visits=True)

    assert [machine.equipment for machine in found] == [late, later, unplanned, gone]


def test_photographs_of_visits_stand_at_the_machine(session: Session, tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    machine = make_equipment(session)
    visit = make_visit(session, client=machine.client, equipment=machine)
    for number in range(6):
        photo = store_file(session, make_picture("PNG", colour=(number * 40, 0, 0)), "a.png", folder=store)
        attach(session, machine, photo, AttachmentKind.PHOTO)
    user = make_user(session, last_name="Инженеров", first_name="Илья")
    before = attach(
        session, visit, store_file(session, make_picture(), "b.jpg", folder=store), AttachmentKind.PHOTO_BEFORE
    )
    before.created_by_id = user.id
    attach(session, machine, store_file(session, make_pdf(), "passport.pdf", folder=store))
    session.flush()

    (found,) = tabs.machines(session, machine.client_id, TODAY, with_visits=True)
    (without_visits,) = tabs.machines(session, machine.client_id, TODAY, with_visits=False)

    assert (len(found.photos), found.more) == (6, 1)
    assert (found.photos[0].file, found.photos[0].visit_id) == (before, visit.id)
    assert found.photos[0].author == "Инженеров Илья"
    assert found.photos[1].visit_id is None
    assert (len(without_visits.photos), without_visits.more) == (6, 0)


def test_visits_of_managers_and_engineers_stand_apart(session: Session) -> None:
    client = make_client(session)
    service = make_visit(session, client=client)
    manager = make_visit(session, client=client, purpose=VisitPurpose.MANAGER)
    later = make_visit(session, client=client, purpose=VisitPurpose.MANAGER, starts_at=NOON + timedelta(days=1))

    assert tabs.visits(session, client.id, VisitPurpose.SERVICE) == [service]
    assert tabs.visits(session, client.id, VisitPurpose.MANAGER) == [later, manager]


def test_due_items_stand_oldest_first_and_advances_last(session: Session) -> None:
    client = make_client(session)
    organisation = make_organisation(session)
    given = [(None, 5), (date(2026, 5, 1), 10), (date(2026, 1, 1), 20), (None, -7), (date(2026, 1, 1), 0)]
    for number, (due_on, balance) in enumerate(given):
        item = DueItem(
            client=client,
            organisation=organisation,
            document_kind=DocumentKind.INVOICE,
            document_id=20_000 + number,
            stage=1,
            document_day=TODAY,
            due_on=due_on,
            balance=Decimal(balance),
        )
        session.add(item)
    session.flush()

    assert [item.balance for item in tabs.due_items(session, client.id)] == [20, 10, 5, -7]
