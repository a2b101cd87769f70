"""Counts and totals: at once where there are few rows, after the page is there where there are many."""

from collections.abc import Iterator
from decimal import Decimal
from time import monotonic
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.models.deals import Deal
from app.models.staff import Employee
from app.services.trigrams import find
from app.views.crud import figures, many, searching
from tests import factories as make

CLIENTS, DEALS = "/clients/list/?tab=all", "/deals/list/?tab=all"
PART = {"X-Part": "figures"}


def part(page: str, name: str) -> str:
    (found,) = lxml.html.fromstring(f"<div>{page}</div>").xpath(f"//*[@data-part='{name}']")
    return " ".join(found.text_content().split())


def figures_url(page: str) -> str:
    return str(lxml.html.fromstring(page).xpath("//@data-figures")[0])


@pytest.fixture
def deals(session: Session) -> None:
    """Four deals of a hundred roubles each."""
    client = make.make_client(session)
    for _number in range(4):
        make.make_deal(session, client=client, amount=Decimal(100))


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages count two rows before they are shown."""
    monkeypatch.setattr(figures, "AT_ONCE", {"sqlite": 2, "postgresql": 2})


@pytest.mark.usefixtures("deals")
def test_a_few_rows_are_counted_and_added_up_at_once(office: FlaskClient) -> None:
    page = office.get(DEALS).text
    assert (part(page, "count"), figures_url(page)) == ("4 записи", "")
    assert "400,00" in part(page, "totals")


@pytest.mark.usefixtures("deals", "two_at_once")
def test_more_rows_are_counted_and_added_up_when_a_script_asks(office: FlaskClient) -> None:
    page = office.get(DEALS).text
    assert (part(page, "count"), part(page, "totals")) == ("более 2 записей", "")
    assert part(page, "choose-all") == ""

    later = office.get(figures_url(page), headers=PART).text
    assert part(later, "count") == part(later, "count-below") == "4 записи"
    assert "400,00" in part(later, "totals")
    assert lxml.html.fromstring(later).xpath("//input[@name='all']/@data-count") == ["4"]
    assert "<tbody" not in later


@pytest.mark.usefixtures("deals", "two_at_once")
def test_without_scripts_a_link_leads_to_the_whole_page_with_figures(office: FlaskClient) -> None:
    page = office.get(DEALS).text
    (link,) = lxml.html.fromstring(page).xpath("//noscript/a[contains(@href, 'figures=1')]/@href")
    whole = office.get(link).text
    assert part(whole, "count") == "4 записи"
    assert "400,00" in part(whole, "totals")
    assert figures_url(whole) == ""


@pytest.mark.usefixtures("deals", "two_at_once")
def test_figures_are_those_of_the_selection_and_of_whoever_asks(session: Session, sales: FlaskClient) -> None:
    assert part(sales.get(f"{DEALS}&figures=1", headers=PART).text, "count") == "0 записей"
    assert sales.get(f"{DEALS}&figures=1&f_amount_from=x", headers=PART).status_code == 400


@pytest.mark.usefixtures("deals", "two_at_once")
def test_figures_are_those_of_the_address_and_not_of_how_the_list_was_left(office: FlaskClient) -> None:
    office.post("/views/remember", data={"screen": "DealView", "state": "tab=all&sort=-amount"})
    assert office.get("/deals/list/").status_code == 302
    answer = office.get("/deals/list/?figures=1", headers=PART)
    assert (answer.status_code, part(answer.text, "count")) == (200, "4 записи")


# --- A search that finds many -------------------------------------------------------------------------------------


@pytest.fixture
def lighthouses(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Thirty clients of one word, entered in the order of the alphabet; more than two of a kind are many."""
    monkeypatch.setattr("app.services.trigrams.COMMON", 2)
    monkeypatch.setattr("app.services.trigrams.MANY_OF_SAMPLE", 3)
    names = [f"ООО «Маяк {number:02}»" for number in range(30)]
    for name in names:
        make.make_client(session, name=name)
    make.make_client(session, name="ООО «Якорь»")
    return names


def names_of(page: str) -> list[str]:
    return [cell.text_content() for cell in lxml.html.fromstring(page).xpath("//td[@class='k-name']")]


