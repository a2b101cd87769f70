from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RuleError
from app.models.catalogue import VatCode
from app.services.vat import is_in_force, name_of, percent_of, rates_on, round_kopecks, standard_rate_on, vat_of

AMOUNTS = st.decimals("-1000000", "1000000", places=2)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [
        ("1220.00", VatCode.VAT22, "220.00"),
        ("100.00", VatCode.VAT22, "18.03"),
        ("12345.67", VatCode.VAT22, "2226.27"),
        ("1200.00", VatCode.VAT20, "200.00"),
        ("110.00", VatCode.VAT10, "10.00"),
        ("105.00", VatCode.VAT5, "5.00"),
        ("107.00", VatCode.VAT7, "7.00"),
        ("100.00", VatCode.VAT0, "0.00"),
        ("100.00", VatCode.NO_VAT, "0.00"),
        ("-100.00", VatCode.VAT22, "-18.03"),
    ],
)
def test_tax_inside_an_amount(amount: str, rate: VatCode, tax: str) -> None:
    assert vat_of(Decimal(amount), rate, included=True) == Decimal(tax)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [
        ("12345.67", VatCode.VAT22, "2716.05"),
        ("1220.00", VatCode.VAT22, "268.40"),
        ("105.00", VatCode.VAT5, "5.25"),
        ("107.00", VatCode.VAT7, "7.49"),
        ("100.00", VatCode.NO_VAT, "0.00"),
    ],
)
def test_tax_on_top_of_an_amount(amount: str, rate: VatCode, tax: str) -> None:
    assert vat_of(Decimal(amount), rate, included=False) == Decimal(tax)


def test_standard_rate_is_22_from_2026() -> None:
    assert standard_rate_on(date(2025, 12, 31)) is VatCode.VAT20
    assert standard_rate_on(date(2026, 1, 1)) is VatCode.VAT22


def test_standard_rate_before_2019_is_not_known() -> None:
    with pytest.raises(RuleError, match=r"31\.12\.2018"):
        standard_rate_on(date(2018, 12, 31))


def test_choice_of_rates_follows_the_day() -> None:
    always = [VatCode.VAT10, VatCode.VAT0, VatCode.NO_VAT]
    assert rates_on(date(2024, 6, 1)) == [VatCode.VAT20, *always]
    assert rates_on(date(2025, 6, 1)) == [VatCode.VAT20, *always, VatCode.VAT5, VatCode.VAT7]
    assert rates_on(date(2026, 6, 1)) == [VatCode.VAT22, *always, VatCode.VAT5, VatCode.VAT7]


def test_without_vat_is_not_zero_percent() -> None:
    assert percent_of(VatCode.NO_VAT) is None
    assert percent_of(VatCode.VAT0) == 0
    assert (name_of(VatCode.NO_VAT), name_of(VatCode.VAT0)) == ("No VAT", "VAT 0%")


def test_every_rate_that_a_line_can_keep_has_its_rule() -> None:
    assert all(name_of(rate) for rate in VatCode)


def test_a_rate_is_in_force_up_to_its_last_day() -> None:
    assert is_in_force(VatCode.VAT20, date(2025, 12, 31))
    assert not is_in_force(VatCode.VAT20, date(2026, 1, 1))


def test_half_a_kopeck_goes_up() -> None:
    assert round_kopecks(Decimal("0.005")) == Decimal("0.01")
    assert round_kopecks(Decimal("-0.005")) == Decimal("-0.01")
    assert str(round_kopecks(Decimal(3))) == "3.00"


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from(VatCode))
def test_tax_taken_out_of_the_gross_is_the_tax_put_on_the_net(net: Decimal, rate: VatCode) -> None:
    tax = vat_of(net, rate, included=False)
    assert vat_of(net + tax, rate, included=True) == tax


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from(VatCode))
def test_included_tax_is_a_part_of_the_amount(gross: Decimal, rate: VatCode) -> None:
    tax = vat_of(gross, rate, included=True)
    assert abs(tax) <= abs(gross)
    assert round_kopecks(gross - tax) + tax == gross
