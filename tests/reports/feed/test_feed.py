from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.database import install_row_rules
from app.models.clients import Client, ClientComment
from app.models.interactions import InteractionKind, InteractionState
from app.models.sales import DocumentStatus, Invoice
from app.permissions import ROLES, Role, Scope, Viewer
from app.reports.client_card.instants import noon, noon_of
from app.reports.client_card.timeline import Cursor, FeedKind, open_kinds, timeline
from app.services.files import attach, open_store, store_file
from app.services.visibility import ROW_RULES
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_client,
    make_contact,
    make_contract,
    make_employee,
    make_interaction,
    make_invoice,
    make_payment,
    make_user,
    make_visit,
)
from tests.factories.files import make_pdf

ALL = tuple(FeedKind)
POSTED = DocumentStatus.POSTED


@pytest.fixture
def busy_client(session: Session) -> Client:
    """A client with one entry of each kind, a day apart, the claim newest."""
    client = make_client(session)
    contact = make_contact(session, client=client, family_name="Главный", given_name="Иван")
    make_interaction(session, client=client, contact=contact, topic="Созвон", starts_at=NOON - timedelta(days=7))
    make_invoice(session, client=client, day=TODAY - timedelta(days=6), number="15")
    make_payment(
        session, client=client, day=TODAY - timedelta(days=5), status=DocumentStatus.POSTED, purpose="По счёту"
    )
    make_payment(session, client=client, day=TODAY, purpose="Черновик не виден")
    make_contract(session, client=client, signed_on=TODAY - timedelta(days=4), subject="Поставка")
    make_visit(session, client=client, starts_at=NOON - timedelta(days=3), task="Осмотр")
    user = make_user(session, last_name="Авторов", first_name="Антон")
    comment = ClientComment(
        client=client, text="Важный клиент", created_at=NOON - timedelta(days=2), created_by_id=user.id
    )
    session.add(comment)
    make_claim(session, client=client, registered_on=TODAY - timedelta(days=1), amount=Decimal("500.00"), number="3")
    make_interaction(session, topic="О другом клиенте")
    session.flush()
    return client


def test_everything_stands_in_one_feed_newest_first(session: Session, busy_client: Client) -> None:
    page = timeline(session, busy_client.id, ALL)

    assert [entry.kind.value for entry in page.entries] == [
        "claim",
        "comment",
        "visit",
        "contract",
        "payment",
        "invoice",
        "interaction",
    ]
    assert page.next is None


def test_entries_say_what_happened(session: Session, busy_client: Client) -> None:
    claim, comment, visit, contract, payment, invoice, call = timeline(session, busy_client.id, ALL).entries

    assert (claim.number, claim.amount, claim.day) == ("3", Decimal("500.00"), TODAY - timedelta(days=1))
    assert (comment.body, comment.who, comment.day) == ("Важный клиент", "Авторов А.", None)
    assert (visit.body, visit.state.value if visit.state else "") == ("Осмотр", "planned")
    assert visit.title.startswith("Работа")
    assert contract.title == "Поставка"
    assert (payment.body, payment.amount) == ("По счёту", Decimal("1220.00"))
    assert (invoice.number, invoice.state) == ("15", DocumentStatus.DRAFT)
    assert (call.title, call.mark, call.state) == ("Созвон", InteractionKind.CALL, InteractionState.PLANNED)
    assert call.whom == "Главный Иван"
    assert call.who.startswith("Сотрудников")


def test_feed_is_filtered_by_kind(session: Session, busy_client: Client) -> None:
    page = timeline(session, busy_client.id, [FeedKind.INVOICE, FeedKind.VISIT])

    assert [entry.kind for entry in page.entries] == [FeedKind.VISIT, FeedKind.INVOICE]


def test_no_kinds_give_an_empty_feed(session: Session, busy_client: Client) -> None:
    assert timeline(session, busy_client.id, []).entries == ()


def test_client_without_history_has_an_empty_feed(session: Session) -> None:
    assert timeline(session, make_client(session).id, ALL).entries == ()


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_show_each_entry_once(session: Session, busy_client: Client, size: int) -> None:
    for number in range(3):  # several at the same moment
        make_interaction(session, client=busy_client, topic=f"Ещё {number}", starts_at=noon(TODAY - timedelta(days=6)))
        make_invoice(session, client=busy_client, day=TODAY - timedelta(days=6))
        make_claim(session, client=busy_client, registered_on=TODAY - timedelta(days=6))
    whole = [(entry.kind, entry.id) for entry in timeline(session, busy_client.id, ALL).entries]
    seen: list[tuple[FeedKind, int]] = []
    after: Cursor | None = None
    while True:
        page = timeline(session, busy_client.id, ALL, after=after, size=size)
        seen += [(entry.kind, entry.id) for entry in page.entries]
        after = page.next
        if after is None:
            break

    assert seen == whole
    assert len(whole) == 16


def test_attached_files_are_counted(session: Session, busy_client: Client, tmp_path: Path) -> None:
    contract = make_contract(session, client=busy_client, signed_on=date(2020, 1, 1))
    attach(session, contract, store_file(session, make_pdf(), "a.pdf", folder=open_store(str(tmp_path))))

    entries = timeline(session, busy_client.id, [FeedKind.CONTRACT]).entries

    assert [entry.files for entry in entries] == [0, 1]


def test_feed_obeys_the_row_rule(session: Session) -> None:
    install_row_rules(ROW_RULES)
    client = make_client(session)
    engineer = make_employee(session, is_engineer=True)
    mine = make_visit(session, client=client, employee=engineer)
    make_visit(session, client=client)
    make_invoice(session, client=client)
    make_claim(session, client=client)
    session.info["viewer"] = Viewer(1, engineer.id, Scope.OWN_VISITS)

    entries = timeline(session, client.id, ALL).entries

    assert [(entry.kind, entry.id) for entry in entries] == [(FeedKind.VISIT, mine.id)]


def test_postgresql_makes_an_instant_of_a_day() -> None:
    compiled = str(noon_of(Invoice.day).compile(dialect=postgresql.dialect()))

    assert compiled == "((invoice.day) + time '12:00') at time zone 'UTC'"


def test_kinds_follow_the_rights() -> None:
    engineer = Viewer(1, 1, Scope.OWN_VISITS, rights=ROLES[Role.ENGINEER])

    assert FeedKind.PAYMENT not in open_kinds(engineer)
    assert FeedKind.VISIT in open_kinds(engineer)
    assert open_kinds(Viewer(1, 1, Scope.ALL)) == ()
