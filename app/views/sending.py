"""Answers to forms that a script sends: where to go next as JSON, since a script must not follow by itself.

Following would load the next page twice and use up its message. The script also learns that the sign-in has run out.
"""

from flask import Flask, Response, jsonify, request

BY_SCRIPT = "X-Sent-By-Script"
TOKEN_IS_OLD = "X-Token-Is-Old"  # noqa: S105 (the name of a header)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def install(app: Flask) -> None:
    """Turn redirects into words for scripts."""
    app.after_request(_say_where)


def _say_where(response: Response) -> Response:
    if response.status_code not in _REDIRECTS or BY_SCRIPT not in request.headers:
        return response
    said = jsonify(location=response.headers["Location"])
    response.status_code = 200
    response.headers.remove("Location")
    response.headers["Content-Type"] = "application/json"
    response.set_data(said.get_data())
    return response
