"""What a new manager must know of a client, gathered for paper: who decides, what was promised, what is owed.

Every part asks the right to its area, and the portrait its own; all questions obey the row rule. In Russian, as all
printed documents are.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.clock import day_of
from app.models.agreements import Contract, ContractStatus
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client, Contact, ContactRole
from app.models.deals import Deal, DealStage, DealStep, StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.models.sales import Order, OrderStatus, Quote, QuoteStatus
from app.models.service import Equipment, EquipmentStatus, RequestStatus, ServiceRequest, Visit, VisitStatus
from app.permissions import READ, FieldRight
from app.reports.handover import Asking
from app.reports.receivables import client_receivables
from app.reports.rendering.figures import money, short_date
from app.reports.rendering.handover_form import PackColumn, PackRow, PackSection
from app.services.names import format_phone

MOST = 12
"""Lines of a part that are fetched; the page may hold fewer."""
TALKS = 6
"""Of the contacts that were, only the last ones matter on paper."""
SOON_DAYS = 60
"""A contract that ends so soon is named as ending."""


def sections_of(session: Session, client: Client, asking: Asking) -> tuple[PackSection, ...]:
    """The parts of the pack that say something, in the order of their weight."""
    parts: tuple[tuple[str, Callable[..., PackSection]], ...] = (
        ("Contacts", _people),
        ("Interactions", _promises),
        ("Receivables", _debt),
        ("Deals", _deals),
        ("Quotes", _quotes),
        ("Claims", _claims),
        ("Interactions", _talks),
        ("Equipment", _equipment),
        ("Contracts", _contracts),
    )
    made = (part(session, client, asking) for area, part in parts if asking.viewer.may(READ, area))
    return tuple(section for section in made if section.rows or section.summary)


def people_of(session: Session, client: Client) -> tuple[Sequence[Contact], int]:
    """The active contacts: who decides first."""
    weight = case({role: number for number, role in enumerate(ContactRole)}, value=Contact.role, else_=9)
    statement = (
        select(Contact)
        .where(Contact.client_id == client.id, Contact.is_active.is_(True), Contact.erased_at.is_(None))
        .options(selectinload(Contact.phones), selectinload(Contact.emails))
        .order_by(weight, Contact.is_main.desc(), Contact.family_name, Contact.id)
    )
    return _some(session, statement)


def _people(session: Session, client: Client, asking: Asking) -> PackSection:
    people, total = people_of(session, client)
    may_see = asking.viewer.may(READ, FieldRight.PORTRAIT)
    rows = tuple(_person(person, with_portrait=may_see) for person in people)
    columns = (PackColumn("Имя, должность", 42), PackColumn("Роль", 22), PackColumn("Телефон, эл. почта", 36))
    return PackSection("Кто решает", columns, rows, total)


def _person(person: Contact, *, with_portrait: bool) -> PackRow:
    phones = [format_phone(phone.number, phone.extension or "") for phone in person.phones]
    reach = ", ".join([*phones, *(email.address for email in person.emails)])
    name = ", ".join(filter(None, (person.full_name, person.position)))
    role = f"{person.role.label}{', основное' if person.is_main else ''}"
    portrait = f"Портрет: {person.portrait}" if with_portrait and person.portrait else ""
    return PackRow((name, role, reach or "—"), note=portrait)


# --- What was promised ------------------------------------------------------------------------------------------------

_Promise = tuple[date | None, str, str]
"""By when, what, who of ours."""


def _promises(session: Session, client: Client, asking: Asking) -> PackSection:
    found: dict[tuple[date | None, str], str] = {}
    for area, source in _PROMISED:
        if asking.viewer.may(READ, area):
            for day, what, who in source(session, client, asking):
                found.setdefault((day, what), who)
    ordered = sorted(found.items(), key=lambda each: (each[0][0] or date.max, each[0][1]))
    rows = tuple(_promise(day, what, who, asking.today) for (day, what), who in ordered)
    columns = (PackColumn("Срок", 24), PackColumn("Что обещано, что дальше", 54), PackColumn("Кто", 22))
    late = sum(bool(row.red) for row in rows)
    return PackSection(
        "Обещания и ближайшие даты", columns, rows[:MOST], len(rows), f"просрочено: {late}" if late else "", bool(late)
    )


def _promise(day: date | None, what: str, who: str, today: date) -> PackRow:
    if day is None:
        return PackRow(("без срока", what, who))
    if day >= today:
        return PackRow((short_date(day), what, who))
    return PackRow((f"{short_date(day)}, {_overdue(day, today)}", what, who), frozenset({0}))


def _overdue(day: date, today: date) -> str:
    return f"просрочено {(today - day).days} дн."


def _steps(session: Session, client: Client, _asking: Asking) -> Iterator[_Promise]:
    planned = (
        select(DealStep)
        .join(Deal, Deal.id == DealStep.deal_id)
        .where(Deal.client_id == client.id, DealStep.done_on.is_(None), Deal.stage.has(_IN_WORK))
        .options(joinedload(DealStep.deal), joinedload(DealStep.responsible))
    )
    for step in session.scalars(planned):
        yield step.due_on, f"{step.task} (сделка «{step.deal}»)", str(step.responsible)
    for deal in session.scalars(_open_deals(client)):
        if deal.next_step:
            yield deal.next_step_on, f"{deal.next_step} (сделка «{deal}»)", str(deal.responsible)


def _plans(session: Session, client: Client, asking: Asking) -> Iterator[_Promise]:
    planned = select(Interaction).where(
        Interaction.client_id == client.id, Interaction.state == InteractionState.PLANNED
    )
    for talk in session.scalars(planned.options(joinedload(Interaction.responsible))):
        yield day_of(talk.starts_at, asking.zone), f"{talk.kind.label}: {talk.topic}", str(talk.responsible)


def _visits(session: Session, client: Client, asking: Asking) -> Iterator[_Promise]:
    planned = select(Visit).where(Visit.client_id == client.id, Visit.status == VisitStatus.PLANNED)
    for visit in session.scalars(planned.options(joinedload(Visit.work_kind), joinedload(Visit.employee))):
        what = ": ".join(dict.fromkeys(filter(None, (str(visit.work_kind or visit.purpose.label), visit.task))))
        yield day_of(visit.starts_at, asking.zone), f"Выезд, {what}", str(visit.employee)


def _requests(session: Session, client: Client, asking: Asking) -> Iterator[_Promise]:
    over = RequestStatus.DONE, RequestStatus.CANCELLED
    waiting = select(ServiceRequest).where(ServiceRequest.client_id == client.id, ServiceRequest.status.not_in(over))
    for request in session.scalars(waiting.options(joinedload(ServiceRequest.responsible))):
        promised = request.promised_at
        day = day_of(promised, asking.zone) if promised is not None else request.desired_on
        yield day, f"Заявка {request}: {request.description}", str(request.responsible)


def _orders(session: Session, client: Client, _asking: Asking) -> Iterator[_Promise]:
    agreed = select(Order).where(Order.client_id == client.id, Order.status == OrderStatus.POSTED)
    for order in session.scalars(agreed.options(joinedload(Order.responsible))):
        yield order.promised_on, f"Заказ {order} на {money(order.total)} руб.", str(order.responsible)


_PROMISED: tuple[tuple[str, Callable[[Session, Client, Asking], Iterator[_Promise]]], ...] = (
    ("Deals", _steps),
    ("Interactions", _plans),
    ("Visits", _visits),
    ("Requests", _requests),
    ("Orders", _orders),
)

# --- Money and papers -------------------------------------------------------------------------------------------------


def _debt(session: Session, client: Client, asking: Asking) -> PackSection:
    items = [item for item in client_receivables(session, client.id, asking.today, asking.today) if item.left > 0]
    late = sum((item.left for item in items if item.days > 0), Decimal(0))
    total = sum((item.left for item in items), Decimal(0))
    rows = tuple(
        PackRow(
            (
                f"{item.kind.label} № {item.number} от {short_date(item.day)}",
                short_date(item.due_on) or "без срока",
                f"просрочено {item.days} дн." if item.days > 0 else "срок не наступил",
                money(item.left),
            ),
            frozenset({2, 3}) if item.days > 0 else frozenset(),
        )
        for item in items
    )
    summary = f"всего {money(total)} руб." if items else "нет"
    summary += f", просрочено {money(late)} руб." if late else ""
    columns = (
        PackColumn("Документ", 42), PackColumn("Срок", 16), PackColumn("Состояние", 22),
        PackColumn("Осталось, руб.", 20, is_number=True),
    )  # fmt: skip
    return PackSection("Долг", columns, rows[:MOST], len(rows), summary, bool(late))


_IN_WORK = DealStage.outcome == StageOutcome.OPEN


def _open_deals(client: Client) -> Select[Deal]:
    return (
        select(Deal)
        .where(Deal.client_id == client.id, Deal.stage.has(_IN_WORK))
        .options(joinedload(Deal.stage), joinedload(Deal.responsible))
        .order_by(Deal.amount.desc(), Deal.id)
    )


def _deals(session: Session, client: Client, _asking: Asking) -> PackSection:
    deals, total = _some(session, _open_deals(client))
    rows = tuple(
        PackRow((deal.title, str(deal.stage), short_date(deal.expected_on) or "—", money(deal.amount)))
        for deal in deals
    )
    columns = (
        PackColumn("Сделка", 44), PackColumn("Этап", 20), PackColumn("Ожидается", 16),
        PackColumn("Сумма, руб.", 20, is_number=True),
    )  # fmt: skip
    return PackSection("Сделки в работе", columns, rows, total)


def _quotes(session: Session, client: Client, asking: Asking) -> PackSection:
    is_open = Quote.status.in_((QuoteStatus.DRAFT, QuoteStatus.SENT, QuoteStatus.VIEWED))
    statement = select(Quote).where(Quote.client_id == client.id, is_open).order_by(Quote.valid_to, Quote.id)
    quotes, total = _some(session, statement)
    rows = tuple(
        PackRow(
            (
                f"{quote} от {short_date(quote.day)}",
                str(quote.status.label),
                _until(quote.valid_to, asking.today),
                money(quote.total),
            ),
            _is_past(2, quote.valid_to, asking.today),
        )
        for quote in quotes
    )
    columns = (
        PackColumn("КП", 34), PackColumn("Состояние", 22), PackColumn("Действует до", 24),
        PackColumn("Сумма, руб.", 20, is_number=True),
    )  # fmt: skip
    return PackSection("Открытые коммерческие предложения", columns, rows, total)


def _until(day: date | None, today: date) -> str:
    if day is None:
        return "без срока"
    return short_date(day) if day >= today else f"{short_date(day)}, срок вышел"


def _is_past(cell: int, day: date | None, today: date) -> frozenset[int]:
    return frozenset({cell}) if day is not None and day < today else frozenset()


def _claims(session: Session, client: Client, asking: Asking) -> PackSection:
    is_open = Claim.client_id == client.id, Claim.status != ClaimStatus.CLOSED
    claims, total = _some(session, select(Claim).where(*is_open).order_by(Claim.answer_due_on, Claim.id))
    rows = tuple(
        PackRow(
            (
                f"{claim} от {short_date(claim.registered_on)}: {claim.text}",
                str(claim.status.label),
                _until(claim.answer_due_on, asking.today),
            ),
            _is_past(2, claim.answer_due_on, asking.today),
        )
        for claim in claims
    )
    columns = PackColumn("Претензия", 56), PackColumn("Состояние", 20), PackColumn("Ответить до", 24)
    return PackSection("Открытые претензии", columns, rows, total)


def _talks(session: Session, client: Client, asking: Asking) -> PackSection:
    statement = (
        select(Interaction)
        .where(Interaction.client_id == client.id, Interaction.state == InteractionState.DONE)
        .options(joinedload(Interaction.contact), joinedload(Interaction.responsible))
        .order_by(Interaction.starts_at.desc(), Interaction.id.desc())
    )
    talks, total = _some(session, statement)
    rows = tuple(
        PackRow(
            (
                _when(talk.starts_at, asking),
                ", ".join(filter(None, (str(talk.kind.label), str(talk.contact or "")))),
                ": ".join(filter(None, (talk.topic, talk.result))),
                str(talk.responsible),
            )
        )
        for talk in talks
    )
    columns = (
        PackColumn("Дата", 12), PackColumn("Как и с кем", 26), PackColumn("О чём, результат", 42),
        PackColumn("Кто", 20),
    )  # fmt: skip
    return PackSection("Последние контакты", columns, rows[:TALKS], total)


def _when(moment: datetime, asking: Asking) -> str:
    return short_date(day_of(moment, asking.zone))


def _equipment(session: Session, client: Client, asking: Asking) -> PackSection:
    statement = (
        select(Equipment)
        .where(Equipment.client_id == client.id, Equipment.status != EquipmentStatus.WRITTEN_OFF)
        .order_by(Equipment.next_maintenance_on.is_(None), Equipment.next_maintenance_on, Equipment.id)
    )
    machines, total = _some(session, statement)
    rows = tuple(
        PackRow(
            (
                str(machine),
                str(machine.status.label),
                short_date(machine.warranty_to) or "—",
                _maintenance(machine.next_maintenance_on, asking.today),
            ),
            _is_past(3, machine.next_maintenance_on, asking.today),
        )
        for machine in machines
    )
    columns = (
        PackColumn("Модель (серийный номер)", 42), PackColumn("Состояние", 18), PackColumn("Гарантия до", 16),
        PackColumn("Следующее ТО", 24),
    )  # fmt: skip
    return PackSection("Оборудование", columns, rows, total)


def _maintenance(day: date | None, today: date) -> str:
    if day is None:
        return "—"
    return short_date(day) if day >= today else f"{short_date(day)}, {_overdue(day, today)}"


def _contracts(session: Session, client: Client, asking: Asking) -> PackSection:
    over = ContractStatus.ENDED, ContractStatus.TERMINATED
    statement = (
        select(Contract)
        .where(Contract.client_id == client.id, Contract.status.not_in(over))
        .order_by(Contract.valid_to.is_(None), Contract.valid_to, Contract.id)
    )
    contracts, total = _some(session, statement)
    rows = tuple(
        PackRow(
            (
                f"№ {contract.number} от {short_date(contract.signed_on)}: {contract.subject}",
                str(contract.status.label),
                _term(contract, asking.today),
            ),
            _is_past(2, contract.valid_to if not contract.is_prolonged else None, asking.today),
        )
        for contract in contracts
    )
    columns = PackColumn("Договор", 50), PackColumn("Состояние", 18), PackColumn("Срок", 32)
    return PackSection("Договоры", columns, rows, total)


def _term(contract: Contract, today: date) -> str:
    end = contract.valid_to
    if end is None:
        return "бессрочный"
    if contract.is_prolonged:
        return f"до {short_date(end)}, продлевается сам"
    days = (end - today).days
    if days < 0:
        return f"кончился {short_date(end)}"
    return f"до {short_date(end)}, кончается через {days} дн." if days <= SOON_DAYS else f"до {short_date(end)}"


def _some(session: Session, statement: Select[Any]) -> tuple[Sequence[Any], int]:
    """The first MOST records, and how many there are in all."""
    found = session.scalars(statement.limit(MOST)).all()
    if len(found) < MOST:
        return found, len(found)
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    return found, session.scalar(counted) or 0
