"""Clients go to another manager with their open work; the past stays, and all of it can be taken back."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Model
from app.errors import RuleError
from app.models.agreements import ContractStatus
from app.models.batches import Batch
from app.models.claims import ClaimStatus, ClaimStep
from app.models.clients import Client, ResponsibilityChange
from app.models.deals import StageOutcome
from app.models.handover import HandedWork, HandoverState, WorkKind
from app.models.interactions import InteractionState
from app.models.ledger import ActivityBalance, ActivityKind, DocumentKind, DueItem
from app.models.notices import Notice, NoticeKind
from app.models.sales import DocumentStatus, QuoteStatus
from app.models.service import VisitPurpose, VisitStatus
from app.models.staff import Employee
from app.permissions import Scope, Viewer
from app.services.activity import count_contract
from app.services.batches import undo_batch
from app.services.handover import HandoverPlan, hand_over, open_work
from app.services.handover import moving as module
from app.services.handover.work import SOURCES
from tests import factories as make

ZONE = ZoneInfo("Europe/Moscow")
ALL = frozenset(WorkKind)


@pytest.fixture
def boris(session: Session) -> Employee:
    make.make_organisation(session)
    return make.make_employee(session, user=make.make_user(session))


@pytest.fixture
def anna(session: Session) -> Employee:
    return make.make_employee(session, user=make.make_user(session))


@pytest.fixture
def head(session: Session) -> Viewer:
    viewer = Viewer(make.make_user(session).id, None, Scope.ALL)
    session.info["viewer"] = viewer
    return viewer


def plan(giver: Employee, taker: Employee, *clients: Client, kinds: frozenset[WorkKind] = ALL, **changes):
    keys = [client.id for client in clients]
    values = {"day": make.TODAY, "reason": "Увольнение", "client_ids": keys, "kinds": dict.fromkeys(keys, kinds)}
    return HandoverPlan(giver.id, taker.id, **values | changes)


def do(session: Session, asked: HandoverPlan):
    return hand_over(session, asked, today=make.TODAY, zone=ZONE)


def work_of(session: Session, client: Client) -> dict[WorkKind, tuple]:
    """For each kind an open record of the client's manager, and one that is over."""
    mine = {"client": client, "responsible": client.responsible}
    won = make.make_deal_stage(session, outcome=StageOutcome.WON)
    deal, over = make.make_deal(session, **mine), make.make_deal(session, **mine, stage=won)
    unpaid, paid = (make.make_invoice(session, **mine, status=DocumentStatus.POSTED) for _n in range(2))
    for invoice, balance in ((unpaid, 100), (paid, 0)):
        session.add(
            DueItem(
                client=client, organisation=invoice.organisation, document_kind=DocumentKind.INVOICE,
                document_id=invoice.id, stage=1, document_day=make.TODAY, balance=Decimal(balance),
            )
        )  # fmt: skip
    claim = make.make_claim(session, **mine)
    steps = [
        ClaimStep(claim=claim, task="Осмотр", responsible=client.responsible, due_on=make.TODAY, done_on=done)
        for done in (None, make.TODAY)
    ]
    session.add_all(steps)
    visit = {"client": client, "employee": client.responsible, "purpose": VisitPurpose.MANAGER}
    session.flush()
    return {
        WorkKind.DEAL: (deal, over),
        WorkKind.DEAL_STEP: (
            make.make_deal_step(session, deal=deal, responsible=client.responsible),
            make.make_deal_step(session, deal=deal, responsible=client.responsible, done_on=make.TODAY),
        ),
        WorkKind.INTERACTION: (
            make.make_interaction(session, **mine),
            make.make_interaction(session, **mine, state=InteractionState.DONE, result="Договорились"),
        ),
        WorkKind.VISIT: (
            make.make_visit(session, **visit),
            make.make_visit(session, **visit, starts_at=make.NOON - timedelta(days=1), status=VisitStatus.DONE),
        ),
        WorkKind.QUOTE: (
            make.make_quote(session, **mine),
            make.make_quote(session, **mine, status=QuoteStatus.ACCEPTED),
        ),
        WorkKind.ORDER: (make.make_order(session, **mine), make.make_order(session, **mine, status="closed")),
        WorkKind.PURCHASE: (
            make.make_purchase_order(session, deal=deal, responsible=client.responsible),
            make.make_purchase_order(session, deal=deal, responsible=client.responsible, status="received"),
        ),
        WorkKind.INVOICE: (unpaid, paid),
        WorkKind.CONTRACT: (
            make.make_contract(session, **mine),
            make.make_contract(session, **mine, status=ContractStatus.ENDED),
        ),
        WorkKind.REQUEST: (make.make_request(session, **mine), make.make_request(session, **mine, status="done")),
        WorkKind.CLAIM: (
            claim,
            make.make_claim(session, **mine, status=ClaimStatus.CLOSED, result="Заменили", closed_on=make.TODAY),
        ),
        WorkKind.CLAIM_STEP: tuple(steps),
    }


