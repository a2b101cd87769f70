"""Mentions: «@login» in a text tells the person, if they may open the record that the text is about."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import User
from app.models.clients import Client
from app.models.notices import NoticeKind
from app.services.news import may_open
from app.services.notices import Told, tell

MENTION = re.compile(r"(?<![\w@.])@(\w(?:[\w.\-]*\w)?)")
"""A login after «@»; an e-mail address mentions nobody."""
LONGEST_QUOTE = 120
MOST = 20
"""People that one text may mention: a text is no circular."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a text mentioned: who was told, who may not open the record, which logins nobody has."""

    told: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def mentioned(text: str) -> list[str]:
    """The logins that a text mentions, each once, in lower case."""
    return list(dict.fromkeys(found.lower() for found in MENTION.findall(text)))[:MOST]


def tell_mentioned(
    session: Session, record: Any, client: Client, text: str, *, known: Collection[str] = ()
) -> Mentions:
    """Tell those whom the text mentions; `known` are the logins that an earlier state of it mentioned.

    Nobody is told of what they wrote themselves, nor of a record that they may not open.
    """
    logins = [login for login in mentioned(text) if login not in known]
    if not logins:
        return Mentions()
    found = select(User).where(func.lower(User.username).in_(logins), User.active.is_(True))
    users = {user.username.lower(): user for user in session.scalars(found)}
    viewer = session.info.get("viewer")
    me = viewer.user_id if viewer is not None else None
    others = [users[login] for login in logins if login in users and users[login].id != me]
    seeing = [user for user in others if may_open(session, user, record)]
    told = {"what": " ".join(text.split())[:LONGEST_QUOTE], "client": client.name}
    place = (NoticeKind.MENTION, record.__tablename__, record.id, utc_now().date(), told)
    tell(session, [Told(user.id, *place, again=True) for user in seeing])
    return Mentions(
        told=tuple(_name(user) for user in seeing),
        blind=tuple(_name(user) for user in others if user not in seeing),
        unknown=tuple(login for login in logins if login not in users),
    )


def _name(user: User) -> str:
    return f"{user.last_name} {user.first_name}".strip() or str(user.username)
