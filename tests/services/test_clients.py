"""Rules for clients and contacts."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientKind,
    Contact,
    ContactEmail,
    ContactPhone,
    ResponsibilityChange,
)
from app.permissions import Scope, Viewer
from app.services.clients import check_client, check_contact, forget_responsibility, note_responsibility
from tests.factories import make_client, make_contact, make_employee, make_user


def company(**values: object) -> Client:
    return Client(**{"name": "ООО «Ромашка»", "kind": ClientKind.COMPANY} | values)


def test_requisites_are_kept_bare():
    client = company(inn=" 7707083893 ", kpp="770701001", ogrn="1027700132195", email="Info@Example.RU")

    check_client(client)

    assert (client.inn, client.kpp, client.ogrn) == ("7707083893", "770701001", "1027700132195")
    assert client.email == "info@example.ru"


@pytest.mark.parametrize(
    "values",
    [
        {"inn": "7707083894"},
        {"inn": "500100732259"},
        {"inn": "7707083893", "kind": ClientKind.ENTREPRENEUR},
        {"kpp": "12345"},
        {"ogrn": "1027700132196"},
        {"email": "no address"},
        {"kind": ClientKind.PERSON, "kpp": "770701001"},
        {"latitude": Decimal("55.75")},
        {"longitude": Decimal("37.61")},
    ],
)
def test_wrong_requisites_are_refused(values):
    with pytest.raises(RuleError):
        check_client(company(**values))


def test_bank_accounts_are_checked():
    account = ClientBankAccount(account="4070 2810 1382 5012 3017", bik="044525225")

    check_client(company(bank_accounts=[account]))

    assert account.account == "40702810138250123017"
    with pytest.raises(RuleError):
        check_client(company(bank_accounts=[ClientBankAccount(account="1", bik="044525225")]))


def test_a_client_without_requisites_is_accepted():
    check_client(company(inn="", kpp=None))


def test_the_first_responsible_is_noted(session: Session):
    client = make_client(session)
    new = Client(name="Новый", responsible=client.responsible)
    session.add(new)

    note_responsibility(session, new)

    change = session.scalars(select(ResponsibilityChange)).one()
    assert (change.client_id, change.from_id, change.to_id) == (new.id, None, client.responsible_id)
    assert change.by_user_id is None


def test_a_change_of_responsible_names_both_and_who_did_it(session: Session):
    client, successor, head = make_client(session), make_employee(session), make_user(session)
    before = client.responsible_id
    session.info["viewer"] = Viewer(head.id, None, Scope.ALL)

    client.responsible = successor
    note_responsibility(session, client, reason="отпуск")

    change = session.scalars(select(ResponsibilityChange)).one()
    assert (change.from_id, change.to_id, change.by_user_id) == (before, successor.id, head.id)
    assert change.reason == "отпуск"


def test_saving_without_a_change_of_responsible_notes_nothing(session: Session):
    client = make_client(session)
    client.name = "Другое имя"

    note_responsibility(session, client)

    client.responsible = client.responsible
    note_responsibility(session, client)
    assert session.scalars(select(ResponsibilityChange)).all() == []


def test_the_history_goes_with_the_client(session: Session):
    client, other = make_client(session), make_client(session)
    for owner in (client, other):
        session.add(ResponsibilityChange(client_id=owner.id, to_id=owner.responsible_id))
    session.flush()

    forget_responsibility(session, client)

    kept = session.scalars(select(ResponsibilityChange)).all()
    assert [change.client_id for change in kept] == [other.id]


def test_phones_are_kept_dialable_and_as_typed(session: Session):
    contact = make_contact(
        session,
        phones=[
            ContactPhone(number="8 (495) 123-45-67 доб. 12"),
            ContactPhone(number="через секретаря"),
            ContactPhone(number="+7 916 123-45-67", extension="5"),
        ],
        emails=[ContactEmail(address="Ivan@Example.Ru")],
    )

    check_contact(contact)

    assert [(phone.number, phone.extension) for phone in contact.phones] == [
        ("+74951234567", "12"),
        ("через секретаря", None),
        ("+79161234567", "5"),
    ]
    assert contact.phones[0].as_typed == "8 (495) 123-45-67 доб. 12"
    assert contact.emails[0].address == "ivan@example.ru"


def test_a_main_contact_must_be_active():
    with pytest.raises(RuleError):
        check_contact(Contact(family_name="Тестов", is_main=True, is_active=False))
