"""Reports of any exchange that can run a script (Asterisk, FreePBX): JSON, signed by HMAC-SHA256.

`X-Kontora-Timestamp` holds the seconds since 1970, `X-Kontora-Signature` the HMAC of «timestamp.body» in hex.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from app.errors import IntegrationError
from app.integrations.telephony.event import (
    CallEvent,
    Phase,
    SignatureError,
    Way,
    Webhook,
    address_of,
    call_key,
    choice_of,
    extension_of,
    number_of,
    seconds_of,
)

WINDOW = timedelta(minutes=5)
"""For how long a signed report holds."""
_BROKEN = (ValueError, RecursionError)


def read_generic(webhook: Webhook) -> CallEvent:
    """Read a report. Raises SignatureError, or IntegrationError for a body that says no call."""
    stamp = webhook.headers.get("X-Kontora-Timestamp", "")
    wanted = hmac.new(webhook.secret.encode(), stamp.encode() + b"." + webhook.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), webhook.headers.get("X-Kontora-Signature", "").encode()):
        raise SignatureError("the signature is wrong")
    sent = datetime.fromtimestamp(seconds_of(stamp), UTC)
    if abs(webhook.now - sent) > WINDOW:
        raise SignatureError("the report is not of now")
    said = parsed(webhook.body)
    talk = said.get("talk_seconds")
    return CallEvent(
        external_id=call_key(said.get("call_id")),
        phase=choice_of(Phase, said.get("event")),
        way=choice_of(Way, said["direction"]) if said.get("direction") else None,
        number=number_of(said.get("number")),
        line=number_of(said.get("line")),
        extension=extension_of(said.get("extension")),
        at=sent,
        started_at=_moment(said.get("started_at"), webhook),
        ended_at=_moment(said.get("ended_at"), webhook),
        talk_seconds=seconds_of(talk) if talk is not None else None,
        recording=address_of(said.get("recording_url")),
    )


def parsed(body: bytes | str) -> dict[str, Any]:
    """The object of a JSON body. Raises IntegrationError."""
    try:
        said = json.loads(body)
    except _BROKEN as error:
        raise IntegrationError("the body is no JSON") from error
    if not isinstance(said, dict):
        raise IntegrationError("the body is no JSON object")
    return said


def _moment(value: Any, webhook: Webhook) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(str(value))
        found = found.replace(tzinfo=webhook.zone) if found.tzinfo is None else found
        return found.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise IntegrationError("a time of the report cannot be read") from error
