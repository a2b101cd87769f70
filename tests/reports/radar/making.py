"""Records that slip, or do not, for the tests of the radar."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.agreements import ContractStatus
from app.models.claims import ClaimStep
from app.models.deals import DealStageChange, StageOutcome
from app.models.interactions import Direction, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.money import MoneyDirection
from app.models.radar import RadarCode
from app.models.sales import DocumentStatus, OrderStatus, QuoteStatus
from app.models.service import RequestStatus
from app.permissions import Role
from app.reports.radar.lines import Part, RadarQuestion, radar_part
from app.services.radar import DEFAULTS
from tests import factories as make

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 11, 26)
LONG_AGO = datetime(2026, 1, 10, 9, tzinfo=UTC)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def at(days: int, hour: int = 9) -> datetime:
    """An instant of the working hours so many days ago."""
    day = ago(days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


ALL = frozenset(str(role) for role in Role)


def asked(**changes: Any) -> RadarQuestion:
    return RadarQuestion(**{"today": TODAY, "zone": MOSCOW, "user_id": 1, "team": None, "roles": ALL} | changes)


def part(session: Session, code: RadarCode, shown: int = 20, **changes: Any) -> Part:
    return radar_part(session, (code, DEFAULTS[code]), asked(**changes), shown)


def found(session: Session, code: RadarCode) -> set[int]:
    return {line.record_id for line in part(session, code).lines}


def call(session: Session, **changes: Any) -> Any:
    missed = {"direction": Direction.IN, "state": InteractionState.DONE, "is_reached": False, "starts_at": at(2)}
    return make.make_interaction(session, **missed | changes)


def answered(session: Session) -> Any:
    missed = call(session)
    make.make_interaction(session, client=missed.client, state=InteractionState.DONE, starts_at=at(1))
    return missed


def quote(session: Session, **changes: Any) -> Any:
    usual = {"status": QuoteStatus.SENT, "sent_on": ago(10), "day": ago(10), "valid_to": ago(-20)}
    return make.make_quote(session, **usual | changes)


def quote_with(session: Session, **talk: Any) -> Any:
    sent = quote(session)
    make.make_interaction(session, client=sent.client, **talk)
    return sent


def deal(session: Session, *, days: int = 5, outcome: StageOutcome = StageOutcome.OPEN, **changes: Any) -> Any:
    stage = make.make_deal_stage(session, outcome=outcome)
    made = make.make_deal(session, **{"stage": stage, "created_at": LONG_AGO} | changes)
    session.add(DealStageChange(deal_id=made.id, to_id=stage.id, at=at(days)))
    session.flush()
    return made


def debt(session: Session, **changes: Any) -> Any:
    client = changes.pop("client", None) or make.make_client(session)
    values = {
        "client_id": client.id,
        "organisation_id": make.make_organisation(session).id,
        "document_kind": DocumentKind.INVOICE,
        "document_id": 1_000 + client.id,
        "stage": 1,
        "document_number": "КС-7",
        "document_day": ago(40),
        "due_on": ago(5),
        "balance": Decimal(500),
    }
    made = DueItem(**values | changes)
    session.add(made)
    session.flush()
    return made


def order(session: Session, **changes: Any) -> Any:
    return make.make_order(session, **{"status": OrderStatus.POSTED, "day": ago(9), "promised_on": ago(-9)} | changes)


def billed(session: Session) -> Any:
    made = order(session)
    make.make_invoice(session, client=made.client, order=made)
    return made


def bought(session: Session) -> Any:
    made = order(session)
    make.make_purchase_order(session, order=made)
    return made


def contract(session: Session, **changes: Any) -> Any:
    return make.make_contract(session, **{"status": ContractStatus.SIGNED, "valid_to": ago(-10)} | changes)


def claim(session: Session, **changes: Any) -> Any:
    return make.make_claim(session, **{"registered_on": ago(9), "answer_due_on": ago(-9)} | changes)


def step(session: Session, **changes: Any) -> Any:
    of = changes.pop("claim", None) or claim(session)
    made = ClaimStep(claim=of, **{"task": "Осмотр", "responsible": of.responsible, "due_on": ago(3)} | changes)
    session.add(made)
    session.flush()
    return made


def claim_with_step(session: Session, **changes: Any) -> Any:
    return step(session, **{"due_on": ago(-3)} | changes).claim


def request(session: Session, **changes: Any) -> Any:
    return make.make_request(session, **{"registered_on": ago(9), "status": RequestStatus.NEW} | changes)


def planned_request(session: Session) -> Any:
    made = request(session)
    make.make_visit(session, client=made.client, request=made, starts_at=at(-3), ends_at=at(-3, 11))
    return made


def visit(session: Session, **changes: Any) -> Any:
    return make.make_visit(session, **{"starts_at": at(2), "ends_at": at(2, 11)} | changes)


def machine(session: Session, **changes: Any) -> Any:
    return make.make_equipment(session, **{"next_maintenance_on": ago(-5)} | changes)


def machine_with_request(session: Session) -> Any:
    made = machine(session)
    make.make_request(session, client=made.client, equipment=made, status=RequestStatus.NEW)
    return made


def machine_with_visit(session: Session) -> Any:
    made = machine(session)
    make.make_visit(session, client=made.client, equipment=made, starts_at=at(-3), ends_at=at(-3, 11))
    return made


def payment(session: Session, **changes: Any) -> Any:
    usual = {"direction": MoneyDirection.IN, "client": None, "day": ago(4), "status": DocumentStatus.DRAFT}
    return make.make_payment(session, **usual | changes)


def silent(session: Session, **changes: Any) -> Any:
    return make.make_client(session, **{"created_at": LONG_AGO} | changes)


def client_with(session: Session, **talk: Any) -> Any:
    made = silent(session)
    make.make_interaction(session, client=made, **talk)
    return made
