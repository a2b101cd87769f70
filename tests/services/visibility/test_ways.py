"""Rows found along the grounds of their rule one by one are those of the rule, and counted once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.sales import Invoice
from app.permissions import Scope, Viewer
from app.services.visibility import ROW_RULES, ways_to
from app.views.crud.counting import counting, counting_along
from app.views.crud.query import Part, page_of, read_arguments
from tests import factories as make
from tests.services.visibility.rows import viewer_of


@pytest.fixture
def seller(session: Session) -> Viewer:
    """Who is responsible for one client with two invoices, one of them a colleague's, and for one of another client."""
    me, other = make.make_employee(session), make.make_employee(session)
    mine, foreign = make.make_client(session, responsible=me), make.make_client(session, responsible=other)
    for client, responsible in ((mine, me), (mine, other), (foreign, me), (foreign, other)):
        make.make_invoice(session, client=client, responsible=responsible)
    session.flush()
    viewer = session.info["viewer"] = viewer_of(me)
    return viewer


def figures(session: Session, viewer: Viewer, most: int) -> list[tuple[Any, ...]]:
    """How many invoices there are, and their total, asked in both ways."""
    plain = counting(select(Invoice), Invoice, most, ["total"])
    along = counting_along(ways_to(Invoice, viewer), select(Invoice), Invoice, most, ["total"])
    return [tuple(map(int, session.execute(each).one())) for each in (plain, along)]


def test_a_row_that_several_ways_lead_to_is_counted_once(session: Session, seller: Viewer) -> None:
    plain, along = figures(session, seller, 10)
    assert plain == along
    assert along[0] == 3


def test_counting_stops_at_the_first_way_that_leads_to_too_many(session: Session, seller: Viewer) -> None:
    _plain, (count, _total) = figures(session, seller, 1)
    assert count == 2, "two are mine: the clients that are mine are not asked for"


def test_the_rule_limits_the_ways_as_well(session: Session, seller: Viewer) -> None:
    everything = [Invoice.id > 0, Invoice.client_id > 0]
    assert session.scalar(counting_along(everything, select(Invoice), Invoice, 10)) == 3


def test_pages_of_all_ways_are_the_pages_of_the_rule(session: Session, seller: Viewer) -> None:
    ways = ways_to(Invoice, seller)

    def pages(read: Any) -> list[list[int]]:
        found, after = [], ""
        while not found or after:
            asked = {"sort": "-day", "size": "25"} | ({"after": after} if after else {})
            arguments = read_arguments(asked, sorts=["day"], default_sort="-day")
            rows, after, _before = page_of(lambda part: session.scalars(read(part)), Invoice, arguments)
            found.append([row.id for row in rows])
        return found

    def of_all(part: Part) -> Any:
        return part.of_all(ways, select(Invoice), Invoice)

    plain = pages(lambda part: part.of(select(Invoice)))
    assert pages(of_all) == pages(lambda part: part.keys_first(select(Invoice), Invoice)) == plain
    assert sum(map(len, pages(of_all))) == 3


def test_who_sees_all_goes_no_way(session: Session) -> None:
    assert ways_to(Client, viewer_of(None, Scope.ALL)) == []
    assert all(ways_to(model, viewer_of(None)) is not None for model in ROW_RULES)
