"""Parts of pages that follow from a few values alone: made once for each of them, and kept.

The panel of sections, the menu of a person and the bar of a telephone stand on every page and are the same on most.
A template that is kept knows nothing but its values, the language and where the site stands: it is refused when it
asks for anything else, since that would be shown to the next person.
"""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, request
from jinja2 import meta
from markupsafe import Markup

from app.texts import language

KNOWN = frozenset({"_", "gettext", "ngettext", "icon", "asset", "url_for", "kept_part", "css_string", "dict"})
"""What gives the same answer to everybody, in one language at one place."""
MOST_PARTS = 2048
MOST_ROWS = 16384


T = TypeVar("T")


class Kept(Generic[T]):
    """Things by all that they follow from; thrown away together when there are too many."""

    def __init__(self, most: int) -> None:
        """Take how many are kept."""
        self.most = most
        self.things: dict[Hashable, T] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of the key, made when it is not there."""
        found = self.things.get(key)
        if found is None:
            found = make()
            if len(self.things) >= self.most:
                self.things.clear()
            if not current_app.debug:
                self.things[key] = found
        return found


def install(app: Flask) -> None:
    """Give templates `kept_part(template, **values)`."""
    app.extensions |= {"kontora_parts": Kept(MOST_PARTS), "kontora_rows": Kept(MOST_ROWS)}
    app.extensions["kontora_lists"] = Kept(MOST_PARTS)
    app.jinja_env.globals["kept_part"] = kept_part


def kept_part(template: str, **values: Hashable) -> Markup:
    """The part as HTML. TypeError for a template that asks for more than its values."""
    kept: Kept[Markup] = current_app.extensions["kontora_parts"]
    return kept.get((template, *where(), *sorted(values.items())), lambda: _made(template, values))


def kept_row(key: Hashable, make: Callable[[], Markup]) -> Markup:
    """The row of a list as HTML."""
    kept: Kept[Markup] = current_app.extensions["kontora_rows"]
    return kept.get(key, make)


def kept_of_list(key: Hashable, make: Callable[[], T]) -> T:
    """What a list shows around its rows, or asks the database where nothing is searched for."""
    kept: Kept[T] = current_app.extensions["kontora_lists"]
    return kept.get(key, make)


def where() -> tuple[str, str]:
    """What all pages follow from: the language, and where the site stands."""
    return language(), request.script_root


def _made(template: str, values: dict[str, Any]) -> Markup:
    environment = current_app.jinja_env
    loader: Any = environment.loader
    source, _path, _is_fresh = loader.get_source(environment, template)
    wanted = meta.find_undeclared_variables(environment.parse(source)) - KNOWN - values.keys()
    if wanted:
        raise TypeError(f"{template} is kept and may not ask for {', '.join(sorted(wanted))}")
    return Markup(environment.get_template(template).render(values))  # noqa: S704 (made by a template that escapes)
