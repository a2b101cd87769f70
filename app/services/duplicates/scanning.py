"""Looks for clients and contacts that were entered twice in what is kept already, and keeps the pairs for people.

Only cards that share a fingerprint are compared, and a fingerprint that many cards have tells nothing apart: so the
work grows with the number of cards, not with its square.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.clock import utc_now
from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.duplicates import ClientKey, DuplicatePair, PairState
from app.models.jobs import Job
from app.services.duplicates.cards import load_cards
from app.services.duplicates.keys import clients_without_keys, refresh_keys
from app.services.duplicates.likeness import Likeness, Reason, compare
from app.services.duplicates.sounds import name_likeness, name_sounds
from app.services.jobs import Progress, job_kind
from app.services.upserts import insert_into
from app.texts import _

MOST_OF_ONE_KEY = 25
WORTH_KEEPING = 50
_AT_ONCE = 1000
_LIKE = 0.85

Found = tuple[int, int, Likeness]


@dataclass
class Scanned:
    """How many clients were gone through, and how many pairs wait for a person."""

    clients: int = 0
    client_pairs: int = 0
    contact_pairs: int = 0


def scan(session: Session) -> Iterator[Scanned]:
    """Go through all clients, then all contacts; gives the counts after each portion, so that the caller can commit."""
    counts = Scanned()
    while missing := clients_without_keys(session):
        refresh_keys(session.connection(), missing)
        yield counts
    _forget_merged(session)
    last = _last_client(session)
    for start in range(0, last + 1, _AT_ONCE):
        _keep(session, "client", _clients(session, start, start + _AT_ONCE))
        counts.clients = min(last, start + _AT_ONCE)
        counts.client_pairs = _waiting(session, "client")
        yield counts
    _keep(session, "contact", _contacts(session))
    counts.contact_pairs = _waiting(session, "contact")
    yield counts


SCAN = "find-duplicates"


@job_kind(SCAN)
def scan_job(session: Session, job: Job, progress: Progress) -> None:
    """Look through all cards, told by the key of the client it has come to. One that is taken up again begins anew."""
    progress.expect(_last_client(session))
    counts = Scanned()
    for counts in scan(session):
        progress.done = counts.clients
        progress.save()
    words = _("Pairs that wait: %(clients)s of clients, %(contacts)s of contacts.", **_pairs(counts))
    progress.finish_with(words, job.arguments["url"])


def _pairs(counts: Scanned) -> dict[str, int]:
    return {"clients": counts.client_pairs, "contacts": counts.contact_pairs}


def _last_client(session: Session) -> int:
    return session.scalar(select(func.max(Client.id)).execution_options(all_rows=True)) or 0


def _clients(session: Session, start: int, end: int) -> Iterator[Found]:
    """Pairs whose first card has a key from `start` up to `end`."""
    one, other = ClientKey.__table__.alias(), ClientKey.__table__.alias()
    third = ClientKey.__table__.alias()
    crowd = select(func.count()).select_from(third).where(third.c.key == one.c.key).scalar_subquery()
    asked = (
        select(one.c.client_id, other.c.client_id)
        .join_from(one, other, (one.c.key == other.c.key) & (one.c.client_id < other.c.client_id))
        .where(one.c.client_id >= start, one.c.client_id < end, crowd <= MOST_OF_ONE_KEY)
        .distinct()
    )
    pairs = session.connection().execute(asked).all()
    cards = load_cards(session, {key for pair in pairs for key in pair})
    for first, second in pairs:
        if first in cards and second in cards:
            likeness = compare(cards[first], cards[second])
            if likeness.strength >= WORTH_KEEPING:
                yield first, second, likeness


def _contacts(session: Session) -> Iterator[Found]:
    """Contacts with one phone or one e-mail, of one client or of two; and namesakes at one client."""
    reached: dict[tuple[int, int], set[Reason]] = {}
    for asked, reason in (
        (_sharing(ContactPhone, ContactPhone.number), Reason.PHONE),
        (_sharing(ContactEmail, ContactEmail.address), Reason.EMAIL),
        (_namesakes(), Reason.PERSON),
    ):
        for first, second in session.connection().execute(asked):
            reached.setdefault((first, second), set()).add(reason)
    names = _names(session, {key for pair in reached for key in pair})
    for (first, second), reasons in reached.items():
        (client, name), (other_client, other_name) = names[first], names[second]
        alike = name_likeness(name, other_name)
        if alike >= _LIKE:
            ways = reasons - {Reason.PERSON}
            strength = 75 + 5 * len(ways) + (10 if client == other_client else 0)
            told = (Reason.NAME if alike >= 1 else Reason.LIKE_NAME, *sorted(ways))
            yield first, second, Likeness(strength, told)


def _sharing(model: type[Any], column: Any) -> Select[Any]:
    one, other = aliased(model), aliased(model)
    name = column.key
    return (
        select(one.contact_id, other.contact_id)
        .join(other, (getattr(one, name) == getattr(other, name)) & (one.contact_id < other.contact_id))
        .distinct()
        .limit(100_000)
    )


def _namesakes() -> Select[int, int]:
    one, other = aliased(Contact), aliased(Contact)
    same = (one.client_id == other.client_id) & (one.id < other.id) & (one.family_name == other.family_name)
    return select(one.id, other.id).join(other, same).limit(100_000)


def _names(session: Session, keys: set[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
    contact = Contact.__table__.c
    found = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        asked = select(contact.id, contact.client_id, contact.family_name, contact.given_name, contact.patronymic)
        rows = session.connection().execute(asked.where(contact.id.in_(wanted[start : start + _AT_ONCE])))
        for key, client, *parts in rows:
            found[key] = client, name_sounds(" ".join(filter(None, parts)))
    return found


def _keep(session: Session, table: str, pairs: Iterable[Found]) -> None:
    """Add new pairs and bring waiting ones up to date; what a person has decided stays decided."""
    now = utc_now()
    for first, second, likeness in pairs:
        statement = insert_into(
            session,
            DuplicatePair,
            {
                "table_name": table,
                "first_id": first,
                "second_id": second,
                "strength": likeness.strength,
                "reasons": [reason.value for reason in likeness.reasons],
                "state": PairState.NEW,
                "version": 1,
                "created_at": now,
                "changed_at": now,
            },
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["table_name", "first_id", "second_id"],
                set_={"strength": statement.excluded.strength, "reasons": statement.excluded.reasons},
                where=DuplicatePair.__table__.c.state == PairState.NEW,
            )
        )


def _forget_merged(session: Session) -> None:
    """A waiting pair of a card that was merged since waits for nothing."""
    client = Client.__table__
    gone = select(client.c.id).where(client.c.merged_into_id.is_not(None))
    pair = DuplicatePair.__table__
    session.connection().execute(
        delete(pair).where(
            pair.c.table_name == "client",
            pair.c.state == PairState.NEW,
            or_(pair.c.first_id.in_(gone), pair.c.second_id.in_(gone)),
        )
    )


def _waiting(session: Session, table: str) -> int:
    waiting = select(func.count()).select_from(DuplicatePair)
    found = session.scalar(waiting.where(DuplicatePair.table_name == table, DuplicatePair.state == PairState.NEW))
    return found or 0


def decide_different(session: Session, pair: DuplicatePair, note: str) -> None:
    """Say that the two are not one: they are not shown as duplicates again."""
    viewer = session.info.get("viewer")
    pair.state, pair.note, pair.decided_at = PairState.DIFFERENT, note.strip()[:300] or None, utc_now()
    pair.decided_by_id = viewer.user_id if viewer is not None else None
    session.flush()
