"""Every list, with every column it offers, in both languages: names are links, no value is as a program writes it."""

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.menu import TABLES
from app.models.catalogue import Price
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs
from tests.views.crud.test_foreign_records import MAKERS

RAW = {
    "a date of a program": r"\b\d{4}-\d\d-\d\d\b|\d\d:\d\d:\d\d",
    "a value of a program": r"^(True|False|None|null|nan|[a-z]+(_[a-z]+)+)$",
    "an object of a program": r"<[\w. ]+( object)? at 0x|\b[A-Z]\w+\(",
    "a template that was not filled": r"%\(\w+\)s",
}
MONEY = {"ru": r"^-?\d+\.\d+$", "en": r"^-?\d{4,}(\.\d+)?$"}
"""An amount as a program writes it. An English whole number without groups is a key or a year in a text column."""


@pytest.fixture
def admin(session: Session, client_as: ClientAs) -> FlaskClient:
    """The administrator of a company with a record in every table."""
    client = make.make_client(session, town="Тверь", email="a@example.com")
    for maker in MAKERS.values():
        maker(session, client)
    make.make_agreement(session, client=client)
    product, kind = make.make_product(session), make.make_price_type(session)
    session.add(Price(product=product, price_type=kind, valid_from=make.TODAY, amount=12345))
    make.make_department(session)
    make.make_bank_account(session)
    session.commit()
    return client_as(Role.ADMIN)


def _cells(page: str) -> Iterator[tuple[str, Any]]:
    found = lxml.html.fromstring(page)
    kinds = ["num" in (head.get("class") or "") for head in found.xpath("//thead//th")]
    for row in found.xpath("//tbody/tr"):
        for place, cell in enumerate(row.xpath("./td")):
            if not {"k-pick", "k-more"} & set((cell.get("class") or "").split()):
                yield ("number" if kinds[place] else "text"), cell


def _wrong(page: str, language: str) -> Iterator[str]:
    for kind, cell in _cells(page):
        text = " ".join(cell.text_content().split())
        patterns = RAW | ({"an amount of a program": MONEY[language]} if kind == "number" else {})
        yield from (f"{what}: {text!r}" for what, pattern in patterns.items() if re.search(pattern, text))
        if "k-name" in (cell.get("class") or "").split() and not cell.xpath(".//a[@href]"):
            yield f"a name that leads nowhere: {text!r}"


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.once
@pytest.mark.uncounted
def test_no_list_shows_a_value_as_a_program_writes_it(language: str, admin: FlaskClient) -> None:
    admin.get(f"/language/{language}")
    wrong, rows = [], 0
    for table in TABLES:
        address = f"{table.route_base}/list/?tab=all"
        drawer = admin.get(f"{address}&drawer=columns", headers={"X-Part": "drawer"}).text
        names = lxml.html.fromstring(drawer).xpath("//input[@name='columns']/@value")
        assert len(names) > len(table.list_names) - 1
        page = admin.get(f"{address}&columns={','.join(names)}").text
        rows += len(list(_cells(page)))
        wrong += [f"{address}: {problem}" for problem in _wrong(page, language)]
    assert wrong == []
    assert rows > 300


@pytest.mark.parametrize("text", ["2026-11-23", "True", "None", "sole_trader", "<Client object at 0x7f>", "1234.50"])
def test_a_raw_value_is_noticed(text: str) -> None:
    page = "<table><thead><tr><th class='num'>x</th></tr></thead><tbody><tr><td class='num'></td></tr></tbody></table>"
    found = lxml.html.fromstring(page)
    found.xpath("//td")[0].text = text
    assert list(_wrong(lxml.html.tostring(found, encoding="unicode"), "ru"))
