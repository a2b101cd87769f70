"""The numbers of the frame, beside the lines of the panel and on the bell, and favourites: asked in one question.

A number stops at `MOST`: the panel stands on every page, and nobody acts differently on 240 than on 99.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models.access import PersonalSetting
from app.models.claims import Claim, ClaimStatus
from app.models.handover import Handover
from app.models.interactions import Interaction, InteractionState
from app.models.letters import IncomingMail, IncomingState
from app.models.money import MoneyDirection, Payment
from app.models.service import Visit, VisitStatus
from app.permissions import Viewer
from app.reports.notices import unread

MOST = 100
UNREAD = "unread"
"""What the bell counts, among the wanted kinds."""
Questions = dict[str, Select[Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the frame of a page shows of one person."""

    counts: dict[str, int]
    """Kind -> how much waits, at most MOST."""
    favourites: list[tuple[str, str]]
    """Address and words of each."""


def waiting(session: Session, person: Viewer, day_starts: datetime, wanted: Collection[str]) -> Waiting:
    """How much of each wanted kind waits for the person (a name in `_questions`), and favourites.

    Overdue is what should have been done before the day that starts at `day_starts`.
    """
    every = _questions(person.employee_id, day_starts) | {UNREAD: unread(person)}
    questions = {name: each for name, each in every.items() if name in wanted}
    counts = [_count(each).label(name) for name, each in questions.items()]
    favourites = (
        select(PersonalSetting.value)
        .where(PersonalSetting.user_id == person.user_id, PersonalSetting.name == "favourites")
        .scalar_subquery()
    )
    row = session.execute(select(favourites.label("favourites"), *counts)).one()
    counted = {name: getattr(row, name) for name in questions}
    return Waiting(counted, [(url, label) for url, label in row.favourites or []])


def _questions(employee_id: int | None, day_starts: datetime) -> Questions:
    payments = select(Payment.id).where(Payment.direction == MoneyDirection.IN, Payment.client_id.is_(None))
    letters = select(IncomingMail.id).where(IncomingMail.state == IncomingState.UNSORTED)
    of_all = {"payments": payments, "letters": letters}
    if employee_id is None:
        return of_all
    return {
        **of_all,
        "events": select(Interaction.id).where(
            Interaction.responsible_id == employee_id,
            Interaction.state == InteractionState.PLANNED,
            Interaction.starts_at < day_starts,
        ),
        "visits": select(Visit.id).where(
            Visit.employee_id == employee_id, Visit.status == VisitStatus.PLANNED, Visit.ends_at < day_starts
        ),
        "claims": select(Claim.id).where(Claim.responsible_id == employee_id, Claim.status != ClaimStatus.CLOSED),
        "handovers": select(Handover.id).where(
            Handover.to_id == employee_id, Handover.in_force.is_(True), Handover.received_at.is_(None)
        ),
    }


def _count(question: Select[Any]) -> Any:
    return select(func.count()).select_from(question.limit(MOST).subquery()).scalar_subquery()
