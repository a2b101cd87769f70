"""Marks texts that a person sees. Works without an application too: rules can be tested without Flask."""

from contextlib import AbstractContextManager
from typing import Any, cast

from flask_babel import force_locale as _force_locale
from flask_babel import get_locale as _get_locale
from flask_babel import get_translations as _get_translations
from flask_babel.speaklater import LazyString as _LazyString

_catalogues: dict[str, Any] = {}


def catalogue() -> Any:
    """The translations into the language of now. A page asks hundreds of times, so they are kept by language."""
    locale = _get_locale()
    if locale is None:
        return _get_translations()
    found = _catalogues.get(locale.language)
    if found is None:
        found = _catalogues[locale.language] = _get_translations()
    return found


def _(message: str, **values: object) -> str:
    """Translate now, into the language of the current request (the English source outside of one)."""
    found = cast(str, catalogue().ugettext(message))
    return found % values if values else found


def lazy(message: str, **values: object) -> str:
    """Translate when shown: for class bodies and module constants."""
    return cast(str, _LazyString(_, message, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Translate with the plural form that `num` asks for; `%(num)s` is filled in."""
    return cast(str, catalogue().ungettext(one, many, num)) % {"num": num, **values}


def language() -> str:
    """The code of the language that texts are translated into now; the source's own outside of an application."""
    found = _get_locale()
    return str(found.language) if found is not None else "en"


def speaking(code: str) -> AbstractContextManager[None]:
    """Translate into another language inside, for somebody who is not the one that asks."""
    return cast("AbstractContextManager[None]", _force_locale(code))
