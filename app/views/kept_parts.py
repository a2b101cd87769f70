"""Parts of pages that follow from a few values alone: made once for each of them, and kept.

The panel of sections, the menu of a person and the bar of a telephone stand on every page and are the same on most.
A template that is kept knows nothing but its values, the language and where the site stands: it is refused when it
asks for anything else, since that would be shown to the next person.
"""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, request
from jinja2 import Environment, meta, nodes
from markupsafe import Markup

from app.texts import language

KNOWN = frozenset(
    {"_", "gettext", "ngettext", "icon", "asset", "url_for", "css_string", "dict"}
    | {"kept_part", "cell_html", "chip_html", "row_cells"}
)
"""What gives the same answer to everybody, in one language at one place."""
_OF_JINJA = frozenset({"loop", "caller", "varargs", "kwargs"})
MOST_PARTS = 1024
MOST_ROWS = 8192


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
    wanted = _wanted(environment, template) - values.keys()
    if wanted:
        raise TypeError(f"{template} is kept and may not ask for {', '.join(sorted(wanted))}")
    return Markup(environment.get_template(template).render(values))  # noqa: S704 (made by a template that escapes)


def _wanted(environment: Environment, template: str) -> set[str]:
    """The names that a template and the ones that it brings in ask for from outside, but for those of KNOWN."""
    loader: Any = environment.loader
    source, _path, _is_fresh = loader.get_source(environment, template)
    tree = environment.parse(source)
    asked = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    given = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    given |= {macro.name for macro in tree.find_all(nodes.Macro)} | {one.target for one in tree.find_all(nodes.Import)}
    for brought in tree.find_all(nodes.FromImport):
        given |= {name if isinstance(name, str) else name[1] for name in brought.names}
    others = (name for name in meta.find_referenced_templates(tree) if name)
    return set().union(asked - given - KNOWN - _OF_JINJA, *(_wanted(environment, name) for name in others))
