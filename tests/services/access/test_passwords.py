"""Passwords that are easy to guess are refused; what is kept can be checked and is never the password."""

import pytest
from werkzeug.security import check_password_hash

from app.database import User
from app.errors import RuleError
from app.services.access.passwords import LONGEST, check_password, set_password


@pytest.fixture
def user() -> User:
    return User(username="ivanov", first_name="Пётр", last_name="Проверкин", email="p.proverkin@example.test")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x",
        "девятьзна",
        "aaaaaaaaaaaa",
        "ababababababab",
        "1234567890",
        "Password123",
        "ЙЦУКЕН12345",
        "xx-IVANOV-2026",
        "проверкин-2026",
        "пётр-и-море-2026",
        "p.proverkin-2026",
        "перенос\nстроки-1",
        "д" * (LONGEST + 1),
    ],
)
def test_a_weak_password_is_refused(password: str, user: User):
    with pytest.raises(RuleError):
        set_password(user, password)
    assert user.password is None


@pytest.mark.parametrize("password", ["kontora-demo", "сорок-семь-ёлок", "correct horse battery", "ж7" + "абвгд" * 3])
def test_a_good_password_is_kept_as_a_salted_hash(password: str, user: User):
    set_password(user, password)
    first = user.password
    set_password(user, password)

    assert check_password_hash(first, password)
    assert not check_password_hash(first, password + " ")
    assert password not in first
    assert first != user.password


def test_a_person_of_whom_little_is_known_may_have_any_good_password():
    check_password("сорок-семь-ёлок", User(username="ян", first_name="", last_name=None, email=None))