def holder(record) -> Employee:
    return record.employee if hasattr(record, "employee_id") else record.responsible


def test_open_work_goes_along_and_what_is_over_stays(session, boris, anna, head):
    client = make.make_client(session, responsible=boris)
    made = work_of(session, client)
    colleague = make.make_deal(session, client=client, responsible=make.make_employee(session))

    handover = do(session, plan(boris, anna, client))

    assert set(made) == ALL
    assert client.responsible is anna
    assert {kind for kind, (going, _over) in made.items() if holder(going) is not anna} == set()
    assert {kind for kind, (_going, over) in made.items() if holder(over) is not boris} == set()
    assert colleague.responsible not in (anna, boris)
    assert handover.clients[0].moved == {kind.value: 1 for kind in WorkKind}
    assert handover.clients[0].stayed == {}
    assert (handover.state, handover.client_count, str(handover.clients[0])) == (HandoverState.WAITING, 1, client.name)
    noted = session.scalars(select(HandedWork).where(HandedWork.handover_id == handover.id)).all()
    assert {(work.record_table, work.record_id) for work in noted} == {
        (going.__tablename__, going.id) for going, _over in made.values()
    }


def test_what_was_not_chosen_stays_with_the_former_manager(session, boris, anna, head):
    first, second = (make.make_client(session, responsible=boris) for _n in range(2))
    deal, quote = make.make_deal(session, client=first), make.make_quote(session, client=first)
    other = make.make_deal(session, client=second)

    handover = do(session, plan(boris, anna, first, second, kinds=frozenset()))

    assert {first.responsible, second.responsible} == {anna}
    assert {deal.responsible, quote.responsible, other.responsible} == {boris}
    assert {line.client_id: line.stayed for line in handover.clients} == {
        first.id: {"deal": 1, "quote": 1},
        second.id: {"deal": 1},
    }


def test_the_history_says_who_was_responsible_and_why(session, boris, anna, head):
    client = make.make_client(session, responsible=boris)

    handover = do(session, plan(boris, anna, client, reason="  Увольнение "))

    change = session.scalars(select(ResponsibilityChange).where(ResponsibilityChange.client_id == client.id)).one()
    assert (change.from_id, change.to_id, change.by_user_id) == (boris.id, anna.id, head.user_id)
    assert change.reason == f"{handover.number}: Увольнение"


def test_both_managers_are_told_once_whatever_went_along(session, boris, anna, head):
    clients = [make.make_client(session, responsible=boris) for _n in range(4)]
    for client in clients:
        make.make_deal(session, client=client)
    session.execute(Notice.__table__.delete())

    handover = do(session, plan(boris, anna, *clients))

    told = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert {(notice.user_id, notice.kind) for notice in told} == {
        (anna.user_id, NoticeKind.HANDOVER),
        (boris.user_id, NoticeKind.HANDOVER_AWAY),
    }
    assert told[0].record_id == handover.id
    assert told[0].arguments["client"] == ", ".join(client.name for client in clients[:3]) + "…"


def test_nobody_is_told_of_what_they_do_themselves_or_without_a_login(session, boris, anna):
    session.info["viewer"] = Viewer(anna.user_id, anna.id, Scope.ALL)
    boris.user = None
    client = make.make_client(session, responsible=boris)
    session.execute(Notice.__table__.delete())

    do(session, plan(boris, anna, client))

    assert session.scalars(select(Notice)).all() == []


def test_it_works_without_a_viewer_and_keeps_the_silence_of_before(session, boris, anna):
    session.info[module.SILENT] = True
    do(session, plan(boris, anna, make.make_client(session, responsible=boris)))
    assert session.info[module.SILENT] is True