def test_it_shows_the_newest_first_and_says_so(office: FlaskClient, lighthouses: list[str]) -> None:
    page = office.get(f"{CLIENTS}&q=маяк").text
    assert names_of(page) == lighthouses[::-1]
    assert "Сначала новые" in page
    assert part(page, "count") == "30 записей"


def test_its_pages_follow_each_other_in_that_order(office: FlaskClient, lighthouses: list[str]) -> None:
    page = office.get(f"{CLIENTS}&q=маяк&size=25").text
    assert part(page, "count") == "более 25 записей"
    (onward,) = lxml.html.fromstring(page).xpath("//a[@rel='next']/@href")
    following = office.get(onward).text
    assert names_of(page) + names_of(following) == lighthouses[::-1]
    (back,) = lxml.html.fromstring(following).xpath("//a[@rel='prev']/@href")
    assert names_of(office.get(back).text) == names_of(page)
    assert part(office.get(figures_url(page), headers=PART).text, "count") == "30 записей"


def test_an_order_that_was_asked_for_stays(office: FlaskClient, lighthouses: list[str]) -> None:
    assert names_of(office.get(f"{CLIENTS}&q=маяк&sort=name").text) == lighthouses
    assert "Сначала новые" not in office.get(f"{CLIENTS}&q=маяк&sort=name").text


def test_a_search_that_finds_few_keeps_the_order_of_the_list(office: FlaskClient, lighthouses: list[str]) -> None:
    assert names_of(office.get(f"{CLIENTS}&q=маяк+07").text) == [lighthouses[7]]
    assert names_of(office.get(f"{CLIENTS}&q=якорь").text) == ["ООО «Якорь»"]


def test_what_a_person_may_not_see_is_not_found(sales: FlaskClient, lighthouses: list[str]) -> None:
    page = sales.get(f"{CLIENTS}&q=маяк").text
    assert names_of(page) == []
    assert part(page, "count") == "0 записей"


# --- What was counted a moment ago ----------------------------------------------------------------------------------

MANY_DEALS = f"{DEALS}&size=25"


@pytest.fixture
def many_deals(session: Session, two_at_once: None) -> list[Deal]:
    """Thirty deals of a hundred roubles each."""
    client = make.make_client(session)
    return [make.make_deal(session, client=client, amount=Decimal(100)) for _number in range(30)]


@pytest.fixture
def counts(session: Session) -> Iterator[list[str]]:
    """The questions how many deals there are."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT count(") and "FROM deal" in statement:
            asked.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("many_deals")
def test_too_many_are_not_counted_again_for_a_minute(
    office: FlaskClient, counts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.get(MANY_DEALS).text, office.get(MANY_DEALS).text
    assert part(first, "count") == part(second, "count") == "более 2 записей"
    assert len(counts) == 1
    later = monotonic() + many.SECONDS
    monkeypatch.setattr(many, "monotonic", lambda: later)
    office.get(MANY_DEALS)
    assert len(counts) == 2


def test_what_fills_one_page_meanwhile_is_counted(
    office: FlaskClient, session: Session, many_deals: list[Deal]
) -> None:
    office.get(MANY_DEALS)
    for deal in many_deals[2:]:
        session.delete(deal)
    session.flush()
    page = office.get(MANY_DEALS).text
    assert part(page, "count") == "2 записи"
    assert "200,00" in part(page, "totals")


@pytest.mark.usefixtures("many_deals")
def test_what_one_person_has_counted_says_nothing_of_anothers_rows(office: FlaskClient, sales: FlaskClient) -> None:
    office.get(MANY_DEALS)
    assert part(sales.get(MANY_DEALS).text, "count") == "0 записей"


@pytest.mark.usefixtures("many_deals")
def test_a_narrowed_list_is_counted(office: FlaskClient, counts: list[str]) -> None:
    office.get(MANY_DEALS)
    assert part(office.get(f"{MANY_DEALS}&f_amount_from=101").text, "count") == "0 записей"
    assert len(counts) == 2


def test_so_many_selections_are_known_at_most(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_MOST", 1)
    with office.application.app_context():
        many.note_many("deals", are_many=True)
        many.note_many("clients", are_many=True)
        assert [many.were_many(name) for name in ("deals", "clients")] == [False, True]


# --- A search through another table, for a word that many there have ------------------------------------------------

INVOICES = "/invoices/list/?tab=all"


@pytest.fixture
def of_lighthouses(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Thirty invoices of three clients of one word, and one of another; a word of more than two clients is common."""
    monkeypatch.setattr("app.services.trigrams.COMMON", 2)
    monkeypatch.setattr("app.services.trigrams.MANY_OF_SAMPLE", 3)
    clients = [make.make_client(session, name=f"ООО «Маяк {number}»") for number in range(3)]
    numbers = [f"М-{number:02}" for number in range(30)]
    for place, number in enumerate(numbers):
        make.make_invoice(session, number=number, client=clients[place % 3], total=Decimal(100))
    make.make_invoice(session, number="Я-1", client=make.make_client(session, name="ООО «Якорь»"))
    return numbers[::-1]


