"""Parts of pages that follow from a few values alone: made once for each of them, and kept.

The panel of sections, the menu of a person and the bar of a telephone stand on every page and are the same on most.
A template that is kept knows nothing but its values, the language and where the site stands: it is refused when it
asks for anything else, since that would be shown to the next person.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, request
from jinja2 import Environment, meta, nodes
from markupsafe import Markup

from app.texts import language

KNOWN = frozenset(
    {"_", "gettext", "ngettext", "language", "icon", "asset", "url_for", "script_texts_url", "css_string", "dict"}
    | {"kept_part", "cell_html", "chip_html", "row_cells", "list_row"}
)
"""What gives the same answer to everybody, in one language at one place."""
_OF_JINJA = frozenset({"loop", "caller", "varargs", "kwargs"})
MOST_PARTS = 1024
MOST_ROWS = 8192
MOST_PIECES = 256
MOST_PAGES = 256


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
    app.extensions["kontora_pieces"] = Kept(MOST_PIECES)
    app.extensions |= {"kontora_lists": Kept(MOST_PARTS), "kontora_pages": Kept(MOST_PAGES)}
    app.jinja_env.globals["kept_part"] = kept_part


def kept_part(template: str, **values: Hashable) -> Markup:
    """The part as HTML. TypeError for a template that asks for more than its values."""
    kept: Kept[Markup] = current_app.extensions["kontora_parts"]
    return kept.get((template, *where(), *sorted(values.items())), lambda: _made(template, values))


def kept_rows() -> Kept[Markup]:
    """The rows of lists as HTML."""
    kept: Kept[Markup] = current_app.extensions["kontora_rows"]
    return kept


def kept_pieces() -> Kept[Markup]:
    """The rows of a page in one piece."""
    kept: Kept[Markup] = current_app.extensions["kontora_pieces"]
    return kept


def kept_of_list(key: Hashable, make: Callable[[], T]) -> T:
    """What a list shows around its rows, or asks the database where nothing is searched for."""
    kept: Kept[T] = current_app.extensions["kontora_lists"]
    return kept.get(key, make)


class Same:
    """A value of a key that is equal to itself alone: for what is kept, and takes long to compare."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        """Take the thing, and hold it: its place in memory is its name."""
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


_HOLE = re.compile("\x02(.*?)\x03")


def hole(name: str) -> Markup:
    """The place in a kept page of what differs each time. No escaping touches the signs around the name."""
    return Markup(f"\x02{name}\x03")  # noqa: S704 (a name of ours)


def kept_page(
    templates: tuple[str, ...],
    key: Hashable,
    values: Callable[[], Mapping[str, Any]],
    filling: Mapping[str, str],
    secrets: tuple[str, ...],
) -> str:
    """A page made once for its key, with holes that are filled anew each time.

    `templates`: the page's own, and those that it extends. They may ask for `values` alone, whose holes `filling`
    fills with HTML. The `secrets` of this request must not come to stand in what is kept: ValueError.
    """

    def made() -> list[str]:
        given = values()
        for template in templates:
            _refuse_more(template, given)
        html = current_app.jinja_env.get_template(templates[0]).render(given)
        if any(secret in html for secret in secrets):
            raise ValueError(f"{templates[0]} is kept and holds a word of one request")
        return _HOLE.split(html)

    kept: Kept[list[str]] = current_app.extensions["kontora_pages"]
    pieces = kept.get((templates, *where(), key), made).copy()
    pieces[1::2] = [filling[name] for name in pieces[1::2]]
    return "".join(pieces)


def where() -> tuple[str, str]:
    """What all pages follow from: the language, and where the site stands."""
    return language(), request.script_root


def _made(template: str, values: dict[str, Any]) -> Markup:
    _refuse_more(template, values)
    # Made by a template that escapes.
    return Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704


def _refuse_more(template: str, values: Mapping[str, Any]) -> None:
    """TypeError for a template that asks for more than these values."""
    wanted = _wanted(current_app.jinja_env, template, frozenset(values))
    if wanted:
        raise TypeError(f"{template} is kept and may not ask for {', '.join(sorted(wanted))}")


def _wanted(environment: Environment, template: str, given: frozenset[str]) -> set[str]:
    """The names that a template and the ones that it brings in ask for, but for those of KNOWN and the given ones.

    A template that is imported without its context is given nothing: a name there is the global one.
    """
    loader: Any = environment.loader
    source, _path, _is_fresh = loader.get_source(environment, template)
    tree = environment.parse(source)
    asked = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    own |= {macro.name for macro in tree.find_all(nodes.Macro)}
    imports: list[nodes.Import | nodes.FromImport]
    imports = [*tree.find_all(nodes.Import), *tree.find_all(nodes.FromImport)]
    for brought in imports:
        if isinstance(brought, nodes.Import):
            own.add(brought.target)
        else:
            own |= {name if isinstance(name, str) else name[1] for name in brought.names}
    alone = {brought.template.value for brought in imports if not brought.with_context}  # type: ignore[attr-defined]
    others = {name for name in meta.find_referenced_templates(tree) if name}
    return set().union(
        asked - own - KNOWN - _OF_JINJA - given,
        *(_wanted(environment, name, frozenset() if name in alone else given | own) for name in others),
    )
