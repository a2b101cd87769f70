"""Ties jobs to the application: what a worker works with, and how it learns of a new job."""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from typing import cast

from flask import Flask, current_app, has_app_context

from app.clock import utc_now
from app.database import db
from app.errors import IntegrationError
from app.integrations.queue import JobQueue
from app.services.files import open_store
from app.services.jobs import Workshop, due_jobs, install_sender, run_job
from config import Settings

_QUEUE = "kontora_queue"
_log = logging.getLogger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Give the application its queue. Nothing is opened before the first job."""
    app.extensions[_QUEUE] = JobQueue(settings.data_dir, settings.redis_url)
    install_sender(_send)


def queue() -> JobQueue:
    """The queue of the current application."""
    return cast(JobQueue, current_app.extensions[_QUEUE])


def workshop(is_stopping: Callable[[], bool]) -> Workshop:
    """What the jobs of the current application work with."""
    own: Settings = current_app.config["KONTORA"]
    return Workshop(db.session.registry.createfunc, open_store(own.files_url), own.timezone, is_stopping)


def work_on(app: Flask, job_id: int, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Do one job in a context of its own."""
    with app.app_context():
        run_job(workshop(is_stopping), job_id, f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}")


def take_up_lost(app: Flask, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Do the jobs that should be worked on and are not."""
    with app.app_context(), db.session.registry.createfunc() as session:
        lost = due_jobs(session, utc_now())
    for job_id in lost:
        work_on(app, job_id, is_stopping)


def _send(job_id: int) -> None:
    """Tell the worker; a queue that does not answer only makes the job wait for the next look at the database."""
    if not has_app_context():
        return
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    if app.testing:
        work_on(app, job_id)
        return
    try:
        queue().send(job_id)
    except IntegrationError as error:
        _log.warning("job %s waits: %s", job_id, error)
