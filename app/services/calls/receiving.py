"""Takes in reports of calls: repeated ones change nothing, and those that come in another order come to the same."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of
from app.integrations.telephony import CallEvent, Phase, Way
from app.models.calls import ERASED_NUMBER, CallState, PhoneCall
from app.models.interactions import Direction
from app.models.notices import NoticeKind
from app.models.staff import Employee
from app.services.calls.writing import note_recording, record_call
from app.services.names import format_phone, phone_numbers
from app.services.notices import Told, tell
from app.services.reach import only, owners_of_phone
from app.services.upserts import insert_into

_OVER = (CallState.DONE, CallState.MISSED)


@dataclass(frozen=True)
class CallDesk:
    """Where calls are taken in: the company's zone and the moment."""

    zone: ZoneInfo
    now: datetime


def note_event(session: Session, provider: str, event: CallEvent, desk: CallDesk) -> PhoneCall | None:
    """Take in one report; None for a call of one of us to another."""
    if event.way is Way.INTERNAL:
        return None
    call, is_new = _held(session, provider, event, desk)
    _fill(session, call, event)
    match event.phase:
        case Phase.RINGING:
            if call.state is CallState.RINGING and call.direction is Direction.IN and (is_new or event.extension):
                _tell(session, call, NoticeKind.CALL, desk)
        case Phase.ANSWERED:
            if call.state is CallState.RINGING:
                call.state = CallState.TALKING
        case Phase.ENDED:
            if call.state not in _OVER:
                _end(session, call, event, desk)
        case _:
            note_recording(call)
    session.flush()
    return call


def _held(session: Session, provider: str, event: CallEvent, desk: CallDesk) -> tuple[PhoneCall, bool]:
    """The call's row, made if this is the first report of it, and held until the transaction ends."""
    values = {
        "provider": provider,
        "external_id": event.external_id,
        "direction": Direction.OUT if event.way is Way.OUT else Direction.IN,
        "number": "",
        "line": "",
        "extension": "",
        "state": CallState.RINGING,
        "started_at": event.started_at or event.at or desk.now,
        "talk_seconds": 0,
        "recording": "",
    }
    statement = insert_into(session, PhoneCall, values)
    statement = statement.on_conflict_do_nothing(index_elements=["provider", "external_id"])
    made = session.execute(statement.returning(PhoneCall.id)).scalar()
    wanted = select(PhoneCall).where(PhoneCall.provider == provider, PhoneCall.external_id == event.external_id)
    call = session.scalars(wanted.with_for_update(), execution_options={"populate_existing": True}).one()
    return call, made is not None


def _fill(session: Session, call: PhoneCall, event: CallEvent) -> None:
    """What a report says and those before did not; the last extension is that of who has the call."""
    if event.way is not None:
        call.direction = Direction.OUT if event.way is Way.OUT else Direction.IN
    call.line = call.line or event.line
    if call.number != ERASED_NUMBER:  # the exchange reports recordings late, after the person may be erased
        call.recording = call.recording or event.recording
    if event.started_at is not None:
        call.started_at = min(call.started_at, event.started_at)
    if event.extension and event.extension != call.extension:
        call.extension = event.extension
        call.employee = _employee(session, event.extension)
    if event.number and not call.number:
        found = phone_numbers(event.number if event.number.startswith("+") else f"+{event.number}")
        found = [phone for phone in found if phone.e164] or phone_numbers(event.number)
        call.number = next((phone.e164 for phone in found if phone.e164), event.number)
        owner = only(owners_of_phone(session, call.number))
        call.client = owner.client if owner is not None else None


def _employee(session: Session, extension: str) -> Employee | None:
    wanted = select(Employee).where(Employee.extension == extension, Employee.dismissed_on.is_(None))
    return session.scalars(wanted.order_by(Employee.id)).first()


def _end(session: Session, call: PhoneCall, event: CallEvent, desk: CallDesk) -> None:
    was_answered = call.state is CallState.TALKING if event.talk_seconds is None else event.talk_seconds > 0
    call.state = CallState.DONE if was_answered else CallState.MISSED
    call.ended_at = max(event.ended_at or event.at or desk.now, call.started_at)
    call.talk_seconds = event.talk_seconds or 0
    session.flush()
    if call.client is not None:
        record_call(session, call, zone=desk.zone)
    elif call.state is CallState.MISSED and call.direction is Direction.IN:
        _tell(session, call, NoticeKind.CALL_MISSED, desk)


def _tell(session: Session, call: PhoneCall, kind: NoticeKind, desk: CallDesk) -> None:
    """Tell whoever is called; where that is nobody with a login, the client's manager."""
    people = (call.employee, call.client.responsible if call.client is not None else None)
    user_id = next((each.user_id for each in people if each is not None and each.user_id is not None), None)
    if user_id is None:
        return
    session.flush()
    who = call.client.name if call.client is not None else ""
    arguments = {"what": format_phone(call.number) if call.number else "", "client": who}
    tell(session, [Told(user_id, kind, "phone_call", call.id, day_of(call.started_at, desk.zone), arguments)])
