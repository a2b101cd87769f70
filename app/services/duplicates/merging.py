"""Two cards made one: a preview of everything that will move, the choice per field, and the merge itself.

Nothing is lost: what was not chosen stands in the comment of the card that stays, and for RESTORABLE_DAYS everything
can be parted again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.base import LONG
from app.models.clients import Client, Contact, ResponsibilityChange
from app.models.duplicates import DuplicatePair, PairState, RecordMerge
from app.services.audit import log_act
from app.services.clients import check_client
from app.services.duplicates.finding import find_pair
from app.services.duplicates.keys import refresh_keys
from app.services.duplicates.links import links_to
from app.services.duplicates.moving import Mover, Twin, change, content, remove, rows_of, table_of, twin_name, twin_of
from app.services.duplicates.packing import pack
from app.services.duplicates.ties import count_ties
from app.texts import _

RESTORABLE_DAYS = 30
KEPT, GONE, BOTH = "kept", "gone", "both"
_TECHNICAL = frozenset(
    {
        *("id", "version", "created_at", "changed_at", "created_by_id", "changed_by_id", "search_key", "company_key"),
        *("merged_into_id", "client_id", "requisites_source", "requisites_on", "completeness", "missing"),
    }
)
_JOINED = {"phone": ", ", "comment": "\n"}
"""Fields that can keep both values, and what stands between them."""
_TOLD = ("name", "phone", "email", "website", "legal_address", "actual_address")
"""What is written into the comment where the value of the card that goes was not chosen."""
_REQUISITES = ("kind", "inn", "kpp", "ogrn")
_MODELS: Mapping[str, type[Any]] = {"client": Client, "contact": Contact}


@dataclass(frozen=True)
class FieldChoice:
    """A field in which the cards differ; `chosen` is what will be kept unless a person says otherwise."""

    name: str
    kept: Any
    gone: Any
    chosen: str
    may_keep_both: bool


@dataclass(frozen=True)
class Preview:
    """What a merge will do: fields to choose, rows that differ, and how many rows of each kind will move."""

    kept: Any
    gone: Any
    fields: tuple[FieldChoice, ...]
    twins: tuple[Twin, ...]
    counts: dict[str, int]


def merge_fields(model: type[Any]) -> list[str]:
    """The columns of a card that a person chooses between."""
    return [column.name for column in model.__table__.columns if column.name not in _TECHNICAL]


def preview(session: Session, table: str, kept_id: int, gone_id: int) -> Preview:
    """Say what a merge would do. Raises RuleError when the two cannot be merged."""
    kept, gone = _pair(session, table, kept_id, gone_id)
    counts, twins = {}, []
    connection = session.connection()
    for link in links_to(table):
        number = connection.scalar(select(func.count()).select_from(link.table).where(link.points_at(table, gone_id)))
        if number:
            counts[link.name] = number
            for row in rows_of(connection, link, table, gone_id) if number < 1000 else ():
                twin = twin_of(connection, link, row, kept_id)
                if twin is not None and any(_differ(twin[name], row[name]) for name in content(link)):
                    twins.append(Twin(twin_name(link, row), link.table.name, twin, row))
    fields = (_field(kept, gone, name) for name in merge_fields(_MODELS[table]))
    return Preview(kept, gone, tuple(each for each in fields if each is not None), tuple(twins), counts)


def _pair(session: Session, table: str, kept_id: int, gone_id: int) -> tuple[Any, Any]:
    if kept_id == gone_id:
        raise RuleError(_("Choose two different cards."))
    kept, gone = session.get(_MODELS[table], kept_id), session.get(_MODELS[table], gone_id)
    if kept is None or gone is None:
        raise RuleError(_("One of the cards is not there, or you may not see it."))
    if isinstance(kept, Contact) and kept.client_id != gone.client_id:
        raise RuleError(_("The contacts belong to two clients: merge the clients first, or leave both."))
    return kept, gone


def _field(kept: Any, gone: Any, name: str) -> FieldChoice | None:
    mine, theirs = getattr(kept, name), getattr(gone, name)
    if not _differ(mine, theirs):
        return None
    chosen = KEPT if mine not in (None, "") else GONE
    return FieldChoice(name, mine, theirs, chosen, name in _JOINED and bool(mine and theirs))


def _differ(mine: Any, theirs: Any) -> bool:
    """An empty value of the card that goes has nothing to offer."""
    return theirs not in (None, "") and mine != theirs


def merge(session: Session, table: str, kept_id: int, gone_id: int, choices: Mapping[str, str]) -> RecordMerge:
    """Make one card of two. `choices`: a field or the name of a twin -> kept, gone or both.

    Raises RuleError when the cards cannot be merged, or when what was chosen does not fit together.
    """
    for key in sorted((kept_id, gone_id)):
        session.get(_MODELS[table], key, with_for_update=True)
    kept, gone = _pair(session, table, kept_id, gone_id)
    session.flush()
    before = _row(session, table, kept_id)
    ties = count_ties(session.connection(), kept_id, gone_id) if table == "client" else 0
    names = (str(kept)[:200], str(gone)[:200])
    mover = Mover(session.connection(), choices)
    responsible = kept.responsible_id if table == "client" else 0
    _take_fields(session, kept, gone, choices)
    added = _note_responsible(session, kept, responsible) if table == "client" else []
    _let_go(session, mover, table, kept_id, gone_id)
    after = _row(session, table, kept_id)
    fields = {name: [before[name], after[name]] for name in before if before[name] != after[name] and name != "version"}
    made = RecordMerge(
        table_name=table,
        kept_id=kept_id,
        merged_id=gone_id,
        kept_name=names[0],
        merged_name=names[1],
        at=utc_now(),
        counts=mover.steps.counts(),
        snapshot={**mover.steps.as_json(), "fields": fields, "ties": ties, "added": added},
        by_user_id=_user_id(session),
    )
    session.add(made)
    _note_pair(session, table, kept_id, gone_id)
    log_act(session, "merge", (table, kept_id), {"from": [None, gone_id], "name": [None, names[1]]})
    session.flush()
    session.expire_all()
    return made


def _let_go(session: Session, mover: Mover, table: str, kept_id: int, gone_id: int) -> None:
    """Mark the client as merged, which the guard of the movements asks for; a contact is taken away whole."""
    connection, place = session.connection(), table_of(table)
    if table == "client":
        row = dict(connection.execute(select(place).where(place.c.id == gone_id)).mappings().one())
        change(connection, mover.steps, place, row, {"merged_into_id": kept_id})
        mover.absorb(table, kept_id, gone_id)
        refresh_keys(connection, [kept_id, gone_id])
        return
    mover.absorb(table, kept_id, gone_id)
    row = dict(connection.execute(select(place).where(place.c.id == gone_id)).mappings().one())
    remove(connection, mover.steps, place, row)
    refresh_keys(connection, [row["client_id"]])


def _take_fields(session: Session, kept: Any, gone: Any, choices: Mapping[str, str]) -> None:
    lost = []
    for name in merge_fields(type(kept)):
        field = _field(kept, gone, name)
        if field is None:
            continue
        choice = choices.get(name, field.chosen)
        if choice == BOTH and field.may_keep_both:
            _set_both(kept, field)
        elif choice == GONE:
            setattr(kept, name, field.gone)
        elif name in _TOLD:
            lost.append(str(field.gone))
    if lost:
        words = _("From the merged card: %(values)s", values="; ".join(lost))
        kept.comment = "\n".join(filter(None, (kept.comment, words)))[:LONG]
    # Only what the merge changes is checked: an old mistake elsewhere on the card must not stop it.
    if isinstance(kept, Client) and any(inspect(kept).attrs[name].history.has_changes() for name in _REQUISITES):
        check_client(kept)
    session.flush()


def _set_both(kept: Any, field: FieldChoice) -> None:
    joined = f"{field.kept}{_JOINED[field.name]}{field.gone}"
    longest = kept.__table__.columns[field.name].type.length
    if len(joined) > longest:
        raise RuleError(_("Both values together are too long; choose one."))
    setattr(kept, field.name, joined)


def _row(session: Session, table: str, key: int) -> dict[str, Any]:
    place = table_of(table)
    return pack(session.connection().execute(select(place).where(place.c.id == key)).mappings().one())


def _note_responsible(session: Session, kept: Client, before: int) -> list[list[Any]]:
    """A row of history when the merge changed who is responsible; parting takes it away again."""
    if kept.responsible_id == before:
        return []
    row = ResponsibilityChange(
        client_id=kept.id,
        from_id=before,
        to_id=kept.responsible_id,
        by_user_id=_user_id(session),
        reason=_("Merge of two cards"),
    )
    session.add(row)
    session.flush()
    return [["responsibility_change", row.id]]


def _user_id(session: Session) -> int | None:
    viewer = session.info.get("viewer")
    return viewer.user_id if viewer is not None else None


def _note_pair(session: Session, table: str, kept_id: int, gone_id: int) -> None:
    pair = find_pair(session, table, kept_id, gone_id)
    if pair is None:
        first, second = sorted((kept_id, gone_id))
        pair = DuplicatePair(table_name=table, first_id=first, second_id=second, strength=0, reasons=[])
        session.add(pair)
    pair.state, pair.decided_at = PairState.MERGED, utc_now()
    pair.decided_by_id = _user_id(session)


def successor(session: Session, table: str, key: int) -> int | None:
    """The card that a merged card's address leads to; None when the card was merged into none."""
    found = None
    for _step in range(20):
        asked = select(RecordMerge.kept_id).where(
            RecordMerge.table_name == table,
            RecordMerge.merged_id == (found or key),
            RecordMerge.restored_at.is_(None),
        )
        further = session.scalars(asked.order_by(RecordMerge.id.desc()).limit(1)).first()
        if further is None:
            return found
        found = further
    return found
