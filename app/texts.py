"""Marks texts that a person sees. Works without an application too: rules can be tested without Flask."""

from typing import cast

from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext
from flask_babel import ngettext as _ngettext


def _(message: str, **values: object) -> str:
    """Translate now, into the language of the current request (the English source outside of one)."""
    return cast(str, _gettext(message, **values))


def lazy(message: str, **values: object) -> str:
    """Translate when shown: for class bodies and module constants."""
    return cast(str, _lazy_gettext(message, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Translate with the plural form that `num` asks for; `%(num)s` is filled in."""
    return cast(str, _ngettext(one, many, num, **values))
