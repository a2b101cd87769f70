from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.models.agreements import Contract
from app.models.clients import Client, ClientComment, Pin, ResponsibilityChange
from app.models.deals import DealStage, DealStageChange
from app.models.follow_ups import FollowUp
from app.models.interactions import InteractionKind, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation
from app.models.sales import DocumentStatus, Invoice
from app.models.service import VisitStatus
from app.permissions import ROLES, Role, Scope, Viewer
from app.reports.client_card.instants import noon, noon_of
from app.reports.feed import Cursor, Feed, FeedKind, FeedOf, FeedQuestion, has_entry, kinds_of, open_kinds, read_feed
from app.services.files import attach, open_store, store_file
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_client,
    make_contact,
    make_contract,
    make_deal,
    make_employee,
    make_equipment,
    make_follow_up_rule,
    make_interaction,
    make_invoice,
    make_order,
    make_payment,
    make_quote,
    make_request,
    make_user,
    make_visit,
)
from tests.factories.files import make_pdf

DONE = {"state": InteractionState.DONE, "result": "Ждут счёт"}
DIRECTOR = Viewer(1, 1, Scope.ALL, rights=ROLES[Role.DIRECTOR])


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def busy_client(session: Session) -> Client:
    """A client with one entry of each kind that has one of its own, a day apart, the claim newest."""
    client = make_client(session)
    contact = make_contact(session, client=client, family_name="Главный", given_name="Иван")
    make_interaction(session, client=client, contact=contact, topic="Созвон", starts_at=NOON - days(12), **DONE)
    make_quote(session, client=client, day=TODAY - days(11), number="К-1")
    make_order(session, client=client, day=TODAY - days(10))
    make_invoice(session, client=client, day=TODAY - days(9), number="15")
    make_payment(session, client=client, day=TODAY - days(8), status=DocumentStatus.POSTED, purpose="По счёту")
    make_payment(session, client=client, day=TODAY, purpose="Черновик не виден")
    make_contract(session, client=client, signed_on=TODAY - days(7), subject="Поставка")
    make_request(session, client=client, registered_on=TODAY - days(6), description="Шумит")
    make_visit(session, client=client, starts_at=NOON - days(5), task="Осмотр", status=VisitStatus.DONE)
    author = make_user(session, last_name="Авторов", first_name="Антон")
    deal = make_deal(session, client=client, title="Поставка ВК-77")
    stage = DealStage(name="Новый этап", position=90)
    session.add(stage)
    session.flush()
    session.add_all(
        [
            DealStageChange(deal_id=deal.id, to_id=stage.id, at=NOON - days(4), by_user_id=author.id),
            ResponsibilityChange(
                client_id=client.id,
                from_id=make_employee(session, family_name="Прежний").id,
                to_id=make_employee(session, family_name="Новый").id,
                at=NOON - days(3),
                reason="Отпуск",
            ),
            ClientComment(client=client, text="Важный клиент", created_at=NOON - days(2), created_by_id=author.id),
        ]
    )
    make_claim(session, client=client, registered_on=TODAY - days(1), amount=Decimal("500.00"), number="3")
    make_interaction(session, topic="О другом клиенте", **DONE)
    session.flush()
    return client


def of_client(client: Client, viewer: Viewer = DIRECTOR) -> FeedOf:
    return FeedOf("client", client.id, client.id, viewer)


def feed(session: Session, client: Client, **asked: Any) -> Feed:
    return read_feed(session, of_client(client), FeedQuestion(**{"kinds": tuple(FeedKind)} | asked))


def test_everything_stands_in_one_feed_newest_first(session: Session, busy_client: Client) -> None:
    page = feed(session, busy_client)

    assert [entry.kind.name for entry in page.entries] == [
        "CLAIM", "COMMENT", "RESPONSIBLE", "STAGE", "VISIT", "REQUEST", "CONTRACT", "PAYMENT", "INVOICE", "ORDER",
        "QUOTE", "INTERACTION",
    ]  # fmt: skip
    assert page.next is None


