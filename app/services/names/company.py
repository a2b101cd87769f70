"""Keys of names: one that tells duplicates of companies, one that is searched in."""

import re
import unicodedata

_FULL_FORMS = (
    "общество с ограниченной ответственностью",
    "непубличное акционерное общество",
    "публичное акционерное общество",
    "закрытое акционерное общество",
    "открытое акционерное общество",
    "акционерное общество",
    "индивидуальный предприниматель",
    "глава крестьянского фермерского хозяйства",
    "крестьянское фермерское хозяйство",
    "автономная некоммерческая организация",
    "некоммерческое партнерство",
    "потребительский кооператив",
    "производственный кооператив",
    "товарищество собственников жилья",
    "товарищество собственников недвижимости",
    "садоводческое некоммерческое товарищество",
    "федеральное государственное унитарное предприятие",
    "федеральное государственное бюджетное учреждение",
    "государственное бюджетное учреждение",
    "государственное унитарное предприятие",
    "муниципальное бюджетное учреждение",
    "муниципальное унитарное предприятие",
)
_SHORT_FORMS = (
    "ооо|пао|нао|зао|оао|ао|ип|чп|пбоюл|кфх|ано|нко|нп|тсж|тсн|снт"
    "|фгуп|фгбу|фгбоу|гбу|гуп|мбу|муп|мкп|оп|llc|ltd|jsc|ojsc|cjsc|gmbh|inc"
)
# The longest phrase first: «акционерное общество» is a part of others.
_LEGAL_FORM = re.compile(rf"\b(?:{'|'.join(sorted(_FULL_FORMS, key=len, reverse=True))}|{_SHORT_FORMS})\b")
_NOT_A_WORD = re.compile(r"[\W_]+")
_CITY_NUMBER = 10
_COUNTRY_NUMBER = 11


def company_key(name: str) -> str:
    """What is left of a company's name without legal form, case, ё, quotes and punctuation.

    «ООО "Ромашка"» and «РОМАШКА ООО» give one key; two clients with one key are probably one. A name that is
    nothing but a legal form keeps it.
    """
    words = _fold(name)
    key = words
    while (shorter := " ".join(_LEGAL_FORM.sub(" ", key).split())) != key:
        key = shorter
    return key or words


def is_legal_form(text: str) -> bool:
    """Tell whether a text is nothing but a legal form: whoever types it has only begun a name."""
    return bool(_fold(text)) and company_key(f"{text} x") == "x"


def search_key(*parts: str | None) -> str:
    """One blank-joined string to search in: each part as a company key, with phones as bare digits from 7.

    Give each field as a part of its own, a phone too. The text of a query goes through the same function; a
    search then is «the key contains the query».
    """
    keys = (_join_phones(company_key(part)) for part in parts if part)
    return " ".join(key for key in keys if key)


def _fold(text: str) -> str:
    """Lower case, ё as е, everything but letters and digits as one blank."""
    text = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return " ".join(_NOT_A_WORD.sub(" ", text).split())


def _join_phones(key: str) -> str:
    """Digits that make up a Russian phone number as one word: 8 495 123 45 67 is 74951234567."""
    words = key.split()
    joined = []
    while words:
        size = _phone_size(words)
        word = "".join(words[:size])
        is_country_number = len(word) == _COUNTRY_NUMBER and _is_number(word)
        joined.append("7" + word[1:] if is_country_number and word[0] == "8" else word)
        words = words[size:]
    return " ".join(joined)


def _phone_size(words: list[str]) -> int:
    """How many of the first words make up one phone number; 1 when they do not."""
    size_of_city_number = 1
    length = 0
    for size, word in enumerate(words, start=1):
        length += len(word)
        if not _is_number(word) or length > _COUNTRY_NUMBER:
            break
        if length == _COUNTRY_NUMBER and words[0][0] in "78" and len(words[0]) < _CITY_NUMBER:
            return size
        if length == _CITY_NUMBER:
            size_of_city_number = size
    return size_of_city_number


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()
