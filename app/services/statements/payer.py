"""Who paid: the client of a statement line, by INN, then KPP, then known bank account, then what was learnt.

Two sole proprietors of one name are two clients: a name alone never decides, it only suggests.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.services.names import company_key
from app.services.statements.facts import ClientFacts, Facts, Line

Reason = dict[str, Any]
"""A machine code with values: {"code": "number", "values": {"number": "15"}}; `words` says it to people."""


def reason(code: str, **values: object) -> Reason:
    """Note why; values are kept as text."""
    return {"code": code, "values": {name: str(value) for name, value in values.items()}}


@dataclass
class Payer:
    """The client found, or candidates to choose from. `confidence` in percent; `is_doubtful` asks a person."""

    client: ClientFacts | None = None
    confidence: int = 0
    reasons: list[Reason] = field(default_factory=list)
    candidates: list[tuple[ClientFacts, str]] = field(default_factory=list)
    is_doubtful: bool = False


def find_payer(line: Line, facts: Facts) -> Payer:
    """Tell whose payment it is, or between whom a person must choose."""
    by_account = _known(facts, facts.by_account.get(line.account, ()))
    learnt = _known(facts, {*facts.by_alias.get(line.account, ()), *facts.by_alias.get(line.inn, ())})
    if line.inn_may_be_the_banks:
        learnt = _known(facts, facts.by_alias.get(line.account, ()))
        return _behind_the_bank(line, by_account, learnt)
    by_inn = facts.by_inn.get(line.inn, []) if line.inn else []
    if by_inn:
        return _among_branches(line, by_inn, by_account, learnt)
    if by_account:
        return _by_account(line, by_account)
    if learnt:
        return _one_of(learnt, "learnt", 88)
    return _by_name(line, facts)


def _known(facts: Facts, keys: Iterable[int]) -> list[ClientFacts]:
    return [facts.clients[key] for key in sorted(keys) if key in facts.clients]


def _one_of(clients: list[ClientFacts], code: str, confidence: int) -> Payer:
    """The only one, or a choice between several."""
    if len(clients) == 1:
        return Payer(clients[0], confidence, [reason(code)])
    choice = [(client, code) for client in clients]
    return Payer(None, 0, [reason("several_payers", count=len(clients))], choice, is_doubtful=True)


def _behind_the_bank(line: Line, by_account: list[ClientFacts], learnt: list[ClientFacts]) -> Payer:
    """A natural person paid and the bank put its own INN: the account alone may tell who it was."""
    if by_account or learnt:
        return _one_of(by_account or learnt, "account" if by_account else "learnt", 88)
    return Payer(None, 0, [reason("bank_inn", inn=line.inn)], is_doubtful=True)


def _among_branches(
    line: Line, by_inn: list[ClientFacts], by_account: list[ClientFacts], learnt: list[ClientFacts]
) -> Payer:
    """Branches of one legal entity share the INN: the KPP tells them apart, then the account, then the memory."""
    if len(by_inn) == 1:
        return Payer(by_inn[0], 95, [reason("inn")])
    narrowings = (
        ([client for client in by_inn if line.kpp and client.kpp == line.kpp], "inn_kpp", 97),
        ([client for client in by_inn if client in by_account], "inn_account", 95),
        ([client for client in by_inn if client in learnt], "inn_learnt", 90),
    )
    for clients, code, confidence in narrowings:
        if len(clients) == 1:
            return Payer(clients[0], confidence, [reason(code)])
    return _one_of(by_inn, "inn", 0)


def _by_account(line: Line, by_account: list[ClientFacts]) -> Payer:
    """The account of a client, unless the line carries the INN of somebody else."""
    others = [client for client in by_account if line.inn and client.inn and client.inn != line.inn]
    if others:
        choice = [(client, "account") for client in by_account]
        why = reason("account_of_another", client=others[0].name)
        return Payer(None, 0, [why], choice, is_doubtful=True)
    return _one_of(by_account, "account", 90)


def _by_name(line: Line, facts: Facts) -> Payer:
    alike = facts.by_name.get(company_key(line.name), [])
    choice = [(client, "same_name") for client in alike]
    return Payer(None, 0, [reason("unknown_payer")], choice, is_doubtful=True)
