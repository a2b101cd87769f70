"""Check digits of Russian requisites: ИНН, ОГРН, ОГРНИП, КПП, БИК and bank accounts.

`is_valid_…` answer for a bare value without blanks. `check_…` take what a person typed, return the bare value
and raise RuleError with a reason; an empty text is refused, so call them for filled fields only.
"""

import re

from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from app.errors import RuleError
from app.texts import _

_ACCOUNT_WEIGHTS = (7, 1, 3) * 8
# Position 6 of an account may hold the letter of a clearing currency; people type it in either alphabet.
_CLEARING_LETTERS = str.maketrans("АВСЕНКМРТХABCEHKMPTX", "01234567890123456789")
_ACCOUNT = re.compile(r"[0-9]{5}[0-9АВСЕНКМРТХABCEHKMPTX][0-9]{14}")
_BIK = re.compile(r"0[0124][0-9]{7}")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_CENTRAL_BANK_UNITS = ("000", "001", "002")
_KEPT_AT_CENTRAL_BANK = ("30101", "40101", "40102")
_TREASURY_ACCOUNT = "03"


def clean_digits(text: str) -> str:
    """Only the digits 0-9 of a text: «ИНН 7707 083893» gives 7707083893."""
    return re.sub(r"[^0-9]", "", text)


def is_valid_inn(inn: str) -> bool:
    """Whether it is a taxpayer number (ИНН) of a company (10 digits) or a person (12 digits).

    Zeros only are refused, though their check digits agree: banks write them for «no ИНН».
    """
    return _is_digits(inn, 10, 12) and inn.strip("0") != "" and bool(stdnum_inn.is_valid(inn))


def is_valid_ogrn(ogrn: str) -> bool:
    """Whether it is a registration number: ОГРН of a company, 13 digits, or ОГРНИП of a sole trader, 15.

    The check digit of ОГРНИП is the last digit of the remainder by 13. python-stdnum compares the whole
    remainder and so refuses right numbers with the remainders 10 to 12; hence our own rule.
    """
    if not _is_digits(ogrn, 13, 15) or ogrn.strip("0") == "":
        return False
    if len(ogrn) == 15:
        return int(ogrn[:14]) % 13 % 10 == int(ogrn[14])
    return bool(stdnum_ogrn.is_valid(ogrn))


def is_valid_kpp(kpp: str) -> bool:
    """Whether it is shaped as a reason code of tax registration (КПП); it has no check digit."""
    return _KPP.fullmatch(kpp) is not None


def is_valid_bik(bik: str) -> bool:
    """Whether it is shaped as a bank code (БИК): 04… a bank, 00… to 02… treasury and central bank."""
    return _BIK.fullmatch(bik) is not None


def is_valid_account(account: str, bik: str) -> bool:
    """Whether the key of a 20-place account agrees with the bank (Bank of Russia order 515 of 08.09.1997).

    Treasury accounts 03… follow neither method and are accepted without a look at the key.
    """
    if _ACCOUNT.fullmatch(account) is None or not is_valid_bik(bik):
        return False
    return account.startswith(_TREASURY_ACCOUNT) or _account_sum(account, bik) == 0


def account_key(account: str, bik: str) -> str:
    """The right key (position 9) of an account in a bank, whatever stands there now.

    Raises ValueError when the account or the bank code is not shaped as one.
    """
    if _ACCOUNT.fullmatch(account) is None or not is_valid_bik(bik):
        raise ValueError(f"not an account in a bank: {account!r}, {bik!r}")
    return str(_account_sum(account[:8] + "0" + account[9:], bik) * 3 % 10)


def check_inn(text: str) -> str:
    """The ИНН that a person typed, bare."""
    inn = clean_digits(text)
    if len(inn) not in (10, 12):
        raise RuleError(_("An INN has 10 digits for a company and 12 for a person; check how many you typed."))
    if not is_valid_inn(inn):
        raise RuleError(_("The check digit of the INN does not match; check for a misprint."))
    return inn


def check_ogrn(text: str) -> str:
    """The ОГРН or ОГРНИП that a person typed, bare."""
    ogrn = clean_digits(text)
    if len(ogrn) not in (13, 15):
        raise RuleError(_("An OGRN has 13 digits and an OGRNIP has 15; check how many you typed."))
    if not is_valid_ogrn(ogrn):
        raise RuleError(_("The check digit of the OGRN does not match; check for a misprint."))
    return ogrn


def check_kpp(text: str) -> str:
    """The КПП that a person typed, bare and in capitals."""
    kpp = _squeeze(text)
    if not is_valid_kpp(kpp):
        raise RuleError(_("A KPP has 9 characters, like 770701001; a sole trader has none."))
    return kpp


def check_bik(text: str) -> str:
    """The БИК that a person typed, bare."""
    bik = clean_digits(text)
    if not is_valid_bik(bik):
        raise RuleError(_("A BIK has 9 digits and starts with 04 for a bank, like 044525225."))
    return bik


def check_account(text: str) -> str:
    """The 20-place bank account that a person typed, bare; its key is a matter of `account_warning`."""
    account = _squeeze(text)
    if _ACCOUNT.fullmatch(account) is None:
        raise RuleError(_("A bank account has 20 digits; check how many you typed."))
    return account


def account_warning(account: str, bik: str) -> str | None:
    """What looks wrong about an account in a bank, translated; None when nothing does.

    A warning and no refusal: real papers carry foreign accounts and accounts with hidden digits.
    """
    if not is_valid_account(account, bik):
        return _("The key of account %(account)s does not match BIK %(bik)s.", account=account, bik=bik)
    if account.startswith("30101") and account[-3:] != bik[-3:]:
        return _("A correspondent account usually ends with the last three digits of the BIK.")
    return None


def _is_digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and clean_digits(text) == text


def _squeeze(text: str) -> str:
    return re.sub(r"[\s.-]+", "", text).upper()


def _account_sum(account: str, bik: str) -> int:
    """The control sum over the bank's three digits and the account; 0 when the key is right."""
    kept_at_central_bank = account.startswith(_KEPT_AT_CENTRAL_BANK) or bik.endswith(_CENTRAL_BANK_UNITS)
    bank_digits = "0" + bik[4:6] if kept_at_central_bank else bik[-3:]
    digits = bank_digits + account.translate(_CLEARING_LETTERS)
    return sum(int(digit) * weight % 10 for digit, weight in zip(digits, _ACCOUNT_WEIGHTS, strict=False)) % 10