def test_a_visit_stays_when_the_new_manager_is_busy_then(session, boris, anna, head):
    client = make.make_client(session, responsible=boris)
    visit = make.make_visit(session, client=client, employee=boris, purpose=VisitPurpose.MANAGER)
    make.make_visit(session, employee=anna, purpose=VisitPurpose.MANAGER)

    handover = do(session, plan(boris, anna, client))

    assert visit.employee is boris
    assert (handover.clients[0].moved, handover.clients[0].stayed) == ({}, {"visit": 1})


def test_all_of_it_can_be_taken_back(session, boris, anna, head):
    client = make.make_client(session, responsible=boris)
    made = work_of(session, client)
    handover = do(session, plan(boris, anna, client))
    batch = session.get_one(Batch, handover.batch_id)
    assert batch.title == f"Hand-over {handover.number}: {boris} → {anna}"

    undo_batch(session, batch, make.NOON + timedelta(days=1))
    session.expire_all()

    assert client.responsible is boris
    assert {holder(going) for going, _over in made.values()} == {boris}
    assert handover.state is HandoverState.TAKEN_BACK
    assert set(handover.clients[0].moved) == {kind.value for kind in WorkKind}
    assert session.scalars(select(ResponsibilityChange)).all() == []


def test_a_contract_signed_before_stays_the_former_managers_activity(session, boris, anna, head):
    client = make.make_client(session, responsible=boris)
    contract = make.make_contract(session, client=client)
    count_contract(session, contract)
    do(session, plan(boris, anna, client))

    count_contract(session, contract)

    kept = select(ActivityBalance).where(ActivityBalance.kind == ActivityKind.CONTRACT, ActivityBalance.count > 0)
    assert [balance.employee_id for balance in session.scalars(kept)] == [boris.id]
    assert contract.responsible is anna


def test_clients_of_others_are_refused_by_name(session, boris, anna, head):
    foreign = make.make_client(session, responsible=anna)
    with pytest.raises(RuleError, match=foreign.name):
        do(session, plan(boris, make.make_employee(session), foreign))


def test_a_client_that_is_gone_or_not_seen_is_refused(session, boris, anna, head):
    with pytest.raises(RuleError, match="some are not there"):
        do(session, plan(boris, anna, client_ids=[999_999]))


def test_nothing_and_too_much_are_refused(session, boris, anna, head, monkeypatch):
    with pytest.raises(RuleError, match="Choose the clients"):
        do(session, plan(boris, anna))
    monkeypatch.setattr(module, "MOST_CLIENTS", 1)
    with pytest.raises(RuleError, match="At most 1"):
        do(session, plan(boris, anna, client_ids=[1, 2]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to_id": 999_999}, "Choose who"),
        ({"day": make.TODAY + timedelta(days=1)}, "future"),
        ({"reason": " "}, "why"),
        ({"reason": "x" * 201}, "why"),
    ],
)
def test_wrong_sides_days_and_reasons_are_refused(session, boris, anna, changes, words):
    values = {"from_id": boris.id, "to_id": anna.id, "day": make.TODAY, "reason": "Увольнение", "client_ids": [1]}
    with pytest.raises(RuleError, match=words):
        do(session, HandoverPlan(**values | changes))


def test_nobody_hands_over_to_themselves_or_to_somebody_who_left(session, boris, anna):
    with pytest.raises(RuleError, match="another manager"):
        do(session, plan(boris, boris))
    anna.dismissed_on = make.TODAY
    with pytest.raises(RuleError, match="does not work"):
        do(session, plan(boris, anna))


def test_who_leaves_later_may_still_take_over(session, boris, anna, head):
    anna.dismissed_on = make.TODAY + timedelta(days=30)
    client = make.make_client(session, responsible=boris)
    assert do(session, plan(boris, anna, client)).to_employee is anna


def test_no_table_of_work_is_forgotten():
    answered_for = {table.name for table in Model.metadata.tables.values() if "responsible_id" in table.columns}
    going = {source.model.__tablename__ for source in SOURCES.values()}
    assert answered_for - going == {"client"}, "say in services/handover/work.py what of it is open"


def test_open_work_is_that_of_the_employee_alone(session, boris, anna):
    client = make.make_client(session, responsible=boris)
    deal = make.make_deal(session, client=client)
    draft = make.make_invoice(session, client=client)
    make.make_deal(session, client=client, responsible=anna)

    assert open_work(session, [client.id], boris.id) == {client.id: {WorkKind.DEAL: [deal], WorkKind.INVOICE: [draft]}}
