"""Letters that nobody is known for are sorted by hand."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.clients import ContactEmail
from app.models.letters import IncomingState, MailFolder
from app.permissions import Role
from app.views.letters import mailbox
from tests.conftest import ClientAs
from tests.factories import NOON, make_client, make_contact, make_incoming_mail, make_interaction


@pytest.fixture
def office(client_as: ClientAs) -> Any:
    return client_as(Role.BACK_OFFICE)


def _lines(page: str) -> int:
    return page.count('class="letter-line-head"')


def test_a_letter_is_given_to_its_client(office: Any, session: Session) -> None:
    mail = make_incoming_mail(session, subject="Заявка", sender_name="Пётр", sender="petr@example.ru")
    for _number in range(2):
        make_contact(session, emails=[ContactEmail(address="petr@example.ru")])
    client = make_client(session)
    session.commit()

    assert "Заявка" in office.get("/mailbox/").text
    page = office.get(f"/mailbox/{mail.id}").text
    assert "contact_email=petr@example.ru" in page
    assert page.count("ООО «Клиент") >= 2

    assert office.post(f"/mailbox/{mail.id}/assign", data={}).status_code == 422
    wrong = {"client": client.id, "contact": make_contact(session).id}
    session.commit()
    assert office.post(f"/mailbox/{mail.id}/assign", data=wrong).status_code == 422
    answer = office.post(f"/mailbox/{mail.id}/assign", data={"client": client.id})
    session.expire_all()
    assert answer.location == f"/letters/{mail.interaction_id}"
    assert office.get(f"/mailbox/{mail.id}").location == answer.location
    assert office.post(f"/mailbox/{mail.id}/aside").location == "/mailbox/"


def test_a_letter_is_set_aside_and_found_there(office: Any, session: Session) -> None:
    mail = make_incoming_mail(session, subject="", sender="", text="Реклама")
    session.commit()
    office.post(f"/mailbox/{mail.id}/aside")
    session.expire_all()
    assert mail.state is IncomingState.SET_ASIDE
    assert _lines(office.get("/mailbox/").text) == 0
    assert _lines(office.get("/mailbox/?tab=set_aside").text) == 1
    assert office.get(f"/mailbox/{mail.id}").status_code == 200
    assert office.get("/mailbox/?tab=nothing").status_code == 404


def test_the_list_goes_on_and_says_how_the_mailbox_is(
    office: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "SHOWN", 1)
    first = make_incoming_mail(session, subject="Первое")
    second = make_incoming_mail(session, subject="Второе")
    session.add(MailFolder(address="office@mail", fetched_at=NOON, error="wrong password"))
    session.commit()
    page = office.get("/mailbox/?tab=all").text
    assert "wrong password" in page
    assert f"before={second.id}" in page
    older = office.get(f"/mailbox/?tab=all&before={second.id}").text
    assert f"/mailbox/{first.id}" in older


def test_managers_do_not_sort_the_mail_of_all(client_as: ClientAs, session: Session) -> None:
    mail = make_incoming_mail(session)
    session.commit()
    anna: Any = client_as(Role.SALES)
    assert anna.get("/mailbox/").status_code == 403
    assert anna.get(f"/mailbox/{mail.id}").status_code == 403


def test_who_has_written_is_filled_into_the_registration(client_as: ClientAs, session: Session) -> None:
    anna: Any = client_as(Role.SALES)
    page = anna.get("/clients/quick/?contact=Пётр&contact_email=petr@example.ru&phone=%2B74950000000").text
    assert 'value="petr@example.ru"' in page
    assert 'value="+74950000000"' in page
    make_interaction(session)
