"""What stands in the printed contract of supply and service: plain, for a lawyer to replace."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from app.reports.rendering.invoice_form import Bank, Party


@dataclass(frozen=True)
class ContractParty:
    """A side: requisites, bank, and who acts for it.

    `represented_by` is in the genitive («генерального директора Образцова Олега Олеговича»), `authority`
    as well («Устава», «доверенности № 5 от 12.01.2026»). A sole trader acts in person: both are empty.
    """

    party: Party
    signatory: str
    signatory_post: str = ""
    represented_by: str = ""
    authority: str = ""
    ogrn: str = ""
    email: str = ""
    bank: Bank | None = None


@dataclass(frozen=True)
class PaymentTerms:
    """How the buyer pays: a share in advance in per cent and the rest within days after the shipment.

    Days are calendar days, or banking days: the contract then says what a banking day is, since no law does.
    The penalty is per cent of the unpaid sum for each day, the cap per cent of that sum.
    """

    prepayment_percent: Decimal
    prepayment_days: int = 5
    deferral_days: int = 0
    banking_days: bool = False
    penalty_percent: Decimal = Decimal("0.1")
    penalty_cap_percent: Decimal = Decimal(10)
    wording: str = ""
    """The whole clause in words, where the schedule says more than the shares above can; printed instead."""

    @property
    def rest_percent(self) -> Decimal:
        """The share that is paid after the shipment."""
        return Decimal(100) - self.prepayment_percent

    @property
    def day_word(self) -> str:
        """The kind of day in the genitive plural."""
        return "банковских" if self.banking_days else "календарных"


@dataclass(frozen=True)
class ContractForm:
    """A printed contract. `vat` is a clause: «Цена включает НДС по ставке, действующей на дату отгрузки».

    `limit` is the greatest total in roubles, None when there is none; `conditions` are clauses of this one.
    Without `valid_until` the contract runs until both sides have done their part.
    `claim_days` is the term to answer a claim: 30 calendar days unless agreed otherwise (АПК РФ, ст. 4 ч. 5).
    """

    number: str
    date: datetime.date
    city: str
    supplier: ContractParty
    buyer: ContractParty
    payment: PaymentTerms
    valid_until: datetime.date | None
    court: str
    vat: str
    limit: Decimal | None = None
    prolonged: bool = True
    warranty_months: int = 12
    claim_days: int = 30
    conditions: tuple[str, ...] = ()
