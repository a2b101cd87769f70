"""Writes the letters about notifications into the outbox: those wanted at once, and once a day the digests.

Whether the reader may see the record is asked now, when the letter is written: the notification may be older.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.database import User
from app.errors import RuleError
from app.models.notices import Delivery, Notice
from app.services.access.viewers import viewer_of
from app.services.mail import Letter, queue_letter
from app.services.news.seeing import visible_to
from app.services.notices import details_of, language_of
from app.texts import _, ngettext, speaking

TOO_OLD = timedelta(days=2)
"""What could not be mailed for so long is old news: it stays in the bell."""


@dataclass(frozen=True)
class LetterOffice:
    """What letters are written with: the company's zone and language, and the address that their links begin with."""

    zone: ZoneInfo
    language: str
    address: str


def write_letters(session: Session, office: LetterOffice, now: datetime, *, digests: bool = False) -> int:
    """Write the letters that wait to be written, one for each person; gives how many."""
    wanted = Notice.mail_state == Delivery.MAIL.value
    if digests:
        wanted = or_(wanted, and_(Notice.mail_state == Delivery.DIGEST.value, Notice.read_at.is_(None)))
    statement = (
        select(Notice)
        .where(wanted, Notice.made_at >= now - TOO_OLD)
        .order_by(Notice.user_id, Notice.id)
        .options(joinedload(Notice.user))
    )
    waiting = session.scalars(statement).all()
    written = sum(
        _write(session, office, list(notices)) for _user_id, notices in groupby(waiting, lambda notice: notice.user_id)
    )
    is_over = Notice.made_at < now - TOO_OLD
    session.execute(
        update(Notice)
        .where(Notice.mail_state != "", or_(is_over, Notice.id.in_([each.id for each in waiting])))
        .values(mail_state=""),
        execution_options={"synchronize_session": "fetch"},
    )
    return written


def _write(session: Session, office: LetterOffice, notices: Sequence[Notice]) -> bool:
    """Write one person's letter; False where they may see nothing of it or have no address."""
    user: User = notices[0].user
    if not user.active or not user.email:
        return False
    mine = Notice.id.in_([notice.id for notice in notices])
    seen = set(session.scalars(select(Notice.id).where(mine, visible_to(viewer_of(session, user)))))
    told = [notice for notice in notices if notice.id in seen]
    if not told:
        return False
    with speaking(language_of(session, user.id) or office.language):
        try:
            queue_letter(session, _letter(office, user.email, told))
        except RuleError:  # an address that is none: the bell has told it all the same
            return False
    return True


def _letter(office: LetterOffice, address: str, notices: Sequence[Notice]) -> Letter:
    lines = [(str(each.kind.label), details_of(each.arguments, office.zone), _link(office, each)) for each in notices]
    one = lines[0]
    subject = (
        f"{one[0]}: {one[1]}"
        if len(lines) == 1
        else ngettext("Kontora: %(num)s notification", "Kontora: %(num)s notifications", len(lines))
    )
    settings = f"{office.address}/notifications/settings"
    foot = _("You get this letter because you have asked for it in the settings of notifications:")
    text = "\n\n".join([*(f"{kind}\n{details}\n{link}" for kind, details, link in lines), f"{foot}\n{settings}"])
    items = Markup("").join(
        Markup('<li><a href="{}">{}</a><br>{}</li>').format(link, kind, details) for kind, details, link in lines
    )
    html = Markup('<ul>{}</ul><p>{} <a href="{}">{}</a></p>').format(items, foot, settings, settings)
    return Letter(to=(address,), subject=subject, text=text, html=str(html))


def _link(office: LetterOffice, notice: Notice) -> str:
    return f"{office.address}/notifications/{notice.id}"
