"""Which debts a client's payment settles: invoices named in the purpose, then the exact sum, then the oldest first.

What the law and custom leave open is left to a person: «stop» reasons make the line one to choose, with the
proposal already filled in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from app.services.purposes import Reference, is_same_number, mentions, vat_in_purpose
from app.services.statements.facts import Debt, Facts, Line
from app.services.statements.payer import Reason, reason

_MOST_NUMBERS_SOUGHT = 300
"""Open invoices of one client that are looked for in a purpose without the word «счёт»."""

Part = tuple[Debt, Decimal]


@dataclass
class Settlement:
    """A proposal: parts of debts in roubles, the rest as an advance, why, and whether a person must confirm."""

    parts: list[Part] = field(default_factory=list)
    advance: Decimal = Decimal(0)
    confidence: int = 0
    reasons: list[Reason] = field(default_factory=list)
    must_confirm: bool = False


def settle(line: Line, client_id: int, facts: Facts) -> Settlement:
    """Propose what an incoming payment of a client settles. Takes nothing from the debts yet."""
    owed = facts.owed(client_id, line.organisation_id)
    named, strange = _named(line, client_id, facts, owed)
    if named:
        found = _by_numbers(line, named)
    else:
        found = _without_numbers(line, client_id, facts, owed, is_named=bool(line.references))
    found.reasons += strange
    found.must_confirm = found.must_confirm or any(why["code"] == "number_of_another" for why in strange)
    _compare_vat(line, found)
    return found


def _named(line: Line, client_id: int, facts: Facts, owed: Sequence[Debt]) -> tuple[list[Debt], list[Reason]]:
    """The client's debts that the purpose names, and what is odd about the numbers that it names besides."""
    named: dict[int, Debt] = {}
    strange: list[Reason] = []
    for reference in line.references:
        own = _of_number(reference, owed)
        named |= {debt.id: debt for debt in own}
        if not own:
            strange += _strange(line, reference, client_id, facts)
        elif reference.date and own[0].day != reference.date:
            strange.append(reason("number_date_differs", number=own[0].number, stated=f"{reference.date:%d.%m.%Y}"))
    if not named and not strange:
        named = {debt.id: debt for debt in owed[:_MOST_NUMBERS_SOUGHT] if _is_mentioned(line.purpose, debt.number)}
    return list(named.values()), strange


def _of_number(reference: Reference, owed: Iterable[Debt]) -> list[Debt]:
    """Debts of the named invoice; when invoices of several years have the number, the date decides."""
    same = [debt for debt in owed if is_same_number(debt.number, reference.number)]
    dated = [debt for debt in same if reference.date and debt.day == reference.date]
    return dated or same


def _strange(line: Line, reference: Reference, client_id: int, facts: Facts) -> list[Reason]:
    others = {
        debt.client_id
        for debt in facts.numbered(reference, line.organisation_id)
        if debt.client_id != client_id and (reference.date is None or debt.day == reference.date)
    }
    others &= facts.clients.keys()
    if not others:
        return [reason("number_not_found", number=reference.number)]
    return [
        reason("number_of_another", number=reference.number, client=facts.clients[other].name)
        for other in sorted(others)
    ]


def _is_mentioned(purpose: str, number: str) -> bool:
    """The cheap question first: the last digits of the number must stand in the purpose at all."""
    digits = "".join(letter if letter.isdigit() else " " for letter in number).split()
    return bool(digits) and digits[-1].lstrip("0") in purpose and mentions(purpose, number)


def _by_numbers(line: Line, named: list[Debt]) -> Settlement:
    """The purpose names invoices; several must add up, and nothing may be left over."""
    numbers = list(dict.fromkeys(debt.number for debt in named))
    invoices = {debt.document_id for debt in named}
    total = _total(named)
    found = Settlement(*_spread(line.amount, named))
    found.reasons = [reason("number", number=number) for number in numbers]
    if line.amount == total:
        found.reasons.append(reason("sum"))
        found.confidence = 99 if len(invoices) == 1 else 97
    elif line.amount > total:
        found.reasons.append(reason("sum_above", open=total))
        found.confidence, found.must_confirm = 60, True
    elif len(invoices) > 1:
        found.reasons.append(reason("sums_differ", open=total))
        found.confidence, found.must_confirm = 60, True
    else:
        is_stage = any(debt.left == line.amount for debt in named)
        found.reasons.append(reason("stage_sum" if is_stage else "partial", open=total))
        found.confidence = 96 if is_stage else 90
    return found


