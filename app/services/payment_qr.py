"""The text of a payment QR code by ГОСТ Р 56042-2014, which bank applications read to fill in a payment."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from app.errors import RuleError
from app.services.requisites import is_valid_bik
from app.services.vat import round_kopecks
from app.texts import _

_NAME_LIMIT = 160
_BANK_LIMIT = 45
_PURPOSE_LIMIT = 160
_MANDATORY_BYTES = 300
_SUM_DIGITS = 18
_SEPARATORS = "|#;:^_~{}!@$%&*"


class Charset(Enum):
    """The encoding of the code: the digit in its prefix and the name that Python knows."""

    WINDOWS_1251 = ("1", "cp1251")
    UTF_8 = ("2", "utf-8")

    @property
    def digit(self) -> str:
        """The digit at the end of the prefix, as in ST00012."""
        return self.value[0]

    @property
    def codec(self) -> str:
        """The name of the encoding for str.encode."""
        return self.value[1]


@dataclass(frozen=True)
class PaymentDetails:
    """Whom to pay, how much and for what. The amount is in roubles; without it the payer types it."""

    name: str
    account: str
    bank: str
    bik: str
    correspondent_account: str
    inn: str = ""
    kpp: str = ""
    amount: Decimal | None = None
    purpose: str = ""


def payment_qr_text(details: PaymentDetails, charset: Charset = Charset.UTF_8) -> str:
    """The text to encode, `ST00012|Name=…`, with the sum in kopecks.

    Names and purpose are cut to the limits of the standard: 160, 45 and 160 characters, and 300 bytes for
    the mandatory part. Characters that the charset lacks become «?». Raises RuleError when the accounts or
    the bank code are not filled in right or the amount is negative or too long.
    """
    _check(details)
    mandatory = _fit(_mandatory(details), charset)
    pairs = [*mandatory, *((key, value) for key, value in _extra(details) if value)]
    pairs = [(key, _in_charset(value, charset)) for key, value in pairs]
    separator = _separator(value for _key, value in pairs)
    if separator is None:
        separator = _SEPARATORS[0]
        pairs = [(key, value.replace(separator, " ")) for key, value in pairs]
    return separator.join([f"ST0001{charset.digit}", *(f"{key}={value}" for key, value in pairs)])


def _check(details: PaymentDetails) -> None:
    if not _one_line(details.name) or not _one_line(details.bank):
        raise RuleError(_("Fill in the payee and the bank to print the payment QR code."))
    if not is_valid_bik(details.bik):
        raise RuleError(_("Fill in the BIK, 9 digits, to print the payment QR code."))
    for account in (details.account, details.correspondent_account):
        if len(account) != 20 or not account.isalnum():
            raise RuleError(_("Fill in both accounts, 20 digits each, to print the payment QR code."))
    if details.amount is not None and (details.amount < 0 or len(_kopecks(details.amount)) > _SUM_DIGITS):
        raise RuleError(_("The amount does not fit into a payment QR code."))


def _mandatory(details: PaymentDetails) -> list[tuple[str, str]]:
    """The five pairs that the standard demands, in its order."""
    return [
        ("Name", _one_line(details.name)[:_NAME_LIMIT]),
        ("PersonalAcc", details.account),
        ("BankName", _one_line(details.bank)[:_BANK_LIMIT]),
        ("BIC", details.bik),
        ("CorrespAcc", details.correspondent_account),
    ]


def _extra(details: PaymentDetails) -> list[tuple[str, str]]:
    """The pairs that may be absent; an empty value is left out."""
    return [
        ("PayeeINN", details.inn),
        ("KPP", details.kpp),
        ("Sum", _kopecks(details.amount) if details.amount else ""),
        ("Purpose", _one_line(details.purpose)[:_PURPOSE_LIMIT]),
    ]


def _fit(pairs: list[tuple[str, str]], charset: Charset) -> list[tuple[str, str]]:
    """Cut the payee's name until the mandatory part fits: the bank has its code, the rest are numbers."""
    (key, name), *rest = pairs
    taken = sum(len(f"|{key}={value}".encode(charset.codec, "replace")) for key, value in rest)
    room = _MANDATORY_BYTES - taken - len(f"|{key}=")
    cut = name.encode(charset.codec, "replace")[:room].decode(charset.codec, "ignore")
    return [(key, cut.rstrip()), *rest]


def _separator(values: Iterable[str]) -> str | None:
    """The first separator that no value has; None when all are taken."""
    text = "".join(values)
    return next((sign for sign in _SEPARATORS if sign not in text), None)


def _in_charset(text: str, charset: Charset) -> str:
    return text.encode(charset.codec, "replace").decode(charset.codec)


def _kopecks(amount: Decimal) -> str:
    return str(int(round_kopecks(amount) * 100))


def _one_line(text: str) -> str:
    return " ".join(text.split())
