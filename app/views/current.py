"""The person, the day and the zone of the current request."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import abort, current_app

from app.clock import day_of, utc_now
from app.database import db
from app.permissions import Viewer


def viewer() -> Viewer:
    """The signed-in person on whose behalf this request asks; 401 when nobody is signed in."""
    found: Viewer | None = db.session.info.get("viewer")
    if found is None:
        abort(401)
    return found


def zone() -> ZoneInfo:
    """The company's time zone."""
    return ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])


def today() -> date:
    """Today in the company's time zone."""
    return day_of(utc_now(), zone())


def day_from(value: str) -> date | None:
    """A day of an address or form; None for an empty one, 400 for what is no day or beyond reason."""
    try:
        read = date.fromisoformat(value) if value else None
    except ValueError:
        abort(400)
    return read if read is None or 1990 <= read.year <= 2100 else abort(400)
