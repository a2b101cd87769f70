import re

import pytest

from app.reports.rendering.map import MapPage, map_page


@pytest.fixture
def html() -> str:
    return map_page(
        MapPage(
            title="Карта <клиентов>",
            language="ru",
            nonce="word",
            scripts=("/static/leaflet.js", "/static/clients_map.js"),
            styles=("/static/leaflet.css",),
            start="kontoraMap",
            settings={"points": "/map/clients.geojson", "text": "</script><script>alert(1)</script>"},
        )
    )


def test_page_loads_nothing_from_outside(html: str) -> None:
    assert re.findall(r"""(?:src|href)=["']([^"']+)""", html) == [
        "/static/leaflet.js",
        "/static/clients_map.js",
        "/static/leaflet.css",
    ]
    assert "//" not in re.sub(r"<!--.*?-->", "", html)


def test_every_script_and_style_carries_the_nonce(html: str) -> None:
    opened = re.findall(r"<(?:script|style)\b[^>]*>", html)

    assert len(opened) >= 5
    assert all('nonce="word"' in tag for tag in opened)
    assert 'style="' not in html


def test_page_has_a_language_and_an_escaped_title(html: str) -> None:
    assert '<html lang="ru">' in html
    assert "<title>Карта &lt;клиентов&gt;</title>" in html


def test_settings_cannot_break_out_of_the_script(html: str) -> None:
    assert "alert(1)</script>" not in html
    assert "kontoraMap(map_" in html


def test_page_may_be_enlarged(html: str) -> None:
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


def test_two_pages_do_not_share_their_files() -> None:
    first = MapPage("A", "ru", "n", ("/a.js",), (), "start")
    second = MapPage("B", "ru", "n", ("/b.js",), (), "start")

    map_page(first)

    assert "/a.js" not in map_page(second)
