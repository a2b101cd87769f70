"""The page of the global search."""

from sqlalchemy.orm import Session

from app.permissions import Role
from tests.factories import make_client, make_invoice


def test_every_searchable_table_is_asked_and_answers_with_links(client_as, session: Session):
    client = make_client(session, name="ООО «Ромашка»")
    make_invoice(session, client=client, number="РОМ-000015")
    session.commit()

    page = client_as(Role.ADMIN).get("/search/?q=ром").text

    assert f"/clients/card/{client.id}" in page
    assert "РОМ-000015" in page


def test_a_manager_finds_only_own_clients(client_as, session: Session):
    make_client(session, name="ООО «Ромашка»")
    session.commit()

    assert "Ромашка" not in client_as(Role.SALES).get("/search/?q=ромашка").text


def test_an_empty_question_is_answered_with_what_may_be_asked(client_as):
    answer = client_as(Role.SALES).get("/search/")

    assert answer.status_code == 200
    assert client_as(Role.SALES).get("/search/?q=%25").status_code == 200


def test_strangers_sign_in_first(client):
    assert client.get("/search/?q=x").status_code == 302


def test_the_palette_gets_what_was_found_and_what_may_be_made(client_as, session: Session):
    client = make_client(session, name="ООО «Ромашка»")
    session.commit()

    answer = client_as(Role.ACCOUNTANT).get("/search/?q=romashka", headers={"Accept": "application/json"}).json

    assert [record["url"] for group in answer["found"] for record in group["records"]] == [f"/clients/card/{client.id}"]
    made = {entry["url"] for entry in answer["create"]}
    assert "/invoices/add" in made
    assert "/deals/add" not in made
