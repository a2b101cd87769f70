"""Proposes for every line of a statement whose payment it is and what it settles, and says why.

A proposal is data: {"confidence": 98, "reasons": [{"code", "values"}], "parts": [{"due_item", "number", "amount"}],
"advance": "0.00", "article": "client_payment", "candidates": [{"client", "name", "inn", "kpp", "town", "debt",
"because"}]}. Amounts are roubles as text. Nothing is posted here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models.money import MatchState, MoneyDirection, Payment, Statement, StatementLine
from app.services.purposes import not_income_words
from app.services.statements.articles import guess_article
from app.services.statements.facts import ClientFacts, Desk, Facts, Line
from app.services.statements.load import CHUNK
from app.services.statements.payer import Payer, find_payer, reason
from app.services.statements.settle import Settlement, settle

_MOST_CANDIDATES = 10
_COLUMNS = (
    StatementLine.id, StatementLine.account_id, StatementLine.direction, StatementLine.posting_day,
    StatementLine.amount, StatementLine.other_name, StatementLine.other_inn, StatementLine.other_kpp,
    StatementLine.other_account, StatementLine.purpose, StatementLine.raw,
    StatementLine.proposal,
)  # fmt: skip


@dataclass
class Match:
    """What is proposed for one line."""

    state: MatchState
    client_id: int | None = None
    proposal: dict[str, Any] = field(default_factory=dict)


def match_lines(session: Session, statement: Statement) -> dict[MatchState, int]:
    """Propose for every line that nobody has decided and nothing has posted yet; gives the number per state.

    Lines are taken in the order of the file, and a debt that one line takes is not offered to the next.
    """
    desk = Desk(session)
    for rows in _portions(session, statement.id):
        lines = desk.lines(rows)
        if not lines:
            continue
        facts = desk.facts(lines)
        matches = [(line.id, match_line(line, facts)) for line in lines]
        changes = [
            {"id": key, "state": match.state, "client_id": match.client_id, "proposal": match.proposal}
            for key, match in matches
        ]
        session.execute(update(StatementLine), changes)
    session.expire_all()
    return count_states(session, statement.id)


def count_states(session: Session, statement_id: int) -> dict[MatchState, int]:
    """Number of lines of a statement per state; states without lines are there with 0."""
    counted = select(StatementLine.state, func.count()).where(StatementLine.statement_id == statement_id)
    found = {state: count for state, count in session.execute(counted.group_by(StatementLine.state))}  # noqa: C416
    return {state: found.get(state, 0) for state in MatchState}


def match_line(line: Line, facts: Facts) -> Match:
    """Propose for one line."""
    if line.direction is MoneyDirection.INTERNAL:
        return _apart(line, 100, "transfer")
    payer = find_payer(line, facts)
    if line.direction is MoneyDirection.OUT:
        return _outgoing(line, payer, facts)
    words = not_income_words(line.purpose)
    if words and not _names_open_invoice(line, facts):
        return _apart(line, 90, "not_income_words", words=", ".join(words))
    match = _incoming(line, payer, facts)
    if words:
        match.proposal["reasons"].append(reason("not_income_words", words=", ".join(words)))
        match.state = MatchState.TO_CHOOSE
    return match


def _apart(line: Line, confidence: int, code: str, **values: object) -> Match:
    proposal = _proposal(confidence, [reason(code, **values)], guess_article(line))
    return Match(MatchState.NOT_INCOME, None, proposal)


def _outgoing(line: Line, payer: Payer, facts: Facts) -> Match:
    """Money out is a refund only if the purpose says so and the payee is a client; a person confirms it."""
    article = guess_article(line)
    if article != "refund":
        return _apart(line, 80, "outgoing")
    proposal = _proposal(60, [reason("refund")], article)
    proposal["candidates"] = _candidates(line, payer, facts)
    if payer.client:
        proposal["reasons"] += payer.reasons
        proposal["advance"] = str(line.amount)
    return Match(MatchState.TO_CHOOSE, payer.client.id if payer.client else None, proposal)


def _names_open_invoice(line: Line, facts: Facts) -> bool:
    return any(facts.numbered(reference, line.organisation_id) for reference in line.references)


def _incoming(line: Line, payer: Payer, facts: Facts) -> Match:
    client = payer.client
    if client is None:
        return _unknown(line, payer, facts)
    found = settle(line, client.id, facts)
    if found.must_confirm and (other := _paid_for_another(line, payer, facts)):
        client, payer = other, Payer(other, 88, [reason("learnt")])
        found = settle(line, client.id, facts)
    proposal = _proposal(min(payer.confidence + 4, found.confidence), payer.reasons + found.reasons)
    if found.must_confirm:
        payer.candidates += _owners(line, payer, facts)
    else:
        for debt, part in found.parts:
            debt.left -= part
    _put_parts(proposal, found)
    if found.must_confirm:
        proposal["candidates"] = _candidates(line, payer, facts)
    state = MatchState.TO_CHOOSE if found.must_confirm else MatchState.MATCHED
    return Match(state, client.id, proposal)


def _unknown(line: Line, payer: Payer, facts: Facts) -> Match:
    """Nobody or several: candidates, and if the purpose names an invoice, whose it is comes first."""
    owners = _owners(line, payer, facts)
    payer.candidates = owners + payer.candidates
    proposal = _proposal(0, list(payer.reasons))
    proposal["candidates"] = _candidates(line, payer, facts)
    if not payer.candidates and not line.inn_may_be_the_banks:
        return Match(MatchState.UNKNOWN, None, proposal)
    if len({client.id for client, _code in owners}) == 1:
        client = owners[0][0]
        found = settle(line, client.id, facts)
        _put_parts(proposal, found)
        proposal["confidence"] = 40
        proposal["reasons"] += found.reasons
        return Match(MatchState.TO_CHOOSE, client.id, proposal)
    return Match(MatchState.TO_CHOOSE, None, proposal)


def _paid_for_another(line: Line, payer: Payer, facts: Facts) -> ClientFacts | None:
    """The client whose invoice is named, when a person has once told that this payer pays for them."""
    learnt = facts.by_alias.get(line.inn, set()) | facts.by_alias.get(line.account, set())
    known = {client.id: client for client, _code in _owners(line, payer, facts) if client.id in learnt}
    return next(iter(known.values())) if len(known) == 1 else None


def _owners(line: Line, payer: Payer, facts: Facts) -> list[tuple[ClientFacts, str]]:
    """Clients whose open invoices the purpose names: somebody may pay for them (ГК РФ, ст. 313)."""
    keys = {
        debt.client_id
        for reference in line.references
        for debt in facts.numbered(reference, line.organisation_id)
        if payer.client is None or debt.client_id != payer.client.id
    }
    return [(facts.clients[key], "number") for key in sorted(keys & facts.clients.keys())]


def _proposal(confidence: int, reasons: list[dict[str, Any]], article: str = "client_payment") -> dict[str, Any]:
    return {
        "confidence": confidence,
        "reasons": reasons,
        "parts": [],
        "advance": "0.00",
        "article": article,
        "candidates": [],
    }


def _put_parts(proposal: dict[str, Any], found: Settlement) -> None:
    proposal["parts"] = [
        {"due_item": debt.id, "number": debt.number, "amount": str(part)} for debt, part in found.parts
    ]
    proposal["advance"] = str(found.advance)


def _candidates(line: Line, payer: Payer, facts: Facts) -> list[dict[str, Any]]:
    """Clients to choose from with what tells them apart: INN, KPP, town, debt, and why they are offered."""
    offered = {client.id: (client, code) for client, code in reversed(payer.candidates)}
    if payer.client:
        offered[payer.client.id] = (payer.client, payer.reasons[0]["code"])
    return [
        {
            "client": client.id,
            "name": client.name,
            "inn": client.inn,
            "kpp": client.kpp,
            "town": client.town,
            "debt": str(facts.total_owed(client.id, line.organisation_id) or Decimal("0.00")),
            "because": code,
        }
        for client, code in list(offered.values())[::-1][:_MOST_CANDIDATES]
    ]


def _portions(session: Session, statement_id: int) -> Iterator[Sequence[Any]]:
    """Undecided lines without a payment, in the order of the file, a portion at a time."""
    last = 0
    while True:
        question = (
            select(*_COLUMNS)
            .outerjoin(Payment, Payment.statement_line_id == StatementLine.id)
            .where(
                StatementLine.statement_id == statement_id,
                StatementLine.id > last,
                StatementLine.state != MatchState.SKIPPED,
                Payment.id.is_(None),
            )
            .order_by(StatementLine.id)
            .limit(CHUNK)
        )
        rows = session.execute(question).all()
        if not rows:
            return
        last = rows[-1].id
        yield [row for row in rows if not row.proposal.get("chosen")]
