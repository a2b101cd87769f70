"""Contacts; their restricted fields only when asked for."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from app.database import db
from app.models.clients import Client, Contact
from app.permissions import READ, WRITE, FieldRight, Viewer
from app.reports.client_card import tabs
from app.services.names import format_phone
from app.texts import _, ngettext
from app.views import formats
from app.views.client_card.shown import CardBody, Line, PersonItem, Reach
from app.views.crud.columns import column_of
from app.views.current import today
from app.views.pages import Cell, Command

PERSONAL = {"birth_date": FieldRight.BIRTH_DATE, "portrait": FieldRight.PORTRAIT}
"""Restricted field -> the right that opens it."""


def personal_fields(contact: Contact, viewer: Viewer) -> list[str]:
    """The restricted fields of a contact that are filled in and that the person may read."""
    return [name for name, right in PERSONAL.items() if getattr(contact, name) and viewer.may(READ, right)]


def contacts(client: Client, viewer: Viewer, opened: int = 0) -> CardBody:
    """The people at the client."""
    people = tabs.contacts(db.session(), client.id)
    add = Command(_("New contact"), url_for("ContactView.add", client=client.id), icon="plus")
    return CardBody(
        people=tuple(_person(person, viewer, is_open=person.id == opened) for person in people),
        commands=(add,) if viewer.may(WRITE, "Contacts") else (),
        empty_text=_("No contacts yet."),
    )


def contacts_with(client: Client, viewer: Viewer, opened: int) -> CardBody:
    """The contacts with the restricted fields of one of them shown; the caller has logged that."""
    return contacts(client, viewer, opened)


def _person(contact: Contact, viewer: Viewer, *, is_open: bool) -> PersonItem:
    restricted = personal_fields(contact, viewer)
    may_open = bool(restricted) and not is_open
    return PersonItem(
        name=contact.full_name,
        url=url_for("ContactView.edit", pk=contact.id) if viewer.may(WRITE, "Contacts") else "",
        position=contact.position or "",
        chips=tuple(_person_chips(contact)),
        reach=tuple(_person_reach(contact)),
        comment=contact.comment or "",
        open_url=url_for("ClientCardView.personal", pk=contact.client_id, contact=contact.id) if may_open else "",
        personal=tuple(_personal_line(contact, name) for name in restricted) if is_open else (),
    )


def _person_chips(contact: Contact) -> Iterator[Cell]:
    if contact.is_main:
        yield Cell(_("Main contact"), "chip", tone="ok", icon="star")
    yield formats.cell(contact.role)
    if not contact.is_active:
        yield Cell(_("No longer works there"), "chip", tone="neutral")


def _person_reach(contact: Contact) -> Iterator[Reach]:
    for phone in contact.phones:
        yield Reach(format_phone(phone.number, phone.extension or ""), f"tel:{phone.number}", "phone")
    for email in contact.emails:
        yield Reach(email.address, f"mailto:{email.address}", "mail")


def _personal_line(contact: Contact, name: str) -> Line:
    label = str(column_of(Contact, name).label)
    if name == "portrait" or contact.birth_date is None:
        return Line(label, Cell(contact.portrait or ""))
    words = ngettext("%(num)s year old", "%(num)s years old", age_on(contact.birth_date, today()))
    return Line(label, Cell(f"{formats.day(contact.birth_date)}, {words}"))


def age_on(born: date, day: date) -> int:
    """Full years on a day; who was born on 29 February grows older on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
