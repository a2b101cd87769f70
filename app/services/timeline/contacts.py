"""Writes down a contact with a client and what comes next, in one go: the talk that was, the step that will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.catalogue import Product
from app.models.clients import Client, Contact
from app.models.deals import Deal
from app.models.follow_ups import FollowUpEvent
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState, InteractionSubject
from app.models.staff import Employee
from app.services.activity import count_interaction
from app.services.follow_ups import (
    Office,
    active_rules,
    deciding,
    happened_with,
    is_followed,
    matching_rule,
    note_followed,
    plan_proposed,
    propose,
)
from app.services.interactions import check_interaction
from app.services.timeline.hosts import Host, client_of, host_links
from app.services.timeline.mentions import Mentions, tell_mentioned
from app.texts import _


@dataclass(frozen=True, slots=True)
class Talk:
    """A call, meeting or letter that took place. `planned` is the planned interaction that it was, if it was."""

    kind: InteractionKind
    topic: str
    result: str
    starts_at: datetime
    responsible: Employee
    contact: Contact | None = None
    contact_details: str = ""
    comment: str = ""
    direction: Direction = Direction.OUT
    is_reached: bool = True
    place: str = ""
    products: Sequence[Product] = ()
    planned: Interaction | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next. `by_rule` leaves it to the office's rules; nothing else is said then."""

    kind: InteractionKind | None = None
    starts_at: datetime | None = None
    topic: str = ""
    responsible: Employee | None = None
    place: str = ""
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the talk, the step that was planned, who was mentioned."""

    talk: Interaction | None
    step: Interaction | None
    mentions: Mentions


def log_talk(session: Session, host: Host, talk: Talk, step: NextStep | None, at: Office) -> Written:
    """Write down a talk, count it, and plan the next step: the given one, the one of the rules, or none.

    Raises RuleError for what is missing in either; then nothing is written.
    """
    if not talk.topic.strip():
        raise RuleError(_("Say what it was about."))
    with deciding(session):
        made = _written(host, talk, at)
        check_interaction(made)
        session.add(made)
        session.flush()
        count_interaction(session, made, zone=at.zone)
        planned = _next(session, host, made, step, at)
    text = "\n".join(filter(None, (made.comment, made.result)))
    return Written(made, planned, tell_mentioned(session, made, client_of(host), text))


def plan_step(
    session: Session, host: Host, step: NextStep, contact: Contact | None = None, after: Interaction | None = None
) -> Interaction:
    """Plan a step, after a talk or by itself. Raises RuleError for what is missing."""
    if step.kind is None or step.starts_at is None:
        raise RuleError(_("Say when the next step is."))
    if not step.topic.strip():
        raise RuleError(_("Say what the next step is about."))
    if step.responsible is None:
        raise RuleError(_("Say who makes the next step."))
    client = client_of(host)
    planned = Interaction(
        kind=step.kind,
        state=InteractionState.PLANNED,
        client=client,
        contact=contact,
        contact_details=_details(client, after) if contact is None else None,
        topic=step.topic.strip(),
        starts_at=step.starts_at,
        place=_place(client, step),
        responsible=step.responsible,
        previous=after,
        **_links(host, after),
    )
    check_interaction(planned)
    session.add(planned)
    if isinstance(host, Deal) and host.next_step_on is None:
        host.next_step, host.next_step_on = planned.topic, planned.starts_at.date()
    session.flush()
    return planned


def _details(client: Client, after: Interaction | None) -> str | None:
    return (after.contact_details if after is not None else None) or client.phone or client.email


def _place(client: Client, step: NextStep) -> str | None:
    """Where a meeting is: at the client's when nobody says otherwise."""
    if step.kind is not InteractionKind.MEETING:
        return None
    return (step.place.strip() or client.actual_address or client.legal_address or "")[:200] or None


def _links(host: Host, after: Interaction | None) -> dict[str, int | None]:
    if after is not None:
        return {"deal_id": after.deal_id, "equipment_id": after.equipment_id}
    return {name: key for name, key in host_links(host).items() if name != "client_id"}


def _written(host: Host, talk: Talk, at: Office) -> Interaction:
    """The interaction with all that was said of it; one that was planned keeps its links."""
    made = talk.planned or Interaction(client=client_of(host), **host_links(host))
    made.kind, made.direction, made.is_reached = talk.kind, talk.direction, talk.is_reached
    made.state = InteractionState.DONE
    made.contact, made.contact_details = talk.contact, talk.contact_details.strip() or None
    made.topic, made.result = talk.topic.strip(), talk.result.strip() or None
    made.comment = talk.comment.strip() or None
    made.starts_at, made.responsible = talk.starts_at, talk.responsible
    is_today = day_of(talk.starts_at, at.zone) == day_of(at.now, at.zone)
    made.ends_at = max(at.now, talk.starts_at) if is_today else talk.starts_at
    if made.kind is InteractionKind.MEETING:
        made.place = (talk.place.strip() or made.place or "")[:200] or None
    known = {subject.product for subject in made.subjects}
    made.subjects += [InteractionSubject(product=each) for each in dict.fromkeys(talk.products) if each not in known]
    return made


def _next(session: Session, host: Host, made: Interaction, step: NextStep | None, at: Office) -> Interaction | None:
    """Plan what comes next. The rule that was meant for the talk is noted either way, so that it plans nothing more."""
    happened = happened_with(made)
    rule = matching_rule(active_rules(session, FollowUpEvent.INTERACTION), happened)
    planned = None
    if step is not None and not step.by_rule:
        planned = plan_step(session, host, step, made.contact, made)
    elif step is not None and rule is not None:
        client = client_of(host)
        proposal = propose(rule, happened, client, at)
        planned = plan_proposed(session, proposal, happened, client)
    if planned is not None:
        made.next_contact_on = day_of(planned.starts_at, at.zone)
    if rule is not None and not is_followed(session, happened):
        note_followed(session, rule, happened, planned)
    session.flush()
    return planned