def test_entries_say_what_happened(session: Session, busy_client: Client) -> None:
    claim, comment, change, stage, visit, request, contract, payment, invoice, _order, quote, call = feed(
        session, busy_client
    ).entries

    assert (claim.number, claim.amount, claim.day) == ("3", Decimal("500.00"), TODAY - days(1))
    assert (comment.body, comment.who, comment.day) == ("Важный клиент", "Авторов А.", None)
    assert comment.author_id
    assert comment.edited_at is None
    assert (change.title.split()[0], change.note.split()[0], change.body) == ("Новый", "Прежний", "Отпуск")
    assert (stage.title, stage.note, stage.body, stage.who) == ("Новый этап", "", "Поставка ВК-77", "Авторов А.")
    assert stage.link_id
    assert (visit.body, visit.state) == ("Осмотр", VisitStatus.DONE)
    assert (request.body, request.day) == ("Шумит", TODAY - days(6))
    assert contract.title == "Поставка"
    assert (payment.body, payment.amount) == ("По счёту", Decimal("1220.00"))
    assert (invoice.number, invoice.state) == ("15", DocumentStatus.DRAFT)
    assert quote.number == "К-1"
    assert (call.title, call.mark, call.outcome, call.whom) == (
        "Созвон",
        InteractionKind.CALL,
        "Ждут счёт",
        "Главный Иван",
    )
    assert call.who.startswith("Сотрудников")


def test_what_is_planned_stands_apart_soonest_first(session: Session, busy_client: Client) -> None:
    make_interaction(session, client=busy_client, topic="Потом", starts_at=NOON + days(3))
    late = make_interaction(session, client=busy_client, topic="Забыли", starts_at=NOON - days(3))
    make_visit(session, client=busy_client, starts_at=NOON + days(1))
    rule = make_follow_up_rule(session, name="После звонка")
    session.add(FollowUp(rule=rule, record_table="quote", record_id=1, interaction=late))

    page = feed(session, busy_client)

    assert [(entry.kind.name, entry.title) for entry in page.planned[::2]] == [
        ("INTERACTION", "Забыли"),
        ("INTERACTION", "Потом"),
    ]
    assert page.planned[0].note == "После звонка"
    assert page.planned[1].kind is FeedKind.VISIT
    assert len(page.entries) == 12


def test_what_is_pinned_stands_first_whatever_page_it_is_of(session: Session, busy_client: Client) -> None:
    whole = feed(session, busy_client).entries
    oldest, newest = whole[-1], whole[0]
    for entry in (oldest, newest):
        session.add(Pin(client_id=busy_client.id, record_table=entry.kind.value, record_id=entry.id))
    session.add(Pin(client_id=busy_client.id, record_table="visit", record_id=999_999))

    first = feed(session, busy_client, size=3)
    second = feed(session, busy_client, size=20, after=first.next)

    assert [entry.id for entry in first.pinned] == [newest.id, oldest.id]
    assert all(entry.is_pinned for entry in first.pinned)
    assert [entry.kind.name for entry in first.entries] == ["COMMENT", "RESPONSIBLE"]
    assert second.pinned == ()
    assert second.planned == ()
    assert second.entries[-1].is_pinned


def test_feed_is_filtered_by_kind(session: Session, busy_client: Client) -> None:
    page = feed(session, busy_client, kinds=[FeedKind.INVOICE, FeedKind.VISIT])

    assert [entry.kind for entry in page.entries] == [FeedKind.VISIT, FeedKind.INVOICE]


def test_no_kinds_give_an_empty_feed(session: Session, busy_client: Client) -> None:
    assert feed(session, busy_client, kinds=()).entries == ()


