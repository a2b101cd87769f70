"""Writes a finished call down as an interaction. A missed one plans the call back, which the next talk becomes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.calls import CallState, PhoneCall
from app.models.clients import Client
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.services.activity import count_interaction
from app.services.names import format_phone
from app.services.reach import only, owners_of_phone
from app.texts import _, ngettext

CALL_BACK_WITHIN = timedelta(hours=1)


def record_call(session: Session, call: PhoneCall, *, zone: ZoneInfo) -> Interaction:
    """Write down a finished call with its client, once. Raises RuleError while it rings or is nobody's."""
    if call.interaction is not None:
        return call.interaction
    if call.client is None or call.ended_at is None:
        raise RuleError(_("Only a finished call of a known client can be written down."))
    is_talk = call.state is CallState.DONE
    made = (_open_callback(session, call) if is_talk else None) or Interaction(kind=InteractionKind.CALL)
    owner = next((each for each in owners_of_phone(session, call.number) if each.client.id == call.client_id), None)
    made.client = call.client
    made.contact = owner.contact if owner is not None else made.contact
    made.state, made.direction = InteractionState.DONE, call.direction
    made.contact_details = format_phone(call.number) if call.number else _("hidden number")
    made.topic = made.topic or _topic(call)
    made.starts_at, made.ends_at = call.started_at, call.ended_at
    made.is_reached, made.result = is_talk, _result(call)
    made.responsible = call.employee or made.responsible or call.client.responsible
    session.add(made)
    call.interaction = made
    note_recording(call)
    session.flush()
    count_interaction(session, made, zone=zone)
    if not is_talk and call.direction is Direction.IN:
        _plan_callback(session, call, call.client)
    return made


def assign_call(session: Session, call: PhoneCall, *, zone: ZoneInfo) -> Interaction:
    """Write a call of an unknown number down at the client who has the number by now. Raises RuleError."""
    session.refresh(call, with_for_update=True)
    owner = only(owners_of_phone(session, call.number))
    if call.client is None and owner is not None:
        call.client = owner.client
    return record_call(session, call, zone=zone)


def note_recording(call: PhoneCall) -> None:
    """Put the recording into the comment of the interaction, once."""
    interaction = call.interaction
    if interaction is None or not call.recording or call.recording in (interaction.comment or ""):
        return
    words = _("Recording: %(address)s", address=call.recording)
    interaction.comment = f"{interaction.comment}\n{words}" if interaction.comment else words


def _topic(call: PhoneCall) -> str:
    if call.direction is Direction.OUT:
        return _("Outgoing call")
    return _("Incoming call") if call.state is CallState.DONE else _("Missed call")


def _result(call: PhoneCall) -> str:
    if call.state is CallState.MISSED:
        return _("Nobody answered.")
    minutes, seconds = divmod(call.talk_seconds, 60)
    parts = [ngettext("%(num)s minute", "%(num)s minutes", minutes)] if minutes else []
    if seconds or not minutes:
        parts.append(ngettext("%(num)s second", "%(num)s seconds", seconds))
    return _("Talked for %(time)s.", time=" ".join(parts))


def _open_callback(session: Session, call: PhoneCall) -> Interaction | None:
    """The call back that waits for this client and number, or for the client alone."""
    wanted = (
        select(Interaction)
        .join(PhoneCall, PhoneCall.callback_id == Interaction.id)
        .where(PhoneCall.client_id == call.client_id, Interaction.state == InteractionState.PLANNED)
        .order_by((PhoneCall.number == call.number).desc(), Interaction.id)
    )
    return session.scalars(wanted.limit(1)).first()


def _plan_callback(session: Session, call: PhoneCall, client: Client) -> None:
    """Plan the call back, unless one waits already."""
    if _open_callback(session, call) is not None or call.interaction is None:
        return
    planned = Interaction(
        kind=InteractionKind.CALL,
        state=InteractionState.PLANNED,
        direction=Direction.OUT,
        client=client,
        contact=call.interaction.contact,
        contact_details=call.interaction.contact_details,
        topic=_("Call back"),
        starts_at=(call.ended_at or call.started_at) + CALL_BACK_WITHIN,
        responsible=call.interaction.responsible,
    )
    session.add(planned)
    call.callback = planned
    session.flush()
