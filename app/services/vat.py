"""VAT (НДС): the rates with the dates they are in force, and the tax of a line.

The rate is that of the day of shipment or advance: 22 % from 01.01.2026 (law 425-ФЗ of 28.11.2025), 20 %
before. 5 % and 7 % are for payers of the simplified system (УСН) since 01.01.2025. «Without VAT» is not 0
%.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from app.errors import RuleError
from app.texts import _, lazy

_KOPECK = Decimal("0.01")
_HUNDRED = Decimal(100)


class VatRate(Enum):
    """A rate of VAT that a document line can have; the value is what the database keeps."""

    VAT22 = "vat22"
    VAT20 = "vat20"
    VAT10 = "vat10"
    VAT0 = "vat0"
    NO_VAT = "no_vat"
    VAT5 = "vat5"
    VAT7 = "vat7"

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent; None without VAT."""
        return _FACTS[self].percent

    @property
    def valid_from(self) -> datetime.date | None:
        """The first day in force; None when it has always been."""
        return _FACTS[self].valid_from

    @property
    def valid_to(self) -> datetime.date | None:
        """The last day in force; None while it lasts."""
        return _FACTS[self].valid_to

    @property
    def label(self) -> str:
        """The name of the rate as people see it, translated."""
        return str(_FACTS[self].label)

    def is_valid_on(self, day: datetime.date) -> bool:
        """Whether the rate is in force on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class _Facts:
    percent: Decimal | None
    label: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


_FACTS = {
    VatRate.VAT22: _Facts(Decimal(22), lazy("VAT 22%"), datetime.date(2026, 1, 1)),
    VatRate.VAT20: _Facts(
        Decimal(20), lazy("VAT 20%"), datetime.date(2019, 1, 1), datetime.date(2025, 12, 31)
    ),
    VatRate.VAT10: _Facts(Decimal(10), lazy("VAT 10%")),
    VatRate.VAT0: _Facts(Decimal(0), lazy("VAT 0%")),
    VatRate.NO_VAT: _Facts(None, lazy("No VAT")),
    VatRate.VAT5: _Facts(Decimal(5), lazy("VAT 5%"), datetime.date(2025, 1, 1)),
    VatRate.VAT7: _Facts(Decimal(7), lazy("VAT 7%"), datetime.date(2025, 1, 1)),
}
_STANDARD = (VatRate.VAT22, VatRate.VAT20)


def rates_on(day: datetime.date) -> list[VatRate]:
    """The rates in force on a day, in the order of the choice list."""
    return [rate for rate in VatRate if rate.is_valid_on(day)]


def standard_rate_on(day: datetime.date) -> VatRate:
    """The general rate on a day; raises RuleError before 2019, for which no rate is kept."""
    for rate in _STANDARD:
        if rate.is_valid_on(day):
            return rate
    raise RuleError(
        _("No standard VAT rate is known for %(day)s; choose a later date.", day=f"{day:%d.%m.%Y}")
    )


def round_kopecks(amount: Decimal) -> Decimal:
    """Roubles rounded half up to the kopeck; a negative amount rounds as its positive twin."""
    return amount.quantize(_KOPECK, ROUND_HALF_UP)


def vat_of(amount: Decimal, rate: VatRate, *, included: bool) -> Decimal:
    """The tax of one line in roubles, half up to the kopeck.

    `included`: the amount holds the tax (rate / (100 + rate)); otherwise the tax comes on top (rate / 100).
    A document's tax is the sum over its lines, as 1C prints it. 0.00 without VAT.
    """
    percent = rate.percent or Decimal(0)
    base = _HUNDRED + percent if included else _HUNDRED
    return round_kopecks(amount * percent / base)
