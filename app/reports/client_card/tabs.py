"""What each tab of a client's card lists: a bounded number of records, newest or most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.database import User
from app.models.agreements import Contract
from app.models.clients import Contact
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.ledger import DueItem
from app.models.money import Payment
from app.models.sales import DocumentStatus, Invoice
from app.models.service import Equipment, EquipmentStatus, Visit, VisitPurpose
from app.services.files import PHOTOS

MOST = 20
"""Rows of one table in a tab; the whole list is one click away."""
MOST_EQUIPMENT = 60
MOST_DUE = 200
PHOTOS_SHOWN = 6


def contacts(session: Session, client_id: int) -> Sequence[Contact]:
    """The client's people: main and active ones first."""
    statement = (
        select(Contact)
        .where(Contact.client_id == client_id)
        .options(selectinload(Contact.phones), selectinload(Contact.emails))
        .order_by(Contact.is_active.desc(), Contact.is_main.desc(), Contact.family_name, Contact.id)
        .limit(MOST_DUE)
    )
    return session.scalars(statement).all()


def contacts_in_use(session: Session, client_id: int, most: int) -> Sequence[Contact]:
    """The people who still work there, the main one first: whom one can speak to."""
    statement = select(Contact).where(Contact.client_id == client_id, Contact.is_active.is_(True))
    order = (Contact.is_main.desc(), Contact.family_name, Contact.id)
    return session.scalars(statement.order_by(*order).limit(most)).all()


def deals(session: Session, client_id: int) -> Sequence[Deal]:
    """Open deals first, by the day of the next step, then closed ones."""
    statement = (
        select(Deal)
        .join(DealStage, DealStage.id == Deal.stage_id)
        .where(Deal.client_id == client_id)
        .options(joinedload(Deal.stage), joinedload(Deal.responsible))
        .order_by((DealStage.outcome == StageOutcome.OPEN).desc(), Deal.next_step_on.is_(None), Deal.next_step_on)
        .order_by(Deal.id.desc())
        .limit(MOST)
    )
    return session.scalars(statement).all()


def invoices(session: Session, client_id: int) -> Sequence[Invoice]:
    """The newest invoices."""
    statement = (
        select(Invoice)
        .where(Invoice.client_id == client_id)
        .options(joinedload(Invoice.responsible))
        .order_by(Invoice.day.desc(), Invoice.id.desc())
        .limit(MOST)
    )
    return session.scalars(statement).all()


def payments(session: Session, client_id: int) -> Sequence[Payment]:
    """The newest posted payments."""
    statement = (
        select(Payment)
        .where(Payment.client_id == client_id, Payment.status == DocumentStatus.POSTED)
        .order_by(Payment.day.desc(), Payment.id.desc())
        .limit(MOST)
    )
    return session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class ContractFiles:
    """A contract with its files, newest first."""

    contract: Contract
    files: tuple[Attachment, ...]


def contracts(session: Session, client_id: int) -> list[ContractFiles]:
    """The newest contracts with their files, in two questions."""
    statement = (
        select(Contract)
        .where(Contract.client_id == client_id)
        .options(joinedload(Contract.responsible))
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
        .limit(MOST)
    )
    found = session.scalars(statement).all()
    files = _files_of(session, "contract", [contract.id for contract in found])
    return [ContractFiles(contract, tuple(files.get(contract.id, ()))) for contract in found]


