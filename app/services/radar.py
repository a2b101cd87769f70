"""Rules of the radar as the office has set them, and putting its lines off.

What a rule asks stands in reports/radar; here is what may be set about it. A rule without a row is as in DEFAULTS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.radar import RadarCode, RadarOwner, RadarRule, RadarSnooze
from app.texts import _

MOST_DAYS = 180
"""For how long a line can be put off: what waits longer is a plan, and belongs into one."""
LONGEST_REASON = 300
MOST_THRESHOLD = 3650
KEPT = timedelta(days=30)
"""How long a line that was put off is remembered after its day."""
_RECORD, _CLIENT = RadarOwner.RECORD, RadarOwner.CLIENT


@dataclass(frozen=True, slots=True)
class Terms:
    """What is set about a rule."""

    days: int
    owner: RadarOwner = _RECORD
    is_on: bool = True


DEFAULTS: Mapping[RadarCode, Terms] = {
    RadarCode.CALL_MISSED: Terms(0),
    RadarCode.EVENT_LATE: Terms(0),
    RadarCode.QUOTE_EXPIRING: Terms(3),
    RadarCode.QUOTE_SILENT: Terms(7),
    RadarCode.QUOTE_DRAFT: Terms(3),
    RadarCode.DEAL_STEP_LATE: Terms(0),
    RadarCode.DEAL_NO_STEP: Terms(1),
    RadarCode.DEAL_STUCK: Terms(30),
    RadarCode.DEBT_LATE: Terms(0, _CLIENT),
    RadarCode.INVOICE_DRAFT: Terms(3),
    RadarCode.ORDER_DRAFT: Terms(3),
    RadarCode.ORDER_IDLE: Terms(5),
    RadarCode.ORDER_LATE: Terms(0),
    RadarCode.PURCHASE_LATE: Terms(0),
    RadarCode.CONTRACT_ENDING: Terms(30),
    RadarCode.CLAIM_LATE: Terms(0),
    RadarCode.CLAIM_STEP_LATE: Terms(0),
    RadarCode.CLAIM_IDLE: Terms(2),
    RadarCode.REQUEST_WAITING: Terms(2),
    RadarCode.VISIT_OPEN: Terms(0),
    RadarCode.MAINTENANCE_DUE: Terms(14, RadarOwner.SERVICE_HEAD),
    RadarCode.PAYMENT_UNKNOWN: Terms(1, RadarOwner.ACCOUNTANT),
    RadarCode.CLIENT_SILENT: Terms(60, _CLIENT),
}
"""How the rules are set until somebody sets them otherwise."""
ONLY_CLIENT = frozenset(
    {RadarCode.DEBT_LATE, RadarCode.CLIENT_SILENT, RadarCode.MAINTENANCE_DUE, RadarCode.PAYMENT_UNKNOWN}
)
"""Rules whose records name nobody responsible."""


def rules_in_force(session: Session) -> dict[RadarCode, Terms]:
    """The rules that are on, in their order. One question."""
    kept = {rule.code: Terms(rule.days, rule.owner, rule.is_on) for rule in session.scalars(select(RadarRule))}
    found = {code: kept.get(code, DEFAULTS[code]) for code in RadarCode}
    return {code: terms for code, terms in found.items() if terms.is_on}


def add_rules(session: Session) -> int:
    """Make the rows of rules that have none, so that they can be set. Safe to repeat; gives how many were made."""
    kept = set(session.scalars(select(RadarRule.code)))
    missing = [code for code in RadarCode if code not in kept]
    for code in missing:
        terms = DEFAULTS[code]
        session.add(RadarRule(code=code, days=terms.days, owner=terms.owner, is_on=terms.is_on))
    session.flush()
    return len(missing)


def check_rule(rule: RadarRule) -> None:
    """Raises RuleError for a threshold that is none, or an owner that the records of the rule do not name."""
    if rule.days is None or not 0 <= rule.days <= MOST_THRESHOLD:
        raise RuleError(_("The threshold is from 0 to %(most)s days.", most=MOST_THRESHOLD))
    if rule.owner is _RECORD and rule.code in ONLY_CLIENT:
        raise RuleError(_("The records of this rule name nobody responsible: choose another owner."))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the radar as one person sees it: the rule, the record, the login."""

    code: RadarCode
    record_id: int
    user_id: int


def put_off(session: Session, line: Line, until: date, reason: str, *, today: date) -> RadarSnooze:
    """Put a line off for one person; a second time sets the day and the reason anew.

    Raises RuleError for a day that is not ahead or too far, and without a reason.
    """
    if until <= today:
        raise RuleError(_("Choose a day to come."))
    if until > today + timedelta(days=MOST_DAYS):
        raise RuleError(_("A line can be put off for at most %(days)s days.", days=MOST_DAYS))
    words = " ".join(reason.split())
    if not words:
        raise RuleError(_("Say why it can wait."))
    if len(words) > LONGEST_REASON:
        raise RuleError(_("The reason is longer than %(most)s characters.", most=LONGEST_REASON))
    snooze = _snooze(session, line) or RadarSnooze(user_id=line.user_id, code=line.code, record_id=line.record_id)
    snooze.until, snooze.reason = until, words
    session.add(snooze)
    session.flush()
    return snooze


def take_up(session: Session, line: Line) -> bool:
    """Bring a line back before its day; False when it was not put off."""
    found = _snooze(session, line)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None


def _snooze(session: Session, line: Line) -> RadarSnooze | None:
    kept = select(RadarSnooze).where(
        RadarSnooze.user_id == line.user_id, RadarSnooze.code == line.code, RadarSnooze.record_id == line.record_id
    )
    return session.scalars(kept).first()


def forget_snoozes(session: Session, today: date) -> None:
    """Drop what ran out long ago."""
    session.execute(delete(RadarSnooze).where(RadarSnooze.until < today - KEPT))
