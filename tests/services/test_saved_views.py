"""Views of lists: names, sharing, pins, and how a list was left."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.saved_views import SavedView, SavedViewPin
from app.permissions import Scope, Viewer
from app.reports import panel
from app.reports.saved_views import KeptView
from app.services import saved_views
from app.services.saved_views import (
    NARROWEST,
    WIDEST,
    NewView,
    delete_view,
    keep_width,
    pin_view,
    remember_last,
    rename_view,
    save_view,
    unpin_view,
)
from tests import factories as make


@pytest.fixture
def anna(session: Session) -> int:
    """The key of a login."""
    key: int = make.make_user(session, first_name="Анна", last_name="Иванова").id
    return key


def _new(name: str = "Тверь", **changes: Any) -> NewView:
    return NewView(**({"screen": "ClientView", "name": name, "arguments": {"f_town": "Тверь"}} | changes))


def kept_views(session: Session, user_id: int, screen: str = "") -> tuple[KeptView, ...]:
    """As every page asks for them."""
    return panel.waiting(session, Viewer(user_id, None, Scope.ALL), utc_now(), (), screen).views


def _offered(session: Session, user_id: int, screen: str = "ClientView") -> dict[str, KeptView]:
    return {view.name: view for view in kept_views(session, user_id, screen)}


def test_a_view_is_kept_under_a_tidy_name(session: Session, anna: int) -> None:
    view = save_view(session, anna, _new("  Тверь \n и область "))
    assert (view.name, view.arguments) == ("Тверь и область", {"f_town": "Тверь"})
    assert _offered(session, anna)["Тверь и область"].owner == "Иванова Анна"


@pytest.mark.parametrize("name", ["", "  \t", "я" * 81])
def test_a_name_that_cannot_be_is_refused(name: str, session: Session, anna: int) -> None:
    with pytest.raises(RuleError):
        save_view(session, anna, _new(name))


def test_a_name_is_taken_once_per_person_and_screen(session: Session, anna: int) -> None:
    view = save_view(session, anna, _new())
    with pytest.raises(RuleError, match="already"):
        save_view(session, anna, _new())
    save_view(session, anna, _new(screen="DealView"))
    save_view(session, make.make_user(session).id, _new())
    rename_view(session, view, "Тверь", is_shared=True)
    assert view.is_shared


def test_there_is_an_end_to_views(session: Session, anna: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    save_view(session, anna, _new())
    with pytest.raises(RuleError, match="too many"):
        save_view(session, anna, _new("Другой"))


def test_views_are_offered_to_their_owner_and_shared_ones_to_all(session: Session, anna: int) -> None:
    boris = make.make_user(session).id
    save_view(session, anna, _new("Моё"))
    save_view(session, anna, _new("Общее", is_shared=True))
    save_view(session, anna, _new("Сделки", screen="DealView", is_shared=True))
    assert set(_offered(session, anna)) == {"Моё", "Общее"}
    assert set(_offered(session, boris)) == {"Общее"}
    assert kept_views(session, boris) == ()


def test_a_pin_is_one_person_s_and_there_is_one(session: Session, anna: int) -> None:
    boris = make.make_user(session).id
    view = save_view(session, anna, _new(is_shared=True))
    pin_view(session, boris, view.id)
    pin_view(session, boris, view.id)
    assert session.scalar(select(func.count()).select_from(SavedViewPin)) == 1
    assert [kept.name for kept in kept_views(session, boris)] == ["Тверь"]
    assert not _offered(session, anna)["Тверь"].is_pinned
    unpin_view(session, boris, view.id)
    assert kept_views(session, boris) == ()


def test_a_view_taken_back_leaves_other_people_s_panels(session: Session, anna: int) -> None:
    boris = make.make_user(session).id
    view = save_view(session, anna, _new(is_shared=True))
    pin_view(session, anna, view.id)
    pin_view(session, boris, view.id)
    rename_view(session, view, "Только моё", is_shared=False)
    assert kept_views(session, boris) == ()
    assert [kept.name for kept in kept_views(session, anna)] == ["Только моё"]


def test_a_deleted_view_takes_its_pins_along(session: Session, anna: int) -> None:
    view = save_view(session, anna, _new())
    pin_view(session, anna, view.id)
    delete_view(session, view)
    assert session.scalar(select(func.count()).select_from(SavedViewPin)) == 0


def test_a_list_is_remembered_as_it_was_left_last(session: Session, anna: int) -> None:
    def left() -> list[Any]:
        return list(session.scalars(select(SavedView.arguments).where(SavedView.is_last)))

    remember_last(session, anna, "ClientView", {})
    assert left() == []
    remember_last(session, anna, "ClientView", {"sort": "town"})
    remember_last(session, anna, "ClientView", {"sort": "-town"})
    assert left() == [{"sort": "-town"}]
    remember_last(session, anna, "ClientView", {})
    assert left() == []


def test_widths_of_columns_outlive_the_way_in_which_a_list_was_left(session: Session, anna: int) -> None:
    def left() -> list[Any]:
        session.expire_all()
        return list(session.scalars(select(SavedView.arguments).where(SavedView.is_last)))

    keep_width(session, anna, "ClientView", "town", 0)
    assert left() == []
    keep_width(session, anna, "ClientView", "town", 120)
    keep_width(session, anna, "ClientView", "name", 5000)
    assert left() == [{"widths": {"town": 120, "name": WIDEST}}]
    remember_last(session, anna, "ClientView", {"sort": "town"})
    keep_width(session, anna, "ClientView", "name", 0)
    keep_width(session, anna, "ClientView", "town", 1)
    assert left() == [{"sort": "town", "widths": {"town": NARROWEST}}]
    remember_last(session, anna, "ClientView", {})
    assert left() == [{"widths": {"town": NARROWEST}}]
    keep_width(session, anna, "ClientView", "", 0)
    assert left() == []