def test_client_without_history_has_an_empty_feed(session: Session) -> None:
    assert feed(session, make_client(session)) == Feed((), None)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_show_each_entry_once(session: Session, busy_client: Client, size: int) -> None:
    for number in range(3):  # several at the same moment
        at = noon(TODAY - days(6))
        make_interaction(session, client=busy_client, topic=f"Ещё {number}", starts_at=at, **DONE)
        make_invoice(session, client=busy_client, day=TODAY - days(6))
        make_claim(session, client=busy_client, registered_on=TODAY - days(6))
    whole = [(entry.kind, entry.id) for entry in feed(session, busy_client).entries]
    seen: list[tuple[FeedKind, int]] = []
    after: Cursor | None = None
    while True:
        page = feed(session, busy_client, after=after, size=size)
        seen += [(entry.kind, entry.id) for entry in page.entries]
        after = page.next
        if after is None:
            break

    assert seen == whole
    assert len(whole) == 21


def test_comments_that_were_changed_say_so(session: Session) -> None:
    client = make_client(session)
    comment = ClientComment(client=client, text="Было")
    session.add(comment)
    session.flush()
    comment.text = "Стало"
    session.flush()

    (entry,) = feed(session, client).entries

    assert entry.edited_at == comment.changed_at
    assert has_entry(session, of_client(client), FeedKind.COMMENT, comment.id)
    assert not has_entry(session, of_client(make_client(session)), FeedKind.COMMENT, comment.id)


# --- Deals and machines ---------------------------------------------------------------------------------------------


def test_a_deal_has_what_belongs_to_it(session: Session) -> None:
    deal = make_deal(session)
    mine = {"client": deal.client, "deal": deal}
    contract = make_contract(session, client=deal.client, number="Д-1")
    talk = make_interaction(session, **mine, **DONE)
    make_quote(session, **mine)
    make_order(session, contract=contract, **mine)
    invoice = make_invoice(session, **mine)
    due = DueItem(
        client=deal.client,
        organisation=invoice.organisation,
        document_kind=DocumentKind.INVOICE,
        document_id=invoice.id,
        stage=1,
        document_day=TODAY,
        balance=Decimal(100),
    )
    payment = make_payment(session, client=deal.client, status=DocumentStatus.POSTED)
    session.add(due)
    session.flush()
    session.add_all(
        [
            Allocation(payment=payment, due_item=due, amount=Decimal(1)),
            ClientComment(client=deal.client, deal_id=deal.id, text="О сделке"),
            ClientComment(client=deal.client, text="О клиенте"),
            DealStageChange(deal_id=deal.id, to_id=deal.stage_id),
        ]
    )
    make_claim(session, client=deal.client, invoice=invoice, number="1")
    make_claim(session, client=deal.client, interaction=talk, number="2")
    make_claim(session, client=deal.client, number="3")
    session.flush()

    of = FeedOf("deal", deal.id, deal.client_id, DIRECTOR)
    found = read_feed(session, of, FeedQuestion(open_kinds("deal", DIRECTOR)))

    assert sorted(entry.kind.name for entry in found.entries) == [
        "CLAIM", "CLAIM", "COMMENT", "CONTRACT", "INTERACTION", "INVOICE", "ORDER", "PAYMENT", "QUOTE", "STAGE",
    ]  # fmt: skip
    assert {entry.body for entry in found.entries if entry.kind is FeedKind.COMMENT} == {"О сделке"}


def test_a_machine_has_what_belongs_to_it(session: Session) -> None:
    machine = make_equipment(session)
    mine = {"client": machine.client, "equipment": machine}
    make_interaction(session, **mine, **DONE)
    make_visit(session, status=VisitStatus.DONE, **mine)
    make_request(session, **mine)
    make_claim(session, **mine)
    make_visit(session, client=machine.client, status=VisitStatus.DONE)
    session.add(ClientComment(client=machine.client, equipment_id=machine.id, text="О машине"))
    session.flush()

    of = FeedOf("equipment", machine.id, machine.client_id, DIRECTOR)
    found = read_feed(session, of, FeedQuestion(kinds_of("equipment")))

    assert sorted(entry.kind.name for entry in found.entries) == ["CLAIM", "COMMENT", "INTERACTION", "REQUEST", "VISIT"]


