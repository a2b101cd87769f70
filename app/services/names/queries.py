"""The ways to read what a person typed into a search box."""

import re

from app.services.names.company import search_key
from app.services.names.layouts import swap_keyboard_layout, transliterate
from app.services.names.phones import phone_key
from app.services.requisites import clean_digits

_PHONE_LIKE = re.compile(r"[\d\s()+.-]{3,30}")
_LEAST_PHONE_DIGITS = 3
_MOST_SOLID_DIGITS = 11
NUMBER_DIGITS = 6
"""Digits with which documents are numbered (services/numbering.py)."""
_LONGEST_PREFIX = 3


def query_variants(text: str) -> list[str]:
    """What to look for in search keys, the likeliest first and each once; empty for a text without a word.

    As typed, with the other keyboard layout, by sound in the other alphabet, and for a phone its last digits.
    """
    typed = text.strip()
    variants = [search_key(typed)]
    if _looks_like_phone(typed):
        variants += [phone_key(typed), _with_country(typed)]
    else:
        variants += [search_key(swap_keyboard_layout(typed)), search_key(transliterate(typed))]
    return [variant for variant in dict.fromkeys(variants) if variant]


def number_variants(text: str) -> list[list[str]]:
    """The words of a document's number as it is kept, for a question that ends in one: «КС-15» is кс and 000015.

    The kind of document before it («счёт 15») says nothing about the number and is left out, a prefix stays.
    """
    found = []
    for variant in query_variants(text):
        *before, last = variant.split()
        if last.isascii() and last.isdigit() and len(last.lstrip("0")) <= NUMBER_DIGITS and last.strip("0"):
            words = [word for word in before if len(word) <= _LONGEST_PREFIX or word.isdigit()]
            found.append([*words, last.lstrip("0").zfill(NUMBER_DIGITS)])
    return found


def _with_country(text: str) -> str:
    """The first digits of a Russian number dialled with 8 as they are kept, from 7; empty for any other."""
    digits = clean_digits(text)
    return "7" + digits[1:] if digits[0] == "8" and len(digits) < _MOST_SOLID_DIGITS else ""


def _looks_like_phone(text: str) -> bool:
    """Digits and the signs between them; a long unbroken run of digits is a person's ИНН or an account."""
    is_long_number = text.isdigit() and len(text) > _MOST_SOLID_DIGITS
    return bool(_PHONE_LIKE.fullmatch(text)) and not is_long_number and len(phone_key(text)) >= _LEAST_PHONE_DIGITS
