"""Words the workspace of a deal from what the reports have found."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.clock import utc_now
from app.database import db
from app.models.deals import Deal, DealStep, LossReason, ParticipantRole, StageOutcome
from app.permissions import READ, WRITE, Viewer
from app.reports.deal_card import parts
from app.reports.deal_card.documents import deal_documents
from app.reports.overdue import overdue_debts
from app.services.deals import is_step_overdue
from app.services.plan_templates import offers
from app.texts import _, ngettext
from app.views import formats
from app.views.attachments import card_files
from app.views.client_card.shown import Line
from app.views.crud.cards import card_tabs
from app.views.current import today
from app.views.dated import late_cell
from app.views.deal_card.documents import document_tables, make_commands
from app.views.deal_card.shown import DealPage, PersonItem, PlanItem, PlanOffers, StageStep
from app.views.debts import debt_cell
from app.views.feed.page import feed_start
from app.views.pages import Cell, Command, Option
from app.views.sections import CRM

FEED = 6
"""Entries of the timeline over the documents."""


def deal_page(head: parts.DealHead, person: Viewer) -> DealPage:
    """The whole page, in a bounded number of questions."""
    session, deal, now = db.session(), head.deal, utc_now()
    can_write = person.may(WRITE, "Deals")
    stays = parts.stays(session, deal.id)
    choices = parts.stages(session, deal)
    names = {choice.stage.id: choice.stage.name for choice in choices}
    return DealPage(
        title=deal.title,
        section=str(CRM),
        list_title=_("Deals"),
        list_url=url_for("DealView.list"),
        chips=tuple(_chips(head, person)),
        commands=tuple(_commands(deal, person)),
        tabs=card_tabs(deal, url_for("DealCardView.deal", pk=deal.id)),
        stages=tuple(_stages(deal, choices, stays, now, can_write)),
        next_step=_next_step(deal),
        next_on=_next_on(deal),
        facts=tuple(_facts(head, person)),
        feed=feed_start(deal, person, FEED, with_form=True),
        tables=document_tables(deal, deal_documents(session, deal.id, person), person),
        plan=tuple(_plan_item(step, can_write) for step in parts.steps(session, deal.id)),
        offers=_offers(deal) if can_write else PlanOffers(),
        people=tuple(_person(deal, each, can_write, person) for each in parts.participants(session, deal.id)),
        interests=tuple(_interests(deal, person)),
        history=tuple(_history(stays, names, now)),
        reasons=_reasons() if can_write and deal.stage.outcome is StageOutcome.OPEN else (),
        roles=tuple(Option(role.value, str(role.label)) for role in ParticipantRole),
        can_write=can_write,
        client_id=deal.client_id,
        me=Option(str(deal.responsible_id), str(deal.responsible)),
        today=today().isoformat(),
        **card_files(deal, "Deals"),
    )


def _chips(head: parts.DealHead, person: Viewer) -> Iterator[Cell]:
    deal = head.deal
    yield Cell(str(deal.stage), "chip", tone=deal.stage.outcome.tone)
    if is_step_overdue(deal, today()) and deal.next_step_on is not None:
        yield late_cell(deal.next_step_on)
    if head.client is not None and person.may(READ, "Receivables"):
        debt = overdue_debts(db.session(), [deal.client_id], today()).get(deal.client_id)
        if debt is not None:
            yield debt_cell(debt)


def _commands(deal: Deal, person: Viewer) -> Iterator[Command]:
    yield from make_commands(deal, person)
    if person.may(WRITE, "Deals"):
        yield Command(_("Edit"), url_for("DealView.edit", pk=deal.id), icon="edit", name="edit")


def _stages(
    deal: Deal, choices: Sequence[parts.StageChoice], stays: Sequence[parts.Stay], now: datetime, can_write: bool
) -> Iterator[StageStep]:
    days: dict[int, int] = {}
    for stay in stays:
        days[stay.stage_id] = days.get(stay.stage_id, 0) + stay.days(now)
    for choice in choices:
        stage = choice.stage
        is_open = stage.outcome is StageOutcome.OPEN
        yield StageStep(
            id=stage.id,
            name=stage.name,
            days=_days(days[stage.id]) if stage.id in days and is_open else "",
            is_now=stage.id == deal.stage_id,
            is_passed=is_open and stage.position < deal.stage.position and deal.stage.outcome is not StageOutcome.LOST,
            can_go=can_write and choice.is_allowed,
            tone=stage.outcome.tone if not is_open else "",
            asks_reason=stage.outcome is StageOutcome.LOST,
        )


def _days(count: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", count)


def _next_step(deal: Deal) -> Cell:
    if deal.stage.outcome is not StageOutcome.OPEN:
        return Cell(_("The deal is over."))
    return Cell(deal.next_step) if deal.next_step else Cell(_("Nothing planned"), "chip", tone="danger")


def _next_on(deal: Deal) -> Cell:
    if deal.next_step_on is None or deal.stage.outcome is not StageOutcome.OPEN:
        return Cell("")
    if is_step_overdue(deal, today()):
        return late_cell(deal.next_step_on)
    if deal.next_step_on == today():
        return Cell(_("Today"), "chip", tone="warn", icon="clock")
    return formats.cell(deal.next_step_on)


def _facts(head: parts.DealHead, person: Viewer) -> Iterator[Line]:
    deal, client = head.deal, head.client
    if client is not None:
        may_open = person.may(READ, "Clients")
        yield Line(_("Client"), Cell(str(client), url=url_for("ClientCardView.card", pk=client.id) if may_open else ""))
    if head.contact is not None:
        yield Line(_("Contact"), Cell(head.contact.full_name, url=url_for("ContactView.show", pk=head.contact.id)))
    yield Line(_("Amount"), Cell(formats.roubles(deal.amount), "money"))
    if deal.stage.outcome is StageOutcome.OPEN:
        expected = deal.amount * deal.stage.probability / 100
        yield Line(_("Likelihood"), Cell(f"{deal.stage.probability} %"), formats.roubles(expected))
    yield Line(_("Responsible"), Cell(str(deal.responsible)))
    yield Line(_("Expected closing"), formats.cell(deal.expected_on))
    if deal.closed_on is not None:
        yield Line(_("Closed on"), formats.cell(deal.closed_on))
    if deal.loss_reason is not None:
        yield Line(_("Why lost"), Cell(str(deal.loss_reason)))
    if deal.comment:
        yield Line(_("Comment"), Cell(deal.comment))


def _plan_item(step: DealStep, can_write: bool) -> PlanItem:
    is_late = step.done_on is None and step.due_on < today()
    keys: dict[str, Any] = {"pk": step.deal_id, "step": step.id}
    return PlanItem(
        task=step.task,
        who=str(step.responsible),
        due=late_cell(step.due_on) if is_late else formats.cell(step.done_on or step.due_on),
        is_done=step.done_on is not None,
        is_late=is_late,
        done_url=url_for("DealCardView.finish", **keys) if can_write and step.done_on is None else "",
        drop_url=url_for("DealCardView.drop", **keys) if can_write and step.done_on is None else "",
    )


def _offers(deal: Deal) -> PlanOffers:
    found = offers(db.session(), deal)
    return PlanOffers(
        tuple(Option(str(each.template.id), _offer_words(each.template.name, each.left)) for each in found),
        ", ".join(f"«{each.template.name}»" for each in found if each.is_for_stage),
    )


def _offer_words(name: str, left: int) -> str:
    steps = ngettext("%(num)s step", "%(num)s steps", left)
    return f"{name} ({steps})"


def _person(deal: Deal, each: parts.Participant, can_write: bool, viewer: Viewer) -> PersonItem:
    may_open = each.contact_id is not None and viewer.may(READ, "Contacts")
    return PersonItem(
        name=each.name,
        position=each.position,
        role=formats.cell(each.role),
        url=url_for("ContactView.show", pk=each.contact_id) if may_open else "",
        drop_url=url_for("DealCardView.leave", pk=deal.id, participant=each.id) if can_write else "",
        share=formats.percent(each.share) if each.share is not None else "",
    )


def _interests(deal: Deal, person: Viewer) -> Iterator[Line]:
    if not person.may(READ, "Interactions"):
        return
    for each in parts.interests(db.session(), deal.id):
        times = ngettext("%(num)s time", "%(num)s times", each.count)
        yield Line(each.name, Cell(times))


def _history(stays: Sequence[parts.Stay], names: dict[int, str], now: datetime) -> Iterator[Line]:
    for stay in reversed(stays):
        note = ", ".join(filter(None, (formats.moment(stay.came), stay.who)))
        yield Line(names.get(stay.stage_id, ""), Cell(_days(stay.days(now))), note)


def _reasons() -> tuple[Option, ...]:
    found = db.session.scalars(select(LossReason).order_by(LossReason.name))
    return tuple(Option(str(reason.id), reason.name) for reason in found)