def test_files_stand_on_their_own_where_their_record_is_no_entry(session: Session, tmp_path: Path) -> None:
    client = make_client(session)
    contract = make_contract(session, client=client, signed_on=date(2020, 1, 1))
    hosts = {"client": client, "deal": make_deal(session, client=client)}
    hosts["equipment"] = make_equipment(session, client=client)
    stored = store_file(session, make_pdf(), "a.pdf", folder=open_store(str(tmp_path)))
    records: list[Contract | Any] = [contract, *hosts.values()]
    for record in records:
        attach(session, record, stored)
    only = {"kinds": [FeedKind.FILE]}

    assert len(feed(session, client, **only).entries) == 3
    assert [entry.files for entry in feed(session, client, kinds=[FeedKind.CONTRACT]).entries] == [1]
    for table in ("deal", "equipment"):
        of = FeedOf(table, hosts[table].id, client.id, DIRECTOR)
        assert [entry.title for entry in read_feed(session, of, FeedQuestion(**only)).entries] == ["a.pdf"]
    accountant = Viewer(1, 1, Scope.ALL, rights=ROLES[Role.ACCOUNTANT])
    assert len(read_feed(session, of_client(client, accountant), FeedQuestion(**only)).entries) == 2
    nobody = Viewer(1, 1, Scope.ALL)
    assert read_feed(session, of_client(client, nobody), FeedQuestion(**only)).entries == ()


# --- Rights ---------------------------------------------------------------------------------------------------------


def test_feed_obeys_the_row_rule(session: Session, tmp_path: Path) -> None:
    client = make_client(session)
    engineer = make_employee(session, is_engineer=True)
    mine = make_visit(session, client=client, employee=engineer, status=VisitStatus.DONE)
    make_visit(session, client=client)
    make_invoice(session, client=client)
    make_claim(session, client=client)
    deal = make_deal(session, client=client)
    session.add(DealStageChange(deal_id=deal.id, to_id=deal.stage_id))
    attach(session, deal, store_file(session, make_pdf(), "a.pdf", folder=open_store(str(tmp_path))))
    session.flush()
    viewer = Viewer(1, engineer.id, Scope.OWN_VISITS, rights=ROLES[Role.ADMIN])
    for _time in range(2):  # the question is kept, and whoever asked it before saw more
        session.info["viewer"] = DIRECTOR
        assert len(feed(session, client).entries) == 5
        session.info["viewer"] = viewer

        found = read_feed(session, of_client(client, viewer), FeedQuestion(tuple(FeedKind)))

        assert [(entry.kind, entry.id) for entry in found.entries] == [(FeedKind.VISIT, mine.id)]
        assert found.planned == ()


def test_the_kept_question_is_about_the_record_that_is_given(session: Session) -> None:
    """Each client's, deal's and machine's timeline is its own, with what is pinned there."""
    for _number in range(2):
        client = make_client(session)
        deal = make_deal(session, client=client)
        about = [make_interaction(session, client=client, deal=deal, **DONE) for _time in range(2)]
        make_interaction(session, client=client, **DONE)
        session.add(Pin(client_id=client.id, record_table="interaction", record_id=about[0].id))
        session.flush()
        found = feed(session, client)
        assert (len(found.entries), [entry.id for entry in found.pinned]) == (2, [about[0].id])
        of_deal = read_feed(session, FeedOf("deal", deal.id, client.id, DIRECTOR), FeedQuestion([FeedKind.INTERACTION]))
        assert [entry.id for entry in of_deal.entries] == [about[1].id]


def test_kinds_follow_the_rights() -> None:
    engineer = Viewer(1, 1, Scope.OWN_VISITS, rights=ROLES[Role.ENGINEER])

    assert FeedKind.PAYMENT not in open_kinds("client", engineer)
    assert FeedKind.VISIT in open_kinds("client", engineer)
    assert FeedKind.VISIT not in open_kinds("deal", engineer)
    assert open_kinds("client", Viewer(1, 1, Scope.ALL)) == ()


def test_postgresql_makes_an_instant_of_a_day() -> None:
    compiled = str(noon_of(Invoice.day).compile(dialect=postgresql.dialect()))

    assert compiled == "((invoice.day) + time '12:00') at time zone 'UTC'"
