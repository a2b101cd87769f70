"""Type-ahead: what it answers, and whom it refuses."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.permissions import Role
from tests.conftest import ClientAs
from tests.factories import make_client, make_product


def test_a_pasted_list_is_answered_text_by_text(client_as: ClientAs, session: Session) -> None:
    product = make_product(session, name="Масло", sku="М-5")
    session.commit()

    answer = client_as(Role.SALES).post("/lookup/product/match", json=["М-5", "нет такого"])

    assert answer.json == [{"id": product.id, "text": "Масло", "hint": "М-5"}, None]


@pytest.mark.parametrize("sent", [None, {}, [1], ["x"] * 501])
def test_a_wrong_list_is_refused(client_as: ClientAs, sent: Any) -> None:
    assert client_as(Role.SALES).post("/lookup/product/match", json=sent).status_code == 400


def test_pasting_finds_no_foreign_client(client_as: ClientAs, session: Session) -> None:
    make_client(session, name="ООО «Чужое»")
    session.commit()

    assert client_as(Role.SALES).post("/lookup/client/match", json=["ООО «Чужое»"]).json == [None]


def test_a_table_that_may_not_be_read_is_refused(client_as: ClientAs) -> None:
    purchasing = client_as(Role.ENGINEER)

    assert purchasing.get("/lookup/deal").status_code == 403
    assert purchasing.post("/lookup/deal/match", json=[]).status_code == 403
    assert purchasing.post("/lookup/nothing/match", json=[]).status_code == 404


def test_more_comes_after_the_last_one(client_as: ClientAs, session: Session) -> None:
    first, second = make_product(session), make_product(session)
    session.commit()
    sales = client_as(Role.SALES)

    assert sales.get(f"/lookup/product?after={second.id}").json[0]["id"] == first.id  # type: ignore[index]
    assert sales.get("/lookup/product?after=x").status_code == 400
