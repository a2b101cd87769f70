"""Style sheets, scripts and icons: addresses that change with the content, answers that browsers may keep."""

import json
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, has_request_context, request, send_from_directory, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from app.views.headers import YEAR

STATIC = Path(__file__).resolve().parent.parent / "static"
FRAME_SHEET = "css/kontora.css"
"""The style of every page: SHEETS one after the other, so that a browser asks once."""
SHEETS = ("css/tokens.css", "vendor/signs.css", "css/frame.css", "css/parts.css", "css/form.css")
_PACKED = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".geojson": "application/geo+json",
}


def install(app: Flask) -> None:
    """Serve /static/ and the icon that browsers ask for beside a PDF; give templates `asset(name)` and `icon(name)`."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)
    app.add_url_rule("/favicon.ico", endpoint="favicon", view_func=lambda: serve("favicon.svg"))
    app.extensions["kontora_assets"] = {}
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["icon"] = icon


def asset(name: str) -> str:
    """The address of a library's file ('htmx.org/htmx.js', 'icons.svg') or of our own ('css/main.css').

    Every page names thirty of them: outside of debugging each is looked for on the disk once.
    """
    if current_app.debug:
        return _address(name)
    kept: dict[tuple[str, str], str] = current_app.extensions["kontora_assets"]
    key = (name, request.script_root if has_request_context() else "")
    if key not in kept:
        kept[key] = _address(name)
    return kept[key]


def _address(name: str) -> str:
    if name == FRAME_SHEET:
        _content, fingerprint = _joined(tuple(map(_changed, _sheets())))
        return url_for("static", filename=name, v=fingerprint)
    if (entry := _manifest(_changed(STATIC / "vendor" / "manifest.json")).get(name)) is not None:
        return str(entry["url"])
    return url_for("static", filename=name, v=_fingerprint(name, _changed(STATIC / name)))


def icon(name: str) -> Markup:
    """A drawing from the sprite. It says nothing to a screen reader: the text stands beside it."""
    if "sprite" not in g:  # a page has a hundred drawings
        g.sprite = asset("icons.svg")
    return _drawing(g.sprite, name)


@lru_cache(maxsize=512)
def _drawing(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(sprite, name)


def serve(filename: str) -> Response:
    """A file of app/static, packed where it is packed; browsers keep it when its address holds a version."""
    if filename == FRAME_SHEET:
        content, _fingerprint = _joined(tuple(map(_changed, _sheets())))
        return _kept(Response(content, mimetype="text/css"), is_versioned="v" in request.args)
    path = safe_join(str(STATIC), filename)
    if path is None or not Path(path).is_file():
        abort(404)
    kind = _PACKED.get(Path(path).suffix)
    packed = kind is not None and request.accept_encodings.quality("gzip") > 0 and Path(f"{path}.gz").is_file()
    is_versioned = "v" in request.args or "@" in filename
    response = send_from_directory(STATIC, f"{filename}.gz" if packed else filename, mimetype=kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return _kept(response, is_versioned=is_versioned)


def _kept(response: Response, *, is_versioned: bool) -> Response:
    """For browsers to keep: for good when the address holds a version, else for five minutes."""
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if is_versioned else 300
    if is_versioned:
        response.cache_control.immutable = True
    return response


def _sheets() -> list[Path]:
    return [STATIC / name for name in SHEETS]


@cache
def _joined(_changed: tuple[int, ...]) -> tuple[str, str]:
    """The sheets as one, and its fingerprint; made again when one of them changes."""
    content = "\n".join(path.read_text(encoding="utf-8") for path in _sheets() if path.is_file())
    return content, sha256(content.encode()).hexdigest()[:12]


def _changed(path: Path) -> int:
    """When a file changed last, so that what was read from it is read again; 0 where there is none."""
    return path.stat().st_mtime_ns if path.is_file() else 0


@cache
def _manifest(changed: int) -> dict[str, Any]:
    if not changed:
        return {}
    found: dict[str, Any] = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    return found


@cache
def _fingerprint(name: str, changed: int) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12] if changed else "0"
