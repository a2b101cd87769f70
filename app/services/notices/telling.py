"""Writes notifications, in the transaction of what they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.notices import Delivery, Notice, NoticeKind
from app.services.notices.choices import USUAL, deliveries
from app.services.upserts import insert_into

SILENT = "silent"
"""Key of `session.info`: True while many records are brought in at once, of which nobody is told one by one."""
PORTION = 500


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell one person. `again` tells it anew when it is told twice on a day: a visit moved twice."""

    user_id: int
    kind: NoticeKind
    table: str
    record_id: int
    day: date
    arguments: dict[str, Any] = field(default_factory=dict)
    again: bool = False


def tell(session: Session, news: Sequence[Told]) -> int:
    """Tell people what they have not been told yet, unless they do not want to hear of it; gives how many were told.

    Works inside a flush too: it speaks to the connection.
    """
    connection = session.connection()
    chosen = deliveries(connection, {each.user_id for each in news}) if news else {}
    told = 0
    for again in (False, True):
        rows = [_row(each, chosen.get((each.user_id, each.kind), USUAL)) for each in news if each.again is again]
        wanted = list({_key(row): row for row in rows if row is not None}.values())
        for start in range(0, len(wanted), PORTION):
            written = _insert(session, wanted[start : start + PORTION], again).returning(Notice.id)
            told += len(connection.execute(written).all())
    return told


_KEY = ("user_id", "kind", "record_table", "record_id", "day")


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _insert(session: Session, rows: list[dict[str, Any]], again: bool) -> Any:
    statement = insert_into(session, Notice, rows)
    if not again:
        return statement.on_conflict_do_nothing(index_elements=_KEY)
    anew = {name: statement.excluded[name] for name in ("arguments", "made_at", "mail_state")}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=anew | {"read_at": None})


def _row(each: Told, delivery: Delivery) -> dict[str, Any] | None:
    if delivery is Delivery.NONE:
        return None
    return {
        "user_id": each.user_id,
        "kind": each.kind,
        "record_table": each.table,
        "record_id": each.record_id,
        "day": each.day,
        "arguments": each.arguments,
        "made_at": utc_now(),
        "mail_state": "" if delivery is Delivery.BELL else delivery.value,
    }
