"""`flask kontora import-bank`: a statement from the terminal; people then look at it in the wizard."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.group import acting, finish, json_option, refuse, settings
from app.clock import day_of, utc_now
from app.errors import RuleError
from app.integrations.bank import Direction, Statement, StatementError, read_statement
from app.models.money import MatchState, StatementLine
from app.models.staff import BankAccount
from app.services.statements import check_file, match_lines, post_statement, refusal_text

_AT_ONCE = 900
_READY = (MatchState.MATCHED, MatchState.NOT_INCOME)
_WAITING = (MatchState.TO_CHOOSE, MatchState.UNKNOWN)


@dataclass(frozen=True)
class _Counts:
    """What became of the documents: new lines, those loaded before, ready to be posted, waiting for a choice."""

    new: int = 0
    already: int = 0
    matched: int = 0
    to_match: int = 0


@click.command("import-bank")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", default="", help="Our account that the statement is of.")
@click.option("--dry-run", is_flag=True, help="Read and count only; any account will do; nothing is written.")
@click.option("--post", "is_posted", is_flag=True, help="Post what is matched.")
@json_option
@with_appcontext
def import_bank(file: Path, account: str, dry_run: bool, is_posted: bool, as_json: bool) -> None:
    """Load the bank statement FILE (format 1CClientBankExchange) and match its payments to clients."""
    data = file.read_bytes()
    with acting() as session:
        known = set(session.scalars(select(BankAccount.account)))
        try:
            content = read_statement(data, own_accounts=known | {account} - {""})
        except StatementError as error:
            _refuse_file(error, as_json)
        if dry_run:
            counts = _count(session, content)
            facts = _facts(content, counts)
        else:
            _check_account(account, known, content)
            facts = _facts(content, _load(session, data, file.name, is_posted=is_posted))
    finish(facts, as_json)


def _refuse_file(error: StatementError, as_json: bool) -> None:
    if not as_json:
        refuse(refusal_text(error))
    finish({"error": str(error.code), "text": refusal_text(error)}, as_json, is_refused=True)


def _check_account(account: str, known: set[str], content: Statement) -> None:
    if account and account not in known:
        refuse(f"account {account} is not among our accounts; add it first, or use --dry-run")
    if account and content.accounts and account not in content.accounts:
        refuse(f"the statement is of {', '.join(content.accounts)}, not of {account}")


def _count(session: Session, content: Statement) -> _Counts:
    """Count without writing: what is matched is not known before the lines are in."""
    keys = [document.key for document in content.documents if document.direction is not Direction.FOREIGN]
    already = 0
    for start in range(0, len(keys), _AT_ONCE):
        held = select(StatementLine.id).where(StatementLine.key.in_(keys[start : start + _AT_ONCE]))
        already += len(session.scalars(held).all())
    new = len(keys) - already
    return _Counts(new, already, 0, new)


def _load(session: Session, data: bytes, name: str, *, is_posted: bool) -> _Counts:
    statement = check_file(session, data, name)
    states = match_lines(session, statement)
    if is_posted:
        try:
            post_statement(session, statement, today=day_of(utc_now(), settings().timezone))
        except RuleError as error:
            click.echo(f"Kontora: {error}", err=True)
    matched, waiting = (sum(states[state] for state in group) for group in (_READY, _WAITING))
    return _Counts(sum(states.values()), statement.already, matched, waiting)


def _facts(content: Statement, counts: _Counts) -> dict[str, Any]:
    """The summary; sums as text with two decimals, of each kind of oddity the code."""
    return {
        "encoding": content.encoding,
        "accounts": list(content.accounts),
        "documents": content.document_count,
        "in": f"{content.total(Direction.IN):.2f}",
        "out": f"{content.total(Direction.OUT):.2f}",
        "internal": len(list(content.of(Direction.INTERNAL))),
        "foreign": len(list(content.of(Direction.FOREIGN))),
        "unread": [document.number for document in content.unread],
        "warnings": list(dict.fromkeys(str(warning.code) for warning in content.warnings)),
        "new": counts.new,
        "already": counts.already,
        "matched": counts.matched,
        "to_match": counts.to_match,
    }
