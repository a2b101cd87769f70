import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.names import swap_keyboard_layout, transliterate


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hjvfirf", "ромашка"),
        (";bhfa", "жираф"),
        ("`krb", "ёлки"),
        ("{JKJL", "ХОЛОД"),
        ("куьщеу", "remote"),
        ("12", "12"),
    ],
)
def test_other_keyboard_layout(typed: str, meant: str) -> None:
    assert swap_keyboard_layout(typed) == meant


@settings(deadline=None)
@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"))
def test_swapping_the_layout_twice_changes_nothing(text: str) -> None:
    assert swap_keyboard_layout(swap_keyboard_layout(text)) == text


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("Ромашка", "romashka"),
        ("Щёлковский подъезд", "shchelkovskiy podezd"),
        ("Romashka", "ромашка"),
        ("Zavodskoy", "заводской"),
        ("Yantar", "янтар"),
        ("Krym", "крым"),
        ("Y", "ы"),
        ("Express 24", "експресс 24"),
    ],
)
def test_other_alphabet_by_sound(typed: str, other: str) -> None:
    assert transliterate(typed) == other
