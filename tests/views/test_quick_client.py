"""Quick registration: a client and a contact in one save, duplicates found while typing and before saving."""

from typing import Any

import lxml.html
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.integrations.companies import CompanyFacts
from app.models.clients import Client, Contact, LegalState
from app.models.duplicates import DuplicatePair
from app.permissions import Role
from app.services.companies import keep_answer
from tests import factories as make
from tests.conftest import ClientAs

INN = "7707083893"
MOST_BYTES = 3 * 1024


def typed(client: Any, **values: str) -> dict[str, str]:
    return {"kind": "company", "name": "ООО «Горизонт»", "responsible": str(client.employee_id)} | values


def test_a_client_and_a_contact_are_made_in_one_save(session: Session, client_as: ClientAs) -> None:
    client = client_as(Role.SALES)
    contact = {"contact": "Иванов Иван Ильич", "contact_phone": "8 916 000-00-01", "contact_email": "I@Example.ru"}
    answer = client.post("/clients/quick/", data=typed(client, inn="7707 083893", phone="8 495 000 00 01", **contact))
    made = session.scalars(select(Client).where(Client.inn == INN)).one()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/clients/card/{made.id}")
    assert (made.phone, made.responsible_id) == ("+74950000001", client.employee_id)
    person = session.scalars(select(Contact).where(Contact.client_id == made.id)).one()
    assert (person.full_name, person.is_main) == ("Иванов Иван Ильич", True)
    assert (person.phones[0].number, person.emails[0].address) == ("+79160000001", "i@example.ru")


def test_it_leads_on_to_a_deal_of_the_new_client(session: Session, client_as: ClientAs) -> None:
    client = client_as(Role.SALES)
    answer = client.post("/clients/quick/", data=typed(client, _save="deal"))
    made = session.scalars(select(Client).order_by(Client.id.desc())).first()
    assert answer.headers["Location"] == f"/deals/add?client={made.id}"


