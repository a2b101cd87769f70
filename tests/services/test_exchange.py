"""Requests of programs that may be repeated."""

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.services.exchange import find_answer, keep_answer, request_hash
from tests.factories import make_user

PATH = "/api/v1/clients/"


def test_the_same_request_gets_its_answer_again(session: Session):
    user = make_user(session)
    asked = request_hash(PATH, {"b": 1, "a": "я"})
    keep_answer(session, user.id, "k-1", asked, (201, {"id": 5}))

    found = find_answer(session, user.id, "k-1", request_hash(PATH, {"a": "я", "b": 1}))

    assert found is not None
    assert (found.status, found.body) == (201, {"id": 5})


def test_an_unknown_key_has_no_answer(session: Session):
    assert find_answer(session, make_user(session).id, "k-1", "hash") is None


def test_a_key_of_another_person_is_another_key(session: Session):
    keep_answer(session, make_user(session).id, "k-1", "hash", (201, {}))

    assert find_answer(session, make_user(session).id, "k-1", "hash") is None


def test_one_key_does_not_stand_for_two_requests(session: Session):
    user = make_user(session)
    keep_answer(session, user.id, "k-1", request_hash(PATH, {}), (201, {}))

    with pytest.raises(RuleError):
        find_answer(session, user.id, "k-1", request_hash(PATH, {"other": 1}))


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_a_key_has_a_sensible_length(session: Session, key):
    with pytest.raises(RuleError):
        find_answer(session, make_user(session).id, key, "hash")
