"""The routes of timelines: the page of its own, writing into one, comments, pins, people to mention."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import RuleError
from app.models.clients import Client, ClientComment
from app.permissions import READ
from app.reports.feed import FeedKind, has_entry, open_kinds
from app.reports.history import Place, record_history
from app.reports.people import find_people
from app.services.timeline import (
    Host,
    client_of,
    delete_comment,
    edit_comment,
    may_delete,
    may_edit,
    mentioned,
    pin,
    tell_mentioned,
    unpin,
)
from app.texts import _
from app.views import formats
from app.views.crud.cards import card_tabs
from app.views.crud.cells import card_url
from app.views.current import viewer
from app.views.feed.composer import composer, proposals, typed_values
from app.views.feed.hosts import feed_of, feed_url, find_host, home_url, host_of, may_comment, may_pin, may_talk
from app.views.feed.page import feed_body
from app.views.feed.shown import ComposerForm, FeedPage
from app.views.feed.writing import say, write
from app.views.files import whole_key
from app.views.history import shown_entry
from app.views.tables import screen_of


class FeedView(BaseView):
    """Timelines of clients, deals and equipment."""

    route_base = "/timeline"
    class_permission_name = "ClientCard"
    method_permission_name = dict.fromkeys(
        ("page", "write", "pin", "proposals", "comment", "change_comment", "delete_comment", "people"), "read"
    )
    """The area opens the door; each act asks the right of what it changes."""

    @expose("/<table>/<pk>")
    @has_access
    def page(self, table: str, pk: str) -> Any:
        """Show the timeline on a page of its own; a client's is a tab of its card."""
        host = find_host(table, pk)
        if isinstance(host, Client):
            return redirect(feed_url(host))
        return _page(host)

    @expose("/<table>/<pk>", methods=["POST"])
    @has_access
    def write(self, table: str, pk: str) -> Any:
        """Write down a talk or a comment with the next step; what was typed stays when it is refused."""
        host, person = find_host(table, pk), viewer()
        if not may_comment(host, person):
            abort(403)
        try:
            write(host, person)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            host = find_host(table, pk)
            return _page(host, composer(host, person, error=str(refusal), typed=typed_values())), 422
        return redirect(home_url(host))

    @expose("/<table>/<pk>/pin", methods=["POST"])
    @has_access
    def pin(self, table: str, pk: str) -> Any:
        """Pin an entry (`kind`, `entry`), or with `off` take the pin off."""
        host, person = find_host(table, pk), viewer()
        if not may_pin(person):
            abort(403)
        kind, entry = request.form.get("kind", ""), whole_key(request.form.get("entry", ""))
        if kind not in open_kinds(table, person):
            abort(400)
        if not has_entry(db.session(), feed_of(host, person), FeedKind(kind), entry):
            abort(404)
        try:
            if request.form.get("off"):
                unpin(db.session(), kind, entry)
            else:
                pin(db.session(), client_of(host).id, kind, entry)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
        return redirect(home_url(host))

    @expose("/<table>/<pk>/proposals")
    @has_access
    def proposals(self, table: str, pk: str) -> Any:
        """What the office's rules propose as the next step, after each kind of talk."""
        host, person = find_host(table, pk), viewer()
        if not may_talk(host, person):
            abort(403)
        return jsonify(proposals(host, person))

    @expose("/comments/<comment>")
    @has_access
    def comment(self, comment: str) -> Any:
        """Show a comment with its history; its author may change it."""
        return _comment_page(_comment(comment))

    @expose("/comments/<comment>", methods=["POST"])
    @has_access
    def change_comment(self, comment: str) -> Any:
        """Change a comment of one's own; whoever is mentioned anew is told."""
        found, person, text = _comment(comment), viewer(), request.form.get("text", "")
        if not may_edit(found.created_by_id, person):
            abort(403)
        host, known = _host(found), mentioned(found.text)
        try:
            edit_comment(db.session(), found, text, person)
            say(tell_mentioned(db.session(), host, client_of(host), text, known=known))
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return _comment_page(_comment(comment), text, str(refusal)), 422
        return redirect(home_url(host))

    @expose("/comments/<comment>/delete", methods=["POST"])
    @has_access
    def delete_comment(self, comment: str) -> Any:
        """Delete a comment; the history keeps it."""
        found, person = _comment(comment), viewer()
        if not may_delete(found.created_by_id, person):
            abort(403)
        host = _host(found)
        delete_comment(db.session(), found, person)
        db.session.commit()
        flash(_("Deleted."), "success")
        return redirect(home_url(host))

    @expose("/people")
    @has_access
    def people(self) -> Any:
        """The people who can be mentioned: [{login, name, hint}], by the beginning of login or name (`?q=`)."""
        found = find_people(db.session(), request.args.get("q", "")[:60])
        return jsonify([{"login": each.login, "name": each.name, "hint": each.position} for each in found])


def _page(host: Host, typed: ComposerForm | None = None) -> str:
    screen = screen_of(host.__tablename__) or abort(404)
    page = FeedPage(
        title=str(host),
        section=str(screen.section),
        list_title=str(screen.title),
        list_url=url_for(f"{screen.endpoint}.list"),
        tabs=card_tabs(host, card_url(host), active="timeline"),
        feed=feed_body(host, viewer(), typed),
    )
    return render_template("feed/page.html", page=page)


def _comment(key: str) -> ClientComment:
    found = db.session.get(ClientComment, whole_key(key)) if viewer().may(READ, "Clients") else None
    return found or abort(404)


def _host(comment: ClientComment) -> Host:
    """Where the comment stands: the deal or machine, where the person sees it, else the client."""
    for table, key in (("deal", comment.deal_id), ("equipment", comment.equipment_id)):
        if key is not None and (found := host_of(table, key)) is not None:
            return found
    return host_of("client", comment.client_id) or abort(404)


def _comment_page(comment: ClientComment, typed: str | None = None, error: str = "") -> str:
    person = viewer()
    entries = record_history(db.session(), comment, Place()).rows
    return render_template(
        "feed/comment.html",
        comment=comment,
        text=comment.text if typed is None else typed,
        error=error,
        back_url=home_url(_host(comment)),
        when=formats.moment(comment.created_at),
        may_edit=may_edit(comment.created_by_id, person),
        may_delete=may_delete(comment.created_by_id, person),
        entries=[shown_entry(entry, comment.__tablename__) for entry in entries],
        page_section=_("Comment"),
    )
