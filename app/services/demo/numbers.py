"""Requisites that are shaped rightly and belong to nobody: random bodies with right check digits."""

from random import Random

from app.services.requisites import account_key

DEMO_BIK = "044599901"
"""An invented bank; no bank has this code."""
DEMO_BANK = "АО «Учебный банк»"
DEMO_CORRESPONDENT = "30101810000000000901"

_COMPANY_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_PERSON_WEIGHTS = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def company_inn(random: Random, region: str) -> str:
    """An INN of ten digits; the inspection 99 does not exist, so no company has it."""
    body = f"{region}99{random.randrange(100_000):05d}"
    return body + _control(body, _COMPANY_WEIGHTS)


def person_inn(random: Random, region: str) -> str:
    """An INN of twelve digits."""
    body = f"{region}99{random.randrange(1_000_000):06d}"
    for weights in _PERSON_WEIGHTS:
        body += _control(body, weights)
    return body


def company_ogrn(random: Random, region: str, year: int) -> str:
    """An OGRN of thirteen digits, given in `year`."""
    body = f"1{year % 100:02d}{region}99{random.randrange(100_000):05d}"
    return body + str(int(body) % 11 % 10)


def person_ogrn(random: Random, region: str, year: int) -> str:
    """An OGRNIP of fifteen digits, given in `year`."""
    body = f"3{year % 100:02d}{region}{random.randrange(1_000_000_000):09d}"
    return body + str(int(body) % 13 % 10)


def account(kind: str, number: int) -> str:
    """An account in roubles at the invented bank: `kind` is 40702 of a company, 40802 of a sole proprietor."""
    draft = f"{kind}8100{number:011d}"
    return draft[:8] + account_key(draft, DEMO_BIK) + draft[9:]


def _control(body: str, weights: tuple[int, ...]) -> str:
    digits = zip(body, weights, strict=True)
    return str(sum(int(digit) * weight for digit, weight in digits) % 11 % 10)
