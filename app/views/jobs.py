"""Long work as a person sees it: how far a job is, what it says, how to stop it, what came out."""

from typing import Any

from flask import abort, jsonify, redirect, render_template, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.clock import utc_now
from app.database import db
from app.models.jobs import Job, JobLine, JobState
from app.permissions import Role
from app.services.jobs import cancel_job
from app.texts import _
from app.views import formats
from app.views.attachments import store
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.exports import start_export
from app.views.sections import HOME

SHOWN_JOBS = 50
SHOWN_LINES = 200


class JobView(BaseView):
    """The jobs of a person; the administrator sees everybody's."""

    route_base = "/jobs"
    class_permission_name = "Jobs"
    method_permission_name = {
        "list": "read",
        "show": "read",
        "state": "read",
        "cancel": "read",
        "file": "read",
        "export": "read",
    }
    """The area's own right opens the door; whose the job is, is asked in each method."""

    @expose("/")
    @has_access
    def list(self) -> Any:
        """The latest jobs."""
        question = select(Job).order_by(Job.id.desc()).limit(SHOWN_JOBS)
        if not _sees_everybodys():
            question = question.where(Job.owner_id == viewer().user_id)
        jobs = [(job, formats.cell(job.state), _progress_words(job)) for job in db.session.scalars(question)]
        return render_template("jobs/list.html", title=_("Jobs"), page_section=str(HOME), jobs=jobs, formats=formats)

    @expose("/export", methods=["POST"])
    @has_access
    def export(self) -> Any:
        """Start writing a long list into a file."""
        asked = (request.form.get(name, "")[:2000] for name in ("screen", "query", "format"))
        job = start_export(*asked)
        db.session.commit()
        return redirect(url_for("JobView.show", pk=job.id))

    @expose("/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """One job."""
        job = find_job(pk)
        return render_template(
            "jobs/show.html", title=job.title, page_section=str(HOME), job=job, **_facts(job), formats=formats
        )

    @expose("/<pk>/state")
    @has_access
    def state(self, pk: str) -> Any:
        """What changes while a job runs, for the page that shows it."""
        job = find_job(pk)
        body = render_template("jobs/_state.html", job=job, **_facts(job), formats=formats)
        return jsonify(html=body, is_over=job.is_over, state=str(job.state.value), percent=job.percent)

    @expose("/<pk>/cancel", methods=["POST"])
    @has_access
    def cancel(self, pk: str) -> Any:
        """Ask the job to stop."""
        job = find_job(pk)
        cancel_job(db.session(), job, utc_now())
        db.session.commit()
        return redirect(url_for("JobView.show", pk=job.id))

    @expose("/<pk>/file")
    @has_access
    def file(self, pk: str) -> Any:
        """The file that the job has made."""
        job = find_job(pk)
        if job.result_file is None:
            abort(404)
        made = job.result_file
        content = store().open(made.sha256)
        return send_file(content, mimetype=made.media_type, as_attachment=True, download_name=made.name)


def _sees_everybodys() -> bool:
    return Role.ADMIN in viewer().roles


def find_job(pk: str) -> Job:
    """The job of an address when it is the person's own, or the person is an administrator; 404 otherwise."""
    job = db.session.get(Job, whole(pk))
    if job is None or not (job.owner_id == viewer().user_id or _sees_everybodys()):
        abort(404)
    return job


def _facts(job: Job) -> dict[str, Any]:
    newest = select(JobLine).where(JobLine.job_id == job.id).order_by(JobLine.id.desc()).limit(SHOWN_LINES)
    return {
        "chip": formats.cell(job.state),
        "progress": _progress_words(job),
        "lines": list(db.session.scalars(newest)),
        "can_cancel": not job.is_over and not job.is_cancel_wanted,
        "is_waiting": job.state is JobState.QUEUED,
    }


def _progress_words(job: Job) -> str:
    done = formats.number(job.done)
    if job.total:
        return _("%(done)s of %(total)s rows", done=done, total=formats.number(job.total))
    return _("%(done)s rows", done=done) if job.done else ""
