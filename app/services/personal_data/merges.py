"""Takes a person out of what merges keep to be undone: two cards of theirs stay one, clients can still be parted."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.clients import Contact
from app.models.duplicates import DuplicatePair, RecordMerge
from app.services.duplicates.links import links_to

Places = Collection[tuple[str, int]]
"""Records by table and key."""


def forget_in_merges(session: Session, keys: Collection[int], places: Places, words: str) -> int:
    """Drop what merges keep of the person; gives of how many merges.

    `keys` are the person's cards: without its snapshot a merge of one of them can no longer be undone. Of all other
    merges only rows at `places` go.
    """
    changed = 0
    for merge in session.scalars(select(RecordMerge), execution_options=ALL_ROWS):
        is_own = merge.table_name == Contact.__tablename__ and not {merge.kept_id, merge.merged_id}.isdisjoint(keys)
        if is_own:
            merge.snapshot, merge.kept_name, merge.merged_name = None, words, words
            changed += 1
        elif merge.snapshot is not None and (rest := _without(merge.table_name, merge.snapshot, places)):
            merge.snapshot = rest
            changed += 1
    session.flush()
    return changed


def _without(table: str, snapshot: Mapping[str, Any], places: Places) -> dict[str, Any] | None:
    """The snapshot without the rows at these places; None where it holds none of them."""
    deleted = [each for each in snapshot["deleted"] if (each["table"], each["row"].get("id")) not in places]
    changed = [each for each in snapshot["changed"] if (each["table"], each["key"].get("id")) not in places]
    if len(deleted) == len(snapshot["deleted"]) and len(changed) == len(snapshot["changed"]):
        return None
    # What had moved away from a row that will not come back stays where it is.
    names = {link.name for each in {table, *(row["table"] for row in deleted)} for link in links_to(each)}
    moved = {name: rows for name, rows in snapshot["moved"].items() if name in names}
    return {**snapshot, "deleted": deleted, "changed": changed, "moved": moved}


def pairs_of(session: Session, keys: Collection[int]) -> list[DuplicatePair]:
    """Pairs that one of the person's cards was found in; a note beside one may name the person."""
    asked = select(DuplicatePair).where(
        DuplicatePair.table_name == Contact.__tablename__,
        or_(DuplicatePair.first_id.in_(keys), DuplicatePair.second_id.in_(keys)),
    )
    return list(session.scalars(asked, execution_options=ALL_ROWS))
