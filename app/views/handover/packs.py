"""The packs of a hand-over on paper: of one client at once, of many by a job. Opened portraits are logged."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.errors import RuleError
from app.models.clients import Client
from app.models.handover import Handover
from app.models.jobs import Job
from app.permissions import READ
from app.reports.handover import Asking, handed_clients
from app.reports.handover_print import pack_file_name, pack_pdf
from app.reports.rendering.merging import merged
from app.services.audit import log_access
from app.services.jobs import Progress, job_kind, start_job
from app.texts import _
from app.views.current import zone
from app.views.printing import shown

AT_ONCE = 5
"""Packs that are printed within a page; more are a job."""
JOB = "handover_pack"


def printed(session: Session, handover: Handover, client: Client, asking: Asking) -> bytes:
    """The pack of one client; that portraits were opened is noted."""
    pack = pack_pdf(session, handover, client, asking)
    for key in pack.portraits:
        log_access(session, key, ["portrait"])
    return pack.pdf


def start_packs(session: Session, handover: Handover, total: int) -> Job:
    """Print the packs of many clients by a job."""
    arguments = {"handover": handover.id, "zone": zone().key}
    title = _("Packs of the hand-over %(number)s", number=handover.number)
    return start_job(session, JOB, arguments, title, total=total)


@job_kind(JOB)
def print_packs(session: Session, job: Job, progress: Progress) -> None:
    """Print from the first client on: a worker that died has left nothing of it."""
    viewer = session.info["viewer"]
    handover = session.get(Handover, job.arguments["handover"])
    if handover is None or not viewer.may(READ, "Handovers"):
        raise RuleError(_("The right to do this has been taken away."))
    company = ZoneInfo(job.arguments["zone"])
    asking = Asking(viewer, day_of(utc_now(), company), company)
    keys = [client.id for client in handed_clients(session, handover)]
    progress.done = 0
    pdf = merged(_each(session, (job.arguments["handover"], keys), asking, progress))
    progress.finish_with(_("The file is ready."))
    made = session.get_one(Handover, job.arguments["handover"])
    progress.finish_with_file(pdf, pack_file_name(made), "application/pdf")


def _each(session: Session, asked: tuple[int, list[int]], asking: Asking, progress: Progress) -> Iterator[bytes]:
    """Pack after pack. Records are fetched anew: what was printed so far is saved in between."""
    handover_id, keys = asked
    for key in keys:
        client = session.get(Client, key)
        if client is not None:
            yield printed(session, session.get_one(Handover, handover_id), client, asking)
        progress.count()


def all_packs(session: Session, handover: Handover, clients: Sequence[Client], asking: Asking) -> Any:
    """The packs of a few clients as one document."""
    pdf = merged(printed(session, handover, client, asking) for client in clients)
    return shown(pdf, pack_file_name(handover))
