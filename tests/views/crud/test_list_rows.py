"""Rows of a list that have not changed are not made again, and nothing old is ever shown."""

from datetime import date
from decimal import Decimal

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.reports.overdue import OverdueDebt
from app.views.clients import ClientView
from app.views.crud.list_rows import _Rows
from tests import factories as make

CLIENTS, INVOICES = "/clients/list/?tab=all", "/invoices/list/?tab=all"


def rows_of(page: str) -> list[str]:
    return [" ".join(row.text_content().split()) for row in lxml.html.fromstring(page).xpath("//tbody/tr")]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Keys of the records whose rows are made."""
    keys: list[int] = []
    real = _Rows.row

    def row(rows: _Rows, record: Client) -> object:
        keys.append(record.id)
        return real(rows, record)

    monkeypatch.setattr(_Rows, "row", row)
    return keys


def test_only_what_has_changed_is_made_again(office: FlaskClient, session: Session, made: list[int]) -> None:
    one, two = (make.make_client(session, name=f"ООО «Не менялось {number}»") for number in (1, 2))
    first = office.get(CLIENTS).text
    assert sorted(made) == sorted([one.id, two.id])
    assert rows_of(office.get(CLIENTS).text) == rows_of(first)
    assert len(made) == 2
    two.town = "Кострома"
    session.flush()
    assert "Кострома" in rows_of(office.get(CLIENTS).text)[1]
    assert made[2:] == [two.id]


def test_a_mark_from_another_table_comes_and_goes(
    office: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make.make_client(session, name="ООО «Должник»")
    marks: dict[int, OverdueDebt] = {}
    monkeypatch.setattr(ClientView, "list_marks", lambda _view, _keys: marks)

    def shown() -> str:
        return rows_of(office.get(CLIENTS).text)[0].replace("\xa0", " ")

    assert "Просрочено" not in shown()
    for amount in (100, 200):
        marks[client.id] = OverdueDebt(client.id, Decimal(amount), date(2026, 3, 1), 12)
        assert f"Просрочено {amount},00 ₽, 12 дн." in shown()
    marks.clear()
    assert "Просрочено" not in shown()


def test_a_sum_in_kopecks_is_not_taken_for_one_in_roubles(office: FlaskClient, session: Session) -> None:
    """The driver gives 10,000 kopecks; a narrowed list, whose values are read at once, has 10,000 roubles."""
    invoice = make.make_invoice(session, total=Decimal(100))
    assert "100,00" in rows_of(office.get(INVOICES).text)[0]
    invoice.total = Decimal(10_000)
    session.flush()
    assert "10 000,00" in rows_of(office.get(f"{INVOICES}&f_client={invoice.client_id}").text)[0].replace("\xa0", " ")
