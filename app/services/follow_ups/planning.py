"""Which rule follows an event, what it proposes, and the planning itself: one next step for one event, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.clock import day_of
from app.database import ALL_ROWS
from app.models.clients import Client, Contact
from app.models.follow_ups import FollowUp, FollowUpDays, FollowUpEvent, FollowUpFor, FollowUpOutcome, FollowUpRule
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.services.follow_ups.events import Happened
from app.services.follow_ups.rules import fill_topic
from app.services.service.hours import working_time
from app.services.working_days import WorkingCalendar

STEP_AT = time(10)
"""When a planned step begins, by the company's clock; one for the same day begins in an hour at the earliest."""
SOONEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Office:
    """What time it is, and on which days the office works."""

    now: datetime
    zone: ZoneInfo
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rule would plan."""

    rule: FollowUpRule
    kind: InteractionKind
    starts_at: datetime
    topic: str
    responsible_id: int


def active_rules(session: Session, event: FollowUpEvent) -> Sequence[FollowUpRule]:
    """The rules in force for a kind of events, the most particular first."""
    statement = (
        select(FollowUpRule)
        .where(FollowUpRule.event == event, FollowUpRule.is_active.is_(True))
        .options(joinedload(FollowUpRule.employee))
    )
    return sorted(session.scalars(statement), key=lambda rule: (-_weight(rule), rule.id))


def _weight(rule: FollowUpRule) -> int:
    return 2 * (rule.interaction_kind is not None) + (rule.outcome is not FollowUpOutcome.ANY)


def matching_rule(rules: Sequence[FollowUpRule], happened: Happened) -> FollowUpRule | None:
    """The first rule that is meant for the event."""
    return next((rule for rule in rules if _fits(rule, happened)), None)


def _fits(rule: FollowUpRule, happened: Happened) -> bool:
    if rule.event is not happened.event or rule.stage_id != happened.stage_id:
        return False
    if rule.interaction_kind is not None and rule.interaction_kind is not happened.kind:
        return False
    return rule.outcome is FollowUpOutcome.ANY or (rule.outcome is FollowUpOutcome.REACHED) == happened.is_reached


def office(session: Session, now: datetime, zone: ZoneInfo) -> Office:
    """The office as it is now, with its own working days."""
    return Office(now, zone, working_time(session, zone).calendar)


def step_day(rule: FollowUpRule, today: date, calendar: WorkingCalendar) -> date:
    """The day of the next step: always a working one."""
    if rule.day_kind is FollowUpDays.WORKING:
        return calendar.roll_forward(calendar.add_banking_days(today, rule.days))
    return calendar.add_calendar_days(today, rule.days)


def propose(rule: FollowUpRule, happened: Happened, client: Client, at: Office) -> Proposal:
    """What the rule would plan after the event."""
    day = step_day(rule, day_of(at.now, at.zone), at.calendar)
    starts_at = datetime.combine(day, STEP_AT, at.zone).astimezone(UTC)
    people = {FollowUpFor.CLIENT: client.responsible_id, FollowUpFor.NAMED: rule.employee_id}
    return Proposal(
        rule,
        rule.makes,
        max(starts_at, at.now + SOONEST),
        fill_topic(rule.topic, {**happened.words, "client": client.name}),
        people.get(rule.assignee) or happened.responsible_id,
    )


def follow_up(session: Session, happened: Happened, *, now: datetime, zone: ZoneInfo) -> Interaction | None:
    """Plan what the rules say comes after the event; None when no rule is meant, or it was followed up before.

    Whoever causes the event may see less than the next step needs: the client's manager, an earlier step.
    """
    rule = matching_rule(active_rules(session, happened.event), happened)
    if rule is None or is_followed(session, happened):
        return None
    client = session.scalars(select(Client).where(Client.id == happened.client_id).execution_options(**ALL_ROWS)).one()
    proposal = propose(rule, happened, client, office(session, now, zone))
    planned = plan_proposed(session, proposal, happened, client)
    note_followed(session, rule, happened, planned)
    return planned


def plan_proposed(session: Session, proposal: Proposal, happened: Happened, client: Client) -> Interaction:
    """Make the planned interaction. Without a contact of the event the client's main one is meant, or its phone."""
    contact_id = happened.contact_id or _main_contact(session, client.id)
    is_meeting = proposal.kind is InteractionKind.MEETING
    planned = Interaction(
        kind=proposal.kind,
        state=InteractionState.PLANNED,
        client_id=client.id,
        contact_id=contact_id,
        contact_details=None if contact_id is not None else client.phone or client.email,
        deal_id=happened.deal_id,
        equipment_id=happened.equipment_id,
        previous_id=happened.previous_id,
        topic=proposal.topic,
        comment=proposal.rule.comment,
        starts_at=proposal.starts_at,
        ends_at=proposal.starts_at + SOONEST if is_meeting else None,
        place=(client.actual_address or client.legal_address or "")[:200] or None if is_meeting else None,
        responsible_id=proposal.responsible_id,
    )
    session.add(planned)
    return planned


def _main_contact(session: Session, client_id: int) -> int | None:
    statement = (
        select(Contact.id)
        .where(Contact.client_id == client_id, Contact.is_active.is_(True))
        .order_by(Contact.is_main.desc(), Contact.id)
        .limit(1)
        .execution_options(**ALL_ROWS)
    )
    return session.scalar(statement)


def is_followed(session: Session, happened: Happened) -> bool:
    """Tell whether the event was followed up before, for whoever and by whichever rule."""
    statement = select(FollowUp.id).where(
        FollowUp.record_table == happened.table, FollowUp.record_id == happened.record_id
    )
    return session.scalar(statement.execution_options(**ALL_ROWS)) is not None


def note_followed(session: Session, rule: FollowUpRule, happened: Happened, planned: Interaction | None) -> None:
    """Log that the rule was followed, or that a person chose to plan nothing."""
    made = FollowUp(rule=rule, record_table=happened.table, record_id=happened.record_id, interaction=planned)
    session.add(made)
