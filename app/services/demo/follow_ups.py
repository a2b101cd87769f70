"""The rules of the next step of the demo company, steps that they have planned, and comments that mention people."""

from collections.abc import Mapping

from sqlalchemy import select

from app.models.clients import Client, ClientComment
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.follow_ups import FollowUpEvent, FollowUpRule
from app.models.interactions import InteractionKind
from app.models.sales import Quote, QuoteStatus
from app.models.staff import Employee
from app.services.demo.world import World
from app.services.follow_ups import add_default_rules, follow_up, what_happened
from app.services.timeline import add_comment, tell_mentioned

_STAGE = "Согласование условий"
FOLLOWED = 12
"""Quotes, the newest ones, after which the next step was planned by a rule."""
_COMMENTS = (
    "@{login}, проверьте, пожалуйста, срок поставки до конца недели.",
    "@{login}, клиент просил скидку: решение за руководителем продаж.",
)


def make_follow_ups(world: World, by_login: Mapping[str, Employee]) -> None:
    """Give the company its rules, and let some of them have worked."""
    session = world.session
    add_default_rules(session)
    stage = session.scalars(select(DealStage).where(DealStage.name == _STAGE)).one()
    session.add(
        FollowUpRule(
            name=f"Этап «{_STAGE}»: назначить встречу",
            event=FollowUpEvent.DEAL_STAGE,
            stage=stage,
            days=2,
            makes=InteractionKind.MEETING,
            topic="Согласовать условия: {тема}",
        )
    )
    session.flush()
    sent = select(Quote).where(Quote.status == QuoteStatus.SENT).order_by(Quote.sent_on.desc(), Quote.id.desc())
    now = world.moment(world.today, 9)
    quotes = session.scalars(sent.limit(FOLLOWED)).all()
    for happened in filter(None, [what_happened(session, quote) for quote in quotes]):
        follow_up(session, happened, now=now, zone=world.order.zone)
    session.flush()
    _mention(world, by_login)


def _mention(world: World, by_login: Mapping[str, Employee]) -> None:
    """The head of sales asks the managers something about their deals and clients."""
    session, head = world.session, by_login["saleshead"]
    for login in ("anna", "boris"):
        mine = select(Deal).join(Deal.stage).where(Deal.responsible_id == by_login[login].id)
        deals = session.scalars(mine.where(DealStage.outcome == StageOutcome.OPEN).order_by(Deal.id).limit(2)).all()
        for deal, words in zip(deals, _COMMENTS, strict=False):
            _said(world, deal, deal.client, words.format(login=login), head)


def _said(world: World, deal: Deal, client: Client, text: str, author: Employee) -> ClientComment:
    comment = add_comment(world.session, deal, text)
    comment.created_by_id = author.user_id
    comment.created_at = world.office_time(world.ago(1))
    tell_mentioned(world.session, deal, client, text)
    return comment
