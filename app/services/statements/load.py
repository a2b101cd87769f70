"""Takes a statement file in: what is new is kept line by line, what was loaded before is only counted.

A line's key is unique among lines in force, so the same or an overlapping file, or two people loading one file at
once, add each payment once. A transfer between own accounts stands in the statements of both; it has one key.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.integrations.bank import Direction, Document, read_statement
from app.integrations.bank import Statement as FileContent
from app.integrations.bank.amounts import ROUBLE
from app.integrations.bank.checks import merge_days
from app.integrations.bank.documents import natural_key
from app.models.money import MatchState, MoneyDirection, Statement, StatementLine, StatementStatus
from app.models.staff import BankAccount
from app.services.upserts import insert_into

CHUNK = 1000
"""Lines handled at once: memory stays flat whatever the size of the file."""

_EARLIER_STATEMENTS = 200


@dataclass
class _Rejected:
    """Documents that are not taken in, added up by reason and account: a file of a strange account is one entry."""

    entries: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def add(self, document: Document, reason: str, text: str) -> None:
        new = {"reason": reason, "text": text, "line": document.line, "number": document.number[:60], "count": 0}
        self.entries.setdefault((reason, text), new)["count"] += 1


def check_file(session: Session, data: bytes | BinaryIO, name: str) -> Statement:
    """Read a file and keep its new lines, not yet matched. Nothing is posted.

    The record tells: sums of the documents taken in, number of those already loaded, the balances that the bank
    states per account, everything odd (`warnings`, codes with values; see `words`) and what was left out
    (`unread`). Raises StatementError, an IntegrationError, when the file is no statement.
    """
    own = {account.account: account for account in session.scalars(select(BankAccount))}
    content = read_statement(data, own_accounts=own)
    _wait_for_other_loads(session, content, own)
    rejected = _Rejected()
    taken = [document for document in content.documents if _is_ours(document, own, rejected)]
    statement = _record(content, taken, name)
    session.add(statement)
    session.flush()
    fresh = (document for document in taken if not _is_second_side(document, content))
    earlier = _keep_lines(session, statement, _without_misread(session, fresh, rejected), own)
    statement.accounts = [_account_facts(section, own) for section in merge_days(content.sections)]
    statement.unread = [*_unread(content), *rejected.entries.values()]
    statement.already = len(taken) - _rejected_late(rejected) - earlier.total_new
    statement.warnings = [*_warnings(content), *_openings(session, statement), *earlier.notes(session, statement)]
    session.flush()
    return statement


def _wait_for_other_loads(session: Session, content: FileContent, own: dict[str, BankAccount]) -> None:
    """Loads of one account go one after another, or two of them could each wait for a line of the other."""
    named = [own[number].id for number in content.accounts if number in own]
    held = select(BankAccount.id).where(BankAccount.id.in_(named)).order_by(BankAccount.id)
    session.execute(held.with_for_update(key_share=True)).all()


def _record(content: FileContent, taken: Sequence[Document], name: str) -> Statement:
    def total(direction: Direction) -> Any:
        return sum(document.amount for document in taken if document.direction is direction)

    return Statement(
        file_name=name[-200:],
        file_sha256=content.file_hash,
        encoding=content.encoding[:20],
        starts_on=content.date_from,
        ends_on=content.date_to,
        status=StatementStatus.CHECKED,
        incoming=total(Direction.IN),
        outgoing=total(Direction.OUT),
        documents=content.document_count,
    )


def _is_ours(document: Document, own: dict[str, BankAccount], rejected: _Rejected) -> bool:
    """Whether the document can be taken in; if not, it is noted why."""
    if document.direction is Direction.FOREIGN:
        rejected.add(document, "foreign", "")
        return False
    for account in _own_sides(document):
        if account not in own:
            rejected.add(document, "unknown_account", account)
            return False
    if document.currency != ROUBLE or own[document.own_account].currency != ROUBLE:
        rejected.add(document, "foreign_currency", document.own_account)
        return False
    if not document.amount:
        rejected.add(document, "zero_amount", document.number[:60])
        return False
    return True


def _own_sides(document: Document) -> tuple[str, ...]:
    if document.direction is Direction.INTERNAL:
        return document.own_account, _receiver(document)
    return (document.own_account,)


def _receiver(document: Document) -> str:
    return document.payee.account or document.payee.direct_account


def _is_second_side(document: Document, content: FileContent) -> bool:
    """Whether a file of both accounts repeats a transfer: once as money out, once as money in."""
    repeats = document.direction is Direction.INTERNAL and document.ordinal > 1
    return repeats and {document.own_account, _receiver(document)} <= set(content.accounts)


def _without_misread(session: Session, documents: Iterable[Document], rejected: _Rejected) -> Iterator[list[Document]]:
    """Chunks without transfers that are in already as a payment, because the other account was not yet known."""
    rest = iter(documents)
    while chunk := list(islice(rest, CHUNK)):
        other_keys = {
            key: document
            for document in chunk
            if document.direction is Direction.INTERNAL
            for key in _keys_as_payment(document)
        }
        known = select(StatementLine.key).where(StatementLine.key.in_(other_keys))
        misread = [other_keys[str(key)] for key in session.scalars(known)] if other_keys else []
        for document in misread:
            rejected.add(document, "was_not_internal", document.own_account)
        yield [document for document in chunk if document not in misread]


def _keys_as_payment(document: Document) -> tuple[str, str]:
    payer, payee = document.payer, document.payee
    facts = (document.document_date.isoformat(), document.number, str(document.amount))
    as_out = (document.own_account, "out", *facts, payee.account, payee.inn or payee.kio)
    as_in = (_receiver(document), "in", *facts, payer.account, payer.inn or payer.kio)
    return natural_key(as_out, document.ordinal), natural_key(as_in, document.ordinal)


@dataclass
class _Earlier:
    """What the keys showed: how many lines are new, and in which statements the others stand."""

    total_new: int = 0
    statements: Counter[int] = field(default_factory=Counter)

    def notes(self, session: Session, statement: Statement) -> list[dict[str, Any]]:
        """Warnings that say where the lines known before are, and that nothing at all is new."""
        names = select(Statement.id, Statement.file_name).where(Statement.id.in_(self.statements))
        notes = [
            _note("already_in", statement=str(key), name=name, count=str(self.statements[key]))
            for key, name in session.execute(names.order_by(Statement.id))
        ]
        if statement.documents and not self.total_new and self.statements:
            notes.insert(0, _note("all_known"))
        return notes


def _keep_lines(
    session: Session, statement: Statement, chunks: Iterable[list[Document]], own: dict[str, BankAccount]
) -> _Earlier:
    earlier = _Earlier()
    keeping = insert_into(session, StatementLine, {}).on_conflict_do_nothing(index_elements=["key"])
    keeping = keeping.returning(StatementLine.key)
    for chunk in chunks:
        rows = [_line_values(document, statement, own[document.own_account]) for document in chunk]
        kept = set(session.scalars(keeping, rows).all()) if rows else set()
        earlier.total_new += len(kept)
        known = {row["key"] for row in rows} - kept
        if known:
            holders = select(StatementLine.statement_id, func.count()).where(StatementLine.key.in_(known))
            for key, count in session.execute(holders.group_by(StatementLine.statement_id)):
                earlier.statements[key] += count
    return earlier


def _line_values(document: Document, statement: Statement, account: BankAccount) -> dict[str, Any]:
    other = document.other
    return {
        "statement_id": statement.id,
        "key": document.key,
        "account_id": account.id,
        "direction": MoneyDirection(document.direction.value),
        "number": document.number[:60],
        "document_day": document.document_date,
        "posting_day": document.posting_date,
        "amount": document.amount,
        "other_name": other.name[:300],
        "other_inn": other.inn or None,
        "other_kpp": other.kpp or None,
        "other_account": (other.account or other.direct_account)[:40] or None,
        "other_bik": other.bik[:9] or None,
        "purpose": document.purpose[:2000],
        "raw": dict(document.raw),
        "state": MatchState.UNKNOWN,
        "proposal": {},
    }


def _rejected_late(rejected: _Rejected) -> int:
    return sum(entry["count"] for (reason, _), entry in rejected.entries.items() if reason == "was_not_internal")


def _account_facts(section: Any, own: dict[str, BankAccount]) -> dict[str, Any]:
    """What the bank says about an account over the file's period; sums as text, None where it says nothing."""

    def text(value: object) -> str | None:
        return None if value is None else str(value)

    return {
        "account": section.account,
        "is_known": section.account in own,
        "from": text(section.date_from),
        "to": text(section.date_to),
        "opening": text(section.opening),
        "received": text(section.received),
        "withdrawn": text(section.withdrawn),
        "closing": text(section.closing),
    }