def _files_of(session: Session, table: str, keys: Sequence[int]) -> dict[int, list[Attachment]]:
    if not keys:
        return {}
    statement = (
        select(Attachment)
        .where(Attachment.record_table == table, Attachment.record_id.in_(keys))
        .options(joinedload(Attachment.file))
        .order_by(Attachment.created_at.desc(), Attachment.id.desc())
    )
    files: dict[int, list[Attachment]] = {}
    for attachment in session.scalars(statement):
        files.setdefault(attachment.record_id, []).append(attachment)
    return files


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph of equipment: its own, or one taken during a visit to it."""

    file: Attachment
    author: str
    visit_id: int | None


@dataclass(frozen=True, slots=True)
class Machine:
    """Equipment with its latest photographs; `more` says how many there are besides."""

    equipment: Equipment
    photos: tuple[Photo, ...]
    more: int
    days_overdue: int
    """Days since the maintenance should have been done; 0 when it is not overdue."""


def machines(session: Session, client_id: int, today: date, *, with_visits: bool) -> list[Machine]:
    """The client's equipment, overdue maintenance first; photographs of visits only for who may read visits."""
    statement = (
        select(Equipment)
        .where(Equipment.client_id == client_id)
        .order_by(
            (Equipment.status == EquipmentStatus.WRITTEN_OFF),
            Equipment.next_maintenance_on.is_(None),
            Equipment.next_maintenance_on,
            Equipment.id,
        )
        .limit(MOST_EQUIPMENT)
    )
    found = session.scalars(statement).all()
    photos = _photos(session, [machine.id for machine in found], with_visits=with_visits)
    return [
        Machine(
            equipment=machine,
            photos=tuple(photos.get(machine.id, [])[:PHOTOS_SHOWN]),
            more=max(0, len(photos.get(machine.id, [])) - PHOTOS_SHOWN),
            days_overdue=_days_overdue(machine, today),
        )
        for machine in found
    ]


def _days_overdue(machine: Equipment, today: date) -> int:
    due = machine.next_maintenance_on
    if due is None or due >= today or machine.status is EquipmentStatus.WRITTEN_OFF:
        return 0
    return (today - due).days


def _photos(session: Session, keys: Sequence[int], *, with_visits: bool) -> dict[int, list[Photo]]:
    """Photographs by equipment, newest first, the one before the work ahead of the one after; in one question."""
    if not keys:
        return {}
    own = and_(Attachment.record_table == "equipment", Attachment.record_id.in_(keys))
    of_visit = and_(Attachment.record_table == "visit", Visit.equipment_id.in_(keys))
    statement: Any = (
        select(Attachment, Visit.id, Visit.equipment_id, User)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .outerjoin(Visit, and_(Attachment.record_table == "visit", Visit.id == Attachment.record_id))
        .outerjoin(User, User.id == Attachment.created_by_id)
        .where(or_(own, of_visit) if with_visits else own)
        .where(Attachment.kind.in_(PHOTOS), StoredFile.thumbnail_sha256.is_not(None))
        .options(joinedload(Attachment.file))
        .order_by(Attachment.created_at.desc(), (Attachment.kind == AttachmentKind.PHOTO_BEFORE).desc())
        .order_by(Attachment.id.desc())
        .limit(MOST_EQUIPMENT * PHOTOS_SHOWN)
    )
    photos: dict[int, list[Photo]] = {}
    for attachment, visit_id, visited_id, user in session.execute(statement):
        machine_id = attachment.record_id if visit_id is None else visited_id
        author = f"{user.last_name} {user.first_name}".strip() if user is not None else ""
        photos.setdefault(machine_id, []).append(Photo(attachment, author, visit_id))
    return photos


def visits(session: Session, client_id: int, purpose: VisitPurpose) -> Sequence[Visit]:
    """The newest visits of managers or of engineers.

    Equipment is loaded by a select of its own: the row rule does not reach into an aliased join.
    """
    statement = (
        select(Visit)
        .where(Visit.client_id == client_id, Visit.purpose == purpose)
        .options(joinedload(Visit.employee), joinedload(Visit.work_kind), selectinload(Visit.equipment))
        .order_by(Visit.starts_at.desc(), Visit.id.desc())
        .limit(MOST)
    )
    return session.scalars(statement).all()


def due_items(session: Session, client_id: int) -> Sequence[DueItem]:
    """What is open, by document and stage, the oldest due first; advances, which fall due never, last."""
    statement = (
        select(DueItem)
        .where(DueItem.client_id == client_id, DueItem.balance != 0)
        .order_by(DueItem.balance < 0, DueItem.due_on.is_(None), DueItem.due_on, DueItem.id)
        .limit(MOST_DUE)
    )
    return session.scalars(statement).all()
