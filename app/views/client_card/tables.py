"""What the tables of a client's card share."""

from datetime import date

from flask import url_for

from app.models.clients import Client
from app.permissions import WRITE, Viewer
from app.reports.client_card import tabs
from app.views import formats
from app.views.current import today
from app.views.debts import overdue_words
from app.views.pages import Cell, ColumnHead, Command, ListRow


def heads(*labels: tuple[str, str]) -> tuple[ColumnHead, ...]:
    """Column heads of (label, kind)."""
    return tuple(ColumnHead(str(number), label, kind) for number, (label, kind) in enumerate(labels))


def more_url(endpoint: str, client: Client, rows: tuple[ListRow, ...]) -> str:
    """The whole list of this client, where the table could not show all."""
    return url_for(endpoint, f_client=client.id) if len(rows) == tabs.MOST else ""


def add_command(endpoint: str, label: str, client: Client, viewer: Viewer, area: str) -> tuple[Command, ...]:
    """The button that makes a record of this client, for who may."""
    return (Command(label, url_for(endpoint, client=client.id), icon="plus"),) if viewer.may(WRITE, area) else ()


def due_tone(due: date | None) -> str:
    """'danger' for a date that has passed."""
    return "danger" if due is not None and due < today() else ""


def due_cell(due: date | None) -> Cell:
    """A date to be kept: red with the days once it has passed."""
    if due is None or due >= today():
        return formats.cell(due)
    return Cell(f"{formats.day(due)} · {overdue_words((today() - due).days)}", "chip", tone="danger")
