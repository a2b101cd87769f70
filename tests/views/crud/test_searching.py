"""Which way a search goes: by what was found in an index, or past the newest records where a page of them is near."""

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.models.staff import Employee
from app.views.crud import figures, searching
from tests import factories as make

CLIENTS, INVOICES = "/clients/list/?tab=all", "/invoices/list/?tab=all"


def names_of(page: str) -> list[str]:
    return [cell.text_content() for cell in lxml.html.fromstring(page).xpath("//td[@class='k-name']")]


def count_in(page: str) -> str:
    (found,) = lxml.html.fromstring(page).xpath("//*[@data-part='count']")
    return " ".join(found.text_content().split())


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages count two rows before they are shown; three records of a word are many."""
    monkeypatch.setattr(figures, "AT_ONCE", {"sqlite": 2, "postgresql": 2})
    monkeypatch.setattr("app.services.trigrams.COMMON", 2)
    monkeypatch.setattr("app.services.trigrams.MANY_OF_SAMPLE", 3)


@pytest.fixture
def asked(session: Session) -> Iterator[list[str]]:
    """The questions that the database is asked."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def clients_of(session: Session, whose: Employee | None, *names: str) -> list[str]:
    """Clients in the order in which they were entered."""
    for name in names:
        make.make_client(session, name=name, **({"responsible": whose} if whose else {}))
    return list(names)


LIGHTHOUSES = [f"ООО «Маяк {number:02}»" for number in range(30)]


def test_the_newest_of_many_come_first_page_after_page(sales: FlaskClient, session: Session, manager: Employee) -> None:
    clients_of(session, None, "ООО «Маяк чужой»")
    mine = clients_of(session, manager, *LIGHTHOUSES)
    page = sales.get(f"{CLIENTS}&q=маяк&size=25").text
    assert count_in(page) == "более 25 записей"
    (onward,) = lxml.html.fromstring(page).xpath("//a[@rel='next']/@href")
    following = sales.get(onward).text
    assert names_of(page) + names_of(following) == mine[::-1]
    (back,) = lxml.html.fromstring(following).xpath("//a[@rel='prev']/@href")
    assert names_of(sales.get(back).text) == names_of(page)
    assert names_of(sales.get(f"{CLIENTS}&q=маяк+07").text) == ["ООО «Маяк 07»"]


def test_what_is_found_on_one_page_is_not_counted_apart(
    sales: FlaskClient, session: Session, manager: Employee, asked: list[str]
) -> None:
    clients_of(session, manager, "ООО «Якорь»", "ООО «Якорь 2»")
    clients_of(session, None, "ООО «Якорь чужой»")
    page = sales.get(f"{CLIENTS}&q=якорь+2").text
    assert (names_of(page), count_in(page)) == (["ООО «Якорь 2»"], "1 запись")
    assert not [each for each in asked if each.startswith("SELECT count(")]


def invoices_of(session: Session, name: str, numbers: list[str], **values: Any) -> list[str]:
    client = make.make_client(session, name=name, **values)
    for number in numbers:
        make.make_invoice(session, number=number, client=client, **values)
    return numbers


@pytest.fixture
def common(session: Session) -> None:
    """Three clients of the word, without invoices: it is common among clients."""
    clients_of(session, None, *LIGHTHOUSES[:3])


def test_two_words_are_looked_up_where_the_clients_that_hold_both_are_few(
    sales: FlaskClient, session: Session, manager: Employee, asked: list[str]
) -> None:
    clients_of(session, manager, *LIGHTHOUSES, *(f"ООО «Сервис {number}»" for number in range(9)))
    mine = invoices_of(session, "ООО «Маяк Сервис»", ["М-1", "М-2"], responsible=manager)
    invoices_of(session, "ООО «Маяк Сервис чужой»", ["Ч-1"])
    page = sales.get(f"{INVOICES}&q=маяк+сервис").text
    assert (names_of(page), count_in(page)) == (mine[::-1], "2 записи")
    (counted,) = [each for each in asked if each.startswith("SELECT count(") and "sum(anon_1.total)" in each]
    assert "search_key" not in counted, "the way of the search is gone once"


@pytest.mark.parametrize("enough", [0, 99], ids=["past the newest", "through the clients"])
def test_more_than_are_counted_come_page_after_page(
    sales: FlaskClient, session: Session, manager: Employee, monkeypatch: pytest.MonkeyPatch, enough: int
) -> None:
    monkeypatch.setattr(searching, "FOUND_AT_ONCE", 2)
    monkeypatch.setattr(searching, "_ENOUGH_OF_NEWEST", enough)
    mine = invoices_of(session, "ООО «Якорь»", [f"Я-{number:02}" for number in range(30)], responsible=manager)
    clients_of(session, manager, "ООО «Якорь 2»", "ООО «Якорь 3»")
    page = sales.get(f"{INVOICES}&q=якорь&size=25").text
    assert count_in(page) == "более 25 записей"
    (onward,) = lxml.html.fromstring(page).xpath("//a[@rel='next']/@href")
    assert names_of(page) + names_of(sales.get(onward).text) == mine[::-1]
    later = sales.get(f"{INVOICES}&q=якорь&figures=1", headers={"X-Part": "figures"}).text
    assert count_in(later) == "30 записей"


@pytest.mark.usefixtures("common")
def test_where_few_of_the_newest_are_found_all_of_the_persons_rows_are_compared(
    sales: FlaskClient, session: Session, manager: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise everybody's would be passed over one by one: all are counted, since all are read."""
    monkeypatch.setattr(searching, "_NEWEST", 3)
    monkeypatch.setattr(searching, "_ENOUGH_OF_NEWEST", 1)
    mine = invoices_of(session, "ООО «Маяк мой»", [f"М-{number:02}" for number in range(30)], responsible=manager)
    invoices_of(session, "ООО «Маяк чужой»", [f"Ч-{number}" for number in range(3)])
    page = sales.get(f"{INVOICES}&q=маяк&size=25").text
    assert count_in(page) == "30 записей"
    assert names_of(page) == mine[:4:-1]


@pytest.mark.usefixtures("common")
def test_whether_enough_of_the_newest_are_found_is_asked_once_in_a_minute(
    sales: FlaskClient, session: Session, manager: Employee, asked: list[str]
) -> None:
    mine = invoices_of(session, "ООО «Маяк мой»", [f"М-{number:02}" for number in range(30)], responsible=manager)
    pages = [sales.get(f"{INVOICES}&q=маяк&size=25").text for _time in range(2)]
    assert {tuple(names_of(page)) for page in pages} == {tuple(mine[:4:-1])}
    assert {count_in(page) for page in pages} == {"более 25 записей"}
    assert len([each for each in asked if "max(invoice.id)" in each]) == 1