def test_the_form_sent_twice_makes_one_client(session: Session, client_as: ClientAs) -> None:
    client = client_as(Role.SALES)
    answers = [client.post("/clients/quick/", data=typed(client, _once="a" * 20)) for _time in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert session.scalar(select(func.count()).select_from(Client)) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"inn": "7707083894"}, "онтрольн"),
        ({"name": ""}, "Заполните"),
        ({"kind": "person", "inn": INN}, "12 цифр"),
        ({"contact_phone": "8 916 000-00-01"}, "фамилию контактного лица"),
        ({"contact": "Я" * 61}, "слишком длинное"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(session, client_as: ClientAs, values, words: str) -> None:
    client = client_as(Role.SALES)
    answer = client.post("/clients/quick/", data=typed(client, town="Тула", **values))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Тула"' in answer.text
    assert not session.scalar(select(func.count()).select_from(Client))


class TestDuplicates:
    def test_they_are_shown_while_typing_in_three_kilobytes(self, session: Session, client_as: ClientAs) -> None:
        client = client_as(Role.SALES)
        for _number in range(8):
            make.make_client(session, name="ООО «Горизонт событий»", inn=INN, responsible_id=client.employee_id)
        session.commit()
        answer = client.get(f"/clients/quick/check?name=Горизонт+событий&inn={INN}&kind=company")
        assert answer.text.count("<li") == 5
        assert len(answer.data) <= MOST_BYTES
        assert "Похожих карточек" in client.get("/clients/quick/check?name=Иное").text

    def test_of_a_colleagues_client_only_whose_it_is(self, session: Session, client_as: ClientAs) -> None:
        other = make.make_client(session, name="ООО «Тайна»", inn=INN, phone="+74951112233")
        client = client_as(Role.SALES)
        answer = client.get(f"/clients/quick/check?inn={INN}")
        assert str(other.responsible) in answer.text
        assert "Тайна" not in answer.text
        assert f"/clients/card/{other.id}" not in answer.text
        refused = client.post("/clients/quick/", data=typed(client, inn=INN, reason="Другая фирма"))
        assert refused.status_code == 422
        assert "Тайна" not in refused.text

    def test_the_right_and_a_reason_save_it_all_the_same(self, session: Session, client_as: ClientAs) -> None:
        make.make_client(session, inn=INN)
        head = client_as(Role.SALES_HEAD)
        assert head.post("/clients/quick/", data=typed(head, inn=INN)).status_code == 422
        answer = head.post("/clients/quick/", data=typed(head, inn=INN, reason="Обособленный склад"))
        assert answer.status_code == 302
        assert session.scalars(select(DuplicatePair)).one().note == "Обособленный склад"

    def test_the_card_that_is_there_is_used_and_gets_the_contact(self, session: Session, client_as: ClientAs) -> None:
        client = client_as(Role.SALES)
        kept = make.make_client(session, responsible_id=client.employee_id)
        session.commit()
        values = typed(client, use=str(kept.id), contact="Иванов Иван")
        for _time in range(2):
            answer = client.post("/clients/quick/", data=values)
            assert answer.headers["Location"] == f"/clients/card/{kept.id}"
        client.post("/clients/quick/", data=typed(client, use=str(kept.id), contact="Петров"))
        names = session.scalars(select(Contact.family_name).where(Contact.client_id == kept.id).order_by(Contact.id))
        assert list(names) == ["Иванов", "Петров"]
        assert client.post("/clients/quick/", data=typed(client, use=str(kept.id))).status_code == 302
        bad = typed(client, use=str(kept.id), contact="Иванов", contact_email="не адрес")
        assert client.post("/clients/quick/", data=bad).status_code == 422
        assert client.post("/clients/quick/", data=typed(client, use="999999")).status_code == 404

    def test_the_ordinary_form_and_the_api_ask_the_same_check(self, session: Session, client_as: ClientAs) -> None:
        make.make_client(session, inn=INN)
        head = client_as(Role.SALES_HEAD)
        form = typed(head, inn=INN, status="lead", debt_threshold="0")
        refused = head.post("/clients/add", data=form)
        assert refused.status_code == 422
        assert "duplicate_reason" in refused.text
        assert head.post("/clients/add", data=form | {"duplicate_reason": "Другой склад"}).status_code == 302
        assert session.scalars(select(DuplicatePair)).one().note == "Другой склад"


class TestFilling:
    @pytest.fixture(autouse=True)
    def known(self, session: Session) -> None:
        facts = CompanyFacts(
            INN, "ПАО УЧЕБНОЕ", make.TODAY, kpp="770701001", town="Москва", head_name="Директоров Д. Д."
        )
        keep_answer(session, facts)
        session.commit()

    def test_values_are_offered_with_source_and_day(self, client_as: ClientAs) -> None:
        answer = client_as(Role.SALES).get(f"/clients/quick/fill?inn={INN}")
        assert 'data-field="kpp" data-value="770701001"' in answer.text
        assert "DaData" in answer.text
        assert "data-ask" not in answer.text

    def test_a_wrong_inn_is_not_looked_up(self, client_as: ClientAs) -> None:
        client = client_as(Role.SALES)
        assert client.get("/clients/quick/fill?inn=1").status_code == 400
        assert client.post("/clients/quick/fill", data={"inn": INN}).status_code == 200

    def test_without_scripts_a_button_fills_the_empty_fields(self, client_as: ClientAs) -> None:
        client = client_as(Role.SALES)
        answer = client.post("/clients/quick/", data={"act": "fill", "inn": INN, "name": "Своё имя"})
        assert 'value="Своё имя"' in answer.text
        assert 'value="770701001"' in answer.text
        assert "онтрольн" in client.post("/clients/quick/", data={"act": "fill", "inn": "1"}).text

    def test_the_card_keeps_source_day_and_state(self, session: Session, client_as: ClientAs) -> None:
        client = client_as(Role.SALES)
        client.post("/clients/quick/", data=typed(client, inn=INN, kpp="770701001"))
        made = session.scalars(select(Client).where(Client.inn == INN)).one()
        assert (made.requisites_source, made.requisites_on, made.legal_state) == (
            "DaData",
            make.TODAY,
            LegalState.ACTIVE,
        )


def test_a_role_without_contacts_is_asked_for_none(session: Session, client_as: ClientAs, monkeypatch) -> None:
    client = client_as(Role.SALES)
    assert 'name="contact"' in client.get("/clients/quick/").text
    monkeypatch.setattr("app.permissions.Viewer.may", lambda _self, _right, area: area == "Clients")
    assert 'name="contact"' not in client.get("/clients/quick/").text
    assert client.post("/clients/quick/", data=typed(client)).status_code == 302


def test_the_list_of_clients_begins_a_new_one_here(client_as: ClientAs) -> None:
    page = lxml.html.fromstring(client_as(Role.SALES).get("/clients/list/").text)
    assert set(page.xpath("//a[contains(., 'Новый клиент')]/@href")) == {"/clients/quick/"}
