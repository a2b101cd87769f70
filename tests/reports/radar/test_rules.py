"""Every rule of the radar finds what slips, and leaves what is in order alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.agreements import ContractStatus
from app.models.clients import ClientStatus
from app.models.deals import StageOutcome
from app.models.interactions import Direction, InteractionKind, InteractionState
from app.models.money import MoneyDirection
from app.models.purchasing import PurchaseStatus
from app.models.radar import RadarCode
from app.models.sales import DocumentStatus, OrderStatus, QuoteStatus
from app.models.service import EquipmentStatus, RequestStatus, VisitStatus
from app.reports.radar.questions import QUESTIONS
from tests import factories as make
from tests.reports.radar.making import (
    TODAY,
    ago,
    answered,
    at,
    billed,
    bought,
    call,
    claim,
    claim_with_step,
    client_with,
    contract,
    deal,
    debt,
    found,
    machine,
    machine_with_request,
    machine_with_visit,
    order,
    payment,
    planned_request,
    quote,
    quote_with,
    request,
    silent,
    step,
    visit,
)

DONE, PLANNED = InteractionState.DONE, InteractionState.PLANNED
Make = Callable[[Session], Any]
CASES: list[tuple[RadarCode, list[Make], list[Make]]] = [
    (
        RadarCode.CALL_MISSED,
        [call],
        [
            answered,
            lambda s: call(s, is_reached=True),
            lambda s: call(s, direction=Direction.OUT),
            lambda s: call(s, kind=InteractionKind.LETTER),
            lambda s: call(s, starts_at=at(70)),
        ],
    ),
    (
        RadarCode.EVENT_LATE,
        [lambda s: make.make_interaction(s, starts_at=at(1))],
        [
            lambda s: make.make_interaction(s, starts_at=at(0, 1)),
            lambda s: make.make_interaction(s, starts_at=at(1), state=DONE),
        ],
    ),
    (
        RadarCode.QUOTE_EXPIRING,
        [lambda s: quote(s, valid_to=TODAY), lambda s: quote(s, valid_to=ago(-3), status=QuoteStatus.VIEWED)],
        [
            lambda s: quote(s, valid_to=ago(-4)),
            lambda s: quote(s, valid_to=ago(1)),
            lambda s: quote(s, valid_to=TODAY, status=QuoteStatus.ACCEPTED),
        ],
    ),
    (
        RadarCode.QUOTE_SILENT,
        [quote, lambda s: quote(s, sent_on=None), lambda s: quote_with(s, state=DONE, starts_at=at(30))],
        [
            lambda s: quote(s, sent_on=ago(6)),
            lambda s: quote_with(s, state=DONE, starts_at=at(3)),
            lambda s: quote_with(s, state=PLANNED, starts_at=at(-3)),
        ],
    ),
    (
        RadarCode.QUOTE_DRAFT,
        [lambda s: make.make_quote(s, day=ago(3))],
        [lambda s: make.make_quote(s, day=ago(2)), quote],
    ),
    (
        RadarCode.DEAL_STEP_LATE,
        [lambda s: deal(s, next_step_on=ago(1))],
        [lambda s: deal(s, next_step_on=TODAY), lambda s: deal(s, next_step_on=ago(1), outcome=StageOutcome.WON)],
    ),
    (
        RadarCode.DEAL_NO_STEP,
        [deal],
        [
            lambda s: deal(s, next_step_on=ago(1)),
            lambda s: deal(s, created_at=at(0)),
            lambda s: deal(s, outcome=StageOutcome.LOST),
        ],
    ),
    (
        RadarCode.DEAL_STUCK,
        [lambda s: deal(s, days=30)],
        [lambda s: deal(s, days=29), lambda s: deal(s, days=50, outcome=StageOutcome.WON)],
    ),
    (
        RadarCode.DEBT_LATE,
        [debt],
        [
            lambda s: debt(s, due_on=TODAY),
            lambda s: debt(s, balance=Decimal(0)),
            lambda s: debt(s, client=make.make_client(s, debt_threshold=Decimal(1000))),
        ],
    ),
    (
        RadarCode.INVOICE_DRAFT,
        [lambda s: make.make_invoice(s, day=ago(3))],
        [
            lambda s: make.make_invoice(s, day=ago(2)),
            lambda s: make.make_invoice(s, day=ago(9), status=DocumentStatus.CANCELLED),
        ],
    ),
    (RadarCode.ORDER_DRAFT, [lambda s: order(s, status=OrderStatus.DRAFT)], [order]),
    (RadarCode.ORDER_IDLE, [order], [billed, bought, lambda s: order(s, day=ago(4))]),
    (
        RadarCode.ORDER_LATE,
        [lambda s: order(s, promised_on=ago(1))],
        [lambda s: order(s, promised_on=TODAY), lambda s: order(s, promised_on=ago(1), status=OrderStatus.CLOSED)],
    ),
    (
        RadarCode.PURCHASE_LATE,
        [lambda s: make.make_purchase_order(s, status=PurchaseStatus.ORDERED, expected_on=ago(1))],
        [lambda s: make.make_purchase_order(s, status=PurchaseStatus.ORDERED, expected_on=TODAY)],
    ),
    (
        RadarCode.CONTRACT_ENDING,
        [contract, lambda s: contract(s, valid_to=ago(3))],
        [
            lambda s: contract(s, valid_to=ago(-31)),
            lambda s: contract(s, is_prolonged=True),
            lambda s: contract(s, status=ContractStatus.ENDED),
        ],
    ),
    (RadarCode.CLAIM_LATE, [lambda s: claim(s, answer_due_on=ago(1))], [claim]),
    (RadarCode.CLAIM_STEP_LATE, [step], [lambda s: step(s, done_on=TODAY), lambda s: step(s, due_on=TODAY)]),
    (
        RadarCode.CLAIM_IDLE,
        [claim, lambda s: claim_with_step(s, done_on=ago(4))],
        [claim_with_step, lambda s: claim(s, registered_on=ago(1))],
    ),
    (
        RadarCode.REQUEST_WAITING,
        [request],
        [planned_request, lambda s: request(s, registered_on=ago(1)), lambda s: request(s, status=RequestStatus.DONE)],
    ),
    (
        RadarCode.VISIT_OPEN,
        [visit],
        [lambda s: visit(s, status=VisitStatus.DONE), lambda s: visit(s, starts_at=at(0, 6), ends_at=at(0, 8))],
    ),
    (
        RadarCode.MAINTENANCE_DUE,
        [machine],
        [
            machine_with_request,
            machine_with_visit,
            lambda s: machine(s, next_maintenance_on=ago(-15)),
            lambda s: machine(s, status=EquipmentStatus.WRITTEN_OFF),
        ],
    ),
    (
        RadarCode.PAYMENT_UNKNOWN,
        [payment],
        [
            lambda s: payment(s, client=make.make_client(s)),
            lambda s: payment(s, direction=MoneyDirection.OUT),
            lambda s: payment(s, status=DocumentStatus.CANCELLED),
        ],
    ),
    (
        RadarCode.CLIENT_SILENT,
        [silent, lambda s: client_with(s, state=DONE, starts_at=at(90))],
        [
            lambda s: client_with(s, state=DONE, starts_at=at(20)),
            lambda s: client_with(s, state=PLANNED, starts_at=at(-2)),
            lambda s: silent(s, status=ClientStatus.LEAD),
            lambda s: silent(s, created_at=at(3)),
        ],
    ),
]


def test_every_rule_is_tested_here():
    assert [code for code, _wrong, _right in CASES] == list(RadarCode) == list(QUESTIONS)


@pytest.mark.parametrize(("code", "wrong", "right"), CASES, ids=[case[0].value for case in CASES])
def test_a_rule_finds_what_slips_and_nothing_else(
    session: Session, code: RadarCode, wrong: list[Make], right: list[Make]
):
    slipping = {made(session).id for made in wrong}
    in_order = {made(session).id for made in right}

    shown = found(session, code)

    assert slipping <= shown
    assert not in_order & shown
