"""What a person keeps for themselves."""

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.services.access import personal
from app.views.look import COOKIES
from tests.factories import make_user


@pytest.fixture
def person(session: Session) -> int:
    return make_user(session).id


def test_the_look_is_kept_by_person(session: Session, person: int) -> None:
    other = make_user(session).id
    personal.keep_look(session, person, "theme", "light")
    personal.keep_look(session, person, "theme", "dark")
    personal.keep_look(session, person, "density", "dense")

    assert personal.look_of(session, person) == {"theme": "dark", "density": "dense"}
    assert personal.look_of(session, other) == {}


@pytest.mark.parametrize(("name", "value"), [("theme", "pink"), ("font", "large"), ("", "")])
def test_a_look_that_does_not_exist_is_refused(session: Session, person: int, name: str, value: str) -> None:
    with pytest.raises(RuleError):
        personal.keep_look(session, person, name, value)


def test_every_choice_has_its_cookie_and_every_language_can_be_chosen(app) -> None:
    assert set(COOKIES) == set(personal.LOOKS)
    assert set(personal.LOOKS["language"]) == set(app.config["LANGUAGES"])


def test_a_page_is_a_favourite_until_asked_again(session: Session, person: int) -> None:
    assert personal.toggle_favourite(session, person, "/clients/list/?tab=mine", "  Мои \n клиенты ")
    assert personal.toggle_favourite(session, person, "/map/", "К" * 300)
    assert personal.favourites_of(session, person) == [
        ("/clients/list/?tab=mine", "Мои клиенты"),
        ("/map/", "К" * personal.LONGEST_LABEL),
    ]
    assert not personal.toggle_favourite(session, person, "/clients/list/?tab=mine", "")
    assert [url for url, _label in personal.favourites_of(session, person)] == ["/map/"]


@pytest.mark.parametrize(("url", "label"), [("/a/", " "), ("/" + "a" * 600, "Длинный")])
def test_what_cannot_be_a_favourite_is_refused(session: Session, person: int, url: str, label: str) -> None:
    with pytest.raises(RuleError):
        personal.toggle_favourite(session, person, url, label)


def test_there_is_room_for_so_many_favourites(session: Session, person: int) -> None:
    for number in range(personal.MOST_FAVOURITES):
        personal.toggle_favourite(session, person, f"/{number}/", "Страница")
    with pytest.raises(RuleError):
        personal.toggle_favourite(session, person, "/more/", "Ещё")


def test_the_records_opened_last_stand_first(session: Session, person: int, count_queries) -> None:
    for key in range(1, personal.MOST_RECENT + 3):
        personal.note_opened(session, person, "client", key)
    personal.note_opened(session, person, "client", 5)
    with count_queries() as queries:
        personal.note_opened(session, person, "client", 5)

    recent = personal.recent_of(session, person)
    assert recent[:2] == [("client", 5), ("client", 12)]
    assert len(recent) == personal.MOST_RECENT
    assert len(queries) == 1  # the second time wrote nothing
