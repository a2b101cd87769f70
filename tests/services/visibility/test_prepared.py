"""Prepared questions: their SQL is kept, their values and limits are always those of whoever asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import among, answers
from app.models.clients import Client, ClientStatus
from app.permissions import Scope
from tests import factories as make
from tests.services.visibility.rows import viewer_of

Count = Callable[[], AbstractContextManager[list[str]]]


@cache
def names() -> Select[Any]:
    """All kinds of columns that the driver gives otherwise than we read them."""
    asked = (Client.name, Client.status, Client.debt_threshold, Client.created_at, Client.latitude, Client.is_supplier)
    return select(*asked).order_by(Client.name)


@cache
def named() -> Select[int]:
    return select(Client.id).where(
        Client.name == bindparam("name"), Client.created_at > bindparam("after"), Client.status == bindparam("status")
    )


def test_values_are_read_as_the_columns_say_the_first_time_and_later(session: Session) -> None:
    values = {"debt_threshold": Decimal("12.50"), "latitude": Decimal("55.751244")}
    made = make.make_client(session, name="ООО «Первый»", **values)
    first, again = (answers(session, names()) for _time in range(2))
    expected = ("ООО «Первый»", ClientStatus.ACTIVE, Decimal("12.50"), made.created_at, Decimal("55.751244"), False)
    assert first == again == [expected]
    assert [type(value) for value in again[0]] == [type(value) for value in expected]


def test_two_people_are_answered_with_their_own_rows(session: Session) -> None:
    people = [make.make_employee(session) for _number in range(2)]
    for number, person in enumerate(people):
        make.make_client(session, name=f"ООО «Клиент {number}»", responsible=person)
    for _time in range(2):
        for number, person in enumerate(people):
            session.info["viewer"] = viewer_of(person)
            assert [row[0] for row in answers(session, names())] == [f"ООО «Клиент {number}»"]
        session.info["viewer"] = viewer_of(None, Scope.ALL)
        assert len(answers(session, names())) == 2
        session.info["viewer"] = viewer_of(None)
        assert answers(session, names()) == []
        assert len(answers(session, names(), all_rows=True)) == 2


def test_values_that_are_given_are_those_of_now(session: Session) -> None:
    clients = [make.make_client(session, name=f"ООО «Клиент {number}»") for number in range(3)]
    for _time in range(2):
        for client in clients:
            given = {"name": client.name, "after": datetime(2020, 1, 1, tzinfo=UTC), "status": ClientStatus.ACTIVE}
            assert answers(session, named(), given) == [(client.id,)]
            later = given | {"after": datetime(2999, 1, 1, tzinfo=UTC)}
            assert answers(session, named(), later) == []
            other = given | {"status": ClientStatus.LOST}
            assert answers(session, named(), other) == []


def test_what_was_changed_before_is_written_first(session: Session) -> None:
    client = make.make_client(session, name="ООО «Было»")
    for name in ("ООО «Стало»", "ООО «Ещё раз»"):
        client.name = name
        assert [row[0] for row in answers(session, names())] == [name]


def test_it_is_one_question_each_time(session: Session, count_queries: Count) -> None:
    answers(session, names())
    with count_queries() as queries:
        answers(session, names())
    assert len(queries) == 1


def test_records_cannot_be_asked_for(session: Session) -> None:
    with pytest.raises(TypeError, match="not for records"):
        answers(session, select(Client))


def test_a_list_of_another_length_each_time_cannot_be_given(session: Session) -> None:
    statement = select(func.count()).select_from(Client).where(Client.id.in_(bindparam("keys", expanding=True)))
    with pytest.raises(TypeError, match="another length"):
        answers(session, statement, {"keys": [1, 2]})


def test_what_is_about_no_model_is_refused(session: Session) -> None:
    """Whose rows it asks for could not be seen: they would not be limited."""
    with pytest.raises(TypeError, match="about a model"):
        answers(session, select(func.count().label("all")).select_from(select(Client.__table__).subquery()))


@cache
def of_keys() -> Select[Any]:
    return select(Client.id).where(among(Client.id)).order_by(Client.id)


def test_keys_are_given_as_one_value_however_many(session: Session) -> None:
    clients = [make.make_client(session).id for _number in range(5)]
    for keys in (clients[:1], clients[1:], [], clients[:2] * 2):
        assert answers(session, of_keys(), {"keys": keys}) == [(key,) for key in sorted(set(keys))]


def test_an_error_is_told_as_every_other(session: Session) -> None:
    broken = select(func.no_such_function(Client.id))
    with pytest.raises(DBAPIError):
        answers(session, broken)


def test_an_error_of_a_kept_question_is_told_as_every_other(session: Session) -> None:
    keys = {"keys": [1]}
    answers(session, of_keys(), keys)
    session.execute(text("alter table client rename to was_client"))
    with pytest.raises(DBAPIError):
        answers(session, of_keys(), keys)
    session.rollback()
