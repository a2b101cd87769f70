"""Marks texts that a person sees. Works without an application too: rules can be tested without Flask."""

from contextlib import AbstractContextManager
from typing import cast

from flask_babel import force_locale as _force_locale
from flask_babel import get_locale as _get_locale
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


def language() -> str:
    """The code of the language that texts are translated into now; the source's own outside of an application."""
    found = _get_locale()
    return str(found) if found is not None else "en"


def speaking(code: str) -> AbstractContextManager[None]:
    """Translate into another language inside, for somebody who is not the one that asks."""
    return cast("AbstractContextManager[None]", _force_locale(code))
