"""Whose a phone number or an e-mail is."""

from sqlalchemy.orm import Session

from app.models.clients import ContactPhone
from app.services.reach import only, owners_of_phone
from tests.factories import make_client, make_contact


def test_a_number_is_found_however_it_was_typed(session: Session) -> None:
    contact = make_contact(session, phones=[ContactPhone(number="+74951234567")])
    client = make_client(session, phone="8 (812) 765-43-21 доб. 5; +7 900 000-00-01")
    make_client(session, phone="8 812 765-43-22")

    by_contact = only(owners_of_phone(session, "8(495)1234567"))
    by_client = only(owners_of_phone(session, "78127654321"))

    assert by_contact is not None
    assert (by_contact.client, by_contact.contact) == (contact.client, contact)
    assert by_client is not None
    assert (by_client.client, by_client.contact) == (client, None)


def test_a_number_of_several_or_of_nobody_has_no_one_owner(session: Session) -> None:
    for _number in range(2):
        make_contact(session, phones=[ContactPhone(number="+74951234567")])
    assert len(owners_of_phone(session, "+74951234567")) == 2
    assert only(owners_of_phone(session, "+74951234567")) is None
    for unknown in ("+79990000000", "102", "anonymous", ""):
        assert owners_of_phone(session, unknown) == []
