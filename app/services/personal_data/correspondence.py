"""Letters to and from a person and calls with them: by their interactions, and by the addresses that are theirs alone.

Asked beyond the viewer's rows: what the law wants destroyed, or shown to the person, does not hang on who looks.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.calls import PhoneCall
from app.models.interactions import Interaction
from app.models.letters import IncomingKind, IncomingMail
from app.models.mail import OutgoingMail
from app.services.personal_data.subjects import Subject

AT_ONCE = 500
"""Keys of one question."""


@dataclass(frozen=True)
class Correspondence:
    """What was written to a person and by them, and the calls with them.

    `shared_out` and `shared_in` are letters of others that name the person's address beside further ones: only the
    address is the person's.
    """

    talks: tuple[Interaction, ...]
    written: tuple[OutgoingMail, ...]
    received: tuple[IncomingMail, ...]
    calls: tuple[PhoneCall, ...]
    shared_out: tuple[OutgoingMail, ...]
    shared_in: tuple[IncomingMail, ...]

    def letter_talks(self) -> set[int]:
        """Keys of the interactions that these letters are; an automatic answer is none of its own."""
        found = {mail.record_id for mail in self.written if mail.record_table == Interaction.__tablename__}
        found |= {mail.interaction_id for mail in self.received if mail.kind is IncomingKind.LETTER}
        return {key for key in found if key is not None}

    def call_talks(self) -> set[int]:
        """Keys of the interactions that these calls were written down as."""
        return {call.interaction_id for call in self.calls if call.interaction_id is not None}


def correspondence_of(session: Session, subject: Subject) -> Correspondence:
    """Everything written to the person, by them, and spoken with them, the oldest first."""
    talks = _all(session, Interaction, [Interaction.contact_id.in_(subject.keys)])
    keys = {talk.id for talk in talks}
    by_talk = [OutgoingMail.record_id.in_(part) for part in _portions(keys)]
    about_talks = [and_(OutgoingMail.record_table == Interaction.__tablename__, each) for each in by_talk]
    sent = _all(session, OutgoingMail, [*about_talks, _any(_names(OutgoingMail, subject))])
    written = tuple(mail for mail in sent if _is_of_talk(mail, keys) or _is_only_to(mail, subject))
    came = _all(
        session,
        IncomingMail,
        [
            *(IncomingMail.interaction_id.in_(part) for part in _portions(keys)),
            func.lower(IncomingMail.sender).in_(subject.emails),
            _any(_names(IncomingMail, subject)),
        ],
    )
    received = tuple(mail for mail in came if mail.interaction_id in keys or subject.has_email(mail.sender))
    return Correspondence(
        talks,
        written,
        received,
        _calls(session, subject, keys),
        tuple(mail for mail in sent if mail not in written),
        tuple(mail for mail in came if mail not in received),
    )


def _is_of_talk(mail: OutgoingMail, talks: Collection[int]) -> bool:
    return mail.record_table == Interaction.__tablename__ and mail.record_id in talks


def _is_only_to(mail: OutgoingMail, subject: Subject) -> bool:
    return bool(mail.recipients) and all(subject.has_email(address) for address in mail.recipients)


def _names(model: type[Any], subject: Subject) -> Iterator[Any]:
    """Conditions: a column of addresses holds one of the person's."""
    columns = [model.recipients, *([model.copies] if model is OutgoingMail else [])]
    for column in columns:
        for address in sorted(subject.emails):
            yield func.lower(cast(column, String)).contains(json.dumps(address), autoescape=True)


def _any(conditions: Iterator[Any]) -> Any:
    return or_(false(), *conditions)


def _calls(session: Session, subject: Subject, talks: Collection[int]) -> tuple[PhoneCall, ...]:
    """A call back that a talk with another person became tells nothing of whose the missed call was."""
    return _all(
        session,
        PhoneCall,
        [
            PhoneCall.number.in_(subject.phones),
            *(PhoneCall.interaction_id.in_(part) for part in _portions(talks)),
            *(and_(PhoneCall.interaction_id.is_(None), PhoneCall.callback_id.in_(part)) for part in _portions(talks)),
        ],
    )


def _portions(keys: Collection[int]) -> list[list[int]]:
    ordered = sorted(keys)
    return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]


def _all(session: Session, model: type[Any], conditions: list[Any]) -> tuple[Any, ...]:
    """The rows that meet any of the conditions, asked one by one: an OR of all would read whole tables."""
    found: dict[int, Any] = {}
    for condition in conditions:
        for row in session.scalars(select(model).where(condition), execution_options=ALL_ROWS):
            found[row.id] = row
    return tuple(found[key] for key in sorted(found))
