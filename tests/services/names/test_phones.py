import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.names import Phone, format_phone, phone_key, phone_numbers, tel_url


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("8 (495) 123-45-67", "+74951234567"),
        ("9161234567", "+79161234567"),
        ("8 10 375 29 123-45-67", "+375291234567"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+7 978 123-45-67", "+79781234567"),
        ("+7 949 123-45-67", "+79491234567"),
        ("+8 916 123-45-67", "+79161234567"),
        ("+8(495)123-45-67", "+74951234567"),
        ("+89161234567", "+79161234567"),
        ("+84 95 123 4567", "+84951234567"),
        ("+86 138 0013 8000", "+8613800138000"),
    ],
)
def test_number_is_kept_as_e164_and_as_typed(text: str, e164: str) -> None:
    assert phone_numbers(text) == [Phone(e164, "", text, is_valid=True)]


def test_extension_is_kept() -> None:
    assert phone_numbers("(495)1234567 доб. 123") == [Phone("+74951234567", "123", "(495)1234567 доб. 123", True)]


def test_two_numbers_in_one_field_are_two() -> None:
    found = phone_numbers("8 495 123-45-67, +8 916 765-43-21")
    assert [(phone.e164, phone.as_typed) for phone in found] == [
        ("+74951234567", "8 495 123-45-67"),
        ("+79167654321", "+8 916 765-43-21"),
    ]


def test_words_and_dates_around_a_number_are_left_out() -> None:
    found = phone_numbers("тел. 8 916 123-45-67 Иван, д.р. 01.02.1980, 12,5 м")
    assert found == [Phone("+79161234567", "", "8 916 123-45-67", is_valid=True)]


def test_number_without_a_city_code_is_kept_as_typed() -> None:
    assert phone_numbers("123-45-67; 8 495 123-45-68; 12-34-56") == [
        Phone("", "", "123-45-67", is_valid=False),
        Phone("+74951234568", "", "8 495 123-45-68", is_valid=True),
        Phone("", "", "12-34-56", is_valid=False),
    ]


@pytest.mark.parametrize("text", ["", "нет", "р/с 40702810138250123017", "кв. 12"])
def test_text_without_a_number_gives_none(text: str) -> None:
    assert phone_numbers(text) == []


@pytest.mark.parametrize("text", ["8 (495) 123-45-67", "+74951234567", "495 123 45 67"])
def test_key_is_the_last_ten_digits(text: str) -> None:
    assert phone_key(text) == "4951234567"


def test_key_of_a_short_number_is_the_number() -> None:
    assert phone_key("123-45-67") == "1234567"


def test_number_is_shown_in_groups() -> None:
    assert format_phone("+74951234567") == "+7 495 123-45-67"
    assert format_phone("+74951234567", "12") == "+7 495 123-45-67 ext. 12"
    assert format_phone("") == ""


@settings(deadline=None)
@given(st.integers(0, 9_999_999))
def test_shown_number_reads_back_as_itself(tail: int) -> None:
    e164 = f"+7916{tail:07d}"
    assert [phone.e164 for phone in phone_numbers(format_phone(e164))] == [e164]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("+7 (900) 000-00-40", "tel:+79000000040"),
        ("8 900 000-00-40, 8 900 000-00-41", "tel:+79000000040"),
        ("123-45-67", "tel:1234567"),
        ("звонить утром", ""),
        ("", ""),
    ],
)
def test_the_first_number_of_a_text_is_dialled(text: str, address: str) -> None:
    assert tel_url(text) == address
