"""Lists read light records and keep their rows: what they show is what stands in the database now."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.clients import Client
from app.models.deals import DealStage
from app.models.ledger import DocumentKind, DueItem
from app.models.staff import Employee
from app.permissions import Role
from app.views.clients import ClientView
from app.views.crud.columns import column_of
from app.views.crud.listed import light, reading_of
from app.views.deals import DealView
from tests import factories as make
from tests.conftest import ClientAs

LIST = "/clients/list/?tab=all"


def local_today() -> date:
    return day_of(utc_now(), ZoneInfo("Europe/Moscow"))


@pytest.fixture
def engineer(client_as: ClientAs) -> FlaskClient:
    """An engineer, signed in."""
    return client_as(Role.ENGINEER)


def names_on(browser: FlaskClient, address: str = LIST) -> list[str]:
    page = lxml.html.fromstring(browser.get(address).text)
    return [cell.text_content() for cell in page.xpath("//td[@class='k-name']")]


def row_of(browser: FlaskClient, key: int, address: str = LIST) -> str:
    (row,) = lxml.html.fromstring(browser.get(address).text).xpath(f"//tr[@data-key='{key}']")
    return lxml.html.tostring(row, encoding="unicode")


def test_a_kept_row_follows_each_change_of_its_record(session: Session, sales: FlaskClient, own_client: Client) -> None:
    """Also of those that raise no version: acts on many records write past it."""
    assert "Своё" in row_of(sales, own_client.id)
    session.execute(update(Client).where(Client.id == own_client.id).values(name="ООО «Новое»", town="Тверь"))
    assert "Новое" in row_of(sales, own_client.id)
    assert "Тверь" in row_of(sales, own_client.id)


def test_a_kept_row_follows_the_words_of_a_related_record(
    session: Session, sales: FlaskClient, own_client: Client, manager: Employee
) -> None:
    assert manager.family_name in row_of(sales, own_client.id)
    session.execute(update(Employee).where(Employee.id == manager.id).values(family_name="Переименованный"))
    assert "Переименованный" in row_of(sales, own_client.id)


def test_a_kept_row_follows_the_debt(session: Session, sales: FlaskClient, own_client: Client) -> None:
    assert "is-danger" not in row_of(sales, own_client.id)
    item = DueItem(
        client=own_client,
        organisation=make.make_organisation(session),
        document_kind=DocumentKind.INVOICE,
        document_id=999_002,
        document_number="16",
        stage=1,
        document_day=local_today() - timedelta(days=9),
        due_on=local_today() - timedelta(days=3),
        balance=Decimal(100),
    )
    session.add(item)
    session.flush()
    assert "is-danger" in row_of(sales, own_client.id)
    item.balance = Decimal(0)
    session.flush()
    assert "is-danger" not in row_of(sales, own_client.id)


def test_a_kept_row_speaks_the_language_of_whoever_asks(sales: FlaskClient, own_client: Client) -> None:
    russian = row_of(sales, own_client.id)
    sales.set_cookie("language", "en")
    english = row_of(sales, own_client.id)
    assert russian != english
    assert "Active" in english or "Lead" in english
    sales.set_cookie("language", "ru")
    assert row_of(sales, own_client.id) == russian


def test_a_row_offers_what_the_rights_of_whoever_asks_allow(
    session: Session, sales: FlaskClient, office: FlaskClient, own_client: Client
) -> None:
    """The same record on two screens of rights: the menu is not kept from one to the other."""
    deal = make.make_deal(session, client=own_client)
    for browser in (sales, office, sales):
        page = lxml.html.fromstring(browser.get("/deals/list/?tab=all").text)
        offered = set(page.xpath("//*[@id='row-menu']//@data-command"))
        (row,) = page.xpath(f"//tr[@data-key='{deal.id}']")
        allowed = set((row.xpath(".//@data-more") or [""])[0].split())
        assert allowed <= offered


def test_a_column_that_was_put_away_is_still_read_for_the_tone(
    session: Session, sales: FlaskClient, own_client: Client
) -> None:
    """An overdue step shows red though neither stage nor day are among the columns."""
    stage = make.make_deal_stage(session)
    deal = make.make_deal(session, client=own_client, stage=stage, next_step_on=local_today() - timedelta(days=1))
    assert "is-danger" in row_of(sales, deal.id, "/deals/list/?tab=all&columns=title,client")


def test_a_light_record_knows_nothing_that_was_not_read() -> None:
    record = light(DealStage)()
    with pytest.raises(AttributeError):
        _ = record.position
    with pytest.raises(AttributeError):
        str(record)


def test_whole_records_are_read_where_words_are_not_known() -> None:
    title = [column_of(DealView.model, "title")]
    assert reading_of(DealView, title, "title", at_once=False) is not None  # type: ignore[arg-type]
    rows = [column_of(ClientView.model, "turnovers")]
    assert reading_of(ClientView, rows, "name", at_once=False) is None  # type: ignore[arg-type]


# --- Along the ways ------------------------------------------------------------------------------------------------


@pytest.fixture
def thirty(session: Session, manager: Employee) -> list[str]:
    """Own clients, own suppliers and a colleague's; clients of a colleague that supply nothing stay out."""
    other = make.make_employee(session)
    shown = []
    for number in range(30):
        whose = (manager, other)[number % 2]
        name = f"ООО «Клиент {number:02}»"
        make.make_client(session, name=name, responsible=whose, is_supplier=number % 4 != 0)
        make.make_client(session, name=f"ООО «Чужой {number:02}»", responsible=other)
        shown.append(name)
    return shown


def test_a_list_along_two_ways_shows_each_record_once_and_in_order(sales: FlaskClient, thirty: list[str]) -> None:
    assert names_on(sales) == thirty
    assert names_on(sales, f"{LIST}&sort=-name") == thirty[::-1]


def test_its_count_counts_each_record_once(sales: FlaskClient, thirty: list[str]) -> None:
    assert f"{len(thirty)} записей" in sales.get(LIST).text


def test_its_pages_follow_each_other_both_ways(sales: FlaskClient, thirty: list[str]) -> None:
    address = f"{LIST}&size=25"
    assert names_on(sales, address) == thirty[:25]
    (onward,) = lxml.html.fromstring(sales.get(address).text).xpath("//a[@rel='next']/@href")
    assert names_on(sales, onward) == thirty[25:]
    (back,) = lxml.html.fromstring(sales.get(onward).text).xpath("//a[@rel='prev']/@href")
    assert names_on(sales, back) == thirty[:25]


def test_filters_and_presets_hold_along_the_ways(session: Session, sales: FlaskClient, thirty: list[str]) -> None:
    session.execute(update(Client).where(Client.name.in_(thirty[:3])).values(town="Тверь"))
    assert names_on(sales, f"{LIST}&f_town=тверь") == thirty[:3]
    assert names_on(sales, "/clients/list/?tab=mine") == [name for place, name in enumerate(thirty) if place % 2 == 0]


def test_an_engineer_sees_clients_of_visits(session: Session, engineer: FlaskClient, thirty: list[str]) -> None:
    assert names_on(engineer) == []
    client = session.query(Client).filter_by(name="ООО «Чужой 07»").one()
    make.make_visit(session, client=client, employee=session.get_one(Employee, engineer.employee_id))  # type: ignore[attr-defined]
    assert names_on(engineer) == ["ООО «Чужой 07»"]
