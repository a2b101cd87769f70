"""Everything that matching asks the database, fetched for many lines at once: a few questions per thousand lines."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.integrations.bank import Party
from app.models.agreements import Contract, ContractStatus
from app.models.clients import Client, ClientBankAccount
from app.models.ledger import DocumentKind, DueItem
from app.models.money import MoneyDirection, PayerAlias
from app.models.sales import Invoice
from app.models.staff import BankAccount, Organisation
from app.services.names import company_key
from app.services.purposes import Reference, invoice_references

_AT_ONCE = 900
_NUMBER_DIGITS = 6
_LOOK_ALIKE = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")


@dataclass(frozen=True, slots=True)
class Line:
    """A statement line as matching sees it. Amount in roubles; `references` are the invoices named in the purpose."""

    id: int
    organisation_id: int
    direction: MoneyDirection
    day: date
    amount: Decimal
    name: str
    inn: str
    kpp: str
    account: str
    purpose: str
    raw: dict[str, Any] = field(repr=False)
    references: tuple[Reference, ...] = ()

    @property
    def inn_may_be_the_banks(self) -> bool:
        """Whether a bank may have put its own INN in place of a natural person's."""
        return Party(inn=self.inn, account=self.account).inn_may_be_the_banks


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """Who a client is, as far as choosing between similar ones needs it."""

    id: int
    name: str
    inn: str
    kpp: str
    town: str


@dataclass(slots=True)
class Debt:
    """An open due item of an invoice. `left` is what no line of this statement has taken yet, in roubles."""

    id: int
    client_id: int
    organisation_id: int
    document_id: int
    number: str
    day: date
    due_on: date | None
    left: Decimal
    contract_id: int | None
    total: Decimal
    vat_total: Decimal


