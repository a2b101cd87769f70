"""Phone numbers: reading them out of what people type, keeping them as E.164, showing them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import phonenumbers

from app.services.requisites import clean_digits
from app.texts import _

_REGION = "RU"
_KEY_DIGITS = 10
# «+8 916…» is «8 916…» with a plus too many. Not «+84 951…», «+86 138…»: Vietnam, China and others start so.
_PLUS_EIGHT = re.compile(r"(?<![\d+])\+8(?=[\s(-]|[3489]\d{9}(?!\d))")
# What may be a number without its city code, «123-45-67»; dots would make it a date or a sum.
_LEFTOVER = re.compile(r"(?<![\d.,])\+?\d(?:[\s()-]{0,2}\d){4,14}(?![\d]|[.,]\d)")


@dataclass(frozen=True)
class Phone:
    """One phone number: `e164` like +74951234567 (empty when it is not full), extension, and as typed."""

    e164: str
    extension: str
    as_typed: str
    is_valid: bool


def phone_numbers(text: str) -> list[Phone]:
    """All phone numbers of a field or a free text, in order; those without a country are Russian.

    A number that cannot be dialled, such as «123-45-67» without a city code, comes back as typed and not
    valid.
    """
    # One character for one, so that places in the repaired text are places in the typed one.
    repaired = _PLUS_EIGHT.sub("+7", text)
    found: list[Phone] = []
    position = 0
    for match in phonenumbers.PhoneNumberMatcher(repaired, _REGION):
        found += _leftovers(text, position, match.start)
        found.append(_phone(match.number, text[match.start : match.end]))
        position = match.end
    return found + list(_leftovers(text, position, len(text)))


def phone_key(digits: str) -> str:
    """The last ten digits of a number, to search by: «8 (495) 123-45-67» and +74951234567 have one key."""
    return clean_digits(digits)[-_KEY_DIGITS:]


def format_phone(e164: str, extension: str = "") -> str:
    """The number as people read it, «+7 495 123-45-67 доб. 12»; a wrong one stays as it is."""
    shown = _international(e164)
    if shown is None:
        return e164
    return _("%(phone)s ext. %(extension)s", phone=shown, extension=extension) if extension else shown


@lru_cache(maxsize=4096)
def tel_url(text: str) -> str:
    """The address that dials the first number of a text (RFC 3966); '' where there is none."""
    dialled = (phone.e164 or clean_digits(phone.as_typed) for phone in phone_numbers(text))
    return "".join(f"tel:{number}" for number in islice(dialled, 1))


@lru_cache(maxsize=4096)
def _international(e164: str) -> str | None:
    """As people read it. Remembered: lists show the same numbers again and again, and reading one is slow."""
    try:
        number = phonenumbers.parse(e164, _REGION)
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _phone(number: phonenumbers.PhoneNumber, as_typed: str) -> Phone:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, number.extension or "", as_typed, is_valid=True)


def _leftovers(text: str, start: int, end: int) -> Iterator[Phone]:
    for match in _LEFTOVER.finditer(text[start:end]):
        yield Phone("", "", match[0], is_valid=False)
