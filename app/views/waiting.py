"""What every page shows of a person beside its own content: asked in one question, once in a request."""

from collections.abc import Callable, Collection

from flask import Flask, current_app, g

from app.clock import start_of
from app.database import db
from app.reports.panel import Waiting, waiting
from app.views.current import today, viewer, zone

_NAME = "kontora_wanted"


def install(app: Flask, wanted: Callable[[], Collection[str]]) -> None:
    """Take which numbers the menu shows to the person who asks."""
    app.extensions[_NAME] = wanted


def what_waits(screen: str = "") -> Waiting:
    """Numbers, favourites and pinned views of the person, and with a screen all views that are offered over it."""
    if "waiting" not in g or screen not in {"", g.waiting_screen}:
        wanted: Callable[[], Collection[str]] = current_app.extensions[_NAME]
        g.waiting = waiting(db.session(), viewer(), start_of(today(), zone()), wanted(), screen)
        g.waiting_screen = screen
    found: Waiting = g.waiting
    return found