def _without_numbers(line: Line, client_id: int, facts: Facts, owed: list[Debt], *, is_named: bool) -> Settlement:
    if not owed:
        return Settlement([], line.amount, 40, [reason("nothing_open")], must_confirm=True)
    hits = _exact(line.amount, owed)
    if len(hits) == 1:
        invoice, why = hits[0]
        confidence = 75 if is_named else 85
        return Settlement([(debt, debt.left) for debt in invoice], Decimal(0), confidence, [why])
    if hits:
        parts = [(debt, debt.left) for debt in hits[0][0]]
        return Settlement(parts, Decimal(0), 50, [reason("equal_sums", count=len(hits))], must_confirm=True)
    return _oldest_first(line, client_id, facts, owed, is_named=is_named)


def _exact(amount: Decimal, owed: list[Debt]) -> list[tuple[list[Debt], Reason]]:
    """Invoices whose whole rest is the amount; if none, single stages that are."""
    by_invoice = sorted(owed, key=lambda debt: debt.document_id)
    invoices = [list(debts) for _key, debts in groupby(by_invoice, key=lambda debt: debt.document_id)]
    whole = [(debts, reason("exact_sum", number=debts[0].number)) for debts in invoices if _total(debts) == amount]
    stages = [([debt], reason("exact_stage", number=debt.number)) for debt in owed if debt.left == amount]
    return whole or stages


def _oldest_first(line: Line, client_id: int, facts: Facts, owed: list[Debt], *, is_named: bool) -> Settlement:
    """Oldest due first, those of the contract named in the purpose before the others."""
    contract = _contract(line, client_id, facts)
    under = [debt for debt in owed if contract and debt.contract_id == contract[0]]
    rest = [debt for debt in owed if debt not in under]
    found = Settlement(*_spread(line.amount, under + rest))
    if contract:
        found.reasons.append(reason("contract", number=contract[1]))
    found.reasons.append(reason("oldest_first"))
    found.confidence = 70 if contract else 60
    if found.advance:
        found.reasons.append(reason("sum_above", open=_total(owed)))
        found.confidence = 50
    found.must_confirm = bool(found.advance) or is_named
    return found


def _contract(line: Line, client_id: int, facts: Facts) -> tuple[int, str] | None:
    named = [contract for contract in facts.contracts.get(client_id, ()) if _is_mentioned(line.purpose, contract[1])]
    return named[0] if len(named) == 1 else None


def _spread(amount: Decimal, debts: Iterable[Debt]) -> tuple[list[Part], Decimal]:
    parts = []
    for debt in debts:
        part = min(amount, debt.left)
        if part > 0:
            parts.append((debt, part))
            amount -= part
    return parts, amount


def _total(debts: Iterable[Debt]) -> Decimal:
    return sum((debt.left for debt in debts), Decimal(0))


def _compare_vat(line: Line, found: Settlement) -> None:
    """Warn when the purpose states another VAT than the one invoice paid in full has: habit, or a wrong invoice."""
    invoices = {debt.document_id: debt for debt, _part in found.parts}
    stated = vat_in_purpose(line.purpose)
    if stated is None or len(invoices) != 1:
        return
    (debt,) = invoices.values()
    if stated.is_without and debt.vat_total:
        found.reasons.append(reason("vat_missing", expected=debt.vat_total))
    elif stated.amount is not None and line.amount == debt.total and stated.amount != debt.vat_total:
        found.reasons.append(reason("vat_differs", stated=stated.amount, expected=debt.vat_total))
