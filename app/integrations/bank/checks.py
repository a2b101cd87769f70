"""Control sums of a statement: what the bank's totals say against what the documents add up to.

A mismatch is a warning shown before posting, never a refusal: banks leave out commissions, users cut files.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.integrations.bank.documents import AccountSection, Direction, Document
from app.integrations.bank.problems import WarningCode, WarningLog

_NOTHING = Decimal("0.00")


@dataclass(slots=True)
class Turnover:
    """What the documents of one account add up to; the repeated ones (equal in everything) also apart."""

    received: Decimal = _NOTHING
    withdrawn: Decimal = _NOTHING
    received_again: Decimal = _NOTHING
    withdrawn_again: Decimal = _NOTHING


def merge_days(sections: Iterable[AccountSection]) -> list[AccountSection]:
    """Join the sections of each account: turnovers added, opening of the first, closing of the last.

    Sections are put in the order of their dates; a turnover unknown for one day is unknown for the period.
    """
    by_account: defaultdict[str, list[AccountSection]] = defaultdict(list)
    for section in sections:
        by_account[section.account].append(section)
    return [_merge(account, _in_order(days)) for account, days in by_account.items()]


def check_sums(sections: Sequence[AccountSection], documents: Sequence[Document], log: WarningLog) -> None:
    """Compare balances, turnovers and documents per account; note every difference."""
    turnovers = _turnovers(documents, frozenset(section.account for section in sections))
    confirmed: set[str] = set()
    refuted: set[str] = set()
    _check_days(sections, log)
    for total in merge_days(sections):
        counted = turnovers[total.account]
        _check_balance(total, log)
        matches = _check_turnover(total, counted, log)
        if matches:
            confirmed.add(total.account)
        elif _agrees_without_repeats(total, counted):
            refuted.add(total.account)
    for document in documents:
        if document.ordinal > 1 and document.own_account not in confirmed:
            doubled = document.own_account in refuted
            code = WarningCode.DOUBLED_DOCUMENT if doubled else WarningCode.REPEATED_DOCUMENT
            values = {"number": document.number, "amount": str(document.amount)}
            log.add(code, document.line, account=document.own_account, **values)


def _in_order(days: list[AccountSection]) -> list[AccountSection]:
    return sorted(days, key=lambda day: day.date_from or date.min)


def _merge(account: str, days: list[AccountSection]) -> AccountSection:
    return AccountSection(
        account=account,
        date_from=days[0].date_from,
        date_to=days[-1].date_to,
        opening=days[0].opening,
        received=_sum(day.received for day in days),
        withdrawn=_sum(day.withdrawn for day in days),
        closing=days[-1].closing,
        line=days[0].line,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total = _NOTHING
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _turnovers(documents: Iterable[Document], accounts: frozenset[str]) -> defaultdict[str, Turnover]:
    """Add documents per own account; a transfer between own accounts counts for both of them."""
    turnovers: defaultdict[str, Turnover] = defaultdict(Turnover)
    for document in documents:
        again = document.amount if document.ordinal > 1 else _NOTHING
        if document.direction in (Direction.OUT, Direction.INTERNAL):
            turnover = turnovers[document.own_account]
            turnover.withdrawn += document.amount
            turnover.withdrawn_again += again
        if document.direction is Direction.IN:
            turnover = turnovers[document.own_account]
        elif document.direction is Direction.INTERNAL:
            turnover = turnovers[document.payee.own_account(accounts)]
        else:
            continue
        turnover.received += document.amount
        turnover.received_again += again
    return turnovers


def _check_days(sections: Iterable[AccountSection], log: WarningLog) -> None:
    """Each day must open with what the day before has closed with."""
    last: dict[str, Decimal | None] = {}
    for day in _in_order(list(sections)):
        closed = last.get(day.account)
        if closed is not None and day.opening is not None and day.opening != closed:
            values = {"stated": str(day.opening), "counted": str(closed), "date": str(day.date_from or "")}
            log.add(WarningCode.DAYS_MISMATCH, day.line, account=day.account, **values)
        last[day.account] = day.closing


def _check_balance(total: AccountSection, log: WarningLog) -> None:
    """Opening plus received less withdrawn is closing."""
    if total.opening is None or total.received is None or total.withdrawn is None or total.closing is None:
        return
    counted = total.opening + total.received - total.withdrawn
    if counted != total.closing:
        values = {"stated": str(total.closing), "counted": str(counted)}
        log.add(WarningCode.BALANCE_MISMATCH, total.line, account=total.account, **values)


def _check_turnover(total: AccountSection, counted: Turnover, log: WarningLog) -> bool:
    """Compare both turnovers with the documents; True when both are stated and agree."""
    agree = True
    for code, stated, added in (
        (WarningCode.RECEIVED_MISMATCH, total.received, counted.received),
        (WarningCode.WITHDRAWN_MISMATCH, total.withdrawn, counted.withdrawn),
    ):
        agree = agree and stated == added
        if stated is not None and stated != added:
            log.add(code, total.line, account=total.account, stated=str(stated), counted=str(added))
    return agree


def _agrees_without_repeats(total: AccountSection, counted: Turnover) -> bool:
    received, withdrawn = total.received, total.withdrawn
    return (
        received == counted.received - counted.received_again
        and withdrawn == counted.withdrawn - counted.withdrawn_again
    )
