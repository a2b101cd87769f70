"""Reading the purpose of a payment: which invoices it names, what VAT it states, whether it is income at all.

Purposes are free text typed by strangers. Only the first 2,000 characters are read: banks allow a few
hundred, and a hostile file must not keep the machine busy.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_READ_CHARACTERS = 2_000
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")

_WORD = (
    r"(?:(?:сч[её]т(?:у|а|ом|ам|ах|ов)?(?:\s{0,3}[-–]\s{0,3}(?:договор|оферт|фактур)\w{0,3})?"
    r"(?:\s{1,3}на\s{1,3}оплату)?|с/ф|сф|инвойс\w{0,3}|invoice)(?![a-zа-яё])|сч\.|сч(?=\s{0,3}[№N#\d]))"
)
_SIGN = r"(?:№{1,2}|N[ºo°]?\.?|#|ном(?:ер)?\.?)"
_NOT_A_PREFIX = r"(?!(?:от|на|за|по|в|во|и|с|до|из|для|без|ндс|руб|сумм[аыуе]|дог|от\.)(?:[\s.]|\d))"
# «77от» is the number 77 and the word «от».
_TAIL = r"(?:(?!от\b)[\dA-ZА-ЯЁ]){0,30}"
_NUMBER = (
    rf"(?:{_NOT_A_PREFIX}[A-ZА-ЯЁ]{{1,6}}\s?[-–/]?\s?)?\d{_TAIL}"
    rf"(?:\s?[-–/]\s?(?!от\b)[\dA-ZА-ЯЁ]{_TAIL}){{0,5}}"
)
_DATE = r"\d{1,2}(?:[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d)|\s{1,2}[а-я]{3,8}\s{1,2}\d{4})"
_FROM = r"\s{0,3}(?:г\.?)?\s{0,3}от\s{0,3}"
_ONE = rf"(?P<number>{_NUMBER})(?:{_FROM}(?P<date>{_DATE}))?"
_DATE_FIRST = rf"{_FROM}(?P<first_date>{_DATE})\s{{0,3}}(?:г(?:ода|\.)?)?\s{{0,3}}{_SIGN}\s{{0,3}}(?P<second>{_NUMBER})"
_HEAD = re.compile(rf"(?<![\w/]){_WORD}(?:{_DATE_FIRST}|\s{{0,3}}{_SIGN}?\s{{0,3}}{_ONE})", re.IGNORECASE)
_AND = r"\s{0,3}(?:г\.?)?\s{0,3}(?:,|;|и)\s{0,3}"
_NEXT = re.compile(rf"{_AND}(?:{_WORD}\s{{0,3}})?{_SIGN}\s{{0,3}}{_ONE}", re.IGNORECASE)
# After «счетам 12, 15» the sign may be missing; a sum, a percentage or a quantity is no number of an invoice.
_NEXT_OF_MANY = re.compile(
    rf"{_AND}(?P<number>\d{_TAIL}(?:[-–/]\d{{1,9}})?)(?![\dA-ZА-ЯЁ]|[.,]\d|\s{{0,3}}(?:%|руб|р\.|шт|к\.))"
    rf"(?:{_FROM}(?P<date>{_DATE}))?",
    re.IGNORECASE,
)
_MANY = re.compile(r"сч[её]т(?:ам|ах|ов)|№№", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/-])(?P<number>(?:СЧ|С|УТ|INV)[-–]\d[\d–/-]{0,30})", re.IGNORECASE)
_BANK_ACCOUNT = re.compile(r"\d{20}")


@dataclass(frozen=True)
class Reference:
    """An invoice that a purpose names: the number as written there, and the date if it is a right one."""

    number: str
    date: datetime.date | None = None


@dataclass(frozen=True)
class VatStatement:
    """What a purpose says about VAT: the rate in percent and the sum in roubles, each None if not stated."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    is_without: bool = False


