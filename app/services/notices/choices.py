"""How each person wants to hear of each kind; who has said nothing sees it in the bell."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.models.notices import Delivery, NoticeChoice, NoticeKind, NoticeLanguage
from app.services.upserts import insert_into

USUAL = Delivery.BELL
Deliveries = dict[tuple[int, NoticeKind], Delivery]


def choices_of(session: Session, user_id: int) -> dict[NoticeKind, Delivery]:
    """The person's choice for every kind."""
    chosen = deliveries(session.connection(), {user_id})
    return {kind: chosen.get((user_id, kind), USUAL) for kind in NoticeKind}


def set_choices(session: Session, user_id: int, chosen: Mapping[NoticeKind, Delivery], language: str) -> None:
    """Keep what the person has chosen, and the language of their letters."""
    rows = [{"user_id": user_id, "kind": kind, "delivery": delivery} for kind, delivery in chosen.items()]
    choice = insert_into(session, NoticeChoice, rows)
    session.execute(
        choice.on_conflict_do_update(index_elements=["user_id", "kind"], set_={"delivery": choice.excluded.delivery})
    )
    spoken = insert_into(session, NoticeLanguage, {"user_id": user_id, "language": language})
    session.execute(spoken.on_conflict_do_update(index_elements=["user_id"], set_={"language": language}))


def language_of(session: Session, user_id: int) -> str:
    """The language of the person's letters; empty when they have not said, the company's then."""
    return session.scalar(select(NoticeLanguage.language).where(NoticeLanguage.user_id == user_id)) or ""


def deliveries(connection: Connection, user_ids: Collection[int]) -> Deliveries:
    """What these people have chosen, by person and kind."""
    table = NoticeChoice.__table__
    statement = select(table.c.user_id, table.c.kind, table.c.delivery).where(table.c.user_id.in_(user_ids))
    return {(row.user_id, row.kind): row.delivery for row in connection.execute(statement)}
