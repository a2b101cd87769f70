"""What the demo company has slipping beyond what time has made late, so that every rule of the radar has lines."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from app.models.claims import Claim, ClaimStatus, ClaimStep
from app.models.completeness import CompletenessSnapshot
from app.models.deals import Deal, DealParticipant, DealStage, DealStageChange, ParticipantRole, StageOutcome
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.plans import PlanMeasure, SalesPlan
from app.models.purchasing import PurchaseOrder
from app.models.radar import RadarCode
from app.models.sales import Invoice, Order, OrderStatus, Quote, QuoteStatus
from app.models.staff import Employee
from app.services.completeness import add_weights, keep_all, take_snapshot
from app.services.demo.company import Company
from app.services.demo.world import World
from app.services.radar import Line, add_rules, put_off


def make_control(world: World, company: Company) -> None:
    """Leave a few things undone for each of the managers with a login, and put one line off."""
    add_rules(world.session)
    add_weights(world.session)
    for login in ("anna", "boris"):
        _forget(world, company.by_login[login])
    for order in _idle_orders(world):
        order.status = OrderStatus.DRAFT
    world.session.flush()
    _put_one_off(world, company.by_login["anna"])
    _measure_cards(world)
    _plan(world, company)


def _forget(world: World, manager: Employee) -> None:
    """One thing of each kind that would otherwise be in order."""
    session, mine = world.session, manager.id
    is_open = Deal.stage_id.in_(select(DealStage.id).where(DealStage.outcome == StageOutcome.OPEN))
    quotes = _first(world, Quote, Quote.responsible_id == mine, Quote.status == QuoteStatus.SENT, count=2)
    if quotes:
        quotes[0].valid_to = world.ago(-2)
    for deal, act in zip(
        _first(world, Deal, Deal.responsible_id == mine, is_open, count=2), (_no_step, _stuck), strict=False
    ):
        act(world, deal)
    for claim in _first(world, Claim, Claim.responsible_id == mine, Claim.status != ClaimStatus.CLOSED):
        for step in session.scalars(select(ClaimStep).where(ClaimStep.claim_id == claim.id)):
            step.done_on = step.done_on or world.today
    for talk in _last_calls(world, mine):
        talk.direction, talk.is_reached, talk.result = Direction.IN, False, "Пропущенный звонок."
        talk.state = InteractionState.DONE
        talk.starts_at = world.moment(world.ago(0 if world.today.weekday() > 4 else 1), 18, 40)
        talk.ends_at = talk.starts_at


def _no_step(_world: World, deal: Deal) -> None:
    deal.next_step = deal.next_step_on = None


def _stuck(world: World, deal: Deal) -> None:
    """The deal came to its stage six weeks earlier than it did."""
    earlier = timedelta(days=45)
    deal.created_at -= earlier
    for change in world.session.scalars(select(DealStageChange).where(DealStageChange.deal_id == deal.id)):
        change.at -= earlier


def _idle_orders(world: World) -> list[Order]:
    """The latest order that nothing was made from."""
    billed = select(Invoice.order_id).where(Invoice.order_id.is_not(None))
    bought = select(PurchaseOrder.order_id).where(PurchaseOrder.order_id.is_not(None))
    return _first(world, Order, Order.status == OrderStatus.POSTED, Order.id.not_in(billed), Order.id.not_in(bought))


def _last_calls(world: World, employee_id: int) -> list[Interaction]:
    """A call that is planned ahead becomes one that was missed yesterday evening."""
    ahead = world.moment(world.today + timedelta(days=1), 0)
    return _first(
        world,
        Interaction,
        Interaction.responsible_id == employee_id,
        Interaction.kind == InteractionKind.CALL,
        Interaction.state == InteractionState.PLANNED,
        Interaction.starts_at >= ahead,
    )


def _first(world: World, model: Any, *conditions: Any, count: int = 1) -> list[Any]:
    return list(world.session.scalars(select(model).where(*conditions).order_by(model.id.desc()).limit(count)))


def _put_one_off(world: World, manager: Employee) -> None:
    """The manager has a reason to let a client wait."""
    deals = _first(world, Deal, Deal.responsible_id == manager.id, Deal.next_step_on < world.today)
    for deal in deals:
        line = Line(RadarCode.DEAL_STEP_LATE, deal.id, int(manager.user_id or 0))
        put_off(world.session, line, world.ago(-10), "Клиент вернётся из отпуска", today=world.today)


def _measure_cards(world: World) -> None:
    """Measure the cards; and snapshots of every month of the past year, each a little better than the one before."""
    keep_all(world.session)
    take_snapshot(world.session, world.today)
    now = world.session.scalars(select(CompletenessSnapshot)).all()
    for months in range(1, 13):
        for each in now:
            percents = each.percents - each.clients * months * world.number(0, 2)
            world.session.add(
                CompletenessSnapshot(
                    day=world.ago(30 * months),
                    employee_id=each.employee_id,
                    clients=each.clients,
                    percents=max(percents, 0),
                )
            )
    world.session.flush()


_PLANNED = {PlanMeasure.REVENUE: 1_250_000, PlanMeasure.PAYMENTS: 1_100_000, PlanMeasure.QUOTES: 120_000}


def _plan(world: World, company: Company) -> None:
    """Plans of every manager and of the department for the past year and the next two months; a sale shared by two."""
    months = [(world.today.replace(day=1) + relativedelta(months=number)) for number in range(-12, 3)]
    department = company.managers[0].department
    plans = []
    for month in months:
        for measure, usual in _PLANNED.items():
            sums = [Decimal(usual * world.number(80, 125) // 100 // 10_000 * 10_000) for _each in company.managers]
            plans += [
                SalesPlan(employee=manager, month=month, measure=measure, amount=amount)
                for manager, amount in zip(company.managers, sums, strict=True)
            ]
            plans.append(SalesPlan(department=department, month=month, measure=measure, amount=sum(sums)))
    anna, boris = (company.by_login[login] for login in ("anna", "boris"))
    shared = _first(world, Deal, Deal.responsible_id == anna.id, Deal.amount > 0)
    helpers = [
        DealParticipant(deal=deal, employee=boris, role=ParticipantRole.HELPS, share=Decimal(30)) for deal in shared
    ]
    world.save([*plans, *helpers])
