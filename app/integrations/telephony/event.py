"""What a telephone exchange reports of a call, and the values that its fields may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import IntegrationError

OLDEST = timedelta(hours=24)
"""How old a report may be: exchanges repeat one that was not taken, but not for longer."""
AHEAD = timedelta(minutes=5)
"""How far its clock may be before ours."""
_KEY = re.compile(r"[\w.:@=+/-]{1,100}")
_NUMBER = re.compile(r"\+?\d{1,20}")
_EXTENSION = re.compile(r"[\w*#@.-]{1,30}")
_ADDRESS = re.compile(r"https?://[!-~]{4,490}")


class SignatureError(IntegrationError):
    """The report is not signed as the exchange signs, or it is an old one sent once more."""


class Phase(StrEnum):
    """How far the call has come."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    RECORDED = "recorded"


class Way(StrEnum):
    """Who calls: a client (in), we (out), or one of us another."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request as it came; `rest` is what stands behind the provider in the address. Times without a zone are ours."""

    body: bytes
    form: Mapping[str, str]
    headers: Mapping[str, str]
    secret: str
    now: datetime
    zone: ZoneInfo
    rest: str = ""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One report. `number` is the other side's, empty when hidden; what a report does not say is None or empty."""

    external_id: str
    phase: Phase
    way: Way | None = None
    number: str = ""
    line: str = ""
    extension: str = ""
    at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    talk_seconds: int | None = None
    recording: str = ""


def call_key(value: Any) -> str:
    """The exchange's name of a call."""
    if not isinstance(value, str | int) or isinstance(value, bool) or not _KEY.fullmatch(str(value)):
        raise IntegrationError("the report names no call")
    return str(value)


def number_of(value: Any) -> str:
    """A phone number as digits, or with a plus; empty for a hidden one."""
    text = re.sub(r"[\s()-]", "", str(value or ""))[:40]
    return text if _NUMBER.fullmatch(text) else ""


def extension_of(value: Any) -> str:
    """A number inside the office."""
    text = str(value or "").strip()[:40]
    return text if _EXTENSION.fullmatch(text) else ""


def address_of(value: Any) -> str:
    """Where a recording can be heard; anything but a web address is none."""
    text = str(value or "").strip()[:500]
    return text if _ADDRESS.fullmatch(text) else ""


def seconds_of(value: Any) -> int:
    """A number of seconds, of a talk or since 1970. Raises IntegrationError for anything else."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise IntegrationError("a time of the report is no whole number")
    return int(text)


def moment_of(value: Any) -> datetime | None:
    """An instant by seconds since 1970; None for zero."""
    seconds = seconds_of(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def check_fresh(moment: datetime | None, now: datetime) -> None:
    """Refuse a report that is signed but old: somebody may have kept it. Raises SignatureError."""
    if moment is not None and not now - OLDEST <= moment <= now + AHEAD:
        raise SignatureError("the report is not of now")


def choice_of(kind: type[Any], value: Any) -> Any:
    """A member by its value. Raises IntegrationError."""
    try:
        return kind(str(value))
    except ValueError:
        raise IntegrationError(f"the report says {str(value)[:30]!r}, which is no {kind.__name__.lower()}") from None
