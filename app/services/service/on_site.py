"""What an engineer reports from the client's place: the outcome, photographs, the client's signature, as one act."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.files import AttachmentKind
from app.models.service import Visit
from app.services.files import Stored, attach
from app.services.service.hours import WorkTime
from app.services.service.visits import Finished, Outcome, finish_visit
from app.texts import _

MOST_PHOTOS = 20
LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Signed:
    """Who accepted the work on the client's side: the drawn signature, or the name typed and confirmed instead."""

    name: str
    drawing: Stored | None = None


@dataclass(frozen=True, slots=True)
class SiteReport:
    """Everything that is sent from the place; files are taken in already."""

    outcome: Outcome
    before: tuple[Stored, ...] = ()
    after: tuple[Stored, ...] = ()
    signed: Signed | None = None
    next_maintenance_on: date | None = None


def report_visit(session: Session, visit: Visit, report: SiteReport, work_time: WorkTime, now: datetime) -> Finished:
    """Finish the visit with what was brought from the place: all of it, or nothing.

    A date for the next maintenance that the engineer gives wins over the interval. Raises RuleError as
    `finish_visit` does, for too many photographs, a signature without a name, and a maintenance in the past.
    """
    _check(visit, report, day_of(visit.starts_at, work_time.zone))
    if report.signed is not None:
        visit.signed_by, visit.signed_at = report.signed.name.strip(), now
    finished = finish_visit(session, visit, report.outcome, work_time)
    if report.next_maintenance_on is not None and visit.equipment is not None:
        visit.equipment.next_maintenance_on = report.next_maintenance_on
    for kind, photos in ((AttachmentKind.PHOTO_BEFORE, report.before), (AttachmentKind.PHOTO_AFTER, report.after)):
        for stored in photos:
            attach(session, visit, stored, kind)
    if report.signed is not None and report.signed.drawing is not None:
        attach(session, visit, report.signed.drawing, AttachmentKind.SIGNATURE, report.signed.name)
    session.flush()
    return finished


def _check(visit: Visit, report: SiteReport, day: date) -> None:
    if len(report.before) + len(report.after) > MOST_PHOTOS:
        raise RuleError(_("At most %(most)s photographs go with a visit.", most=MOST_PHOTOS))
    if report.signed is not None and not 0 < len(report.signed.name.strip()) <= LONGEST_NAME:
        raise RuleError(_("Write the name of the client's person who signs."))
    if report.next_maintenance_on is None:
        return
    if visit.equipment is None:
        raise RuleError(_("The visit is to no equipment: there is nothing to plan maintenance for."))
    if report.next_maintenance_on <= day:
        raise RuleError(_("The next maintenance is after the visit, not before it."))
