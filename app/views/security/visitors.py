"""Who asks: finds the sign-in of a request, and puts the person with rights and row rule before everything else.

The cookie holds a random token and nothing about the person. A request costs one query here, and a second one the
first time that a set of roles is met after rights have changed.
"""

import logging
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, redirect, request, session
from flask_login import current_user
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.clock import ZONE, utc_now
from app.database import User, db, know_viewer_by
from app.permissions import Right, Viewer, widest_scope
from app.services.access import sign_ins
from app.services.access.rights import rights_of
from app.services.access.sign_ins import Lifetimes, SignIn

COOKIE_KEY = "login"
_MOST_KEPT = 256
_TEXTS = "script_texts.module"
"""The words of the scripts: as with files, nobody needs to be looked up for them."""
_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Look at every request before its view runs, and keep `seen_at` up to date afterwards."""
    app.extensions["kontora_rights"] = {}
    app.before_request(_meet)
    app.teardown_appcontext(_note_use)


def lifetimes() -> Lifetimes:
    """How long sign-ins last here."""
    return Lifetimes(current_app.config["LOGIN_IDLE"], current_app.config["LOGIN_LIFETIME"])


def viewer() -> Viewer | None:
    """The person of this request, None for a stranger or outside of requests."""
    found: Viewer | None = g.get("viewer") if has_request_context() else None
    return found


def by_cookie(_request: Any) -> User | None:
    """The person whose sign-in the cookie names."""
    token = session.get(COOKIE_KEY)
    if not isinstance(token, str):
        return None
    found = sign_ins.find(db.session(), token, utc_now(), lifetimes())
    if found is None:
        session.pop(COOKIE_KEY)
        return None
    return welcome(found)


def by_token(token: Any) -> User | None:
    """The person whose sign-in a program's token names."""
    if not isinstance(token, str):
        return None
    found = sign_ins.find(db.session(), token, utc_now(), lifetimes())
    return welcome(found) if found is not None else None


def welcome(found: SignIn) -> User:
    """Let the rest of the request act on behalf of the person."""
    g.viewer = db.session.info["viewer"] = Viewer(
        user_id=found.user.id,
        employee_id=found.employee_id,
        scope=widest_scope(found.roles),
        rights=_rights(found),
        roles=found.roles,
    )
    db.session.info[ZONE] = ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])
    if found.is_to_touch:
        g.sign_in_to_touch = found.row_id
    return found.user


def asks_by_itself() -> None:
    """Say that the page asks and nobody works: the sign-in lives no longer for it."""
    g.pop("sign_in_to_touch", None)


def only_signed_in() -> Response | None:
    """The way to the sign-in page for a stranger, None for everybody else."""
    if viewer() is not None:
        return None
    return redirect(current_app.appbuilder.get_url_for_login_with(request.full_path))  # type: ignore[attr-defined]


def _rights(found: SignIn) -> frozenset[Right]:
    """The rights of the roles, kept in this process until their version changes anywhere."""
    kept: dict[tuple[str, frozenset[int]], frozenset[Right]] = current_app.extensions["kontora_rights"]
    key = (found.rights_version, found.role_ids)
    if key not in kept or not found.rights_version:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = rights_of(db.session(), found.role_ids)
    return kept[key]


def _meet() -> None:
    """Find out who asks; what an earlier request on the same context left behind counts for nothing."""
    for name in ("viewer", "sign_in_to_touch", "_login_user"):
        g.pop(name, None)
    if db.session.registry.has():
        db.session.info.pop("viewer", None)
    is_file = request.endpoint is not None and (
        request.endpoint == _TEXTS or request.endpoint.split(".")[-1] == "static"
    )
    if not is_file and COOKIE_KEY in session:
        current_user.is_authenticated  # noqa: B018 (asking makes Flask-Login look)


def _note_use(_error: BaseException | None) -> None:
    """Note that the sign-in is in use, in a transaction of its own once the request's own is over."""
    row_id = g.pop("sign_in_to_touch", None)
    if row_id is None:
        return
    db.session.remove()
    try:
        with db.engine.begin() as connection:
            sign_ins.touch(connection, row_id, utc_now())
    except OperationalError:  # somebody writes for long: the next request will note it
        _log.warning("the use of a sign-in could not be noted", exc_info=True)


def _stay(orm_session: Session) -> None:
    """Give a session that was made anew within the request its viewer back: without one it would see all rows."""
    if "viewer" not in orm_session.info and (person := viewer()) is not None:
        orm_session.info["viewer"] = person
        orm_session.info[ZONE] = ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])


know_viewer_by(_stay)


@event.listens_for(Session, "before_flush", insert=True)
def _stay_when_writing(orm_session: Session, _context: Any, _instances: Any) -> None:
    _stay(orm_session)
