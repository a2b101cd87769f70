"""VAT (НДС): the rates with the dates they are in force, and the tax of a line.

The rate is that of the day of shipment or advance: 22 % from 01.01.2026 (law 425-ФЗ of 28.11.2025), 20 %
before. 5 % and 7 % are for payers of the simplified system (УСН) since 01.01.2025. «Without VAT» is not 0
%.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.errors import RuleError
from app.models.catalogue import VatCode
from app.texts import _, lazy

_KOPECK = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class _Facts:
    percent: Decimal | None
    label: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


_FACTS = {
    VatCode.VAT22: _Facts(Decimal(22), lazy("VAT 22%"), datetime.date(2026, 1, 1)),
    VatCode.VAT20: _Facts(Decimal(20), lazy("VAT 20%"), datetime.date(2019, 1, 1), datetime.date(2025, 12, 31)),
    VatCode.VAT10: _Facts(Decimal(10), lazy("VAT 10%")),
    VatCode.VAT0: _Facts(Decimal(0), lazy("VAT 0%")),
    VatCode.NO_VAT: _Facts(None, lazy("No VAT")),
    VatCode.VAT5: _Facts(Decimal(5), lazy("VAT 5%"), datetime.date(2025, 1, 1)),
    VatCode.VAT7: _Facts(Decimal(7), lazy("VAT 7%"), datetime.date(2025, 1, 1)),
}
_STANDARD = (VatCode.VAT22, VatCode.VAT20)


def percent_of(rate: VatCode) -> Decimal | None:
    """The rate in percent; None without VAT."""
    return _FACTS[rate].percent


def name_of(rate: VatCode) -> str:
    """The name of the rate as documents print it, translated."""
    return str(_FACTS[rate].label)


def is_in_force(rate: VatCode, day: datetime.date) -> bool:
    """Whether the rate is in force on this day."""
    facts = _FACTS[rate]
    begun = facts.valid_from is None or facts.valid_from <= day
    return begun and (facts.valid_to is None or day <= facts.valid_to)


def rates_on(day: datetime.date) -> list[VatCode]:
    """The rates in force on a day, in the order of the choice list."""
    return [rate for rate in VatCode if is_in_force(rate, day)]


def standard_rate_on(day: datetime.date) -> VatCode:
    """The general rate on a day; raises RuleError before 2019, for which no rate is kept."""
    for rate in _STANDARD:
        if is_in_force(rate, day):
            return rate
    raise RuleError(_("No standard VAT rate is known for %(day)s; choose a later date.", day=f"{day:%d.%m.%Y}"))


def round_kopecks(amount: Decimal) -> Decimal:
    """Roubles rounded half up to the kopeck; a negative amount rounds as its positive twin."""
    return amount.quantize(_KOPECK, ROUND_HALF_UP)


def vat_of(amount: Decimal, rate: VatCode, *, included: bool) -> Decimal:
    """The tax of one line in roubles, half up to the kopeck.

    `included`: the amount holds the tax (rate / (100 + rate)); otherwise the tax comes on top (rate / 100).
    A document's tax is the sum over its lines, as 1C prints it. 0.00 without VAT.
    """
    percent = percent_of(rate) or Decimal(0)
    base = _HUNDRED + percent if included else _HUNDRED
    return round_kopecks(amount * percent / base)
