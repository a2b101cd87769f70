"""Puts overdue events off together: planned interactions and next steps of deals."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import object_session

from app.errors import RuleError
from app.models.deals import Deal
from app.models.interactions import Interaction
from app.services.deal_plan import follow_next_step
from app.services.deals import move_step
from app.services.interactions import put_off_interaction
from app.texts import _


def reschedule(events: Sequence[Interaction | Deal], day: date, *, today: date, zone: ZoneInfo) -> None:
    """Move all events to a day, interactions at their time by the company's clock; all or none.

    Raises RuleError when nothing was chosen, the day has passed, or an event is over.
    """
    if not events:
        raise RuleError(_("Choose the events to move."))
    if day < today:
        raise RuleError(_("Choose today or a day to come."))
    for event in events:
        move_event(event, day, zone=zone)


def move_event(event: Interaction | Deal, day: date, *, zone: ZoneInfo) -> None:
    """Move one event to any day, also back to where it was. Raises RuleError when it is over."""
    if isinstance(event, Interaction):
        put_off_interaction(event, day, zone=zone)
    else:
        move_step(event, day)
        if (session := object_session(event)) is not None:
            follow_next_step(session, event)
