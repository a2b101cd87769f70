"""The ways to read what a person typed into a search box."""

import re

from app.services.names.company import search_key
from app.services.names.layouts import swap_keyboard_layout, transliterate
from app.services.names.phones import phone_key

_PHONE_LIKE = re.compile(r"[\d\s()+.-]{3,30}")
_LEAST_PHONE_DIGITS = 3
_MOST_SOLID_DIGITS = 11


def query_variants(text: str) -> list[str]:
    """What to look for in search keys, the likeliest first and each once; empty for a text without a word.

    As typed, with the other keyboard layout, by sound in the other alphabet, and for a phone its last digits.
    """
    typed = text.strip()
    variants = [search_key(typed)]
    if _looks_like_phone(typed):
        variants.append(phone_key(typed))
    else:
        variants += [search_key(swap_keyboard_layout(typed)), search_key(transliterate(typed))]
    return [variant for variant in dict.fromkeys(variants) if variant]


def _looks_like_phone(text: str) -> bool:
    """Digits and the signs between them; a long unbroken run of digits is a person's ИНН or an account."""
    is_long_number = text.isdigit() and len(text) > _MOST_SOLID_DIGITS
    return bool(_PHONE_LIKE.fullmatch(text)) and not is_long_number and len(phone_key(text)) >= _LEAST_PHONE_DIGITS
