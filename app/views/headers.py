"""What every answer carries against being framed, sniffed, kept or made to run foreign code.

A view that needs another policy sets the header itself; what is set already stays.
"""

import secrets

from flask import Flask, Response, current_app, g, request

YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Set the headers on every answer and give templates `csp_nonce()`."""
    app.after_request(_set_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The word that marks this page's own scripts and styles; new for every request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_policy(nonce: str, tile_origin: str = "") -> str:
    """The content policy of a page: own files, marked scripts and styles, pictures, map tiles where set."""
    images = " ".join(filter(None, ("'self'", "data:", "blob:", tile_origin)))
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' 'nonce-{nonce}'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": images,
        "connect-src": "'self'",
        "frame-ancestors": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _set_headers(response: Response) -> Response:
    headers = response.headers
    tiles = current_app.config["KONTORA"].map_tile_origin
    headers.setdefault("Content-Security-Policy", content_policy(csp_nonce(), tiles))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
    headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    return response
