"""Finds the record that a cell means: an employee by name, a client by INN or name, a unit by its sign."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.catalogue import Product
from app.models.clients import Client
from app.models.staff import Employee
from app.services.names import company_key
from app.texts import _

_MOST = 5000
"""A short table is read once; of a longer one only so many names are known."""


class Finder:
    """Remembers what it has found for the length of one import: a file names the same few records again and again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[type[Any], str], list[int]] = {}
        self._short: dict[type[Any], dict[str, list[int]]] = {}

    def find(self, target: type[Any], text: str) -> Any:
        """The one record that the text means. Raises RuleError when there is none, or more than one."""
        asked = (target, text)
        if asked not in self._known:
            self._known[asked] = _LONG[target](self._session, text) if target in _LONG else self._by_name(target, text)
        found = self._known[asked]
        if len(found) > 1:
            raise RuleError(_("Several records are called «%(text)s». Say which one.", text=text[:80]))
        record = self._session.get(target, found[0]) if found else None
        if record is None:
            raise RuleError(_("There is no «%(text)s». Add it first, or correct the name.", text=text[:80]))
        return record

    def _by_name(self, target: type[Any], text: str) -> list[int]:
        if target not in self._short:
            names: dict[str, list[int]] = {}
            for record in self._session.scalars(select(target).limit(_MOST)):
                for name in set(map(_folded, _names_of(record))):
                    names.setdefault(name, []).append(record.id)
            self._short[target] = names
        return self._short[target].get(_folded(text), [])


def _names_of(record: Any) -> set[str]:
    names = {str(record), getattr(record, "full_name", None) or str(record)}
    if isinstance(record, Employee):
        names |= {f"{record.family_name} {record.given_name}", record.family_name}
    return names


def _clients(session: Session, text: str) -> list[int]:
    digits = text.strip()
    if digits.isdigit() and len(digits) in (10, 12):
        return list(session.scalars(select(Client.id).where(Client.inn == digits).limit(2)))
    named = select(Client.id).where(Client.company_key == company_key(text)[:200], Client.merged_into_id.is_(None))
    return list(session.scalars(named.limit(2)))


def _products(session: Session, text: str) -> list[int]:
    by_sku = list(session.scalars(select(Product.id).where(Product.sku == text).limit(2)))
    return by_sku or list(session.scalars(select(Product.id).where(Product.name == text).limit(2)))


_LONG: dict[type[Any], Callable[[Session, str], list[int]]] = {Client: _clients, Product: _products}


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").replace(".", " ").split())