def invoice_references(text: str) -> list[Reference]:
    """The invoices that a purpose names, in order, each once; bank accounts and contracts are left out."""
    text = text[:_READ_CHARACTERS]
    found = list(_named(text)) or [Reference(match["number"]) for match in _BARE.finditer(text)]
    return list(dict.fromkeys(found))


def _named(text: str) -> Iterator[Reference]:
    """Numbers that stand after the word «счёт» and those listed after them."""
    for match in _HEAD.finditer(text):
        if match["second"]:
            yield Reference(match["second"], _date(match["first_date"]))
            continue
        if _BANK_ACCOUNT.fullmatch(match["number"]):
            continue
        yield Reference(match["number"], _date(match["date"]))
        many = _MANY.search(match[0])
        position = match.end()
        while following := _following(text, position, is_many=many is not None):
            yield Reference(following["number"], _date(following["date"]))
            position = following.end()


def _following(text: str, position: int, *, is_many: bool) -> re.Match[str] | None:
    signed = _NEXT.match(text, position)
    return signed or (_NEXT_OF_MANY.match(text, position) if is_many else None)


def _date(text: str | None) -> datetime.date | None:
    """A date as written: 1.2.26, 01/02/2026, 1 февраля 2026; None when there is no such day."""
    if text is None:
        return None
    day, month, year = re.split(r"[./\s-]+", text.lower())
    number = int(month) if month.isdigit() else _month(month)
    try:
        return datetime.date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    """The number of a month by its first letters; 0, which is no month, for another word."""
    return next((number for number, start in enumerate(_MONTHS, start=1) if word.startswith(start)), 0)


# The same number is typed with Latin or Cyrillic letters that look alike.
_ALIKE = str.maketrans("ABCEHKMOPTXYЁ", "АВСЕНКМОРТХУЕ")
_PREFIX = re.compile(r"^[^\d]+")


def number_key(number: str) -> str:
    """The number of a document for comparing: «УТ-0000123», «ут 123» and «УТ–123» have one key.

    Capitals, look-alike letters as one, no blanks, no leading zeros, no dash between letters and digits.
    """
    key = re.sub(r"\s+", "", re.sub(r"[–—−]", "-", number.upper())).translate(_ALIKE)
    key = re.sub(r"(?<=[^\W\d_])-(?=\d)|(?<=\d)-(?=[^\W\d_])", "", key)
    return re.sub(r"(?<!\d)0+(?=\d)", "", key)


def is_same_number(one: str, other: str) -> bool:
    """Whether two numbers may be one: equal keys, or one lacks the letters in front («УТ-000123», «123»)."""
    (prefix, rest), (other_prefix, other_rest) = _split(number_key(one)), _split(number_key(other))
    return rest == other_rest != "" and (prefix == other_prefix or "" in (prefix, other_prefix))


def _split(key: str) -> tuple[str, str]:
    """The letters in front of a number, and the rest that starts with a digit."""
    rest = _PREFIX.sub("", key)
    return key[: len(key) - len(rest)], rest


_NOISE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d)|\d{1,9}-00(?!\d)"
    r"|(?:\d{1,3}(?:[ \u00a0]\d{3}){1,4}|\d{1,15})[.,]\d{1,2}(?!\d)|\d{1,3}(?:[.,]\d{1,2})?\s{0,2}%"
)
_LEAST_FREE_DIGITS = 3
_LONGEST_NUMBER = 100


def mentions(text: str, number: str) -> bool:
    """Whether a purpose names this invoice number anywhere, as a number of its own: 123 is not in 1234.

    The letters in front and leading zeros may be missing. Dates, sums and percentages do not count for a
    number of digits only, and one of one or two digits counts only after «№».
    """
    prefix, rest = _split(number_key(number))
    if not rest or len(rest) > _LONGEST_NUMBER:
        return False
    text = text[:_READ_CHARACTERS]
    if rest.isdigit():
        text = _NOISE.sub(" ; ", text)
    text = re.sub(r"[–—−]", "-", text.upper()).translate(_ALIKE)
    return re.search(_mention_pattern(prefix, rest), text) is not None


