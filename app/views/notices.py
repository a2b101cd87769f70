"""Notifications: the bell of every page, the list, and how each person wants to hear of what."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.clock import utc_now
from app.database import User, db
from app.models.notices import Delivery, Notice, NoticeKind
from app.reports.notices import find_notice, list_notices
from app.services.news import TARGETS
from app.services.notices import choices_of, details_of, language_of, mark_all_read, mark_read, set_choices
from app.texts import _, language
from app.views import formats
from app.views.crud.cells import card_url
from app.views.crud.query import whole
from app.views.current import viewer, zone
from app.views.files import whole_key
from app.views.languages import offered
from app.views.pages import Cell, Option, Tab
from app.views.sections import HOME

SHOWN = 50
_BY_MAIL = (Delivery.MAIL, Delivery.DIGEST)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list."""

    id: int
    url: str
    kind: Cell
    details: str
    moment: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """A kind of notifications, and the ways to hear of it."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Bell:
    """The bell of a page: where it leads, and how many are unread."""

    url: str
    badge: str


def bell(badge: str) -> Bell:
    """What the frame of a page shows, with the number of unread ones."""
    return Bell(url_for("NotificationView.index"), badge)


class NotificationView(BaseView):
    """What the signed-in person has been told."""

    route_base = "/notifications"
    class_permission_name = "Notifications"
    method_permission_name = dict.fromkeys(("index", "follow", "open", "read", "settings"), "read")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the unread ones, or all with `?tab=all`."""
        tab = "all" if request.args.get("tab") == "all" else "unread"
        before = request.args.get("before", "")
        found = list_notices(
            db.session(),
            viewer(),
            unread=tab == "unread",
            before=whole(before) if before.isascii() and before.isdigit() else None,
            limit=SHOWN + 1,
        )
        lines = tuple(_line(notice) for notice in found[:SHOWN])
        more = url_for("NotificationView.index", tab=tab, before=lines[-1].id) if len(found) > SHOWN else ""
        return render_template("notices/index.html", tabs=_tabs(tab), lines=lines, more=more, page_section=str(HOME))

    @expose("/<pk>")
    @has_access
    def follow(self, pk: str) -> Any:
        """Go to the record: the address that letters give. Marks nothing, since mail programs look at links too."""
        return redirect(_target_url(self._notice(pk)))

    @expose("/<pk>/open", methods=["POST"])
    @has_access
    def open(self, pk: str) -> Any:
        """Mark as read and go to the record."""
        notice = self._notice(pk)
        url = _target_url(notice)
        mark_read(db.session(), viewer().user_id, [notice.id], utc_now())
        db.session.commit()
        return redirect(url)

    @expose("/read", methods=["POST"])
    @has_access
    def read(self) -> Any:
        """Mark one as read (`notice`), or all."""
        key = request.form.get("notice", "")
        if key:
            mark_read(db.session(), viewer().user_id, [whole_key(key)], utc_now())
        else:
            mark_all_read(db.session(), viewer().user_id, utc_now())
        db.session.commit()
        return redirect(url_for("NotificationView.index", tab="all" if request.form.get("tab") == "all" else None))

    @expose("/settings", methods=["GET", "POST"])
    @has_access
    def settings(self) -> Any:
        """Show or keep how the person wants to hear of each kind."""
        user_id = viewer().user_id
        if request.method == "POST":
            set_choices(db.session(), user_id, _chosen(), _language())
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("NotificationView.settings"))
        has_mail = bool(current_app.config["KONTORA"].smtp_url)
        chosen = choices_of(db.session(), user_id)
        code = language_of(db.session(), user_id) or language()
        return render_template(
            "notices/settings.html",
            kinds=tuple(_choices(kind, chosen[kind], has_mail) for kind in NoticeKind),
            spoken=tuple(Option(each, name, each == code) for each, name in offered().items()),
            has_mail=has_mail,
            address=db.session.get_one(User, user_id).email,
            page_section=str(HOME),
        )

    def _notice(self, pk: str) -> Notice:
        return find_notice(db.session(), viewer(), whole_key(pk)) or abort(404)


def _target_url(notice: Notice) -> str:
    record = db.session.get(TARGETS[notice.record_table].model, notice.record_id) or abort(404)
    return card_url(record) or "/"


def _line(notice: Any) -> Line:
    return Line(
        id=notice.id,
        url=url_for("NotificationView.follow", pk=notice.id),
        kind=Cell(str(notice.kind.label), "chip", tone=notice.kind.tone),
        details=details_of(notice.arguments, zone()),
        moment=formats.moment(notice.made_at),
        is_read=notice.is_read,
    )


def _tabs(active: str) -> tuple[Tab, ...]:
    words = (("unread", _("Unread")), ("all", _("All")))
    return tuple(Tab(name, label, url_for("NotificationView.index", tab=name), name == active) for name, label in words)


def _choices(kind: NoticeKind, chosen: Delivery, has_mail: bool) -> Choices:
    offered_ways = [way for way in Delivery if has_mail or way not in _BY_MAIL or way is chosen]
    return Choices(
        f"kind-{kind.value}",
        str(kind.label),
        tuple(Option(way.value, str(way.label), way is chosen) for way in offered_ways),
    )


def _chosen() -> dict[NoticeKind, Delivery]:
    ways = {way.value: way for way in Delivery}
    sent = {kind: request.form.get(f"kind-{kind.value}", Delivery.BELL.value) for kind in NoticeKind}
    if not set(sent.values()) <= set(ways):
        abort(400)
    return {kind: ways[way] for kind, way in sent.items()}


def _language() -> str:
    code = request.form.get("language") or language()
    return code if code in offered() else abort(400)
