"""A client is found by a name with a slip of the pen, on both databases alike."""

import pytest
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.permissions import Scope, Viewer
from app.services import similar_names as module
from app.services.names import company_key
from app.services.similar_names import padded_trigrams, similar_names
from tests.factories import make_client


def names(session: Session, name: str, **asked: object) -> list[str]:
    return [each.company_key for each in similar_names(session, company_key(name), **asked)]  # type: ignore[arg-type]


def test_a_wrong_letter_is_forgiven_and_the_likest_comes_first(session: Session):
    for name in ("ООО «Ромашка»", "Ромашка Плюс", "Вектор", "ИП Рамазанов"):
        make_client(session, name=name)

    assert names(session, "РАМАШКА ООО")[0] == "ромашка"
    assert names(session, "Ромашка") == ["ромашка", "ромашка плюс"]
    assert names(session, "Ромашка", least=0.9) == ["ромашка"]
    assert names(session, "Ромашка", limit=1) == ["ромашка"]


def test_words_in_another_order_are_the_same_name(session: Session):
    make_client(session, name="Торговый дом Гранит")

    assert similar_names(session, "гранит торговый дом")[0].similarity == 1


def test_a_name_of_two_letters_is_found_by_its_beginning(session: Session):
    make_client(session, name="Юг")

    assert names(session, "Юг") == ["юг"]


def test_nothing_resembles_nothing(session: Session):
    make_client(session)

    assert names(session, "") == []
    assert padded_trigrams("юг") == {"  ю", " юг", "юг "}


@pytest.mark.parametrize("most_read", [0, 1, 12_000])
def test_names_of_common_trigrams_are_found_too(session: Session, monkeypatch: pytest.MonkeyPatch, most_read: int):
    monkeypatch.setattr(module, "MOST_READ", most_read)
    for name in ("Ромашка", "Ромашкин луг", "Ромашка 2"):
        make_client(session, name=name)

    assert names(session, "Ромашка")[0] == "ромашка"


def test_a_limited_person_learns_of_others_clients_only_where_all_rows_are_asked_for(session: Session):
    make_client(session, name="Ромашка")
    session.flush()
    session.info["viewer"] = Viewer(user_id=1, employee_id=0, scope=Scope.OWN_CLIENTS)

    assert names(session, "Ромашка") == []
    assert names(session, "Ромашка", options=ALL_ROWS) == ["ромашка"]
