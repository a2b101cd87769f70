"""The routes of a client's card: one tab per address, and the logged opening of restricted fields."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import utc_now
from app.database import db
from app.models.clients import Client, Contact
from app.permissions import READ, Viewer
from app.reports.client_card.summary import summary
from app.services.audit import log_access
from app.texts import _
from app.views.client_card.bodies import body
from app.views.client_card.header import chips, commands, debt_lines, open_tabs, reach, summary_lines, tabs
from app.views.client_card.people import contacts_with, personal_fields
from app.views.client_card.shown import CardBody, ClientPage
from app.views.clients import lead_to_successor
from app.views.current import today, viewer
from app.views.files import whole_key
from app.views.map import client_map
from app.views.sections import CRM


class ClientCardView(BaseView):
    """The card of a client with all that belongs to it."""

    route_base = "/clients/card"
    class_permission_name = "ClientCard"
    method_permission_name = {"card": "read", "personal": "read"}
    """The area opens the door; each tab asks the right of what it shows, each act that of what it changes."""

    @expose("/<pk>")
    @has_access
    def card(self, pk: str) -> Any:
        """Show the card with one tab open (`?tab=`)."""
        client, person = _client(pk), viewer()
        tab = request.args.get("tab", "overview")
        if tab not in open_tabs(person):
            abort(404)
        return _page(client, person, tab, body(tab, client, person))

    @expose("/<pk>/contacts/<contact>/personal", methods=["POST"])
    @has_access
    def personal(self, pk: str, contact: str) -> Any:
        """Show the birth date and the portrait of a contact, and log who looked (152-ФЗ)."""
        client, person = _client(pk), viewer()
        found = db.session.get(Contact, whole_key(contact))
        if found is None or found.client_id != client.id or not person.may(READ, "Contacts"):
            abort(404)
        fields = personal_fields(found, person)
        if not fields:
            abort(403)
        log_access(db.session(), found.id, fields)
        db.session.commit()
        return _page(client, person, "contacts", contacts_with(client, person, found.id))


def _client(pk: str) -> Client:
    """The client through the row rule, with what the head shows; 404 without the right or the row."""
    if not viewer().may(READ, "Clients"):
        abort(404)
    statement = (
        select(Client)
        .where(Client.id == whole_key(pk))
        .options(joinedload(Client.responsible), joinedload(Client.segment), joinedload(Client.turnovers))
    )
    found = db.session.scalars(statement).unique().first()
    if found is None:
        lead_to_successor("client", whole_key(pk), lambda kept: url_for("ClientCardView.card", pk=kept))
    return found or abort(404)


def _page(client: Client, person: Viewer, tab: str, shown: CardBody) -> str:
    found = summary(db.session(), client.id, person, today=today(), now=utc_now())
    page = ClientPage(
        id=client.id,
        title=client.name,
        section=str(CRM),
        list_title=_("Clients"),
        list_url=url_for("ClientView.list"),
        tab=tab,
        tabs=tabs(client, found, person, tab),
        body=shown,
        chips=tuple(chips(client, found)),
        commands=tuple(commands(client, person)),
        inn=client.inn or "",
        responsible=str(client.responsible),
        reach=tuple(reach(client)),
        summary=tuple(summary_lines(client, found, person)),
        debt_lines=tuple(debt_lines(found.debt)),
    )
    place = client_map(client) if tab == "map" else {}
    return render_template("clients/card.html", page=page, client_map=place)
