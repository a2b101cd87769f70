from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.models.interactions import InteractionKind, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.permissions import Scope, Viewer
from app.reports.receivables import MOST_ROWS, ReceivablesQuestion, all_receivables, client_receivables
from tests.factories import NOON, TODAY, make_client, make_employee, make_interaction, make_organisation
from tests.reports.receivables.asking import ask

# --- filters, order, page --------------------------------------------------------------------------------------


@pytest.fixture
def three(session, debt):
    anna = make_employee(session, family_name="Аннова")
    boris = make_employee(session, family_name="Борисов")
    for name, employee, amount, days in (("Бета", anna, 10, 50), ("Альфа", boris, 30, 5), ("Гамма", boris, 20, None)):
        debt(make_client(session, name=name, responsible=employee, search_key=name.lower()), amount, days)
    return anna


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("-overdue", ["Альфа", "Бета", "Гамма"]),
        ("client", ["Альфа", "Бета", "Гамма"]),
        ("-total", ["Альфа", "Гамма", "Бета"]),
        ("-days", ["Бета", "Альфа", "Гамма"]),
        ("responsible", ["Бета", "Альфа", "Гамма"]),
        ("no such order", ["Альфа", "Бета", "Гамма"]),
    ],
)
def test_clients_come_in_the_order_asked_for(session, three, order, names):
    assert [row.client for row in ask(session, order=order).rows] == names


def test_clients_of_one_responsible_and_their_totals(session, three):
    found = ask(session, responsible_id=three.id)

    assert [row.client for row in found.rows] == ["Бета"]
    assert (found.totals.clients, found.totals.total) == (1, 10)


def test_clients_are_found_by_name(session, three):
    assert [row.client for row in ask(session, q="АЛЬФА").rows] == ["Альфа"]


def test_text_without_a_word_finds_nobody(session, three):
    assert ask(session, q="«»").rows == ()


def test_only_red_clients_may_be_asked_for(session, three):
    found = ask(session, overdue_only=True)

    assert [row.client for row in found.rows] == ["Альфа", "Бета"]
    assert found.totals.red_clients == 2


def test_debts_to_another_organisation_may_be_left_out(session, debt, organisation):
    debt(make_client(session), 10, 5, organisation=make_organisation(session))
    own = make_client(session)
    debt(own, 20, 5)

    assert [row.client_id for row in ask(session, organisation_id=organisation.id).rows] == [own.id]


def test_totals_are_of_all_pages(session, three):
    found = ask(session, limit=1, offset=1)

    assert ([row.client for row in found.rows], found.totals.clients, found.totals.total) == (["Бета"], 3, 60)


def test_page_is_bounded(session, debt):
    responsible = make_employee(session)
    for _ in range(MOST_ROWS + 1):
        debt(make_client(session, responsible=responsible), 1, 5)

    assert len(ask(session, limit=10_000).rows) == MOST_ROWS
    assert len(list(all_receivables(session, ReceivablesQuestion(TODAY, TODAY)))) == MOST_ROWS + 1


def test_manager_sees_own_clients_and_their_totals_only(session, three):
    session.info["viewer"] = Viewer(1, three.id, Scope.OWN_CLIENTS)

    found = ask(session)
    past = ask(session, TODAY - timedelta(days=1))

    assert [row.client for row in found.rows] == [row.client for row in past.rows] == ["Бета"]
    assert found.totals.total == past.totals.total == 10


# --- contacts and details --------------------------------------------------------------------------------------


def test_last_contact_is_the_latest_that_took_place(session, debt):
    client = make_client(session)
    debt(client, 10, 5)
    made = {"client": client, "state": InteractionState.DONE}
    make_interaction(session, **made, starts_at=NOON - timedelta(days=9))
    make_interaction(session, **made, starts_at=NOON - timedelta(days=3), kind=InteractionKind.MEETING)
    make_interaction(session, client=client, starts_at=NOON + timedelta(days=3))

    (row,) = ask(session).rows

    assert (row.contact_at, row.contact_kind) == (NOON - timedelta(days=3), InteractionKind.MEETING)


def test_client_never_contacted_has_no_last_contact(session, debt):
    debt(make_client(session), 10, 5)

    assert ask(session).rows[0].contact_at is None


def test_details_tell_what_each_stage_owes(session, debt):
    client = make_client(session)
    paid = debt(client, 100, 12)
    paid.balance = Decimal(60)
    other = DueItem(
        client=client, organisation=paid.organisation, document_kind=DocumentKind.PAYMENT,
        document_id=1, stage=0, document_day=TODAY, balance=Decimal(-5),
    )  # fmt: skip
    session.add(other)
    session.flush()

    late, advance = client_receivables(session, client.id, TODAY, TODAY)

    assert (late.charged, late.paid, late.left, late.days) == (100, 40, 60, 12)
    assert (advance.kind, advance.charged, advance.paid, advance.left, advance.days) == (
        DocumentKind.PAYMENT,
        -5,
        0,
        -5,
        0,
    )


def test_details_of_a_past_day_are_of_that_day(session, debt):
    client = make_client(session)
    item = debt(client, 100, 12)
    debt.move(item, Decimal(7), 2)
    item.balance = Decimal(107)

    (row,) = client_receivables(session, client.id, TODAY - timedelta(days=3), TODAY)

    assert (row.charged, row.left, row.days) == (100, 100, 9)


def test_details_come_oldest_due_first_and_undated_last(session, debt):
    client = make_client(session)
    for days in (None, 3, 40, -10):
        debt(client, 10, days)

    found = client_receivables(session, client.id, TODAY, TODAY)

    assert [row.due_on for row in found] == [
        date(2026, 10, 14),
        date(2026, 11, 20),
        date(2026, 12, 3),
        None,
    ]
