"""The map's page by folium, with nothing from outside: own Leaflet, own coast line, own layer of clients.

The page stands in a frame. Points are not in it: its script asks for those of the visible box. The outline shows
coasts only, no borders; with a tile server of one's own (KONTORA_MAP_TILE_URL) its tiles lie over it.
"""

import re
from dataclasses import dataclass, field
from html import escape

import folium
from branca.element import MacroElement
from folium.template import Template

CENTRE = (58.0, 70.0)
FARTHEST_ZOOM = 2
NEAREST_ZOOM = 18
_NO_ZOOM = re.compile(r",\s*maximum-scale=1\.0, user-scalable=no")
_OPENING = re.compile(r"<(script|style)(?=[\s>])")


@dataclass(frozen=True, slots=True)
class MapPage:
    """What the page is made of; addresses are local."""

    title: str
    language: str
    nonce: str
    """Marks the page's scripts and styles for the content policy."""
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    start: str
    """Name of the function of our script that is called with the Leaflet map and the settings."""
    settings: dict[str, object] = field(default_factory=dict)
    """For our script: addresses, texts, the tile server. Plain values."""
    centre: tuple[float, float] = CENTRE
    zoom: int = 4


def map_page(page: MapPage) -> str:
    """The page as HTML, every script and style marked with the nonce."""
    made = folium.Map(
        location=page.centre,
        zoom_start=page.zoom,
        tiles=None,
        min_zoom=FARTHEST_ZOOM,
        max_zoom=NEAREST_ZOOM,
        prefer_canvas=True,
    )
    made.options |= {"minZoom": FARTHEST_ZOOM, "maxZoom": NEAREST_ZOOM, "zoomSnap": 0.5}
    # folium's own lists name public servers.
    made.default_js = [(f"script_{number}", address) for number, address in enumerate(page.scripts)]
    made.default_css = [(f"style_{number}", address) for number, address in enumerate(page.styles)]
    made.add_child(_Start(page.start, page.settings))
    html = made.get_root().render()
    html = html.replace("<html>", f'<html lang="{escape(page.language)}">', 1)
    html = html.replace("<head>", f"<head>\n    <title>{escape(page.title)}</title>", 1)
    # folium forbids to enlarge the page by fingers; people with weak eyes must be able to.
    html = _NO_ZOOM.sub("", html)
    return _OPENING.sub(rf'<\1 nonce="{escape(page.nonce)}"', html)


class _Start(MacroElement):
    """Hands the Leaflet map over to our script."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this.function }}({{ this._parent.get_name() }}, {{ this.settings|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, function: str, settings: dict[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types here
        self._name = "start"
        self.function = function
        self.settings = settings
