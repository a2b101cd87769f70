"""Limits on failed sign-ins, counted in the database so that they hold across all processes.

A login is blocked only for the address that failed: an attacker cannot lock out the owner who comes from elsewhere.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import LoginAttempt
from app.texts import _

WINDOW = timedelta(minutes=15)
PER_LOGIN = 10
"""Failures of one login from one address within the window; the next try is refused."""
PER_ADDRESS = 50
"""Failures of all logins from one address within the window."""
KEPT = timedelta(days=1)


class TooManyAttemptsError(RuleError):
    """Sign-ins from this address are refused for a while, whether the password is right or not."""


def place_of(address: str | None) -> str:
    """The address that counts: an IPv6 subscriber has a whole /64 to come from."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return (address or "")[:45]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)


def refuse_if_blocked(session: Session, login: str, place: str, now: datetime) -> None:
    """Raise TooManyAttemptsError while the limits are exceeded. One query."""
    of_login = func.count().filter(LoginAttempt.login == login)
    since = LoginAttempt.at > now - WINDOW
    total, own = session.execute(select(func.count(), of_login).where(LoginAttempt.address == place, since)).one()
    if own >= PER_LOGIN or total >= PER_ADDRESS:
        raise TooManyAttemptsError(
            _("Too many failed attempts. Try again in %(minutes)s minutes.", minutes=WINDOW.seconds // 60)
        )


def note_failure(session: Session, login: str, place: str, now: datetime) -> None:
    """Count a failed sign-in, and sweep what is too old to count."""
    sweep(session, now)
    session.add(LoginAttempt(login=login[:64], address=place, at=now))
    session.flush()


def forget_failures(session: Session, login: str, place: str) -> None:
    """Start the login's count anew after it succeeded; the address's count stays as it is."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.login == login, LoginAttempt.address == place))


def sweep(session: Session, now: datetime) -> int:
    """Remove failures that are too old to count; gives how many."""
    result: Any = session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - KEPT))
    return int(result.rowcount)
