"""Pairs of cards on their page, the merge by hand, and the addresses of the card that went."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.duplicates import DuplicatePair, PairState, RecordMerge
from app.permissions import Role
from app.services.duplicates.scanning import scan
from tests import factories as make
from tests.conftest import ClientAs
from tests.views.test_api import Program

INN = "7707083893"


@pytest.fixture
def twins(session: Session) -> tuple[Client, Client]:
    kept = make.make_client(session, name="ООО «Ромашка»", inn=INN)
    gone = make.make_client(session, name="РОМАШКА ООО", inn=INN)
    make.make_client(session, name="ООО «Горизонт»")
    make.make_contact(session, client=kept, family_name="Иванов", given_name="Иван")
    make.make_contact(session, client=kept, family_name="Иванов", given_name="Иван")
    for _counts in scan(session):
        session.commit()
    return kept, gone


def test_the_pairs_found_are_listed_and_decided(session: Session, client_as: ClientAs, twins) -> None:
    head = client_as(Role.SALES_HEAD)
    page = head.get("/clients/duplicates/").text
    assert "РОМАШКА ООО" in page
    assert "Горизонт" not in page
    assert "Иванов" in head.get("/clients/duplicates/?of=contact").text
    assert head.post("/clients/duplicates/").status_code == 302
    pair = session.scalars(select(DuplicatePair).where(DuplicatePair.table_name == "client")).one()
    assert (pair.first_id, pair.second_id, pair.strength) == (twins[0].id, twins[1].id, 100)
    head.post(f"/clients/duplicates/{pair.id}/different")
    session.expire_all()
    assert pair.state is PairState.DIFFERENT
    assert "РОМАШКА ООО" not in head.get("/clients/duplicates/").text
    assert head.get("/clients/duplicates/?state=none").status_code == 400
    assert client_as(Role.SALES).get("/clients/duplicates/").status_code == 403


def test_a_merge_asks_for_the_name_and_can_be_taken_back(session: Session, client_as: ClientAs, twins) -> None:
    kept, gone = twins[0].id, twins[1].id
    head = client_as(Role.SALES_HEAD)
    address = f"/clients/merge/?kept={kept}&gone={gone}"
    assert "РОМАШКА ООО" in head.get(address).text
    form = {"kept": kept, "gone": gone, "choose name": "gone"}
    assert head.post("/clients/merge/", data=form | {"confirm": "не то"}).status_code == 422
    assert (
        head.post("/clients/merge/", data=form | {"confirm": "Ромашка ООО "}).headers["Location"].endswith(f"/{kept}")
    )
    for old, new in (
        (f"/clients/card/{gone}", f"/clients/card/{kept}"),
        (f"/clients/show/{gone}", f"/clients/card/{kept}"),
    ):
        answer = head.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert head.get("/clients/card/999999").status_code == 404
    assert head.get(address).status_code == 200
    assert head.get("/clients/merge/").status_code == 400
    made = session.scalars(select(RecordMerge)).one()
    assert head.post(f"/clients/merge/{made.id}/part").headers["Location"] == f"/clients/card/{gone}"
    assert head.get(f"/clients/card/{gone}").status_code == 200
    assert head.post(f"/clients/merge/{made.id}/part").headers["Location"] == "/clients/duplicates/"


def test_contacts_are_merged_on_the_same_page(session: Session, client_as: ClientAs, twins) -> None:
    head = client_as(Role.SALES_HEAD)
    pair = session.scalars(select(DuplicatePair).where(DuplicatePair.table_name == "contact")).one()
    form = {"of": "contact", "kept": pair.first_id, "gone": pair.second_id, "confirm": "Иванов Иван"}
    assert head.post("/clients/merge/", data=form).headers["Location"] == f"/contacts/show/{pair.first_id}"
    answer = head.get(f"/contacts/show/{form['gone']}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/contacts/show/{form['kept']}")


def test_a_program_is_told_where_the_client_went(session: Session, client_as: ClientAs, app, twins) -> None:
    kept, gone = twins[0].id, twins[1].id
    head = client_as(Role.SALES_HEAD)
    head.post("/clients/merge/", data={"kept": kept, "gone": gone, "confirm": "РОМАШКА ООО"})
    answer = Program(app, session, head).call("GET", f"clients/{gone}")
    assert (answer.status_code, answer.json["merged_into"]) == (410, kept)