def test_few_rows_are_all_read_and_counted(office: FlaskClient, of_lighthouses: list[str]) -> None:
    page = office.get(f"{INVOICES}&q=маяк").text
    assert (names_of(page), part(page, "count")) == (of_lighthouses, "30 записей")
    assert "3 000,00" in part(page, "totals").replace("\xa0", " ")
    assert names_of(office.get(f"{INVOICES}&q=маяк+м-07").text) == ["М-07"]
    assert names_of(office.get(f"{INVOICES}&q=маяк&f_total_from=101").text) == []


@pytest.mark.usefixtures("two_at_once")
def test_many_are_read_until_the_page_is_full_and_counted_later(office: FlaskClient, of_lighthouses: list[str]) -> None:
    page = office.get(f"{INVOICES}&q=маяк&size=25").text
    assert part(page, "count") == "более 25 записей"
    (onward,) = lxml.html.fromstring(page).xpath("//a[@rel='next']/@href")
    assert names_of(page) + names_of(office.get(onward).text) == of_lighthouses
    later = office.get(figures_url(page), headers=PART).text
    assert (part(later, "count"), "3 000,00" in part(later, "totals").replace("\xa0", " ")) == ("30 записей", True)
    assert part(office.get(f"{INVOICES}&q=маяк&size=25&figures=1").text, "count") == "30 записей"


@pytest.mark.usefixtures("two_at_once", "of_lighthouses")
def test_how_common_a_word_is_is_asked_once_in_a_minute(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(searching, "find", lambda *about: asked.append(about[2]) or find(*about))
    first = office.get(f"{INVOICES}&q=маяк&size=25").text
    assert names_of(office.get(f"{INVOICES}&q=маяк&size=25").text) == names_of(first)
    for _time in range(2):
        assert names_of(office.get(f"{INVOICES}&q=якорь").text) == ["Я-1"]
    assert asked == [["маяк"], ["якорь"], ["якорь"]], "a rare word is looked up each time"


@pytest.mark.usefixtures("two_at_once")
def test_who_sees_few_finds_their_own_alone(sales: FlaskClient, session: Session, of_lighthouses: list[str]) -> None:
    me = session.scalars(select(Employee).where(Employee.user_id.is_not(None))).one()
    mine = make.make_invoice(session, number="М-моя", client=make.make_client(session, name="Маяк", responsible=me))
    make.make_invoice(session, number="М-чужой клиент", responsible=me, client=make.make_client(session, name="Маяк"))
    page = sales.get(f"{INVOICES}&q=маяк").text
    assert (names_of(page), part(page, "count")) == ([mine.number], "1 запись")


@pytest.mark.usefixtures("two_at_once")
def test_who_sees_many_finds_no_client_that_they_may_not_see(
    sales: FlaskClient, session: Session, of_lighthouses: list[str]
) -> None:
    me = session.scalars(select(Employee).where(Employee.user_id.is_not(None))).one()
    mine = make.make_client(session, name="Маяк мой", responsible=me)
    own = [make.make_invoice(session, number=f"С-{number}", client=mine).number for number in range(4)]
    make.make_invoice(session, number="С-чужой клиент", responsible=me, client=make.make_client(session, name="Маяк"))
    assert names_of(sales.get(f"{INVOICES}&q=маяк").text) == own[::-1]
    assert names_of(sales.get(f"{INVOICES}&q=чужой").text) == ["С-чужой клиент"]
