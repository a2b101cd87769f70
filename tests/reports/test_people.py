import pytest
from sqlalchemy.orm import Session

from app.reports.people import Person, find_people
from tests.factories import make_employee, make_user


@pytest.mark.parametrize("asked", ["ann", "ANN", "ласт", "Ласт", "анна"])
def test_people_are_found_by_login_and_name(session: Session, asked: str) -> None:
    user = make_user(session, username="anna", last_name="Ластикова", first_name="Анна")
    make_employee(session, user=user, position="Менеджер")
    make_user(session, username="gone", last_name="Ластов", active=False)
    assert find_people(session, asked) == [Person("anna", "Ластикова Анна", "Менеджер")]


def test_whoever_is_offered_while_nothing_is_typed(session: Session) -> None:
    for _number in range(10):
        make_user(session)
    assert len(find_people(session, " ")) == 8
    assert find_people(session, "%") == []
