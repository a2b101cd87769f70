"""`flask kontora worker`: works on jobs until it is stopped."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.group import finish, json_option
from app.cli.inbox import fetch_mail
from app.cli.mail import send_mail
from app.working import queue, take_up_lost, work_on

LOOK_EVERY_SECONDS = 1.0


@click.command("worker")
@click.option("--workers", default=1, show_default=True, help="How many jobs at once; SQLite has one writer anyway.")
@click.option("--with-parent", is_flag=True, help="Stop when the process that started this one is gone.")
@json_option
@with_appcontext
def worker(workers: int, with_parent: bool, as_json: bool) -> None:
    """Work on jobs: imports, large exports, acts on many records. When stopped, the current one saves its rows."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    logging.getLogger("huey").setLevel(logging.WARNING)
    made: list[Any] = []
    taken: list[int] = []

    def is_stopping() -> bool:
        return bool(made[0].stop_flag.is_set())

    def take(job_id: int) -> None:
        taken.append(job_id)
        work_on(app, job_id, is_stopping)

    made.append(queue().consume(take, lambda: _each_minute(app, is_stopping), workers))
    if with_parent:
        threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    made[0].run()
    finish({"jobs": len(taken)}, as_json)


def _each_minute(app: Flask, is_stopping: Callable[[], bool]) -> None:
    """Take up lost jobs, send letters and fetch new ones; a mail server that is slow holds up no job for long."""
    take_up_lost(app, is_stopping)
    with app.app_context():
        send_mail()
        fetch_mail()


def _follow(parent: int) -> None:
    """End with the parent: nobody else would stop a worker that was started beside the pages."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
