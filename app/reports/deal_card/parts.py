"""A deal with its client, plan, people, stages and interests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from app.database import User
from app.models.catalogue import Product
from app.models.clients import Client, Contact
from app.models.deals import Deal, DealParticipant, DealStage, DealStageChange, DealStep, ParticipantRole, StageMove
from app.models.interactions import Interaction, InteractionSubject
from app.models.staff import Employee

MOST = 50
"""Steps and people that are shown."""


@dataclass(frozen=True, slots=True)
class DealHead:
    """A deal with its client and contact; None where the viewer does not see them."""

    deal: Deal
    client: Client | None
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who takes part; `contact_id` is None for an employee of ours."""

    id: int
    name: str
    position: str
    role: ParticipantRole
    contact_id: int | None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StageChoice:
    """A stage of the funnel, and whether the deal may go there from where it is."""

    stage: DealStage
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """A time that the deal stood at a stage; `until` is None for the present one."""

    stage_id: int
    came: datetime
    until: datetime | None
    who: str

    def days(self, now: datetime) -> int:
        """Whole days at the stage, up to now for the present one."""
        return ((self.until or now) - self.came) // timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interest:
    """A product that the talks of the deal were about."""

    product_id: int
    name: str
    count: int


def deal_head(session: Session, deal_id: int) -> DealHead | None:
    """The deal that the viewer sees; None for none."""
    statement = (
        select(Deal, Client, Contact)
        .outerjoin(Client, Client.id == Deal.client_id)
        .outerjoin(Contact, Contact.id == Deal.contact_id)
        .where(Deal.id == deal_id)
        .options(joinedload(Deal.stage), joinedload(Deal.responsible), joinedload(Deal.loss_reason))
    )
    row = session.execute(statement).first()
    return DealHead(*row) if row is not None else None


def steps(session: Session, deal_id: int) -> Collection[DealStep]:
    """The plan: open steps by their day, then the done ones, newest first."""
    statement = (
        select(DealStep)
        .where(DealStep.deal_id == deal_id)
        .options(joinedload(DealStep.responsible))
        .order_by(DealStep.done_on.is_not(None), DealStep.done_on.desc(), DealStep.due_on, DealStep.id)
    )
    return session.scalars(statement.limit(MOST)).all()


def participants(session: Session, deal_id: int) -> list[Participant]:
    """Who takes part: the client's people first."""
    statement = (
        select(DealParticipant, Contact, Employee)
        .outerjoin(Contact, Contact.id == DealParticipant.contact_id)
        .outerjoin(Employee, Employee.id == DealParticipant.employee_id)
        .where(DealParticipant.deal_id == deal_id)
        .order_by(DealParticipant.contact_id.is_(None), DealParticipant.id)
        .limit(MOST)
    )
    return [
        Participant(
            id=each.id,
            name=contact.full_name if contact is not None else employee.full_name,
            position=(contact or employee).position or "",
            role=each.role,
            contact_id=contact.id if contact is not None else None,
            share=each.share,
        )
        for each, contact, employee in session.execute(statement)
        if contact is not None or employee is not None
    ]


def stages(session: Session, deal: Deal) -> list[StageChoice]:
    """All stages in their order, each with whether the deal may go there."""
    move = and_(StageMove.from_stage_id == deal.stage_id, StageMove.to_stage_id == DealStage.id)
    statement = select(DealStage, StageMove.id).outerjoin(StageMove, move)
    rows = session.execute(statement.order_by(DealStage.position, DealStage.id)).all()
    limited = any(allowed is not None for _stage, allowed in rows)
    return [StageChoice(stage, stage.id != deal.stage_id and (not limited or bool(key))) for stage, key in rows]


def stays(session: Session, deal_id: int) -> list[Stay]:
    """The times that the deal stood at its stages, in their order."""
    statement = (
        select(DealStageChange, User)
        .outerjoin(User, User.id == DealStageChange.by_user_id)
        .where(DealStageChange.deal_id == deal_id)
        .order_by(DealStageChange.at, DealStageChange.id)
    )
    rows = session.execute(statement).all()
    ends = [*(row[0].at for row in rows[1:]), None]
    return [
        Stay(change.to_id, change.at, until, user.get_full_name() if user is not None else "")
        for (change, user), until in zip(rows, ends, strict=False)
    ]


def interests(session: Session, deal_id: int) -> list[Interest]:
    """The products that the interactions of the deal were about, the most spoken of first."""
    statement = (
        select(Product.id, Product.name, func.count())
        .join(InteractionSubject, InteractionSubject.product_id == Product.id)
        .join(Interaction, Interaction.id == InteractionSubject.interaction_id)
        .where(Interaction.deal_id == deal_id)
        .group_by(Product.id, Product.name)
        .order_by(func.count().desc(), Product.name)
        .limit(10)
    )
    return [Interest(*row) for row in session.execute(statement)]
