"""Lists and cards ask the database a fixed and small number of questions, whatever the number of rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories as make
from tests.views.crud.test_foreign_records import MAKERS

MOST_OF_A_LIST = 8
MOST_OF_A_CARD = 12
"""Two of each are the frame's: who asks, and what waits for the person; lists also ask for the person's views."""
Count = Callable[[], AbstractContextManager[list[str]]]

pytestmark = [pytest.mark.once, pytest.mark.uncounted]


def _ask(client: FlaskClient, address: str, count: Count) -> list[str]:
    client.get("/clients/list/")  # rights are read once per process
    with count() as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return list(queries)


@pytest.mark.parametrize("screen", MAKERS)
def test_a_list_of_twenty_rows_asks_as_much_as_a_list_of_two(
    screen: str, session: Session, admin: FlaskClient, count_queries: Count
) -> None:
    def fill(number: int) -> None:
        for _each in range(number):
            MAKERS[screen](session, make.make_client(session))
        session.commit()

    address = f"/{screen}/list/?tab=all&size=50"
    fill(2)
    few = _ask(admin, address, count_queries)
    fill(18)
    many = _ask(admin, address, count_queries)
    assert len(many) == len(few), [query for query in many if many.count(query) > few.count(query)][:3]
    assert len(many) <= MOST_OF_A_LIST, "\n".join(query[:100] for query in many)


# A deal opens as a page of its own, whose questions tests/views/test_deal_card.py counts.
@pytest.mark.parametrize("screen", [screen for screen in MAKERS if screen != "deals"])
def test_a_card_asks_little(screen: str, session: Session, admin: FlaskClient, count_queries: Count) -> None:
    record: Any = MAKERS[screen](session, make.make_client(session))
    key = record.id
    session.commit()
    queries = _ask(admin, f"/{screen}/show/{key}", count_queries)
    assert len(queries) <= MOST_OF_A_CARD, "\n".join(query[:100] for query in queries)
