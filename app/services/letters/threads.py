"""Conversations: the letters that answer each other share a thread, whose tag stands in the subject.

A mail program that answers names the letter before (In-Reply-To, References); one that does not still keeps the
subject, and the tag with it.
"""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.interactions import Interaction
from app.models.letters import IncomingKind, IncomingMail
from app.models.mail import OutgoingMail

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for others when a tag is read aloud."""
_LENGTH = 8
_TAG = re.compile(rf"\s*\[#([{_LETTERS}]{{{_LENGTH}}})\]")
_ANSWER = re.compile(r"^\s*(?:(?:re|fw|fwd|ответ|отв|пер|пересл)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
MOST_REFERENCES = 20
"""Letters before that an answer names: the first of the conversation and the newest."""


def new_thread() -> str:
    """The name of a new conversation; nobody can guess another's."""
    return "".join(secrets.choice(_LETTERS) for _number in range(_LENGTH))


def tagged(subject: str, thread: str) -> str:
    """The subject with the tag of its conversation, once."""
    return f"{untagged(subject)} [#{thread}]"


def untagged(subject: str) -> str:
    """The subject as people read it."""
    return _TAG.sub("", subject).strip()


def thread_in(subject: str) -> str:
    """The conversation that a subject's tag names; '' without one."""
    found = _TAG.search(subject)
    return found.group(1) if found else ""


def answer_subject(subject: str) -> str:
    """«Re: …», however often it was answered before."""
    return f"Re: {_ANSWER.sub('', untagged(subject))}"


@dataclass(frozen=True, slots=True)
class Before:
    """The letter that a further one answers, and those before it."""

    thread: str
    message_id: str
    references: tuple[str, ...]


def latest_letters(session: Session, interaction: Interaction) -> tuple[OutgoingMail | None, IncomingMail | None]:
    """The letter that an interaction is: one that leaves, or one that came from a person."""
    leaving = select(OutgoingMail).where(
        OutgoingMail.record_table == Interaction.__tablename__, OutgoingMail.record_id == interaction.id
    )
    coming = select(IncomingMail).where(
        IncomingMail.interaction_id == interaction.id, IncomingMail.kind == IncomingKind.LETTER
    )
    return (
        session.scalars(leaving.order_by(OutgoingMail.id.desc()).limit(1)).first(),
        session.scalars(coming.order_by(IncomingMail.id.desc()).limit(1)).first(),
    )


def before(session: Session, interaction: Interaction) -> Before | None:
    """What an answer to an interaction's letter must name; None for a letter that was only written down by hand."""
    found = next((letter for letter in latest_letters(session, interaction) if letter is not None), None)
    if found is None:
        return None
    earlier = [*found.earlier_ids.split(), found.message_id]
    if len(earlier) > MOST_REFERENCES:
        earlier = [earlier[0], *earlier[1 - MOST_REFERENCES :]]
    return Before(found.thread or new_thread(), found.message_id, tuple(earlier))
