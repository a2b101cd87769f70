"""Lists: their arguments, pages, order, search and export."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlparse

import lxml.html
import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.menu import TABLES
from app.models.claims import Claim
from app.models.clients import Client, ClientStatus, ContactPhone
from app.models.sales import Invoice
from tests import factories as make
from tests.views.crud.conftest import texts_of

AS_FILE = "format=csv"
"""Asks the same question as the page does, and costs a tenth of it where nobody looks at the page."""
LISTS = [f"{table.route_base}/list/" for table in TABLES]


# --- Bad arguments ------------------------------------------------------------------------------------------------

CURSORS = [
    "x",
    "!!!",
    "W10",  # []
    "WzFd",  # [1]
    "WzEsIngiXQ",  # [1, "x"]
    "WzEsIDFd",  # [1, 1]: a number where text or a date is sorted by
    "W251bGwsIG51bGxd",  # [null, null]
    "W251bGwsIC0xXQ",  # [null, -1]
    "WyJcdWQ4MDAiLCAxXQ",  # half of a surrogate pair
    "WyJcdTAwMDAiLCAxXQ",  # NUL
    "WzFlOTk5LCAxXQ",  # [1e999, 1]
    "W3t9LCAxXQ",  # [{}, 1]
    "WyIwMDAxLTAxLTAxIiwgMV0",  # ["0001-01-01", 1]
    "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgMV0",  # an instant without a zone
    "W251bGwsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",  # a key beyond all bounds
    "[" * 5000,
]


@pytest.mark.usefixtures("quick_errors")
@pytest.mark.parametrize("sort", ["name", "status", "-town"])
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_bad_place_in_the_list_of_clients_is_refused(way: str, sort: str, office: FlaskClient) -> None:
    for cursor in CURSORS:
        status = office.get(f"/clients/list/?sort={sort}&{way}={cursor}").status_code
        assert status == 400 or cursor.startswith(("W251bGws", "WyIw", "WyIy")), (cursor, status)


@pytest.mark.usefixtures("quick_errors")
@pytest.mark.parametrize(
    "address",
    ["/invoices/list/?sort=day", "/invoices/list/?sort=total", "/deals/list/?sort=-id", "/visits/list/?sort=starts_at"],
)
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_bad_place_in_a_list_is_no_error_of_ours(way: str, address: str, office: FlaskClient) -> None:
    for cursor in CURSORS:
        assert office.get(f"{address}&{way}={cursor}").status_code in {200, 400}, cursor


@pytest.mark.once
@pytest.mark.usefixtures("quick_errors")
@pytest.mark.parametrize("list_url", LISTS)
def test_arguments_that_the_list_does_not_offer_are_refused(list_url: str, admin: FlaskClient) -> None:
    asked = ["sort=nosuch", "sort=search_key", "sort=client.name", "sort=-", "sort=created_by.password"]
    asked += ["size=abc", "size=-1", "size=0", "size=1000000", "size=25%00", "tab=nosuch", "format=html"]
    asked += ["f_nosuch=1", "f_created_by_id=1", "f_password=x", "f_id_from=1", "f_search_key=x"]
    for arguments in asked:
        assert admin.get(f"{list_url}?{arguments}").status_code == 400, arguments


@pytest.mark.uncounted
@pytest.mark.usefixtures("quick_errors")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_no_value_of_a_filter_is_an_error_of_ours(table: Any, admin: FlaskClient) -> None:
    values = ("abc", "-1", "1e999", "9" * 40, "9999-12-31")
    for name, end, value in product(table.filters, ("", "_from", "_to"), values):
        status = admin.get(f"{table.route_base}/list/?{AS_FILE}&f_{name}{end}={value}").status_code
        assert status in {200, 400}, (name, end, value)


@pytest.mark.uncounted
@pytest.mark.once
@pytest.mark.parametrize("list_url", LISTS)
def test_arguments_of_the_framework_mean_nothing(list_url: str, admin: FlaskClient) -> None:
    plain = admin.get(list_url)
    assert plain.status_code == 200
    for arguments in ("psize_ClientView=100000", "page_ClientView=abc", "_oc_ClientView=nosuch", "_flt_0_id=1"):
        answer = admin.get(f"{list_url}?{arguments}")
        assert answer.status_code == 200
        assert _links(answer.text) == _links(plain.text)


@pytest.mark.parametrize("way", ["show", "edit"])
@pytest.mark.parametrize("key", ["0", "99999999999999999999999", "-1", "abc", "1%00", "1.0", "١", "' or 1=1"])
def test_keys_that_no_record_has_are_not_found(way: str, key: str, office: FlaskClient) -> None:
    assert office.get(f"/clients/{way}/{key}").status_code in {400, 404}


# --- Pages ------------------------------------------------------------------------------------------------------------


def _links(page: str) -> list[str]:
    """Addresses of the rows, in their order."""
    return [str(url) for url in lxml.html.fromstring(page).xpath("//tbody/tr/td[@class='k-name']/a/@href")]


def _walk(client: FlaskClient, address: str, way: str) -> list[list[str]]:
    """The rows of every page, from this one on, along data-next or data-previous."""
    pages = []
    while address and len(pages) < 20:
        answer = client.get(address)
        assert answer.status_code == 200
        found = lxml.html.fromstring(answer.text)
        pages.append(_links(answer.text))
        address = found.xpath("//div[@data-list]")[0].get(f"data-{way}")
    return pages


def _last_page(client: FlaskClient, address: str) -> str:
    while address:
        last = address
        address = lxml.html.fromstring(client.get(address).text).xpath("//div[@data-list]")[0].get("data-next")
    return last


def _fill_clients(session: Session) -> None:
    employee = make.make_employee(session)
    for place in range(60):
        make.make_client(
            session,
            name=f"ООО «Клиент {place % 7}»",
            town=None if place % 3 == 0 else f"Город {place % 4}",
            inn=None,
            status=list(ClientStatus)[place % 3],
            responsible=employee,
        )


def _fill_invoices(session: Session) -> None:
    client, account = make.make_client(session), make.make_bank_account(session)
    for place in range(60):
        session.add(
            Invoice(
                client=client,
                organisation=account.organisation,
                bank_account=account,
                responsible=client.responsible,
                day=make.TODAY - timedelta(days=place % 5),
                number=None if place % 4 == 0 else f"КС-{place:04d}",
                total=Decimal(place % 6),
            )
        )


def _fill_claims(session: Session) -> None:
    client = make.make_client(session)
    for place in range(60):
        session.add(
            Claim(
                client=client,
                responsible=client.responsible,
                registered_on=make.TODAY,
                text="Не работает",
                answer_due_on=None if place % 2 else make.TODAY + timedelta(days=place % 3),
                amount=None if place % 5 == 0 else Decimal(place % 4),
            )
        )


def _fill_interactions(session: Session) -> None:
    client = make.make_client(session)
    for place in range(60):
        starts_at = make.NOON + timedelta(hours=place % 6, microseconds=place % 2)
        make.make_interaction(session, client=client, starts_at=starts_at, topic=f"Тема {place % 5}")


WALKED = (
    [("/clients/list/", _fill_clients, column) for column in ("name", "status", "town", "inn")]
    + [("/invoices/list/", _fill_invoices, column) for column in ("number", "day", "total")]
    + [("/claims/list/", _fill_claims, column) for column in ("number", "registered_on", "answer_due_on", "amount")]
    + [("/interactions/list/?tab=all", _fill_interactions, column) for column in ("topic", "starts_at")]
)


@pytest.mark.uncounted
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("address", "fill", "column"), WALKED, ids=[f"{url}{column}" for url, _fill, column in WALKED])
def test_pages_show_every_row_once_there_and_back(
    address: str, fill: Any, column: str, sign: str, session: Session, office: FlaskClient
) -> None:
    fill(session)
    session.commit()
    start = f"{address}{'&' if '?' in address else '?'}size=25&sort={sign}{column}"
    there = _walk(office, start, "next")
    rows = [row for page in there for row in page]
    assert [len(page) for page in there] == [25, 25, 10]
    assert len(set(rows)) == 60
    back = _walk(office, _last_page(office, start), "previous")
    assert [row for page in reversed(back) for row in page] == rows


@pytest.mark.uncounted
def test_all_sort_columns_that_screens_offer_answer(session: Session, admin: FlaskClient) -> None:
    for table in TABLES:
        for column in table.sorts:
            assert admin.get(f"{table.route_base}/list/?sort={column}").status_code == 200
            assert admin.get(f"{table.route_base}/list/?{AS_FILE}&sort=-{column}").status_code == 200


def test_a_page_has_at_most_a_hundred_rows(session: Session, office: FlaskClient) -> None:
    employee = make.make_employee(session)
    session.add_all(Client(name=f"ООО «К{place}»", responsible=employee) for place in range(130))
    session.commit()
    assert len(_links(office.get("/clients/list/?size=100").text)) == 100
    assert len(_links(office.get("/clients/list/").text)) == 50


def test_links_of_a_page_keep_search_filters_and_order(session: Session, office: FlaskClient) -> None:
    _fill_clients(session)
    session.commit()
    answer = office.get("/clients/list/?size=25&sort=-name&q=клиент")
    address = lxml.html.fromstring(answer.text).xpath("//div[@data-list]")[0].get("data-next")
    kept = parse_qs(urlparse(address).query)
    assert {name: kept[name] for name in ("size", "sort", "q")} == {"size": ["25"], "sort": ["-name"], "q": ["клиент"]}


# --- Search -----------------------------------------------------------------------------------------------------------


def test_a_name_that_is_only_begun_with_its_legal_form_narrows_nothing_yet(
    session: Session, office: FlaskClient
) -> None:
    make.make_client(session, name="ООО «Морозёнов»")
    make.make_client(session, name="ИП Другой")
    assert len(_links(office.get("/clients/list/", query_string={"tab": "all", "q": "ООО "}).text)) == 2


@pytest.mark.parametrize(
    "words",
    ["морозёнов", "МОРОЗЕНОВ", "Морозёнов ооо", "7707083893", "495 123-45", "4951234567", "берёз", "ооо морозенов"],
)
def test_search_finds_a_client_however_it_is_typed(words: str, session: Session, office: FlaskClient) -> None:
    make.make_client(session, name="ООО «Морозёнов»", inn="7707083893", phone="+74951234567", town="Берёзовка")
    make.make_client(session, name="ООО «Другой»")
    session.commit()
    page = office.get("/clients/list/", query_string={"q": words})
    assert len(_links(page.text)) == 1


@pytest.mark.parametrize("typed", ["Берёзовка", "берёзовка", "БЕРЁЗ", "зовк"])
def test_a_filter_by_a_russian_text_does_not_look_at_the_case(
    typed: str, session: Session, office: FlaskClient
) -> None:
    make.make_client(session, town="Берёзовка")
    make.make_client(session, town="Тверь")
    session.commit()
    assert len(_links(office.get("/clients/list/", query_string={"f_town": typed}).text)) == 1


@pytest.mark.parametrize("words", ["%", "_", "%%%", "\\", "'", '"', "🙂", "а" * 5000, "-- ;", "*", "AND OR NOT"])
def test_no_search_text_is_an_error_of_ours(words: str, office: FlaskClient) -> None:
    for address in ("/clients/list/", "/invoices/list/", "/contacts/list/", "/lookup/client"):
        assert office.get(address, query_string={"q": words}).status_code == 200


def test_a_percent_sign_does_not_find_everything(session: Session, office: FlaskClient) -> None:
    make.make_client(session, name="ООО «Скидка 10%»")
    make.make_client(session, name="ООО «Другой»")
    session.commit()
    assert len(_links(office.get("/clients/list/?q=10%25").text)) <= 1


def test_an_invoice_is_found_by_its_clients_name_and_inn(session: Session, office: FlaskClient) -> None:
    make.make_invoice(session, client=make.make_client(session, name="ООО «Ромашка»", inn="7707083893"))
    make.make_invoice(session)
    session.commit()
    assert len(_links(office.get("/invoices/list/?q=ромашка").text)) == 1
    assert len(_links(office.get("/invoices/list/?q=7707083893").text)) == 1


def test_a_contact_is_found_by_phone_and_client(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session, name="ООО «Ромашка»")
    make.make_contact(session, client=client, phones=[ContactPhone(number="+79161234567")])
    make.make_contact(session)
    session.commit()
    for words in ("916 123-45-67", "9161234567", "ромашка"):
        assert len(_links(office.get("/contacts/list/", query_string={"q": words}).text)) == 1


# --- Export -----------------------------------------------------------------------------------------------------------


def _csv(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_of_an_export_is_a_formula(start: str, session: Session, office: FlaskClient) -> None:
    make.make_client(session, name=f"{start}HYPERLINK(1)")
    session.commit()
    (row,) = [row for row in _csv(office, "/clients/list/?format=csv") if any("HYPERLINK" in cell for cell in row)]
    assert not any(cell.lstrip()[:1] in set("=+-@") for cell in row if "HYPERLINK" in cell)
    book = openpyxl.load_workbook(io.BytesIO(office.get("/clients/list/?format=xlsx").data))
    assert not [cell for line in book.active.iter_rows() for cell in line if cell.data_type == "f"]


def test_an_export_has_the_rows_and_order_of_the_list(session: Session, office: FlaskClient) -> None:
    _fill_clients(session)
    session.commit()
    arguments = "sort=-town&f_status=active&q=клиент"
    names = [row[0] for row in _csv(office, f"/clients/list/?{arguments}&format=csv")[1:]]
    shown = texts_of(office.get(f"/clients/list/?{arguments}").text, "//tbody/tr/*[contains(@class, 'k-name')]")
    assert len(names) == 20
    assert names == shown


def test_an_export_holds_only_rows_that_the_person_may_see(
    session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any
) -> None:
    make.make_invoice(session, client=own_client, number="КС-1")
    make.make_invoice(session, client=foreign_client, number="КС-2")
    session.commit()
    text = sales.get("/invoices/list/?format=csv").data.decode("utf-8-sig")
    assert "КС-1" in text
    assert "КС-2" not in text


@pytest.mark.once
@pytest.mark.parametrize("list_url", LISTS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_list_exports(list_url: str, kind: str, admin: FlaskClient) -> None:
    answer = admin.get(f"{list_url}?format={kind}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
