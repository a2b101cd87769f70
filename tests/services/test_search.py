"""The search key is kept for every searchable record, whoever saves it."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.clients import Client, ContactPhone
from app.models.sales import Invoice
from app.services.search import mend_keys, stale_keys
from tests.factories import make_client, make_contact, make_employee, make_invoice


def test_a_client_is_found_by_name_without_legal_form_and_by_inn(session: Session):
    client = make_client(session, name="ООО «Ёлки-Палки»", inn="7707083893")

    assert "елки палки" in client.search_key
    assert "7707083893" in client.search_key
    assert "ооо" not in client.search_key
    assert client.company_key == "елки палки"


def test_the_key_follows_a_change_and_stands_still_without_one(session: Session):
    employee = make_employee(session, family_name="Примеров")
    assert "примеров" in employee.search_key

    employee.family_name = "Образцов"
    session.flush()
    assert "образцов" in employee.search_key

    version = employee.version
    employee.search_key = employee.search_key
    session.flush()
    assert employee.version == version


def test_a_clients_town_changes_no_company_key(session: Session):
    client = make_client(session, name="ООО «Василёк»")
    client.town = "Тула"
    session.flush()

    assert client.company_key == "василек"
    assert "тула" in client.search_key


def test_a_contact_is_found_by_the_digits_of_a_phone(session: Session):
    contact = make_contact(session, phones=[ContactPhone(number="+79161234567")])

    assert "9161234567" in contact.search_key


def test_a_key_that_fell_behind_is_found(session: Session):
    client, invoice = make_client(session), make_invoice(session, number="КС-1")
    assert stale_keys(session) == []

    session.execute(update(Client).where(Client.id == client.id).values(search_key="прежнее имя"))
    session.execute(update(Invoice).where(Invoice.id == invoice.id).values(search_key=""))
    session.expire_all()

    assert stale_keys(session) == [("client", client.id), ("invoice", invoice.id)]
    assert mend_keys(session) == 2
    assert stale_keys(session) == []
