"""Fills a new client by its INN: what our own cards, loaded registers, bank statements and DaData say, and since when.

Each value names its source and day. Whoever fills a card chooses what to take; nothing is overwritten unseen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import ALL_ROWS
from app.integrations.companies import CompanyFacts
from app.models.clients import ClientKind, LegalState
from app.models.companies import RegisterCompany
from app.models.money import MoneyDirection, StatementLine
from app.services.requisites import is_valid_inn, is_valid_kpp, is_valid_ogrn
from app.services.upserts import insert_into
from app.texts import _

DADATA, BANK = "DaData", "bank"
FRESH_DAYS = 1
"""An answer of an outside system serves again for so long; older ones are asked anew."""
AT_ONCE = 500
FIELDS = ("name", "full_name", "kpp", "ogrn", "legal_address", "town", "region", "head_name", "head_position")


@dataclass(frozen=True)
class Value:
    """One value that can be filled in, where it comes from and of which day that is."""

    field: str
    text: str
    source: str
    on: date


@dataclass(frozen=True)
class Found:
    """What is known of an INN. `state` is what the newest register says; `trouble` why a source gave no answer."""

    inn: str
    kind: ClientKind
    values: tuple[Value, ...] = ()
    state: LegalState | None = None
    trouble: str = ""

    @property
    def is_closed(self) -> bool:
        """Tell whether the company is, or is about to be, no more."""
        return self.state in {LegalState.LIQUIDATED, LegalState.LIQUIDATING, LegalState.BANKRUPT}


class Provider(Protocol):
    """An outside register that is asked for one company."""

    def find(self, inn: str, today: date) -> CompanyFacts | None:
        """The company, or None; raises IntegrationError."""


def find_company(session: Session, inn: str, kpp: str = "") -> Found:
    """What registers and bank statements say of an INN; the newest register first, the bank for what they lack."""
    values: dict[str, Value] = {}
    state = None
    for company in _register_rows(session, inn, kpp):
        state = state or company.legal_state
        for value in _of_register(company):
            values.setdefault(value.field, value)
    for value in _of_bank(session, inn):
        values.setdefault(value.field, value)
    kind = ClientKind.COMPANY if len(inn) == 10 else ClientKind.ENTREPRENEUR
    return Found(inn, kind, tuple(values[name] for name in FIELDS if name in values), state)


def needs_asking(session: Session, inn: str, today: date) -> bool:
    """Tell whether an outside register must be asked: its last answer is too old, or there is none."""
    newest = select(RegisterCompany.loaded_at).where(RegisterCompany.inn == inn, RegisterCompany.source == DADATA)
    loaded = session.scalars(newest.order_by(RegisterCompany.loaded_at.desc()).limit(1)).first()
    return loaded is None or loaded.date() < today - timedelta(days=FRESH_DAYS)


def _register_rows(session: Session, inn: str, kpp: str) -> list[RegisterCompany]:
    row = RegisterCompany
    found = session.scalars(select(row).where(row.inn == inn).order_by(row.as_of.desc(), row.id.desc()).limit(20))
    return sorted(found, key=lambda company: company.kpp not in {kpp, ""}) if kpp else list(found)


def _of_register(company: RegisterCompany) -> Iterator[Value]:
    given = {name: getattr(company, "address" if name == "legal_address" else name) for name in FIELDS}
    for name, text in given.items():
        if text:
            yield Value(name, text, company.source, company.as_of)


def _of_bank(session: Session, inn: str) -> Iterator[Value]:
    """The payer's name and KPP of the newest payment to us. Whose client it is does not matter."""
    line = StatementLine
    asked = (
        select(line)
        .where(line.other_inn == inn, line.direction == MoneyDirection.IN, line.other_name != "")
        .order_by(line.id.desc())
        .limit(1)
        .execution_options(**ALL_ROWS)
    )
    for found in session.scalars(asked):
        source = _("bank statement")
        yield Value("name", found.other_name[:200], source, found.posting_day)
        if found.other_kpp and is_valid_kpp(found.other_kpp):
            yield Value("kpp", found.other_kpp, source, found.posting_day)


# --- Keeping what registers say ---


@dataclass
class Loaded:
    """What became of an extract: rows kept, and rows left out because the INN is wrong or the name is missing."""

    kept: int = 0
    wrong: int = 0


def load_register(session: Session, companies: Iterable[CompanyFacts], source: str) -> Iterator[Loaded]:
    """Keep an extract portion by portion; gives the counts so far after each, so that the caller can commit and tell.

    A company that is known already is replaced only by what is not older.
    """
    counts, rest = Loaded(), iter(companies)
    while portion := list(islice(rest, AT_ONCE)):
        rows = [row for company in portion if (row := _row(company, source)) is not None]
        counts.kept += len(rows)
        counts.wrong += len(portion) - len(rows)
        keep_rows(session, rows)
        yield counts


def keep_answer(session: Session, company: CompanyFacts) -> None:
    """Keep what DaData has just said."""
    row = _row(company, DADATA)
    if row is not None:
        keep_rows(session, [row])


def keep_rows(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert or replace, the last of equal keys winning; one statement, so two loads cannot cross."""
    unique = {(row["inn"], row["kpp"]): row for row in rows}
    if not unique:
        return
    statement = insert_into(session, RegisterCompany, list(unique.values()))
    replaced = {name: statement.excluded[name] for name in next(iter(unique.values())) if name not in {"inn", "kpp"}}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["inn", "kpp"],
            set_=replaced,
            where=RegisterCompany.__table__.c.as_of <= statement.excluded.as_of,
        )
    )


def _row(company: CompanyFacts, source: str) -> dict[str, Any] | None:
    if not is_valid_inn(company.inn) or not company.name.strip():
        return None
    return {
        "inn": company.inn,
        "kpp": company.kpp if is_valid_kpp(company.kpp) else "",
        "ogrn": company.ogrn if is_valid_ogrn(company.ogrn) else None,
        "kind": ClientKind.ENTREPRENEUR if company.is_person else ClientKind.COMPANY,
        "name": company.name.strip()[:200],
        "full_name": company.full_name.strip()[:400] or None,
        "region": company.region[:100] or None,
        "town": company.town[:100] or None,
        "address": company.address[:500] or None,
        "head_name": company.head_name[:150] or None,
        "head_position": company.head_position[:100] or None,
        "legal_state": LegalState(company.state.value),
        "source": source[:100],
        "as_of": company.as_of,
        "loaded_at": utc_now(),
    }
