"""What a cell says, in the type of its field. Whatever is refused is refused in words, with what to do about it."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from app.errors import RuleError
from app.integrations.sheets import Broken
from app.services.imports.declarations import Field
from app.texts import _

_SPOILT = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_EXACT_BELOW = 10**15
"""A spreadsheet keeps fifteen digits of a number; the rest are zeros of its own."""
_WHOLE = {"inn": (10, 12), "kpp": (9,), "ogrn": (13, 15), "bik": (9,), "account": (20,)}
_YES = frozenset({"да", "yes", "true", "1", "+", "истина", "x", "х", "v"})
_NO = frozenset({"нет", "no", "false", "0", "-", "ложь"})
_DAYS = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")
_FIRST_SERIAL, _LAST_SERIAL = 3654, 73415  # 1910 to 2100
_LARGEST = Decimal(10) ** 13


def read_value(field: Field, cell: Any) -> Any:
    """The value of a cell; None when it is empty. Relations and lists come as text. Raises RuleError."""
    if isinstance(cell, Broken):
        raise RuleError(
            _(
                "The cell holds a formula or an error without a value (%(text)s). Put the value itself.",
                text=cell.text[:60],
            )
        )
    if cell is None or cell == "":
        return None
    read: Callable[[Field, Any], Any] = _READERS.get(field.kind, _text)
    value = read(field, cell)
    if isinstance(value, str) and field.length and len(value) > field.length and field.kind in {"text", "digits"}:
        raise RuleError(_("Longer than %(most)s characters.", most=field.length))
    return value


def _text(_field: Field, cell: Any) -> str | None:
    return _shown(cell) or None


def _shown(cell: Any) -> str:
    """A cell as a person sees it: whole numbers without a point, days the Russian way."""
    if isinstance(cell, bool):
        return _("Yes") if cell else _("No")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT_BELOW:
        return str(int(cell))
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").replace(".", ",")
    if isinstance(cell, datetime | date):
        return f"{cell:%d.%m.%Y}"
    return "".join(sign for sign in str(cell) if ord(sign) >= 32 or sign in "\n\t").strip()


def _digits(field: Field, cell: Any) -> str | None:
    """A number that is a name: spreadsheets drop its zeros in front and round its end, and nobody can guess them."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) >= _EXACT_BELOW or not float(cell).is_integer():
            raise RuleError(_spoilt())
        text = str(int(cell))
    else:
        text = re.sub(r"[\s\N{NO-BREAK SPACE}]", "", _shown(cell))
        if _SPOILT.fullmatch(text):
            raise RuleError(_spoilt())
    lengths = _WHOLE.get(field.name, ())
    if text.isdigit() and lengths and len(text) not in lengths and len(text) + 1 in lengths:
        raise RuleError(
            _(
                "%(digits)s digits: the spreadsheet has eaten a zero in front. Make the column a text one.",
                digits=len(text),
            )
        )
    return text or None


def _spoilt() -> str:
    return _(
        "The spreadsheet has rounded the number, its digits are lost. Make the column a text one and type it again."
    )


def _decimal(field: Field, cell: Any) -> Decimal:
    try:
        read = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(_typed_number(cell))
    except InvalidOperation:
        raise RuleError(_("«%(text)s» is not a number.", text=str(cell)[:60])) from None
    if not read.is_finite() or abs(read) >= _LARGEST:
        raise RuleError(_("The number is too large."))
    rounded = read.quantize(Decimal("0.01"))
    if abs(read - rounded) > Decimal("0.000001"):  # a remainder of binary fractions is nobody's mistake
        raise RuleError(_("At most %(places)s decimals.", places=2))
    return rounded


def _typed_number(cell: Any) -> str:
    """1 234,50 or 1,234.50 with a rouble sign or without, as a plain number."""
    text = re.sub(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'₽]|руб\.?|р\.", "", str(cell))
    text = text.replace("\N{MINUS SIGN}", "-")
    if text.count(",") == 1 and "." not in text:
        return text.replace(",", ".")
    if "," in text and "." in text and text.rindex(",") > text.rindex("."):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def _number(field: Field, cell: Any) -> int:
    read = _decimal(field, cell)
    if read != read.to_integral_value() or abs(read) >= 10**9:
        raise RuleError(_("Type a whole number."))
    return int(read)


def _date(_field: Field, cell: Any) -> date:
    if isinstance(cell, datetime):
        return _sensible(cell.date())
    if isinstance(cell, date):
        return _sensible(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not _FIRST_SERIAL <= cell <= _LAST_SERIAL:
            raise RuleError(_("«%(text)s» is not a date.", text=cell))
        return date(1899, 12, 30) + timedelta(days=int(cell))
    text = str(cell).strip().removesuffix("г.").strip()
    for pattern in _DAYS:
        try:
            return _sensible(datetime.strptime(text, pattern).date())  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    if text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(text))
    raise RuleError(_("«%(text)s» is not a date. Write it as 31.12.2026.", text=text[:60]))


def _sensible(read: date) -> date:
    if not 1900 <= read.year <= 2100:
        raise RuleError(_("Check the year."))
    return read


def _flag(_field: Field, cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    word = _shown(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise RuleError(_("Write yes or no, not «%(text)s».", text=word[:60]))


def _choice(field: Field, cell: Any) -> Any:
    word = _folded(_shown(cell))
    for member in field.choices:
        if word in (_folded(str(member.label)), _folded(str(member.value))):
            return member
    known = ", ".join(str(member.label) for member in field.choices)
    raise RuleError(_("«%(text)s» is not among the choices: %(known)s.", text=_shown(cell)[:60], known=known))


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").replace("%", " ").split())


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "digits": _digits,
    "decimal": _decimal,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
}
