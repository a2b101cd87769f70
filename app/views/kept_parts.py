"""Parts of pages that follow from a few values alone: made once for each of them, and kept.

The panel of sections, the menu of a person and the bar of a telephone stand on every page and are the same on most.
A template that is kept knows nothing but its values, the language and where the site stands: it is refused when it
asks for anything else, since that would be shown to the next person.
"""

from collections.abc import Hashable
from typing import Any

from flask import Flask, current_app, request
from jinja2 import meta
from markupsafe import Markup

from app.views.languages import current_language

KNOWN = frozenset({"_", "gettext", "ngettext", "icon", "asset", "url_for", "kept_part"})
"""What gives the same answer to everybody, in one language at one place."""
_MOST = 4096


def install(app: Flask) -> None:
    """Give templates `kept_part(template, **values)`."""
    app.extensions["kontora_parts"] = {}
    app.jinja_env.globals["kept_part"] = kept_part


def kept_part(template: str, **values: Hashable) -> Markup:
    """The part as HTML. TypeError for a template that asks for more than its values."""
    kept: dict[Any, Markup] = current_app.extensions["kontora_parts"]
    key = (template, current_language(), request.script_root, *sorted(values.items()))
    found = kept.get(key)
    if found is None or current_app.debug:
        if len(kept) >= _MOST:
            kept.clear()
        found = kept[key] = _made(template, values)
    return found


def _made(template: str, values: dict[str, Any]) -> Markup:
    environment = current_app.jinja_env
    loader: Any = environment.loader
    source, _path, _is_fresh = loader.get_source(environment, template)
    wanted = meta.find_undeclared_variables(environment.parse(source)) - KNOWN - values.keys()
    if wanted:
        raise TypeError(f"{template} is kept and may not ask for {', '.join(sorted(wanted))}")
    return Markup(environment.get_template(template).render(values))  # noqa: S704 (made by a template that escapes)
