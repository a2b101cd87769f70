"""Global search."""

import pytest
from sqlalchemy.orm import Session

import app.services.search  # noqa: F401 (keeps search keys)
from app.models.clients import Client, Contact, ContactPhone
from app.models.sales import Invoice
from app.reports.search import SHOWN, find_everywhere
from tests.factories import make_client, make_contact, make_invoice


def found(session: Session, asked: str) -> list[object]:
    return [record for group in find_everywhere(session, [Client, Contact, Invoice], asked) for record in group.records]


@pytest.mark.parametrize(
    "asked", ["ромаш", "РОМАШКА", "hjvfirf", "romashka", "7707083893", "7083", "зеленая ромашка", "ромашка зеленая"]
)
def test_a_client_is_found_in_any_layout_by_any_fragment(session: Session, asked):
    client = make_client(session, name="ООО «Ромашка Зелёная»", inn="7707083893")
    make_client(session, name="ООО «Василёк»")

    assert found(session, asked) == [client]


def test_a_caller_is_found_by_the_number_of_a_contact(session: Session):
    contact = make_contact(session, phones=[ContactPhone(number="+79161234567")])

    assert found(session, "8 (916) 123-45-67") == [contact.client, contact]
    assert found(session, "1234567") == [contact.client, contact]


def test_an_invoice_is_found_by_its_number(session: Session):
    invoice = make_invoice(session, number="КС-2026-000015")

    assert found(session, "2026-000015") == [invoice]


@pytest.mark.parametrize("asked", ["", "%", "_", "я"])
def test_nothing_is_searched_for_too_little(session: Session, asked):
    make_client(session)
    assert found(session, asked) == []


def test_a_long_group_says_that_there_is_more(session: Session):
    for number in range(SHOWN + 1):
        make_client(session, name=f"Лютик {number}")

    (group,) = find_everywhere(session, [Client], "лютик")

    assert len(group.records) == SHOWN
    assert group.has_more
