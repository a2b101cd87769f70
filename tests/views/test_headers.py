"""Headers, languages, files and figures that every answer has to do with."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.views import assets
from app.views.headers import content_policy
from app.views.languages import own_path
from tests.conftest import make_settings

ADDRESSES = [
    "/page",
    "/nowhere",
    "/raise/bug",
    "/raise/rule",
    "/healthz",
    "/readyz",
    "/metrics",
    "/login/",
    "/api/v1/raise/bug",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers(probe: FlaskClient, address: str) -> None:
    headers = probe.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]


def test_scripts_are_marked_with_a_word_that_is_new_each_time(probe: FlaskClient) -> None:
    words = set()
    for _ in range(2):
        answer = probe.get("/abort/404")
        found = re.search(r"script-src 'self' 'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert found is not None
        words.add(found[1])
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert all(f'nonce="{found[1]}"' in script or "src=" in script for script in scripts)
    assert len(words) == 2


def test_map_tiles_are_let_in_only_when_they_are_set(database_url: str, tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        database_url,
        MAP_TILE_URL="https://tiles.example.test/{z}/{x}/{y}.png",
        MAP_TILE_ATTRIBUTION="© Карта",
    )
    policy = create_app(settings).test_client().get("/healthz").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://tiles.example.test;" in policy
    assert "img-src 'self' data: blob:;" in content_policy("x")


def test_browsers_are_held_to_https_only_where_it_is_spoken(probe: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in probe.get("/healthz").headers
    assert (
        probe.get("/healthz", base_url="https://localhost").headers["Strict-Transport-Security"].startswith("max-age")
    )


def test_a_proxy_is_believed_only_when_it_is_announced(database_url: str, tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-Proto": "https"}
    alone = create_app(make_settings(tmp_path, database_url)).test_client()
    assert "Strict-Transport-Security" not in alone.get("/healthz", headers=forwarded).headers
    behind = create_app(make_settings(tmp_path, database_url, TRUSTED_PROXIES="1")).test_client()
    assert "Strict-Transport-Security" in behind.get("/healthz", headers=forwarded).headers


@pytest.mark.parametrize("algorithm", ["br", "gzip"])
def test_pages_travel_packed(probe: FlaskClient, algorithm: str) -> None:
    answer = probe.get("/page", headers={"Accept-Encoding": algorithm})
    assert answer.headers["Content-Encoding"] == algorithm
    assert len(answer.data) < 1000


# --- languages --------------------------------------------------------------------------------------------------


def test_a_page_speaks_russian_unless_something_else_is_asked_for(probe: FlaskClient) -> None:
    assert '<html lang="ru"' in probe.get("/abort/404").text
    assert '<html lang="ru"' in probe.get("/abort/404", headers={"Accept-Language": "fr"}).text


def test_a_page_speaks_the_language_of_the_browser(probe: FlaskClient) -> None:
    assert '<html lang="en"' in probe.get("/abort/404", headers={"Accept-Language": "en-US,en;q=0.9"}).text


def test_the_chosen_language_wins_and_is_remembered(probe: FlaskClient) -> None:
    answer = probe.get("/language/en?next=/page")
    assert (answer.status_code, answer.location) == (302, "/page")
    assert '<html lang="en"' in probe.get("/abort/404", headers={"Accept-Language": "ru"}).text


def test_an_unknown_language_is_not_found(probe: FlaskClient) -> None:
    assert probe.get("/language/xx").status_code == 404


@pytest.mark.parametrize("target", ["//evil.test", "https://evil.test", "/\\evil.test", "", "evil", "/a\nb"])
def test_choosing_a_language_leads_to_no_other_site(target: str) -> None:
    assert own_path(target) == "/"


# --- files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "static"
    (folder / "vendor" / "lib@1").mkdir(parents=True)
    (folder / "css").mkdir()
    (folder / "css" / "main.css").write_text("body{color:red}")
    (folder / "vendor" / "lib@1" / "lib.js").write_text("plain")
    (folder / "vendor" / "lib@1" / "lib.js.gz").write_bytes(gzip.compress(b"plain"))
    (folder / "vendor" / "manifest.json").write_text('{"lib/lib.js": {"url": "/static/vendor/lib@1/lib.js"}}')
    monkeypatch.setattr(assets, "STATIC", folder)
    return folder


def test_the_address_of_a_file_changes_with_its_content(probe_app: Flask, static: Path) -> None:
    with probe_app.test_request_context():
        assert assets.asset("css/main.css") is assets.asset("css/main.css")  # the disk is asked once
        probe_app.debug = True
        before = assets.asset("css/main.css")
        (static / "css" / "main.css").write_text("body{color:blue}")
        assert re.fullmatch(r"/static/css/main\.css\?v=[0-9a-f]{12}", before)
        assert assets.asset("css/main.css") != before
        assert assets.asset("lib/lib.js") == "/static/vendor/lib@1/lib.js"
        assert assets.asset("missing.js") == "/static/missing.js?v=0"


def test_browsers_keep_files_whose_address_holds_a_version(probe: FlaskClient, static: Path) -> None:
    for address in ("/static/css/main.css?v=1", "/static/vendor/lib@1/lib.js"):
        assert probe.get(address, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert probe.get("/static/css/main.css", buffered=True).headers["Cache-Control"] == "public, max-age=300"


def test_the_style_of_every_page_is_one_file(probe_app: Flask, probe: FlaskClient, static: Path) -> None:
    (static / "css" / "tokens.css").write_text(":root{--a:1}")
    (static / "css" / "form.css").write_text(".form{gap:0}")
    with probe_app.test_request_context():
        probe_app.debug = True
        before = assets.asset("css/kontora.css")
        (static / "css" / "form.css").write_text(".form{gap:1px}")
        address = assets.asset("css/kontora.css")
        probe_app.debug = False
    assert before != address

    answer = probe.get(address)
    assert answer.text == ":root{--a:1}\n.form{gap:1px}"
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_packed_ahead_is_sent_packed(probe: FlaskClient, static: Path) -> None:
    answer = probe.get("/static/vendor/lib@1/lib.js", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data) == b"plain"
    plain = probe.get("/static/vendor/lib@1/lib.js", headers={"Accept-Encoding": ""}, buffered=True)
    assert plain.data == b"plain"


@pytest.mark.parametrize("path", ["../config.py", "%2e%2e/config.py", "missing.css", "css", "/etc/passwd"])
def test_only_files_of_the_folder_are_served(probe: FlaskClient, static: Path, path: str) -> None:
    assert probe.get(f"/static/{path}").status_code in (404, 308)


def test_an_icon_is_hidden_from_screen_readers(probe_app: Flask) -> None:
    with probe_app.test_request_context():
        drawn = assets.icon('x"><script>')
    assert 'aria-hidden="true"' in drawn
    assert "<script>" not in drawn


# --- watching ---------------------------------------------------------------------------------------------------


def test_requests_are_counted_with_their_time(probe: FlaskClient) -> None:
    def counted() -> dict[str, float]:
        lines = [line for line in probe.get("/metrics").text.splitlines() if 'endpoint="echo"' in line]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    probe.get("/echo")
    before = counted()
    probe.get("/echo")
    grown = {name for name, value in counted().items() if value == before[name] + 1}
    assert {
        'kontora_requests_total{endpoint="echo",method="GET",status="200"}',
        'kontora_request_seconds_bucket{endpoint="echo",le="+Inf"}',
        'kontora_request_seconds_count{endpoint="echo"}',
    } <= grown


@pytest.mark.parametrize("address", ["8.8.8.8", "unix"])
def test_figures_are_for_the_own_network(probe: FlaskClient, address: str) -> None:
    assert probe.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404
