"""What a person sets for themselves on any page: look, favourites, and the list of records opened last."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.permissions import READ
from app.services.access import personal
from app.views.crud.cells import card_url
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.kept_parts import where
from app.views.languages import offered, own_path
from app.views.look import set_cookie
from app.views.sections import HOME
from app.views.security.visitors import only_signed_in
from app.views.tables import screen_of, table_in_address, table_words

IN_PANEL = 10
"""How many of the records opened last the panel of sections shows."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A record opened lately: what it is called, what kind it is, where it stands."""

    label: str
    kind: str
    url: str


class PersonalView(BaseView):
    """Everybody's own settings; no right is needed but to be signed in."""

    route_base = "/my"
    base_permissions: list[str] = []

    @expose("/look", methods=["POST"])
    def look(self) -> Any:
        """Keep a choice of the look: by the script, or by the button and back to the page."""
        if (stranger := only_signed_in()) is not None:
            return stranger
        name, value = _sent("name"), _sent("value")
        personal.keep_look(db.session(), viewer().user_id, name, value)
        db.session.commit()
        answer = _back()
        set_cookie(answer, name, value)
        return answer

    @expose("/favourite", methods=["POST"])
    def favourite(self) -> Any:
        """Make the page a favourite, or no longer."""
        if (stranger := only_signed_in()) is not None:
            return stranger
        try:
            is_one = personal.toggle_favourite(db.session(), viewer().user_id, own_path(_sent("next")), _sent("label"))
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            if _is_script():
                return jsonify(message=str(refusal)), 409
            flash(str(refusal), "warning")
            return _back()
        return jsonify(is_favourite=is_one) if _is_script() else _back()

    @expose("/opened", methods=["POST"])
    def opened(self) -> Any:
        """Note that a record was opened, if the person may see it."""
        if (stranger := only_signed_in()) is not None:
            return stranger
        table, _colon, key = _sent("record").partition(":")
        screen = screen_of(table)
        if screen is None or not viewer().may(READ, screen.area):
            abort(404)
        record = db.session.get(screen.model, whole(key)) or abort(404)
        personal.note_opened(db.session(), viewer().user_id, table, record.id, utc_now())
        db.session.commit()
        return Response(status=204)

    @expose("/recent")
    def recent(self) -> Any:
        """The records opened last; `?part=` gives the list alone, for the panel, and JSON goes to the palette."""
        if (stranger := only_signed_in()) is not None:
            return stranger
        if "part" in request.args:
            return render_template("frame/_recent.html", opened=opened_lately())
        opened = opened_lately(personal.MOST_RECENT)
        if _is_script():
            return jsonify([{"text": each.label, "hint": each.kind, "url": each.url} for each in opened])
        return render_template("frame/recent.html", opened=opened, page_section=str(HOME))


def opened_lately(most: int = IN_PANEL) -> list[Opened]:
    """The records that the person opened last and may still see, the latest first."""
    person, session = viewer(), db.session()
    kept = personal.recent_of(session, person.user_id)[:most]
    found: dict[tuple[str, int], Opened] = {}
    for table in dict.fromkeys(table for table, _key in kept):
        screen = screen_of(table)
        if screen is None or not person.may(READ, screen.area):
            continue
        keys = [key for each, key in kept if each == table]
        for record in session.scalars(select(screen.model).where(screen.model.id.in_(keys))):
            found[table, record.id] = Opened(str(record), table_words(table), card_url(record))
    return [found[pair] for pair in kept if pair in found]


def record_shown() -> str:
    """«table:key» of the record whose card this page is; '' on other pages."""
    endpoint, pk = request.endpoint or "", str((request.view_args or {}).get("pk", ""))
    if endpoint.rpartition(".")[2] not in {"show", "card"} or not pk.isdecimal():
        return ""
    table = table_in_address(endpoint, "")
    return f"{table}:{pk}" if table else ""


def page_address() -> str:
    """The address of this page, with its arguments: what a favourite leads to."""
    return request.full_path.rstrip("?")


def person_values() -> tuple[tuple[str, Hashable], ...]:
    """What the menu of the signed-in person shows of them, value by value; nothing for a stranger."""
    user = current_user._get_current_object() if current_user else None
    if user is None or user.is_anonymous:
        return ()
    return _person_values(user.username, user.first_name or "", user.last_name or "", user.get_full_name(), *where())


@lru_cache(maxsize=1024)
def _person_values(
    login: str, name: str, family_name: str, full_name: str, here: str, _root: str
) -> tuple[tuple[str, Hashable], ...]:
    return (
        ("initials", (name or login)[:1] + family_name[:1]),
        ("short_name", family_name or login),
        ("name", full_name),
        ("others", tuple((code, words) for code, words in offered().items() if code != here)),
        ("profile_url", current_app.appbuilder.get_url_for_userinfo),  # type: ignore[attr-defined]
        ("logout_url", current_app.appbuilder.get_url_for_logout),  # type: ignore[attr-defined]
    )


def _sent(name: str) -> str:
    return request.form.get(name) or request.args.get(name, "")


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _back() -> WerkzeugResponse:
    """To the page that is named, or that the button was pressed on."""
    if _is_script():
        return Response(status=204)
    came_from = urlsplit(request.referrer or "")
    return redirect(own_path(_sent("next") or urlunsplit(("", "", came_from.path, came_from.query, ""))))
