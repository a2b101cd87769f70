"""What is typed only to get past a field: «-», «нет», «000», «test» are no answers."""

from typing import Any

_EMPTY_WORDS = frozenset(
    {
        *("нет", "не", "нету", "отсутствует", "неизвестно", "неизвестен", "не известно", "не указано", "не указан"),
        *("нет данных", "н д", "на", "тест", "проба", "прочее", "уточнить", "xxx", "ххх", "йцукен", "фыва"),
        *("no", "none", "null", "n a", "na", "unknown", "test", "asdf", "qwerty", "tbd", "todo"),
    }
)
_FEWEST_DIGITS = 3


def is_filled(value: Any) -> bool:
    """Tell whether a value says something: no dash, no word for nothing, not one sign repeated."""
    if value is None:
        return False
    text = str(value).casefold().replace("ё", "е")
    signs = "".join(sign if sign.isalnum() else " " for sign in text)
    words = " ".join(signs.split())
    if not words or words in _EMPTY_WORDS:
        return False
    first = words.partition(" ")[0] if "@" in text else ""
    return first not in _EMPTY_WORDS and not _is_repeated(words.replace(" ", ""))


def _is_repeated(signs: str) -> bool:
    """«000», «ааа», «+7 (000) 000-00-00»: one sign, whatever stands before it in a telephone number."""
    if signs.isdigit() and len(signs) > _FEWEST_DIGITS and signs[0] in "78":
        return len(set(signs[1:])) == 1 or len(set(signs)) == 1
    return len(set(signs)) == 1 and not (signs.isdigit() and len(signs) == 1)
