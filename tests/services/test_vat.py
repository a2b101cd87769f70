from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RuleError
from app.models.catalogue import VatCode
from app.services.vat import VatRate, rates_on, round_kopecks, standard_rate_on, vat_of

AMOUNTS = st.decimals("-1000000", "1000000", places=2)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [
        ("1220.00", VatRate.VAT22, "220.00"),
        ("100.00", VatRate.VAT22, "18.03"),
        ("12345.67", VatRate.VAT22, "2226.27"),
        ("1200.00", VatRate.VAT20, "200.00"),
        ("110.00", VatRate.VAT10, "10.00"),
        ("105.00", VatRate.VAT5, "5.00"),
        ("107.00", VatRate.VAT7, "7.00"),
        ("100.00", VatRate.VAT0, "0.00"),
        ("100.00", VatRate.NO_VAT, "0.00"),
        ("-100.00", VatRate.VAT22, "-18.03"),
    ],
)
def test_tax_inside_an_amount(amount: str, rate: VatRate, tax: str) -> None:
    assert vat_of(Decimal(amount), rate, included=True) == Decimal(tax)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [
        ("12345.67", VatRate.VAT22, "2716.05"),
        ("1220.00", VatRate.VAT22, "268.40"),
        ("105.00", VatRate.VAT5, "5.25"),
        ("107.00", VatRate.VAT7, "7.49"),
        ("100.00", VatRate.NO_VAT, "0.00"),
    ],
)
def test_tax_on_top_of_an_amount(amount: str, rate: VatRate, tax: str) -> None:
    assert vat_of(Decimal(amount), rate, included=False) == Decimal(tax)


def test_standard_rate_is_22_from_2026() -> None:
    assert standard_rate_on(date(2025, 12, 31)) is VatRate.VAT20
    assert standard_rate_on(date(2026, 1, 1)) is VatRate.VAT22


def test_standard_rate_before_2019_is_not_known() -> None:
    with pytest.raises(RuleError, match=r"31\.12\.2018"):
        standard_rate_on(date(2018, 12, 31))


def test_choice_of_rates_follows_the_day() -> None:
    always = [VatRate.VAT10, VatRate.VAT0, VatRate.NO_VAT]
    assert rates_on(date(2024, 6, 1)) == [VatRate.VAT20, *always]
    assert rates_on(date(2025, 6, 1)) == [VatRate.VAT20, *always, VatRate.VAT5, VatRate.VAT7]
    assert rates_on(date(2026, 6, 1)) == [VatRate.VAT22, *always, VatRate.VAT5, VatRate.VAT7]


def test_without_vat_is_not_zero_percent() -> None:
    assert VatRate.NO_VAT.percent is None
    assert VatRate.VAT0.percent == 0
    assert (VatRate.NO_VAT.label, VatRate.VAT0.label) == ("No VAT", "VAT 0%")


def test_every_rate_that_a_line_can_keep_has_its_rule() -> None:
    assert [rate.value for rate in VatRate] == [code.value for code in VatCode]


def test_half_a_kopeck_goes_up() -> None:
    assert round_kopecks(Decimal("0.005")) == Decimal("0.01")
    assert round_kopecks(Decimal("-0.005")) == Decimal("-0.01")
    assert str(round_kopecks(Decimal(3))) == "3.00"


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from(VatRate))
def test_tax_taken_out_of_the_gross_is_the_tax_put_on_the_net(net: Decimal, rate: VatRate) -> None:
    tax = vat_of(net, rate, included=False)
    assert vat_of(net + tax, rate, included=True) == tax


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from(VatRate))
def test_included_tax_is_a_part_of_the_amount(gross: Decimal, rate: VatRate) -> None:
    tax = vat_of(gross, rate, included=True)
    assert abs(tax) <= abs(gross)
    assert round_kopecks(gross - tax) + tax == gross
