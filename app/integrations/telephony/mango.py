"""Mango Office, API of the virtual exchange 1.9: a form of vpbx_api_key, sign, json, posted to …/events/<kind>.

sign = SHA-256 in hex of api_key + json + salt; the salt is WEBHOOK_SECRET.
"""

import hashlib
import hmac
from typing import Any

from app.errors import IntegrationError
from app.integrations.telephony.event import (
    CallEvent,
    Phase,
    SignatureError,
    Way,
    Webhook,
    call_key,
    check_fresh,
    extension_of,
    moment_of,
    number_of,
)
from app.integrations.telephony.generic import parsed

_WAYS = {0: Way.INTERNAL, 1: Way.IN, 2: Way.OUT}
_STATES = {"Appeared": Phase.RINGING, "Connected": Phase.ANSWERED}


def read_mango(webhook: Webhook) -> CallEvent | None:
    """Read a report; None for one that says nothing new of a call (a ping, a hold). Raises as `read_generic`."""
    text = webhook.form.get("json", "")
    signed = (webhook.form.get("vpbx_api_key", "") + text + webhook.secret).encode("utf-8", "replace")
    wanted = hashlib.sha256(signed).hexdigest()
    if not hmac.compare_digest(wanted.encode(), webhook.form.get("sign", "").encode("utf-8", "replace")):
        raise SignatureError("the signature is wrong")
    kind = webhook.rest.strip("/").rpartition("/")[2]
    if kind == "ping":
        return None
    said = parsed(text)
    match kind:
        case "call":
            return _call(said, webhook)
        case "summary":
            return _summary(said, webhook)
        case "recording":
            return _recording(said, webhook)
    raise IntegrationError("Mango Office reports something that is not known here")


def _side(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _call(said: dict[str, Any], webhook: Webhook) -> CallEvent | None:
    """A call rings at somebody's, or is answered there; what happens in menus and queues is of no matter."""
    phase = _STATES.get(str(said.get("call_state")))
    if phase is None or said.get("location", "abonent") != "abonent":
        return None
    at = moment_of(said.get("timestamp"))
    check_fresh(at, webhook.now)
    ours, theirs = _side(said, "to"), _side(said, "from")
    way = Way.IN
    if extension_of(theirs.get("extension")):
        way = Way.INTERNAL if extension_of(ours.get("extension")) else Way.OUT
        ours, theirs = theirs, ours
    return CallEvent(
        external_id=call_key(said.get("entry_id")),
        phase=phase,
        way=way,
        number=number_of(theirs.get("number")),
        line=number_of(ours.get("line_number")),
        extension=extension_of(ours.get("extension")),
        at=at,
        started_at=at if phase is Phase.RINGING else None,
    )


def _summary(said: dict[str, Any], webhook: Webhook) -> CallEvent:
    """The call is over."""
    way = _WAYS.get(said.get("call_direction", -1)) if isinstance(said.get("call_direction"), int) else None
    if way is None:
        raise IntegrationError("the report says no direction")
    ended = moment_of(said.get("end_time"))
    check_fresh(ended, webhook.now)
    talked = moment_of(said.get("talk_time") or 0)
    ours, theirs = ("from", "to") if way is Way.OUT else ("to", "from")
    return CallEvent(
        external_id=call_key(said.get("entry_id")),
        phase=Phase.ENDED,
        way=way,
        number=number_of(_side(said, theirs).get("number")),
        line=number_of(said.get("line_number")),
        extension=extension_of(_side(said, ours).get("extension")),
        at=ended,
        started_at=moment_of(said.get("create_time")),
        ended_at=ended,
        talk_seconds=max(0, int((ended - talked).total_seconds())) if ended and talked else 0,
    )


def _recording(said: dict[str, Any], webhook: Webhook) -> CallEvent | None:
    """A recording is ready; Mango gives its number, by which it is found in its own cabinet."""
    if said.get("recording_state") != "Completed":
        return None
    at = moment_of(said.get("timestamp") or 0)
    check_fresh(at, webhook.now)
    return CallEvent(
        external_id=call_key(said.get("entry_id")),
        phase=Phase.RECORDED,
        at=at,
        recording=f"Mango Office: {call_key(said.get('recording_id'))}",
    )
