from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RuleError
from app.services.payment_qr import Charset, PaymentDetails, payment_qr_text

DETAILS = PaymentDetails(
    name="ООО «Ромашка»",
    account="40702810138250123017",
    bank="ПАО СБЕРБАНК",
    bik="044525225",
    correspondent_account="30101810400000000225",
    inn="7707083893",
    kpp="770701001",
    amount=Decimal("12345.00"),
    purpose="Оплата по счету № 15 от 01.02.2026. В т.ч. НДС 22%",
)


def test_code_holds_the_pairs_in_the_order_of_the_standard() -> None:
    assert payment_qr_text(DETAILS) == (
        "ST00012|Name=ООО «Ромашка»|PersonalAcc=40702810138250123017|BankName=ПАО СБЕРБАНК|BIC=044525225"
        "|CorrespAcc=30101810400000000225|PayeeINN=7707083893|KPP=770701001|Sum=1234500"
        "|Purpose=Оплата по счету № 15 от 01.02.2026. В т.ч. НДС 22%"
    )


@pytest.mark.parametrize("amount", [None, Decimal(0)])
def test_empty_values_are_left_out(amount: Decimal | None) -> None:
    text = payment_qr_text(replace(DETAILS, inn="", kpp="", amount=amount, purpose=""))
    assert text.endswith("|CorrespAcc=30101810400000000225")


def test_sum_is_in_kopecks() -> None:
    assert "|Sum=1|" in payment_qr_text(replace(DETAILS, amount=Decimal("0.01")))


def test_separator_is_one_that_no_value_has() -> None:
    text = payment_qr_text(replace(DETAILS, purpose="Счёт 1|2 #3"))
    assert text.startswith("ST00012;Name=")
    assert text.endswith(";Purpose=Счёт 1|2 #3")


def test_values_give_way_when_every_separator_is_taken() -> None:
    text = payment_qr_text(replace(DETAILS, purpose="a|b#;:^_~{}!@$%&*"))
    assert text.endswith("|Purpose=a b#;:^_~{}!@$%&*")


def test_breaks_of_lines_become_blanks() -> None:
    text = payment_qr_text(replace(DETAILS, name=" ООО\n «Ромашка» ", purpose="Счёт\t1"))
    assert "Name=ООО «Ромашка»|" in text
    assert text.endswith("Purpose=Счёт 1")


@pytest.mark.parametrize("charset", Charset)
def test_long_values_are_cut_to_the_limits(charset: Charset) -> None:
    text = payment_qr_text(replace(DETAILS, name="Я" * 300, bank="Б" * 90, purpose="П" * 300), charset)
    prefix, *pairs = text.split("|")
    values = dict(pair.split("=", 1) for pair in pairs)
    mandatory = "".join(f"|{pair}" for pair in pairs[:5])
    assert prefix == f"ST0001{charset.digit}"
    assert len(mandatory.encode(charset.codec)) <= 300
    assert values["Name"].strip("Я") == ""
    assert (len(values["BankName"]), len(values["Purpose"])) == (45, 160)


def test_a_name_that_fits_one_byte_letters_keeps_160_characters() -> None:
    text = payment_qr_text(replace(DETAILS, name="Я" * 300), Charset.WINDOWS_1251)
    assert f"|Name={'Я' * 160}|" in text


def test_letters_that_the_charset_lacks_become_question_marks() -> None:
    assert "Name=ООО ?|" in payment_qr_text(replace(DETAILS, name="ООО 漢"), Charset.WINDOWS_1251)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "payee"),
        ({"bank": ""}, "bank"),
        ({"bik": "0445"}, "BIK"),
        ({"account": ""}, "both accounts"),
        ({"correspondent_account": "3010181040000000022|"}, "both accounts"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(10) ** 17}, "amount"),
    ],
)
def test_unfilled_details_make_no_code(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        payment_qr_text(replace(DETAILS, **changes))  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.text(min_size=1).filter(str.strip), st.text(), st.sampled_from(Charset))
def test_mandatory_part_never_exceeds_300_bytes(name: str, purpose: str, charset: Charset) -> None:
    text = payment_qr_text(replace(DETAILS, name=name, purpose=purpose), charset)
    mandatory = text[7 : text.index("PayeeINN=") - 1]
    assert len(mandatory.encode(charset.codec)) <= 300
