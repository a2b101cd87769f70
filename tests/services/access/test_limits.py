"""Failed sign-ins are counted per login and address, within the window only."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.access import LoginAttempt
from app.services.access import limits
from tests.factories import NOON

HERE = "203.0.113.7"


def fail(session: Session, times: int, login: str = "anna", place: str = HERE, at=NOON) -> None:
    for _each in range(times):
        limits.note_failure(session, login, place, at)


def test_ten_failures_block_the_login_from_that_address_only(session: Session):
    fail(session, 9)
    limits.refuse_if_blocked(session, "anna", HERE, NOON)
    fail(session, 1)

    with pytest.raises(limits.TooManyAttemptsError, match="15 minutes"):
        limits.refuse_if_blocked(session, "anna", HERE, NOON)
    limits.refuse_if_blocked(session, "anna", "198.51.100.9", NOON)
    limits.refuse_if_blocked(session, "boris", HERE, NOON)


def test_fifty_failures_block_the_address(session: Session):
    for number in range(50):
        fail(session, 1, f"login{number}")

    with pytest.raises(limits.TooManyAttemptsError):
        limits.refuse_if_blocked(session, "boris", HERE, NOON)


def test_failures_before_the_window_do_not_count(session: Session):
    fail(session, 10, at=NOON - limits.WINDOW)

    limits.refuse_if_blocked(session, "anna", HERE, NOON)


def test_a_success_forgets_the_failures_of_the_pair(session: Session):
    fail(session, 10)
    fail(session, 1, "boris")
    limits.forget_failures(session, "anna", HERE)

    limits.refuse_if_blocked(session, "anna", HERE, NOON)
    assert session.scalars(select(LoginAttempt.login)).all() == ["boris"]


def test_old_failures_are_swept(session: Session):
    fail(session, 3, at=NOON - limits.KEPT - timedelta(seconds=1))
    fail(session, 1)

    assert session.scalar(select(func.count(LoginAttempt.id))) == 1


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        (None, ""),
        ("not an address", "not an address"),
    ],
)
def test_a_subscriber_of_ipv6_counts_as_one_place(address, place):
    assert limits.place_of(address) == place
