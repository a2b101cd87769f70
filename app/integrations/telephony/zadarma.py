"""Zadarma, API 1: a form whose `event` says what happened. Times are those of the account's zone, taken as ours.

Signature = Base64 of the HMAC-SHA1 in hex, over fields that depend on the event.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from app.errors import IntegrationError
from app.integrations.telephony.event import (
    CallEvent,
    Phase,
    SignatureError,
    Way,
    Webhook,
    address_of,
    call_key,
    check_fresh,
    extension_of,
    number_of,
    seconds_of,
)

_SIGNED = {
    "NOTIFY_START": ("caller_id", "called_did", "call_start"),
    "NOTIFY_INTERNAL": ("caller_id", "called_did", "call_start"),
    "NOTIFY_END": ("caller_id", "called_did", "call_start"),
    "NOTIFY_IVR": ("caller_id", "called_did", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}
"""Event -> the fields that its signature is over, in this order."""
_PHASES = {
    "NOTIFY_START": Phase.RINGING,
    "NOTIFY_INTERNAL": Phase.RINGING,
    "NOTIFY_OUT_START": Phase.RINGING,
    "NOTIFY_ANSWER": Phase.ANSWERED,
    "NOTIFY_END": Phase.ENDED,
    "NOTIFY_OUT_END": Phase.ENDED,
    "NOTIFY_RECORD": Phase.RECORDED,
}


def read_zadarma(webhook: Webhook) -> CallEvent | None:
    """Read a report; None for one of a voice menu. Raises as `read_generic`."""
    form, kind = webhook.form, webhook.form.get("event", "")
    if kind not in _SIGNED:
        raise IntegrationError("Zadarma reports something that is not known here")
    text = "".join(form.get(name, "") for name in _SIGNED[kind]).encode("utf-8", "replace")
    digest = hmac.new(webhook.secret.encode(), text, hashlib.sha1).hexdigest()
    wanted = base64.b64encode(digest.encode())
    if not hmac.compare_digest(wanted, webhook.headers.get("Signature", "").encode("utf-8", "replace")):
        raise SignatureError("the signature is wrong")
    if kind not in _PHASES:
        return None
    started = _started(webhook)
    check_fresh(started, webhook.now)
    is_out = kind.startswith("NOTIFY_OUT")
    is_end = _PHASES[kind] is Phase.ENDED
    is_known = kind not in ("NOTIFY_RECORD", "NOTIFY_ANSWER")
    return CallEvent(
        external_id=call_key(form.get("pbx_call_id")),
        phase=_PHASES[kind],
        way=(Way.OUT if is_out else Way.IN) if is_known else None,
        number=number_of(form.get("destination" if is_out else "caller_id")) if is_known else "",
        line=number_of(form.get("caller_id" if is_out else "called_did")) if is_known else "",
        extension=extension_of(form.get("internal")),
        at=webhook.now,
        started_at=started,
        ended_at=webhook.now if is_end else None,
        talk_seconds=_talk(webhook) if is_end else None,
        recording=address_of(form.get("link")),
    )


def _talk(webhook: Webhook) -> int:
    return seconds_of(webhook.form.get("duration", "0")) if webhook.form.get("disposition") == "answered" else 0


def _started(webhook: Webhook) -> datetime | None:
    typed = webhook.form.get("call_start", "")
    if not typed:
        return None
    try:
        read = datetime.strptime(typed, "%Y-%m-%d %H:%M:%S").replace(tzinfo=webhook.zone)
    except ValueError as error:
        raise IntegrationError("a time of the report cannot be read") from error
    return read.astimezone(UTC)
