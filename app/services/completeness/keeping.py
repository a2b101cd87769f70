"""Keeps the measure of each card on the client: after every save that touches it, and of all cards each night.

The measure is no change that a person made: it is written past the history and the version of the record.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import bindparam, event, func, insert, select, update
from sqlalchemy.orm import Session

from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientTurnover,
    Contact,
    ContactEmail,
    ContactPhone,
)
from app.models.completeness import CompletenessSnapshot
from app.services.completeness.measuring import measure
from app.services.completeness.weights import Weights, read_weights

AT_ONCE = 500
_TOUCHED = "cards_to_measure"
_CLIENT, _CONTACT = Client.__table__, Contact.__table__


def keep(session: Session, client_ids: Collection[int], weights: Weights | None = None) -> None:
    """Measure these cards and write what came out."""
    found = measure(session, client_ids, weights)
    rows = [{"key": key, "percent": each.percent, "empty": each.missing} for key, each in found.items()]
    if rows:
        written = update(_CLIENT).where(_CLIENT.c.id == bindparam("key"))
        values: dict[str, Any] = {
            "completeness": bindparam("percent"),
            "missing": bindparam("empty"),
            "changed_at": _CLIENT.c.changed_at,  # else the column would take the time of this writing
        }
        session.connection().execute(written.values(**values), rows)


def keep_all(session: Session) -> int:
    """Measure every card anew: weights may have changed. Gives how many there are."""
    weights, last, count = read_weights(session), 0, 0
    while True:
        part = select(_CLIENT.c.id).where(_CLIENT.c.id > last).order_by(_CLIENT.c.id).limit(AT_ONCE)
        keys = session.scalars(part).all()
        if not keys:
            return count
        keep(session, keys, weights)
        last, count = keys[-1], count + len(keys)


def take_snapshot(session: Session, today: date) -> int:
    """Keep for each manager how many clients there are and how well their cards are filled; once a day.

    Gives the number of managers. A second snapshot of a day replaces the first.
    """
    table = CompletenessSnapshot.__table__
    session.execute(table.delete().where(table.c.day == today))
    sums = (
        select(_CLIENT.c.responsible_id, func.count().label("clients"), func.sum(_CLIENT.c.completeness).label("sum"))
        .where(_CLIENT.c.merged_into_id.is_(None), _CLIENT.c.completeness.is_not(None))
        .group_by(_CLIENT.c.responsible_id)
    )
    rows = [
        {"day": today, "employee_id": row.responsible_id, "clients": row.clients, "percents": int(row.sum)}
        for row in session.execute(sums)
    ]
    if rows:
        session.execute(insert(table), rows)
    return len(rows)


@event.listens_for(Session, "after_flush")
def _note_touched(session: Session, _context: Any) -> None:
    """Remember whose cards this flush has touched: by the client's key, or by that of a contact."""
    for record in (*session.new, *session.dirty, *session.deleted):
        place = _place(record)
        if place is not None:
            session.info.setdefault(_TOUCHED, set()).add(place)


def _place(record: Any) -> tuple[str, int] | None:
    if isinstance(record, Client):
        return "client", record.id
    if isinstance(record, Contact | ClientTurnover | ClientBankAccount):
        return "client", record.client_id
    if isinstance(record, ContactPhone | ContactEmail):
        return "contact", record.contact_id
    return None


@event.listens_for(Session, "before_commit")
def _keep_touched(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    touched: set[tuple[str, int]] = session.info.pop(_TOUCHED, set())
    contacts = {key for table, key in touched if table == "contact"}
    clients = {key for table, key in touched if table == "client" and key is not None}
    if contacts:
        clients |= set(session.scalars(select(_CONTACT.c.client_id).where(_CONTACT.c.id.in_(contacts))))
    keys = sorted(clients)
    weights = read_weights(session) if keys else None
    for start in range(0, len(keys), AT_ONCE):
        keep(session, keys[start : start + AT_ONCE], weights)
