"""The words of a notification, in the language that is spoken at the moment (see `texts.speaking`)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from app.texts import language

_DAY = {"ru": "dd.MM.yyyy", "en": "d MMM yyyy"}
_MOMENT = {"ru": "dd.MM.yyyy, HH:mm", "en": "d MMM yyyy, HH:mm"}


def details_of(arguments: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What exactly: «Позвонить об оплате · ООО «Ромашка» · 24.11.2026, 10:00»; the kind says the rest."""
    spoken = language()
    parts = [str(arguments.get("what") or ""), str(arguments.get("client") or "")]
    if amount := arguments.get("sum"):
        parts.append(f"{format_decimal(Decimal(amount), format='#,##0.00', locale=spoken)}\N{NO-BREAK SPACE}₽")
    if moment := arguments.get("at"):
        local = datetime.fromisoformat(moment).astimezone(zone)
        parts.append(str(format_datetime(local, _MOMENT.get(spoken, _MOMENT["en"]), locale=spoken)))
    if day := arguments.get("on"):
        parts.append(str(format_date(date.fromisoformat(day), _DAY.get(spoken, _DAY["en"]), locale=spoken)))
    return " · ".join(part for part in parts if part)
