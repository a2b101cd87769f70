"""What a person keeps for themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import OpenedRecord
from app.services.access import personal
from app.views.look import COOKIES
from tests.factories import make_client, make_user

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


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
    most = personal.MOST_RECENT
    for key in range(1, most + 3):
        personal.note_opened(session, person, "client", key, NOW + timedelta(minutes=key))
    personal.note_opened(session, person, "client", 5, NOW + timedelta(hours=1))
    with count_queries() as queries:
        personal.note_opened(session, person, "client", 5, NOW + timedelta(hours=2))

    recent = personal.recent_of(session, person)
    assert recent[:2] == [("client", 5), ("client", most + 2)]
    assert len(recent) == most
    assert session.scalar(select(func.count(OpenedRecord.id))) == most  # older ones are gone from the table too
    assert len(queries) == 1  # the second time wrote nothing


def test_a_record_that_is_deleted_goes_from_every_list(session: Session, person: int) -> None:
    gone, kept = make_client(session), make_client(session)
    other = make_user(session).id
    for who in (person, other):
        for number, client in enumerate((kept, gone), 1):
            personal.note_opened(session, who, "client", client.id, NOW + timedelta(minutes=number))
    personal.note_opened(session, person, "deal", gone.id, NOW)

    session.delete(gone)
    session.flush()

    assert personal.recent_of(session, person) == [("client", kept.id), ("deal", gone.id)]
    assert personal.recent_of(session, other) == [("client", kept.id)]