def _mention_pattern(prefix: str, rest: str) -> str:
    """A number with digit boundaries, in a text of capitals and look-alike letters already made one."""
    pieces = re.findall(r"\d+|\D", rest)
    digits = r"[\s-]?".join(rf"0{{0,20}}{piece}" if piece.isdigit() else re.escape(piece) for piece in pieces)
    own = rf"(?<![^\W_]){re.escape(prefix)}[\s-]{{0,3}}" if prefix else r"(?!)"
    is_short = len(re.findall(r"\d", rest)) < _LEAST_FREE_DIGITS
    free = r"(?:№|#|(?<![^\W_])N)\s{0,3}" if is_short else r"(?<![^\W_])(?<![\d][./,-])(?<![^\W\d_]-)"
    return rf"(?:{own}|{free}){digits}(?![^\W_]|[./,-]\d)"


_NOT_INCOME = {
    "возврат": r"возврат\w{0,3}",
    "ошибочно": r"ошибочн\w{1,3}",
    "собственные средства": r"собственн\w{2,3}\s{1,3}(?:денежн\w{2,3}\s{1,3})?средств\w{0,3}",
    "пополнение": r"пополнени\w{1,2}",
    "заём": r"за[её]м|займ\w{0,3}|за[её]мн\w{2,3}",
    "кредит": r"кредит(?:а|у|ом|е|ы|ов|ам|н\w{2,3})?",
    "депозит": r"депозит\w{0,4}",
    "зарплата": r"зарплат\w{1,2}|заработн\w{2,3}\s{1,3}плат\w{1,2}|з/п",
}
_NOT_INCOME_WORDS = {word: re.compile(rf"(?<!\w)(?:{p})(?!\w)", re.IGNORECASE) for word, p in _NOT_INCOME.items()}


def not_income_words(text: str) -> list[str]:
    """Why an incoming payment may be no income, as Russian words: возврат, заём, кредит and others."""
    text = text[:_READ_CHARACTERS]
    return [word for word, pattern in _NOT_INCOME_WORDS.items() if pattern.search(text)]


_WITHOUT_VAT = re.compile(
    r"без\s{0,3}(?:налога\s{0,3}\(?\s{0,3})?ндс|(?:ндс|налогом)\s{1,3}не\s{1,3}облага", re.IGNORECASE
)
_NOT_TAXED = re.compile(r"не\s{1,3}облагается\s{1,3}(?:ндс|налогом)", re.IGNORECASE)
_SUM = r"(?P<sum>\d{1,3}(?:[ \u00a0]\d{3}){1,4}|\d{1,15})"
_RATED_VAT = re.compile(
    r"ндс\s{0,3}\(?\s{0,3}(?P<percent>\d{1,2})\s{0,2}%\s{0,3}\)?"
    rf"(?:[\s:=–-]{{0,5}}{_SUM}(?:[.,-](?P<kopecks>\d\d))?(?!\d))?",
    re.IGNORECASE,
)
_PLAIN_VAT = re.compile(rf"ндс[\s:=–-]{{0,5}}{_SUM}[.,-](?P<kopecks>\d\d)(?!\d)", re.IGNORECASE)


def vat_in_purpose(text: str) -> VatStatement | None:
    """What a purpose says about VAT, «В т.ч. НДС 22% - 220-00» or «Без НДС»; None when nothing readable.

    To compare with the invoice and warn only: people type old rates out of habit.
    """
    text = text[:_READ_CHARACTERS]
    if _WITHOUT_VAT.search(text) or _NOT_TAXED.search(text):
        return VatStatement(is_without=True)
    if rated := _RATED_VAT.search(text):
        return VatStatement(Decimal(rated["percent"]), _amount(rated))
    plain = _PLAIN_VAT.search(text)
    return VatStatement(amount=_amount(plain)) if plain else None


def _amount(match: re.Match[str]) -> Decimal | None:
    if match["sum"] is None:
        return None
    roubles = re.sub(r"\D", "", match["sum"])
    return Decimal(f"{roubles}.{match['kopecks'] or '00'}")
