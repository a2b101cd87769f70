"""Measures cards: which of the fields that count are filled, and the weightiest that is not.

Everything is asked of the tables themselves, past the rows of whoever saves: a card has one measure for everybody.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientTurnover,
    CompletenessField,
    Contact,
    ContactEmail,
    ContactPhone,
    ContactRole,
)
from app.services.completeness.junk import is_filled
from app.services.completeness.weights import Weights, read_weights

_CLIENT, _CONTACT, _PHONE, _EMAIL = (each.__table__ for each in (Client, Contact, ContactPhone, ContactEmail))
_TEXTS = tuple(each for each in CompletenessField if each.value in _CLIENT.c)
"""Fields that are a column of the client."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How well a card is filled, in whole per cent, and the weightiest field that is empty."""

    percent: int
    missing: CompletenessField | None


def measure(session: Session, client_ids: Collection[int], weights: Weights | None = None) -> dict[int, Measured]:
    """The measures of these clients, in two questions, and one for the weights where they are not given."""
    if not client_ids:
        return {}
    known = weights or read_weights(session)
    people = _of_contacts(session, client_ids)
    return {row.id: _measured(row, people[row.id], known) for row in session.execute(_clients(client_ids))}


def _clients(client_ids: Collection[int]) -> Any:
    turnover, account = ClientTurnover.__table__, ClientBankAccount.__table__
    return select(
        *(_CLIENT.c[name] for name in ("id", "kind", "segment_id", "latitude", "longitude")),
        *(_CLIENT.c[each.value] for each in _TEXTS),
        exists().where(turnover.c.client_id == _CLIENT.c.id).label("turnover"),
        exists().where(account.c.client_id == _CLIENT.c.id).label("bank_account"),
    ).where(_CLIENT.c.id.in_(client_ids))


def _of_contacts(session: Session, client_ids: Collection[int]) -> defaultdict[int, set[CompletenessField]]:
    """What the active contacts of each client tell."""
    rows = session.execute(
        select(_CONTACT.c.client_id, _CONTACT.c.role, _CONTACT.c.family_name, _PHONE.c.number, _EMAIL.c.address)
        .outerjoin(_PHONE, _PHONE.c.contact_id == _CONTACT.c.id)
        .outerjoin(_EMAIL, _EMAIL.c.contact_id == _CONTACT.c.id)
        .where(_CONTACT.c.client_id.in_(client_ids), _CONTACT.c.is_active)
    )
    found: defaultdict[int, set[CompletenessField]] = defaultdict(set)
    for row in rows:
        if not is_filled(row.family_name):
            continue
        told = found[row.client_id]
        told.add(CompletenessField.CONTACT)
        if row.role is ContactRole.DECIDES:
            told.add(CompletenessField.DECIDES)
        if is_filled(row.number):
            told.add(CompletenessField.CONTACT_PHONE)
        if is_filled(row.address):
            told.add(CompletenessField.CONTACT_EMAIL)
    return found


def _measured(row: Any, people: set[CompletenessField], weights: Weights) -> Measured:
    counted = weights.of(row.kind, row.segment_id)
    filled = people | {each for each in _TEXTS if is_filled(getattr(row, each.value))}
    others = {
        CompletenessField.PLACE: row.latitude is not None and row.longitude is not None,
        CompletenessField.SEGMENT: row.segment_id is not None,
        CompletenessField.TURNOVER: row.turnover,
        CompletenessField.BANK_ACCOUNT: row.bank_account,
    }
    filled |= {each for each, is_there in others.items() if is_there}
    whole = sum(counted.values())
    reached = sum(weight for each, weight in counted.items() if each in filled)
    missing = next((each for each in counted if each not in filled), None)
    return Measured(100 * reached // whole if whole else 100, missing)
