"""The rules of the next step that every office starts with; it changes them as it likes, and they never come back."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import Setting
from app.models.follow_ups import FollowUpEvent, FollowUpFor, FollowUpOutcome, FollowUpRule
from app.models.interactions import InteractionKind

SETTING = "follow_up_rules"
"""Its row says that the rules were given once."""
DEFAULTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Не дозвонились: позвонить на следующий день",
        "event": FollowUpEvent.INTERACTION,
        "interaction_kind": InteractionKind.CALL,
        "outcome": FollowUpOutcome.NOT_REACHED,
        "days": 1,
        "makes": InteractionKind.CALL,
        "topic": "{тема}",
    },
    {
        "name": "После встречи: письмо с договорённостями",
        "event": FollowUpEvent.INTERACTION,
        "interaction_kind": InteractionKind.MEETING,
        "days": 1,
        "makes": InteractionKind.LETTER,
        "topic": "Итоги встречи: {тема}",
    },
    {
        "name": "КП отправлено: узнать решение",
        "event": FollowUpEvent.QUOTE,
        "days": 3,
        "makes": InteractionKind.CALL,
        "topic": "Узнать решение по КП № {номер}",
    },
    {
        "name": "Претензия закрыта: узнать, доволен ли клиент",
        "event": FollowUpEvent.CLAIM,
        "days": 5,
        "makes": InteractionKind.CALL,
        "topic": "Доволен ли клиент решением по претензии № {номер}",
        "assignee": FollowUpFor.CLIENT,
    },
    {
        "name": "Выезд выполнен: узнать, всё ли в порядке",
        "event": FollowUpEvent.VISIT,
        "days": 2,
        "makes": InteractionKind.CALL,
        "topic": "Всё ли в порядке после выезда: {тема}",
        "assignee": FollowUpFor.CLIENT,
    },
)


def add_default_rules(session: Session) -> int:
    """Give a new office its rules, once; gives how many were added."""
    if session.scalar(select(Setting.id).where(Setting.name == SETTING)) is not None:
        return 0
    session.add_all(FollowUpRule(**each) for each in DEFAULTS)
    session.add(Setting(name=SETTING, value=str(len(DEFAULTS))))
    session.flush()
    return len(DEFAULTS)