def _unread(content: FileContent) -> list[dict[str, Any]]:
    return [
        {"reason": str(found.reason), "text": found.text, "line": found.line, "number": found.number, "count": 1}
        for found in content.unread
    ]


def _warnings(content: FileContent) -> list[dict[str, Any]]:
    return [{"code": str(found.code), "line": found.line, "values": dict(found.values)} for found in content.warnings]


def _note(code: str, **values: str) -> dict[str, Any]:
    return {"code": code, "line": 0, "values": values}


def _openings(session: Session, statement: Statement) -> list[dict[str, Any]]:
    """Warnings for accounts that open with another sum than the statement before has closed with."""
    notes = []
    for facts in statement.accounts:
        opening, begins = facts["opening"], facts["from"]
        before = _closing_before(session, statement, facts["account"], begins) if begins and opening else None
        if before is not None and before["closing"] != opening:
            values = {"stated": opening, "expected": before["closing"], "day": before["to"]}
            notes.append(_note("opening_differs", account=facts["account"], **values))
    return notes


def _closing_before(session: Session, statement: Statement, account: str, begins: str) -> dict[str, Any] | None:
    """What the latest earlier statement says about the account at its end; one that overlaps says nothing."""
    earlier = (
        select(Statement.accounts)
        .where(
            Statement.id != statement.id,
            Statement.status != StatementStatus.TAKEN_BACK,
            Statement.ends_on < date.fromisoformat(begins),
        )
        .order_by(Statement.ends_on.desc(), Statement.id.desc())
        .limit(_EARLIER_STATEMENTS)
    )
    for accounts in session.scalars(earlier):
        for facts in accounts:
            if facts["account"] == account and facts["closing"] and facts["to"] and facts["to"] < begins:
                return dict(facts)
    return None
