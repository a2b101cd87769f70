"""Reads the form over a timeline and writes what it says, in one go."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from flask import flash, request

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.catalogue import Product
from app.models.clients import Contact
from app.models.follow_ups import FollowUpOutcome
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.staff import Employee
from app.permissions import Viewer
from app.services.follow_ups import office
from app.services.timeline import (
    Host,
    Mentions,
    NextStep,
    Talk,
    add_comment,
    client_of,
    log_talk,
    plan_step,
    tell_mentioned,
)
from app.texts import _
from app.views import formats
from app.views.current import zone
from app.views.feed.composer import BY_RULE, COMMENT, PRODUCTS
from app.views.feed.hosts import may_talk


def write(host: Host, person: Viewer) -> None:
    """Write what was sent and say what came of it. Raises RuleError; the caller commits."""
    session = db.session()
    if request.form.get("kind", "") == COMMENT or not may_talk(host, person):
        comment = add_comment(session, host, request.form.get("text", ""))
        step = _next_step(person) if may_talk(host, person) else None
        planned = None
        if step is not None and not step.by_rule:
            planned = plan_step(session, host, step, _chosen(Contact, "contact"))
        say(tell_mentioned(session, host, client_of(host), comment.text))
    else:
        written = log_talk(session, host, _talk(host, person), _next_step(person), office(session, utc_now(), zone()))
        planned = written.step
        say(written.mentions)
    flash(_done(planned), "success")


def say(mentions: Mentions) -> None:
    """Say who was told, and who was not and why."""
    if mentions.told:
        flash(_("Told: %(names)s.", names=", ".join(mentions.told)), "success")
    if mentions.blind:
        words = _("May not see this record and was not told: %(names)s.", names=", ".join(mentions.blind))
        flash(words, "warning")
    if mentions.unknown:
        logins = ", ".join(f"@{login}" for login in mentions.unknown)
        flash(_("Nobody has this login: %(logins)s.", logins=logins), "warning")


def _done(planned: Interaction | None) -> str:
    if planned is None:
        return _("Written down.")
    when = formats.moment(planned.starts_at)
    return _("Written down. Next: %(kind)s, %(when)s.", kind=str(planned.kind.label).lower(), when=when)


def _talk(host: Host, person: Viewer) -> Talk:
    form = request.form
    return Talk(
        kind=_member(InteractionKind, form.get("kind", "")),
        topic=form.get("topic", ""),
        result=form.get("result", ""),
        starts_at=_moment(form.get("starts_at", "")) if form.get("starts_at") else utc_now(),
        responsible=_me(person),
        contact=_chosen(Contact, "contact"),
        contact_details=form.get("contact_details", "")[:200],
        comment=form.get("text", ""),
        direction=_member(Direction, form.get("direction") or Direction.OUT.value),
        is_reached=form.get("outcome", "") != FollowUpOutcome.NOT_REACHED.value,
        place=form.get("place", ""),
        products=_products(),
        planned=_held(host),
    )


def _me(person: Viewer) -> Employee:
    found = db.session.get(Employee, person.employee_id) if person.employee_id else None
    if found is None:
        raise RuleError(_("Your login belongs to no employee; ask the administrator to link it."))
    return found


def _next_step(person: Viewer) -> NextStep | None:
    form = request.form
    chosen = form.get("next", "")
    if not chosen:
        return None
    if chosen == BY_RULE:
        return NextStep(by_rule=True)
    return NextStep(
        kind=_member(InteractionKind, chosen),
        starts_at=_step_at(form.get("next_on", ""), form.get("next_at", "")),
        topic=form.get("next_topic", "").strip()[:200] or form.get("topic", "").strip()[:200],
        responsible=_chosen(Employee, "next_responsible") or _me(person),
        place=form.get("next_place", ""),
    )


def _step_at(day: str, at: str) -> datetime:
    try:
        typed = date.fromisoformat(day)
    except ValueError:
        raise RuleError(_("Say on which day the next step is.")) from None
    try:
        moment = time.fromisoformat(at or "10:00")
    except ValueError:
        raise RuleError(_("Say at what time the next step is.")) from None
    return datetime.combine(typed, moment.replace(tzinfo=None), zone()).astimezone(UTC)


def _moment(typed: str) -> datetime:
    try:
        read = datetime.fromisoformat(typed)
    except ValueError:
        raise RuleError(_("Say when it was.")) from None
    return read.replace(tzinfo=zone()).astimezone(UTC).replace(second=0, microsecond=0)


def _member(choices: Any, typed: str) -> Any:
    if typed not in set(choices):
        raise RuleError(_("Choose what it was."))
    return choices(typed)


def _products() -> Sequence[Product]:
    keys = [key for key in request.form.getlist("product")[:PRODUCTS] if key]
    return [found for key in keys if (found := _record(Product, key)) is not None]


def _held(host: Host) -> Interaction | None:
    """The planned interaction that was held; one that is over by now would be written down twice."""
    key = request.form.get("held", "")
    if not key:
        return None
    found: Interaction | None = _record(Interaction, key)
    if found is None or found.client_id != client_of(host).id or found.state is not InteractionState.PLANNED:
        raise RuleError(_("This interaction is no longer planned; open it and look what became of it."))
    return found


def _chosen(model: type[Any], name: str) -> Any:
    """The record that was picked; None for nothing."""
    key = request.form.get(name, "").strip()
    if not key:
        return None
    found = _record(model, key)
    if found is None:
        raise RuleError(_("One of the chosen records is no longer there."))
    return found


def _record(model: type[Any], key: str) -> Any:
    return db.session.get(model, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
