"""How a name sounds: one spelling for what people write by ear, in either alphabet, whole or abbreviated.

Coarser than `company_key`, which only drops the legal form: two names of one sound may still be two firms, so a
sound is a reason to look, never a proof.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from app.services.names import company_key, transliterate

_ABBREVIATIONS = (
    ("торговый дом", "тд"),
    ("торговая компания", "тк"),
    ("торгово производственная компания", "тпк"),
    ("торгово промышленная компания", "тпк"),
    ("производственная компания", "пк"),
    ("строительная компания", "ск"),
    ("управляющая компания", "ук"),
    ("транспортная компания", "тк"),
    ("группа компаний", "гк"),
    ("научно производственное объединение", "нпо"),
    ("научно производственное предприятие", "нпп"),
    ("научно производственная фирма", "нпф"),
    ("производственное объединение", "по"),
)
"""What firms write in full in one paper and with first letters in another."""
_ABBREVIATED = re.compile("|".join(rf"\b{words}\b" for words, _short in _ABBREVIATIONS))
_SHORT = dict(_ABBREVIATIONS)

# One letter for sounds that are mixed up by ear or by schemes of transliteration.
_LETTERS = str.maketrans("ёэыйюящо", "еиииуаша", "ъь")
_AFTER = (("иа", "а"), ("иу", "у"), ("ие", "и"), ("е", "и"), ("дж", "ж"), ("тс", "ц"), ("дз", "з"), ("кш", "кс"))
_DOUBLED = re.compile(r"(.)\1+")
_WHOLE = re.compile("[a-z]+")


@lru_cache(maxsize=20_000)
def word_sound(word: str) -> str:
    """One word by its sound; digits stay as they are."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    if _WHOLE.search(word):
        word = _WHOLE.sub(lambda match: transliterate(match[0]), word)
    sound = word.translate(_LETTERS)
    for spelled, heard in _AFTER:
        sound = sound.replace(spelled, heard)
    return _DOUBLED.sub(r"\1", sound) or word


@lru_cache(maxsize=20_000)
def name_sounds(name: str) -> tuple[str, ...]:
    """The words of a company's or person's name by their sound, in the order of writing, without the legal form."""
    key = _ABBREVIATED.sub(lambda match: _SHORT[match[0]], company_key(_digits_apart(name)))
    return tuple(word_sound(word) for word in key.split())


def _digits_apart(name: str) -> str:
    """«Вектор2» and «Вектор 2» are one name."""
    return re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", name)


def name_likeness(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """How alike two names sound, from 0 to 1. 1: the same words; 0.9: a slip or two; below 0.8: other names.

    A word more makes another firm («Ромашка» and «Ромашка Торг»), and so does another number («Школа 1», «Школа 2»).
    """
    if not first or not second:
        return 0.0
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return 1.0
    if sorted(filter(str.isdigit, first)) != sorted(filter(str.isdigit, second)):
        return 0.5 if set(first) & set(second) else 0.0
    if _are_initials(first, second):
        return 0.95
    written = _closeness("".join(first), "".join(second))
    ordered = _closeness("".join(sorted(first)), "".join(sorted(second)))
    alike = max(written, ordered)
    if alike >= 0.8 and _has_other_word(first, second):
        return 0.7
    return alike


def _closeness(first: str, second: str) -> float:
    """1 less a tenth for each slip while there are few for the length; the share of equal letters otherwise."""
    length = max(len(first), len(second))
    allowed = 0 if length < 4 else 1 if length < 9 else 2 if length < 18 else 3
    slips = OSA.distance(first, second, score_cutoff=allowed)
    if slips <= allowed:
        return 1 - 0.05 * slips if length > 5 else 0.85
    return min(0.79, 1 - OSA.distance(first, second) / length)


def _has_other_word(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """A short word that only one of the names has: «тд», «плюс» make another firm, though few letters differ."""
    only = set(first) ^ set(second)
    return len(first) != len(second) and any(len(word) <= 5 for word in only) and _rest_is_the_same(first, second)


def _rest_is_the_same(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    shorter, longer = sorted((first, second), key=len)
    return set(shorter) <= set(longer)


def _are_initials(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """«Иванов И. И.» and «Иванов Иван Иванович»."""
    shorter, longer = sorted((first, second), key=lambda words: sum(map(len, words)))
    if len(shorter) != len(longer) or len(shorter) < 2 or not any(len(word) == 1 for word in shorter):
        return False
    if max(map(len, shorter)) < 3:
        return False
    pairs = list(zip(shorter, longer, strict=True))
    return all(short == long or (len(short) == 1 and long.startswith(short)) for short, long in pairs)
