import json
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.purposes import (
    Reference,
    VatStatement,
    invoice_references,
    is_same_number,
    mentions,
    not_income_words,
    number_key,
    vat_in_purpose,
)

PURPOSES = json.loads((Path(__file__).parent / "data" / "purposes.json").read_text("utf-8"))
HOSTILE = [
    "счет " * 2_000,
    "счет №" + "1 - " * 2_500,
    "счетам 1" + ", 1" * 3_300,
    "счет от 01.02.2026 " * 520,
    "счет" + " " * 10_000,
    "1-" * 5_000,
    "0" * 10_000,
    "N" * 10_000,
    "А" * 10_000,
    "УТ-" * 3_334,
    "№ 0" * 3_334,
    " " * 10_000,
    "ндс " * 2_500,
    "ндс 22% 1 000 " * 715,
    "собственных " * 834,
]


@pytest.mark.parametrize("sample", PURPOSES, ids=lambda sample: sample["purpose"] or "empty")
def test_invoices_are_read_out_of_a_purpose(sample: dict[str, object]) -> None:
    found = invoice_references(str(sample["purpose"]))
    assert [[one.number, one.date.isoformat() if one.date else None] for one in found] == sample["invoices"]


def test_number_with_a_prefix_is_found_without_the_word_invoice() -> None:
    assert invoice_references("Аванс INV-77/1") == [Reference("INV-77/1")]


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("января", 1),
        ("февраля", 2),
        ("марта", 3),
        ("апреля", 4),
        ("мая", 5),
        ("июня", 6),
        ("июля", 7),
        ("декабря", 12),
    ],
)
def test_month_may_be_a_word(month: str, number: int) -> None:
    assert invoice_references(f"по счету 5 от 3 {month} 2026")[0].date == date(2026, number, 3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("УТ-0000123", "ут 123"),
        ("УТ–123", "УТ-123"),
        ("CЧ-42", "СЧ-000042"),
        ("0000-000123", "0-123"),
        ("СЧ-2026-002001", "сч–2026–2001"),
        ("Ё-1", "Е-1"),
    ],
)
def test_spellings_of_a_number_have_one_key(one: str, other: str) -> None:
    assert number_key(one) == number_key(other)


def test_different_numbers_have_different_keys() -> None:
    assert len({number_key(number) for number in ("123", "1234", "12-3", "12/3", "УТ-123", "СЧ-123")}) == 6


@settings(deadline=None)
@given(st.text())
def test_key_of_a_key_is_the_key(number: str) -> None:
    assert number_key(number_key(number)) == number_key(number)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("УТ-000123", "123", True),
        ("123", "УТ-000123", True),
        ("УТ-123", "УТ 123", True),
        ("УТ-123", "СЧ-123", False),
        ("123", "1234", False),
        ("б/н", "б/н", False),
    ],
)
def test_prefix_of_a_number_may_be_missing(one: str, other: str, expected: bool) -> None:
    assert is_same_number(one, other) is expected


@pytest.mark.parametrize(
    ("purpose", "number"),
    [
        ("оплата 123", "УТ-0000123"),
        ("опл УТ0123", "УТ-123"),
        ("опл yt 123 и УТ – 00123", "УТ-123"),
        ("№ 5 от 05.03.26", "5"),
        ("счет 1234 12.50 руб", "1234"),
        ("за 12/26 товар", "12/26"),
        ("№0000-000123.", "0000-000123"),
        ("СЧ-2026-002001", "СЧ-2026-002001"),
        ("СЧ 2026-ДС1", "СЧ-2026-ДС1"),
    ],
)
def test_number_of_an_open_invoice_is_found(purpose: str, number: str) -> None:
    assert mentions(purpose, number)


@pytest.mark.parametrize(
    ("purpose", "number"),
    [
        ("оплата 1234", "123"),
        ("оплата 0.123", "123"),
        ("112/26", "12/26"),
        ("12/267", "12/26"),
        ("сумма 123.00", "123"),
        ("сумма 123-00", "123"),
        ("сумма 5 123,00", "123"),
        ("123" * 40, "123" * 40),
        ("НДС 122%", "122"),
        ("от 05.03.2026", "2026"),
        ("5 шт", "5"),
        ("XX-123", "УТ-123"),
        ("оплата б/н", "б/н"),
    ],
)
def test_likeness_of_a_number_is_not_the_number(purpose: str, number: str) -> None:
    assert not mentions(purpose, number)


@settings(deadline=None)
@given(st.integers(100, 10**7), st.text("0123456789", min_size=1, max_size=3))
def test_number_inside_a_longer_number_is_not_found(number: int, more: str) -> None:
    assert mentions(f"оплата {number} по заявке", str(number))
    assert not mentions(f"оплата {number}{more} по заявке", str(number))


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        ("Возврат ошибочно перечисленных средств", ["возврат", "ошибочно"]),
        ("Перевод собственных денежных средств", ["собственные средства"]),
        ("Пополнение счета", ["пополнение"]),
        ("Выдача займа по договору", ["заём"]),
        ("Погашение кредита", ["кредит"]),
        ("Размещение депозита", ["депозит"]),
        ("Заработная плата за март", ["зарплата"]),
        ("Взаимозачет, предоплата кредитору", []),
    ],
)
def test_words_of_payments_that_are_no_income(purpose: str, words: list[str]) -> None:
    assert not_income_words(purpose) == words


@pytest.mark.parametrize(
    ("purpose", "stated"),
    [
        ("В т.ч. НДС 22% - 220-00", VatStatement(Decimal(22), Decimal("220.00"))),
        ("в том числе НДС (22%) 1 803,28 руб", VatStatement(Decimal(22), Decimal("1803.28"))),
        ("НДС 20% 3004", VatStatement(Decimal(20), Decimal("3004.00"))),
        ("НДС 10%. Счет 5", VatStatement(Decimal(10))),
        ("в т.ч. НДС 18.03", VatStatement(amount=Decimal("18.03"))),
        ("Без НДС", VatStatement(is_without=True)),
        ("Без налога (НДС)", VatStatement(is_without=True)),
        ("НДС не облагается", VatStatement(is_without=True)),
        ("Не облагается НДС", VatStatement(is_without=True)),
        ("в том числе НДС", None),
        ("Оплата по счету 5", None),
    ],
)
def test_vat_is_read_out_of_a_purpose(purpose: str, stated: VatStatement | None) -> None:
    assert vat_in_purpose(purpose) == stated


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
@pytest.mark.parametrize(
    "read",
    [
        invoice_references,
        not_income_words,
        vat_in_purpose,
        number_key,
        lambda text: mentions(text, "УТ-0000123"),
        lambda text: mentions(text, "5"),
        lambda text: mentions(text, "12/26"),
        lambda text: mentions("Оплата 12", text),
    ],
)
def test_hostile_text_takes_no_time(read: Callable[[str], object], text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 0.2
