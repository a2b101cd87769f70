"""/webhooks/telephony/<provider>: reports of telephone exchanges.

No person signs in here and no form token is sent: the exchange signs each report instead, with WEBHOOK_SECRET. A wrong
signature or an old report answers 403, a body that says no call 400; whatever is taken, once or again, 200.
"""

import re
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf import CSRFProtect

from app.clock import utc_now
from app.database import db
from app.errors import IntegrationError
from app.integrations.telephony import READERS, CallEvent, SignatureError, Webhook
from app.services.calls import CallDesk, note_event
from app.texts import speaking

LARGEST_BODY = 64 * 1024
MOST_REPORTS = "600 per minute"
"""From one address: an exchange of a hundred people stays far below."""
_ECHO = re.compile(r"[\w-]{1,100}", re.ASCII)

webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")


def install(app: Flask, guard: CSRFProtect, limiter: Any) -> None:
    """Answer the addresses of webhooks: without form tokens, and not without end."""
    guard.exempt(webhooks)
    limiter.limit(MOST_REPORTS)(webhooks)
    app.register_blueprint(webhooks)


@webhooks.get("/telephony/zadarma")
def echo() -> Response:
    """Zadarma asks once whether the address is ours: the word that it sends comes back."""
    word = request.args.get("zd_echo", "")
    return _say(word, 200) if _secret() and _ECHO.fullmatch(word) else _say("bad request", 400)


@webhooks.post("/telephony/<provider>")
@webhooks.post("/telephony/<provider>/<path:rest>")
def report(provider: str, rest: str = "") -> Response:
    """Take in one report of a call."""
    reader, secret = READERS.get(provider), _secret()
    if reader is None or not secret:
        return _say("not found", 404)
    if (request.content_length or 0) > LARGEST_BODY:
        return _say("too large", 413)
    settings, now = current_app.config["KONTORA"], utc_now()
    body = request.get_data(cache=True)
    webhook = Webhook(body, request.form.to_dict(), request.headers, secret, now, settings.timezone, rest)  # type: ignore[arg-type]
    try:
        event = reader(webhook)
    except SignatureError as error:
        current_app.logger.warning("a report of %s is refused: %s", provider, error)
        return _say("forbidden", 403)
    except IntegrationError as error:
        current_app.logger.warning("a report of %s is not understood: %s", provider, error)
        return _say("bad request", 400)
    if event is not None:
        _note(provider, event, CallDesk(settings.timezone, now), settings.language)
    return _say("ok", 200)


def _note(provider: str, event: CallEvent, desk: CallDesk, language: str) -> None:
    """Take the report in, in the company's language: what is written down is read by many."""
    with speaking(language):
        note_event(db.session(), provider, event, desk)
        db.session.commit()


def _secret() -> str:
    return str(current_app.config["KONTORA"].webhook_secret)


def _say(text: str, status: int) -> Response:
    return Response(f"{text}\n" if status != 200 or text == "ok" else text, status, mimetype="text/plain")
