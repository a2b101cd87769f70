"""A long list as a file: asked for on a page, written by a job, fetched from the job's page."""

import io
from typing import Any

from flask import abort, current_app
from sqlalchemy.orm import Session

from app.database import db, reading_only
from app.models.jobs import Job
from app.permissions import READ
from app.services.jobs import Progress, job_kind, start_job
from app.texts import _, speaking
from app.views.crud import CrudView
from app.views.crud.lists import ListBuilder
from app.views.crud.sheets import TYPES, export_rows, sheet_name, write_sheet
from app.views.current import viewer


def start_export(endpoint: str, query: str, wanted: str) -> Job:
    """Start writing the list of a screen, as its address asks for it; 404 and 403 as the list itself answers."""
    screen = _screen(endpoint)
    if wanted not in TYPES or not viewer().may(READ, screen.area):
        abort(404 if wanted not in TYPES else 403)
    arguments = {"screen": endpoint, "query": query, "format": wanted}
    return start_job(db.session(), "export", arguments, _("Export: %(title)s", title=str(screen.title)))


@job_kind("export")
def export_job(session: Session, job: Job, progress: Progress) -> None:
    """Write the file from its first row: a worker that died has left nothing of it."""
    asked, language = job.arguments, job.language
    progress.done = 0
    # A list is told by its address, so the job asks it the way a page does.
    with current_app.test_request_context(f"/?{asked['query']}"), speaking(language):
        reading: Any = db.session.registry.createfunc()
        reading.info["viewer"] = session.info["viewer"]
        db.session.registry.set(reading)
        builder = ListBuilder(_screen(asked["screen"]), viewer())
        with reading_only():
            rows = export_rows(builder)
            first = list(_some(rows))
        target = io.BytesIO()
        write_sheet(target, _counted(first, rows, progress), builder, asked["format"])
        name = sheet_name(builder, asked["format"])
        reading.rollback()
    progress.finish_with(_("The file is ready."))
    progress.finish_with_file(target.getvalue(), name, TYPES[asked["format"]])


def _some(rows: Any) -> Any:
    """The first row: its question begins the transaction that all rows are read in."""
    for row in rows:
        yield row
        return


def _counted(first: list[Any], rows: Any, progress: Progress) -> Any:
    yield from first
    for row in rows:
        yield row
        progress.count()


def _screen(endpoint: str) -> Any:
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    return next((view for view in views if view.endpoint == endpoint and isinstance(view, CrudView)), None) or abort(
        404
    )
