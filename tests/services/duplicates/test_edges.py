"""What duplicates are looked for by, at the edges."""

from sqlalchemy.orm import Session

from app.services.duplicates.cards import _phones
from app.services.duplicates.checking import _made_by_the_change


def test_a_number_without_its_town_is_no_phone_to_compare():
    assert list(_phones(["123-45-67", None, "8 900 000-00-01"])) == ["9000000001"]


def test_a_card_that_is_gone_hides_no_duplicate(session: Session):
    assert _made_by_the_change(session, 10**9, []) == []
