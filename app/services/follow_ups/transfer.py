"""Rules of the next step as plain data, for another installation. Employees stay at home: they are personal data."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.deals import DealStage
from app.models.follow_ups import FollowUpDays, FollowUpEvent, FollowUpFor, FollowUpOutcome, FollowUpRule
from app.models.interactions import InteractionKind
from app.services.follow_ups.rules import check_rule


def export_rules(session: Session) -> list[dict[str, Any]]:
    """Every rule, by name; the stage by its name."""
    return [
        {
            "name": rule.name,
            "event": rule.event.value,
            "interaction_kind": rule.interaction_kind.value if rule.interaction_kind is not None else None,
            "outcome": rule.outcome.value,
            "stage": rule.stage.name if rule.stage is not None else None,
            "days": rule.days,
            "day_kind": rule.day_kind.value,
            "makes": rule.makes.value,
            "topic": rule.topic,
            "comment": rule.comment,
            "assignee": rule.assignee.value,
            "is_active": rule.is_active,
        }
        for rule in session.scalars(select(FollowUpRule).order_by(FollowUpRule.name))
    ]


def import_rule(session: Session, row: Mapping[str, Any]) -> tuple[bool, bool]:
    """Add or change one rule; tells whether it was added and whether it was changed. Raises RuleError.

    A rule for a named employee keeps its employee here; without one it plans for whoever answers for the event.
    """
    found = session.scalars(select(FollowUpRule).filter_by(name=row["name"])).first()
    values = _values(session, row, found)
    rule = found if found is not None else FollowUpRule(name=row["name"])
    different = {name: value for name, value in values.items() if getattr(rule, name) != value}
    for name, value in different.items():
        setattr(rule, name, value)
    check_rule(rule)
    if found is None:
        session.add(rule)
    return found is None, found is not None and bool(different)


def _values(session: Session, row: Mapping[str, Any], found: FollowUpRule | None) -> dict[str, Any]:
    assignee = FollowUpFor(row["assignee"])
    if assignee is FollowUpFor.NAMED and (found is None or found.employee is None):
        assignee = FollowUpFor.EVENT
    kind = row["interaction_kind"]
    return {
        "event": FollowUpEvent(row["event"]),
        "interaction_kind": InteractionKind(kind) if kind is not None else None,
        "outcome": FollowUpOutcome(row["outcome"]),
        "stage": session.scalars(select(DealStage).filter_by(name=row["stage"])).first(),
        "days": row["days"],
        "day_kind": FollowUpDays(row["day_kind"]),
        "makes": InteractionKind(row["makes"]),
        "topic": row["topic"],
        "comment": row["comment"],
        "assignee": assignee,
        "is_active": row["is_active"],
    }
