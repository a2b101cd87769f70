"""E-mail addresses: reading them out of a field, checking them, comparing them."""

import re

from app.errors import RuleError
from app.texts import _

_BETWEEN_ADDRESSES = re.compile(r"[;,\s]+")


def emails(text: str) -> list[str]:
    """The right addresses of a field that may hold several, domains in lower case; wrong ones left out."""
    found = (_normal(part) for part in _BETWEEN_ADDRESSES.split(text))
    return list(dict.fromkeys(address for address in found if address))


def check_email(text: str) -> str:
    """The one address that a person typed, without blanks around; raises RuleError when it is none.

    Only the spelling is checked: nobody is asked whether the mailbox exists.
    """
    address = _normal(text.strip())
    if address is None:
        raise RuleError(_("This is not an e-mail address; it should look like name@example.com."))
    return address


def email_key(address: str) -> str:
    """The key for duplicates: all in lower case. A text that is no address is only put in lower case."""
    address = address.strip()
    return (_normal(address) or address).lower()


def _normal(address: str) -> str | None:
    from email_validator import (  # what few pages need is loaded when they do: it would lengthen every start
        EmailNotValidError,
        validate_email,
    )

    try:
        return validate_email(address, allow_smtputf8=False, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
