"""The numbers of the frame, beside the lines of the panel and on the bell, favourites and views: asked in one question.

A number stops at `MOST`: the panel stands on every page, and nobody acts differently on 240 than on 99.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from app.database import answers, at_most, rows_as_one
from app.models.access import PersonalSetting
from app.models.claims import Claim, ClaimStatus
from app.models.handover import Handover
from app.models.interactions import Interaction, InteractionState
from app.models.letters import IncomingMail, IncomingState
from app.models.money import MoneyDirection, Payment
from app.models.service import Visit, VisitStatus
from app.permissions import Viewer
from app.reports.notices import unread, unread_tables
from app.reports.saved_views import SCREEN, KeptView, offered, views_of

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
    views: tuple[KeptView, ...]
    """Those that are pinned, and those that are offered over the screen in question."""


def waiting(
    session: Session, person: Viewer, day_starts: datetime, wanted: Collection[str], screen: str = ""
) -> Waiting:
    """How much of each wanted kind waits for the person (a name in `_questions`), favourites and views of lists.

    Overdue is what should have been done before the day that starts at `day_starts`.
    """
    about = unread_about.get(person.user_id, frozenset())
    while True:
        question = _statement(person, day_starts, frozenset(wanted), MOST, about)
        ((favourites, views, tables, *counts),) = answers(session, question, {SCREEN: screen}, by_row=True)
        found = frozenset(tables.split(",")) if tables else frozenset()
        if found <= about:
            break
        about = unread_about[person.user_id] = found
    names = [column.name for column in question.selected_columns][3:]
    marked = [(url, label) for url, label in favourites or []]
    return Waiting(dict(zip(names, counts, strict=True)), marked, views_of(views or ()))


unread_about: dict[int, frozenset[str]] = {}
"""User -> the tables that their unread notifications were about when they were asked for last.

Whether a record may be opened is asked of those tables only: to plan the question about all of them takes PostgreSQL
longer than any other answer of a page. The question says itself whether there is a further one, and is asked anew.
"""


@lru_cache(maxsize=1024)
def _statement(
    person: Viewer, day_starts: datetime, wanted: frozenset[str], most: int, about: frozenset[str]
) -> Select[Any]:
    """The one question. Every page asks it, and putting it together took longer than the answer: it is kept."""
    every = _questions(person, day_starts) | {UNREAD: unread(person, about)}
    counts = [_count(each, most).label(name) for name, each in every.items() if name in wanted]
    favourites = (
        select(PersonalSetting.value)
        .where(PersonalSetting.user_id == person.user_id, PersonalSetting.name == "favourites")
        .scalar_subquery()
    )
    tables = unread_tables(person, most) if UNREAD in wanted else select(null())
    views = rows_as_one(offered(person.user_id)).label("views")
    return select(favourites.label("favourites"), views, tables.scalar_subquery().label("tables"), *counts)


def _questions(person: Viewer, day_starts: datetime) -> Questions:
    of_company = _of_company() if person.sees_all() else {}
    return of_company | _own(person.employee_id, day_starts) if person.employee_id else of_company


def _of_company() -> Questions:
    """What belongs to no client yet: a limited viewer sees nothing of it."""
    payments = select(Payment.id).where(Payment.direction == MoneyDirection.IN, Payment.client_id.is_(None))
    letters = select(IncomingMail.id).where(IncomingMail.state == IncomingState.UNSORTED)
    return {"payments": payments, "letters": letters}


def _own(me: int, day_starts: datetime) -> Questions:
    """What names the person: they see it for that (`visibility`), so the tables are asked without the row rule.

    The rule would say the same once more, and to plan it takes PostgreSQL longer than the answer.
    """
    event, visit, claim, handover = (each.__table__.c for each in (Interaction, Visit, Claim, Handover))
    overdue = event.state == InteractionState.PLANNED, event.starts_at < day_starts
    missed = visit.status == VisitStatus.PLANNED, visit.ends_at < day_starts
    unsigned = handover.in_force.is_(True), handover.received_at.is_(None)
    return {
        "events": select(event.id).where(event.responsible_id == me, *overdue).order_by(event.starts_at),
        "visits": select(visit.id).where(visit.employee_id == me, *missed),
        "claims": select(claim.id).where(claim.responsible_id == me, claim.status != ClaimStatus.CLOSED),
        "handovers": select(handover.id).where(handover.to_id == me, *unsigned),
    }


def _count(question: Select[Any], most: int) -> Any:
    return select(func.count()).select_from(question.limit(at_most(most)).subquery()).scalar_subquery()
