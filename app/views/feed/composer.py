"""The form over a timeline: what stands in it, and what is written when it is sent."""

from collections.abc import Iterator
from typing import Any

from flask import request, url_for
from flask_login import current_user

from app.clock import utc_now
from app.database import db
from app.models.catalogue import Product
from app.models.clients import Contact
from app.models.deals import Deal
from app.models.follow_ups import FollowUpEvent, FollowUpOutcome
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.staff import Employee
from app.permissions import Viewer
from app.reports.client_card.tabs import contacts_in_use
from app.services.follow_ups import Happened, Proposal, active_rules, office, propose
from app.services.timeline import Host, client_of
from app.texts import _
from app.views import formats
from app.views.current import zone
from app.views.feed.hosts import may_comment, may_talk
from app.views.feed.shown import ComposerForm
from app.views.pages import Option

COMMENT = "comment"
BY_RULE = "rule"
MOST_CONTACTS = 50
PRODUCTS = 3
"""Products that one talk may be about, in this form; the interaction's own form takes more."""


def composer(
    host: Host, person: Viewer, *, error: str = "", typed: dict[str, str] | None = None, is_open: bool = True
) -> ComposerForm | None:
    """The form; None for whoever may write nothing here. `typed` is what stands in its fields after an error."""
    if not may_comment(host, person):
        return None
    client = client_of(host)
    talks = may_talk(host, person)
    held = _held(host, (typed or {}).get("held") or request.args.get("done", "")) if talks else None
    contacts = _contacts(host, is_open=is_open) if talks else ()
    values = typed or _fresh(contacts, held)
    place: dict[str, Any] = {"table": host.__tablename__, "pk": host.id}
    return ComposerForm(
        url=url_for("FeedView.write", **place),
        proposals_url=url_for("FeedView.proposals", **place),
        draft=f"{current_user.username}:{host.__tablename__}:{host.id}",
        values=values,
        kinds=tuple(_kinds(talks, values["kind"])),
        contacts=contacts,
        next_kinds=tuple(_next_kinds(values["next"])) if talks else (),
        responsible=_responsible(values["next_responsible"], person),
        products=tuple(_products(values)),
        directions=tuple(Option(each.value, str(each.label), each.value == values["direction"]) for each in Direction),
        error=error,
        client_id=client.id,
        held=str(held.id) if held is not None else "",
        is_open=is_open or bool(error) or held is not None,
    )


NAMES = (
    "kind", "contact", "contact_details", "topic", "text", "result", "direction", "outcome", "starts_at", "place",
    "next", "next_on", "next_at", "next_topic", "next_responsible", "next_place", "held",
)  # fmt: skip


def typed_values() -> dict[str, str]:
    """What was typed, to be shown again."""
    values = {name: request.form.get(name, "") for name in NAMES}
    for number, key in enumerate(request.form.getlist("product")[:PRODUCTS]):
        values[f"product{number}"] = key
    return values


def _fresh(contacts: tuple[Option, ...], held: Interaction | None) -> dict[str, str]:
    """An empty form: a call to the main contact, just now; or the planned interaction that is written up."""
    values = dict.fromkeys(NAMES, "")
    values |= {
        "kind": InteractionKind.CALL.value,
        "contact": request.args.get("contact", "") or next((each.value for each in contacts), ""),
        "direction": Direction.OUT.value,
        "outcome": FollowUpOutcome.REACHED.value,
        "starts_at": f"{utc_now().astimezone(zone()):%Y-%m-%dT%H:%M}",
        "next": BY_RULE,
        "next_at": "10:00",
    }
    if held is not None:
        values |= {
            "kind": held.kind.value,
            "contact": str(held.contact_id or ""),
            "contact_details": held.contact_details or "",
            "topic": held.topic,
            "text": held.comment or "",
            "place": held.place or "",
            "direction": held.direction.value,
        }
        for number, subject in enumerate(held.subjects[:PRODUCTS]):
            values[f"product{number}"] = str(subject.product_id)
    return values


def _held(host: Host, key: str) -> Interaction | None:
    """The planned interaction of this client that is written up."""
    found: Interaction | None = _record(Interaction, key)
    is_ours = found is not None and found.client_id == client_of(host).id
    return found if is_ours and found is not None and found.state is InteractionState.PLANNED else None


def _contacts(host: Host, *, is_open: bool) -> tuple[Option, ...]:
    """The client's people, the main one first; for a form that is still closed only the deal's, others are searched."""
    if isinstance(host, Deal) and not is_open:
        return (_contact(host.contact),) if host.contact is not None else ()
    found = contacts_in_use(db.session(), client_of(host).id, MOST_CONTACTS)
    return tuple(_contact(each) for each in found)


def _contact(person: Contact) -> Option:
    return Option(str(person.id), ", ".join(filter(None, (person.full_name, person.position))))


def _kinds(talks: bool, chosen: str) -> Iterator[Option]:
    if talks:
        for kind in InteractionKind:
            yield Option(kind.value, str(kind.label), kind.value == chosen)
    yield Option(COMMENT, _("Remark"), chosen == COMMENT or not talks)


def _next_kinds(chosen: str) -> Iterator[Option]:
    yield Option("", _("Plan nothing"), not chosen)
    yield Option(BY_RULE, _("By the office's rule"), chosen == BY_RULE)
    for kind in InteractionKind:
        yield Option(kind.value, str(kind.label), kind.value == chosen)


def _responsible(chosen: str, person: Viewer) -> tuple[Option, ...]:
    """The chosen employee, else oneself."""
    if chosen and chosen != str(person.employee_id) and (found := _record(Employee, chosen)) is not None:
        return (Option(str(found.id), str(found), is_chosen=True),)
    if person.employee_id is None:
        return ()
    name = f"{current_user.last_name} {current_user.first_name}".strip()
    return (Option(str(person.employee_id), name, is_chosen=True),)


def _record(model: type[Any], key: str) -> Any:
    return db.session.get(model, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None


def _products(values: dict[str, str]) -> Iterator[Option]:
    for number in range(PRODUCTS):
        key = values.get(f"product{number}", "")
        found = _record(Product, key)
        yield Option(key, str(found)) if found is not None else Option("", "")


def proposals(host: Host, person: Viewer) -> list[dict[str, Any]]:
    """What the rules propose after each kind of talk, the most particular rule first."""
    rules = active_rules(db.session(), FollowUpEvent.INTERACTION)
    me = _record(Employee, str(person.employee_id or ""))
    if not rules or me is None:
        return []
    client = client_of(host)
    at = office(db.session(), utc_now(), zone())
    happened = Happened(FollowUpEvent.INTERACTION, "interaction", 0, client.id, me.id)
    people = {me.id: str(me), client.responsible_id: str(client.responsible)}
    people |= {rule.employee.id: str(rule.employee) for rule in rules if rule.employee is not None}
    return [_proposal(propose(rule, happened, client, at), people) for rule in rules]


def _proposal(found: Proposal, people: dict[int, str]) -> dict[str, Any]:
    rule, local = found.rule, found.starts_at.astimezone(zone())
    return {
        "rule": rule.name,
        "after": rule.interaction_kind.value if rule.interaction_kind is not None else "",
        "outcome": rule.outcome.value,
        "kind": found.kind.value,
        "words": f"{found.kind.label}, {formats.moment(found.starts_at)}",
        "on": local.date().isoformat(),
        "at": f"{local:%H:%M}",
        "topic": found.topic,
        "responsible": {"id": found.responsible_id, "text": people[found.responsible_id]},
    }