@dataclass
class Facts:
    """The answers, by what a line carries."""

    clients: dict[int, ClientFacts] = field(default_factory=dict)
    by_inn: dict[str, list[ClientFacts]] = field(default_factory=lambda: defaultdict(list))
    by_account: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_alias: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, list[ClientFacts]] = field(default_factory=lambda: defaultdict(list))
    debts: dict[tuple[int, int], list[Debt]] = field(default_factory=lambda: defaultdict(list))
    contracts: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[Debt]] = field(default_factory=lambda: defaultdict(list))

    def owed(self, client_id: int, organisation_id: int) -> list[Debt]:
        """What a client still owes to one of our organisations, the oldest due first, no due date last."""
        return [debt for debt in self.debts.get((client_id, organisation_id), ()) if debt.left > 0]

    def total_owed(self, client_id: int, organisation_id: int) -> Decimal:
        """The sum of it."""
        return sum((debt.left for debt in self.owed(client_id, organisation_id)), Decimal(0))

    def numbered(self, reference: Reference, organisation_id: int) -> list[Debt]:
        """Open debts of any client whose invoice has this number."""
        found = (debt for text in self._spellings[reference.number] for debt in self.by_number.get(text, ()))
        unique = {debt.id: debt for debt in found if debt.organisation_id == organisation_id and debt.left > 0}
        return list(unique.values())

    _spellings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Desk:
    """Collects facts chunk by chunk. Debts taken by earlier lines stay taken: two payments never share one debt."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._debts: dict[int, Debt] = {}
        self._prefixes = sorted(set(filter(None, session.scalars(select(Organisation.number_prefix)))))
        owners = session.execute(select(BankAccount.id, BankAccount.organisation_id))
        self._organisations = {key: organisation for key, organisation in owners}  # noqa: C416 (rows are no pairs)

    def lines(self, rows: Iterable[Any]) -> list[Line]:
        """Rows of the table (or their columns) as lines for matching."""
        return [
            Line(
                id=row.id,
                organisation_id=self._organisations[int(row.account_id)],
                direction=row.direction,
                day=row.posting_day,
                amount=row.amount,
                name=row.other_name,
                inn=row.other_inn or "",
                kpp=row.other_kpp or "",
                account=row.other_account or "",
                purpose=row.purpose,
                raw=row.raw,
                references=tuple(invoice_references(row.purpose)),
            )
            for row in rows
        ]

    def facts(self, lines: Sequence[Line]) -> Facts:
        """Fetch what these lines need."""
        facts = Facts()
        self._learn_payers(facts, lines)
        self._learn_numbers(facts, lines)
        self._learn_debts(facts, [line for line in lines if line.direction is MoneyDirection.IN])
        return facts

    def facts_of(self, client: Client, lines: Sequence[Line]) -> Facts:
        """Fetch what these lines need if they were payments of this client."""
        facts = Facts()
        self._clients(Client.id, [client.id], facts)
        self._learn_numbers(facts, lines)
        self._learn_debts(facts, lines)
        return facts

    def _learn_payers(self, facts: Facts, lines: Sequence[Line]) -> None:
        inns = {line.inn for line in lines if line.inn}
        accounts = {line.account for line in lines if line.account}
        for client in self._clients(Client.inn, inns, facts):
            facts.by_inn[client.inn].append(client)
        unknown = {company_key(line.name) for line in lines if line.inn not in facts.by_inn} - {""}
        for client in self._clients(Client.company_key, unknown, facts):
            facts.by_name[company_key(client.name)].append(client)
        known = select(ClientBankAccount.account, ClientBankAccount.client_id)
        for account, client_id in self._ask(known, ClientBankAccount.account, accounts):
            facts.by_account[account].add(client_id)
        learnt = select(PayerAlias.payer, PayerAlias.client_id)
        for payer, client_id in self._ask(learnt, PayerAlias.payer, inns | accounts):
            facts.by_alias[payer].add(client_id)
        keys = {key for found in (*facts.by_account.values(), *facts.by_alias.values()) for key in found}
        self._clients(Client.id, keys - facts.clients.keys(), facts)

    def _clients(self, column: Any, values: Collection[Any], facts: Facts) -> list[ClientFacts]:
        question = select(Client.id, Client.name, Client.inn, Client.kpp, Client.town).where(
            Client.merged_into_id.is_(None)
        )
        found = []
        for key, name, inn, kpp, town in self._ask(question, column, values):
            client = ClientFacts(key, name, inn or "", kpp or "", town or "")
            facts.clients[key] = client
            found.append(client)
        return found

    def _learn_numbers(self, facts: Facts, lines: Sequence[Line]) -> None:
        """Whose the named invoices are, whoever paid: a number may belong to another client."""
        references = {reference.number for line in lines for reference in line.references}
        for number in references:
            facts._spellings[number] = self._spellings(number)
        wanted = {text for texts in facts._spellings.values() for text in texts}
        for debt in self._open(Invoice.number, wanted):
            facts.by_number[debt.number].append(debt)
        owners = {debt.client_id for debts in facts.by_number.values() for debt in debts}
        self._clients(Client.id, owners - facts.clients.keys(), facts)

    def _spellings(self, number: str) -> list[str]:
        """How an invoice of this number may be written in our documents: with our prefix, with zeros in front."""
        plain = re.sub(r"\s+", "", re.sub(r"[–—−]", "-", number.upper()))
        plain = plain.translate(_LOOK_ALIKE)
        padded = re.sub(r"\d+$", lambda digits: digits[0].zfill(_NUMBER_DIGITS), plain)
        forms = [number, plain, padded]
        forms += [f"{prefix}-{form}" for prefix in self._prefixes for form in (plain, padded)]
        return list(dict.fromkeys(forms))

    def _learn_debts(self, facts: Facts, lines: Sequence[Line]) -> None:
        keys = set(facts.clients)
        for debt in self._open(DueItem.client_id, keys):
            facts.debts[debt.client_id, debt.organisation_id].append(debt)
        for debts in facts.debts.values():
            debts.sort(key=_payable_first)
        if lines:
            agreed = select(Contract.client_id, Contract.id, Contract.number).where(
                Contract.status == ContractStatus.SIGNED
            )
            for client_id, key, number in self._ask(agreed, Contract.client_id, keys):
                facts.contracts[client_id].append((key, number))

    def _open(self, column: Any, values: Collection[Any]) -> list[Debt]:
        """Open due items of invoices; an item met before keeps what earlier lines have left of it."""
        question = (
            select(
                DueItem.id, DueItem.client_id, DueItem.organisation_id, DueItem.document_id,
                DueItem.document_number, DueItem.document_day, DueItem.due_on, DueItem.balance,
                Invoice.contract_id, Invoice.total, Invoice.vat_total,
            )
            .join(Invoice, and_(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == Invoice.id))
            .where(DueItem.balance > 0)
        )  # fmt: skip
        return [self._debts.setdefault(row[0], Debt(*row)) for row in self._ask(question, column, values)]

    def _ask(self, question: Any, column: Any, values: Collection[Any]) -> Iterable[Any]:
        """Rows whose column is among the values, asked in portions that every database takes."""
        wanted = sorted(values)
        for start in range(0, len(wanted), _AT_ONCE):
            yield from self._session.execute(question.where(column.in_(wanted[start : start + _AT_ONCE])))


def _payable_first(debt: Debt) -> tuple[bool, date, date, int]:
    return debt.due_on is None, debt.due_on or date.max, debt.day, debt.id
