"""Whose clients there are, and what is open at each: told by name to whoever may read it."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.models.claims import ClaimStep
from app.models.clients import ClientStatus, Segment
from app.models.handover import WorkKind
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus
from app.models.service import VisitPurpose
from app.permissions import ALL_RIGHTS, READ, Scope, Viewer
from app.reports.handover import AREAS, SAMPLES, Asking, ClientFilter, clients_of, work_at
from tests import factories as make

TODAY = make.TODAY


def asking(rights=ALL_RIGHTS):
    return Asking(Viewer(1, None, Scope.ALL, rights=frozenset(rights)), TODAY, ZoneInfo("Europe/Moscow"))


def work_of(session, client, rights=ALL_RIGHTS):
    (found,) = work_at(session, [client], client.responsible_id, asking(rights))
    return found, {part.kind: part for part in found.parts}


def test_a_managers_clients_are_found_by_what_is_asked(session):
    boris, trade = make.make_employee(session), Segment(name="Торговля")
    session.add(trade)
    first = make.make_client(session, responsible=boris, name="Аист", town="Тула", segment=trade)
    second = make.make_client(session, responsible=boris, name="Бук", status=ClientStatus.LEAD)
    foreign = make.make_client(session)

    def found(**asked):
        return list(clients_of(session, ClientFilter(boris.id, **asked)))

    assert found() == [first, second]
    assert found(town="тула") == [first]
    assert found(segment_id=trade.id) == [first]
    assert found(status=ClientStatus.LEAD) == [second]
    assert found(client_ids=[second.id, foreign.id]) == [second]


def test_the_most_urgent_records_are_named_with_their_day(session):
    client = make.make_client(session)
    for days in (5, -2, 1, 9):
        make.make_deal(session, client=client, title=f"Через {days}", next_step_on=TODAY + timedelta(days=days))

    _found, parts = work_of(session, client)

    deals = parts[WorkKind.DEAL]
    assert (deals.count, deals.overdue, deals.amount) == (4, 1, Decimal("400000.00"))
    assert [sample.text for sample in deals.samples] == ["Через -2", "Через 1", "Через 5"]
    assert len(deals.samples) == SAMPLES
    assert deals.samples[0].is_overdue


def test_each_kind_says_what_it_is_and_by_when(session):
    client = make.make_client(session)
    mine = {"client": client, "responsible": client.responsible}
    claim = make.make_claim(session, **mine, number="К-1", text="Не работает")
    step = ClaimStep(claim=claim, task="Осмотр", responsible=client.responsible, due_on=TODAY)
    session.add(step)
    make.make_request(session, **mine, number="З-1", description="Шумит", promised_at=make.NOON - timedelta(days=1))
    visit = {"client": client, "employee": client.responsible, "purpose": VisitPurpose.MANAGER}
    make.make_visit(session, **visit, task="Показать образцы")
    make.make_visit(session, **visit, starts_at=make.NOON + timedelta(days=1), task=None)

    _found, parts = work_of(session, client)

    said = {kind: [(sample.text, sample.due_on) for sample in part.samples] for kind, part in parts.items()}
    assert said[WorkKind.CLAIM] == [("№ К-1: Не работает", claim.answer_due_on)]
    assert said[WorkKind.CLAIM_STEP] == [("Осмотр", TODAY)]
    assert said[WorkKind.REQUEST] == [("№ З-1: Шумит", TODAY - timedelta(days=1))]
    assert parts[WorkKind.REQUEST].overdue == 1
    assert said[WorkKind.VISIT][0] == ("Показать образцы", TODAY)
    assert said[WorkKind.VISIT][1][1] == TODAY + timedelta(days=1)


def test_debt_and_late_invoices_are_told_to_whoever_reads_receivables(session):
    client = make.make_client(session)
    invoice = make.make_invoice(session, client=client, status=DocumentStatus.POSTED)
    session.add(
        DueItem(
            client=client, organisation=invoice.organisation, document_kind=DocumentKind.INVOICE,
            document_id=invoice.id, stage=1, document_day=TODAY, due_on=TODAY - timedelta(days=4),
            balance=Decimal(500),
        )
    )  # fmt: skip
    session.flush()

    found, parts = work_of(session, client)

    assert (found.debt, found.overdue.days) == (Decimal(500), 4)
    assert (parts[WorkKind.INVOICE].overdue, parts[WorkKind.INVOICE].amount) == (1, Decimal("1220.00"))
    hidden, few = work_of(session, client, {(READ, "Clients")})
    assert (hidden.debt, hidden.overdue) == (None, None)
    assert (few[WorkKind.INVOICE].count, few[WorkKind.INVOICE].samples, few[WorkKind.INVOICE].amount) == (1, (), None)


def test_every_kind_of_work_has_the_area_that_it_is_read_by():
    assert set(AREAS) == set(WorkKind)
