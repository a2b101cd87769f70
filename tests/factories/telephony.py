"""Reports of telephone exchanges, signed as they sign."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

SECRET = "a-secret-of-webhooks"
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STAMP = int(NOON.timestamp())


def generic(body: Any, *, stamp: int | str = STAMP, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """Body and headers."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = hmac.new(secret.encode(), str(stamp).encode() + b"." + raw, hashlib.sha256).hexdigest()
    return raw, {"X-Kontora-Timestamp": str(stamp), "X-Kontora-Signature": signed, "Content-Type": "application/json"}


def mango(said: Any, secret: str = SECRET) -> dict[str, str]:
    """The form."""
    text = said if isinstance(said, str) else json.dumps(said)
    return {
        "vpbx_api_key": "key",
        "sign": hashlib.sha256(f"key{text}{secret}".encode()).hexdigest(),
        "json": text,
    }


def zadarma(form: dict[str, str], *signed: str, secret: str = SECRET) -> dict[str, str]:
    """The header of a form whose signature is over these fields."""
    text = "".join(form.get(name, "") for name in signed).encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha1).hexdigest()
    return {"Signature": base64.b64encode(digest.encode()).decode()}
