"""Global search."""

import pytest
from sqlalchemy.orm import Session

import app.services.search  # noqa: F401 (keeps search keys)
from app.models.clients import Client, Contact, ContactPhone
from app.models.sales import Invoice
from app.reports.search import SHOWN, find_everywhere, found_by
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


@pytest.mark.parametrize(
    "asked", ["7", "15", "000015", "КС-15", "rc-15", "кс-2026-15", "№ 15", "счёт 15", "счет №000015"]
)
def test_a_document_is_found_by_its_number_with_or_without_zeros_and_prefix(session: Session, asked):
    make_client(session, name="ООО «Дом 15»", inn="1515151515")
    number = 7 if asked == "7" else 15
    invoice = make_invoice(session, number=f"КС-2026-{number:06d}")
    for other in (1500, 150, 715):
        make_invoice(session, number=f"КС-2026-{other:06d}")

    (group,) = find_everywhere(session, [Invoice], asked)

    assert group.records[0] == invoice


@pytest.mark.parametrize("asked", ["8916123", "+7 916 123", "916 123-45", "89161234567", "7 (916) 123-45-67"])
def test_a_caller_is_found_by_the_first_digits_with_any_prefix(session: Session, asked):
    contact = make_contact(session, phones=[ContactPhone(number="+79161234567")])

    assert contact in found(session, asked)


def test_what_is_typed_too_short_is_no_condition(session: Session):
    assert found_by(session, Client, "я") is None
    assert found_by(session, Client, "7") is None
    assert found_by(session, Invoice, "7") is not None
