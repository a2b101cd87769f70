"""Parts two merged cards again: every row goes back to where it was, and what was made since follows its documents."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import Model
from app.errors import RuleError
from app.models.duplicates import PairState, RecordMerge
from app.services.audit import log_act
from app.services.duplicates.finding import find_pair
from app.services.duplicates.keys import refresh_keys
from app.services.duplicates.links import Link, is_row, links_to
from app.services.duplicates.merging import RESTORABLE_DAYS
from app.services.duplicates.moving import set_link, table_of
from app.services.duplicates.packing import pack, unpack
from app.services.duplicates.ties import client_column, count_ties, has_document, references, tie_counts
from app.texts import _

Moved = defaultdict[str, set[int]]
"""Table -> keys of the rows that went back."""


def may_part(merge: RecordMerge) -> bool:
    """Tell whether the cards can still be parted."""
    is_young = merge.at >= utc_now() - timedelta(days=RESTORABLE_DAYS)
    return merge.restored_at is None and merge.snapshot is not None and is_young


def part(session: Session, merge: RecordMerge) -> None:
    """Restore both cards exactly as they were; a field that somebody has changed since keeps the newer value.

    What was made since stays with the card that stayed, unless it belongs to a document, deal, machine or visit that
    goes back. Raises RuleError after RESTORABLE_DAYS, when the card that stayed was itself merged since, or when
    records made since tie the two cards together.
    """
    if not may_part(merge):
        raise RuleError(_("These cards can no longer be parted: %(days)s days have passed.", days=RESTORABLE_DAYS))
    _check_is_last(session, merge)
    session.flush()
    snapshot: dict[str, Any] = merge.snapshot or {}
    connection = session.connection()
    for deleted in reversed(snapshot["deleted"]):
        table = table_of(deleted["table"])
        connection.execute(insert(table).values(unpack(deleted["row"])))
    moved = _move_back(connection, merge, snapshot["moved"])
    for name, key in snapshot["added"]:
        connection.execute(delete(table_of(name)).where(table_of(name).c.id == key))
    if merge.table_name == "client":
        _follow(connection, merge, moved)
    _set_back(connection, merge, snapshot)
    _check_ties(connection, merge, snapshot["ties"])
    _finish(session, merge)


def _check_is_last(session: Session, merge: RecordMerge) -> None:
    later = select(RecordMerge.id).where(
        RecordMerge.table_name == merge.table_name,
        RecordMerge.merged_id == merge.kept_id,
        RecordMerge.restored_at.is_(None),
    )
    if session.scalars(later.limit(1)).first() is not None:
        raise RuleError(_("The card that stayed was merged into another since: part those two first."))


def _links(merge: RecordMerge) -> dict[str, Link]:
    """All links that may have moved: to the card's table, and to those whose rows were joined."""
    tables = {merge.table_name, *(deleted["table"] for deleted in (merge.snapshot or {})["deleted"])}
    return {link.name: link for table in tables for link in links_to(table)}


def _move_back(connection: Connection, merge: RecordMerge, moved: dict[str, Any]) -> Moved:
    """A row that somebody has given to another card since, or deleted, stays where it is."""
    links, back = _links(merge), Moved(set)
    for name, rows in moved.items():
        link = links[name]
        for key, pointed, points in rows:
            now = connection.execute(select(link.column).where(is_row(link.table, key))).first()
            if now is not None and now[0] == points:
                set_link(connection, link, key, pointed)
                back[link.table.name].add(key.get("id", 0))
    return back


def _follow(connection: Connection, merge: RecordMerge, moved: Moved) -> None:
    """What was made since and belongs to a row that went back goes back with it, and so on."""
    changed = True
    while changed:
        changed = False
        for table in Model.metadata.tables.values():
            own = client_column(table)
            if own is None:
                continue
            for condition in _belongs(table, moved):
                found = connection.scalars(select(table.c.id).where(own == merge.kept_id, condition)).all()
                for key in found:
                    set_link(connection, Link(table, own), {"id": key}, merge.merged_id)
                moved[table.name].update(found)
                changed = changed or bool(found)


def _belongs(table: Any, moved: Moved) -> list[Any]:
    conditions: list[Any] = [
        column.in_(sorted(moved[target.name])) for column, target in references(table) if moved.get(target.name)
    ]
    if has_document(table):
        conditions += [
            and_(table.c.document_kind == kind, table.c.document_id.in_(sorted(moved[kind])))
            for kind in table.c.document_kind.type.choices
            if moved.get(kind)
        ]
    return conditions


def _set_back(connection: Connection, merge: RecordMerge, snapshot: dict[str, Any]) -> None:
    """Fields take their former values where nobody has changed them since; the version goes on, for open forms."""
    for changed in reversed(snapshot["changed"]):
        _restore_values(connection, changed["table"], changed["key"], changed["before"], changed["after"])
    before = {name: values[0] for name, values in snapshot["fields"].items()}
    after = {name: values[1] for name, values in snapshot["fields"].items()}
    _restore_values(connection, merge.table_name, {"id": merge.kept_id}, before, after)
    table = table_of(merge.table_name)
    newer = {"version": table.c.version + 1, "changed_at": table.c.changed_at}
    connection.execute(update(table).where(table.c.id == merge.kept_id).values(newer))


def _restore_values(
    connection: Connection, name: str, key: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    table = table_of(name)
    row = connection.execute(select(table).where(is_row(table, key))).mappings().first()
    if row is None:
        return
    now = pack(row)
    values = unpack({each: before[each] for each in before if now[each] == after[each]})
    if not values:
        return
    stamp = {"changed_at": table.c.changed_at} if "changed_at" in table.c and "changed_at" not in values else {}
    connection.execute(update(table).where(is_row(table, key)).values({**values, **stamp}))


def _check_ties(connection: Connection, merge: RecordMerge, before: int) -> None:
    if merge.table_name != "client" or count_ties(connection, merge.kept_id, merge.merged_id) <= before:
        return
    found = tie_counts(connection, merge.kept_id, merge.merged_id)
    words = ", ".join(f"{table}: {count}" for table, count in sorted(found.items()))
    text = _("Records made since the merge tie the two cards together (%(what)s): part these first.", what=words)
    raise RuleError(text)


def _finish(session: Session, merge: RecordMerge) -> None:
    merge.restored_at = utc_now()
    log_act(session, "part", (merge.table_name, merge.kept_id), {"from": [None, merge.merged_id]})
    pair = find_pair(session, merge.table_name, merge.kept_id, merge.merged_id)
    if pair is not None:
        pair.state = PairState.NEW if pair.strength else PairState.DIFFERENT
    session.flush()
    clients = {merge.kept_id, merge.merged_id} if merge.table_name == "client" else _clients_of(session, merge)
    refresh_keys(session.connection(), clients)
    session.expire_all()


def _clients_of(session: Session, merge: RecordMerge) -> set[int]:
    contact = table_of("contact")
    asked = select(contact.c.client_id).where(contact.c.id.in_([merge.kept_id, merge.merged_id]))
    return set(session.connection().scalars(asked))


def forget_old_merges(session: Session) -> int:
    """Drop the snapshots of merges that can no longer be parted: they hold personal data. Gives how many."""
    oldest = utc_now() - timedelta(days=RESTORABLE_DAYS)
    kept = select(RecordMerge).where(RecordMerge.at < oldest).execution_options(all_rows=True)
    old = [merge for merge in session.scalars(kept) if merge.snapshot is not None]
    for merge in old:
        merge.snapshot = None
    session.flush()
    return len(old)
