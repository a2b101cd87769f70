"""Which kinds of jobs there are, and who wants to hear that one is over."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.models.jobs import Job

JobFunction = Callable[[Session, Job, Any], None]
"""Does the work of a job: takes the session of its owner, the job, and a Progress."""
Finished = Callable[[Session, Job], None]

_kinds: dict[str, JobFunction] = {}
_listeners: list[Finished] = []


def job_kind(name: str) -> Callable[[JobFunction], JobFunction]:
    """Say that a function does the jobs of a kind. Names are stable: jobs that wait refer to them."""

    def register(function: JobFunction) -> JobFunction:
        _kinds[name] = function
        return function

    return register


def function_of(kind: str) -> JobFunction | None:
    """What does the jobs of a kind; None for a kind that is no more."""
    return _kinds.get(kind)


def on_finished(listener: Finished) -> Finished:
    """Have a function called when a job is done, failed or cancelled, in the transaction that says so."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def listeners() -> tuple[Finished, ...]:
    """Whoever wants to hear of a job's end."""
    return tuple(_listeners)
