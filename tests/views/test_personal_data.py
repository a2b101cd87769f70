"""The desk, the extract as a file, the erasing with its act; nobody without the right."""

import json

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import PersonalDataAccess
from app.models.files import Attachment
from app.models.personal_data import Erasure, ErasureStatus
from app.permissions import Role
from tests.factories import TODAY, make_consent, make_contact, make_erasure, make_interaction, make_organisation


def test_the_desk_leads_to_what_is_due(client_as, session: Session):
    make_erasure(session, due_on=TODAY.replace(year=2020), contact=make_contact(session, family_name="Ключёва"))

    page = client_as(Role.ADMIN).get("/personal-data/").text

    assert "/erasures/list/?tab=overdue" in page
    assert "chip-danger" in page
    assert "Исходящее письмо" in page, "the register of what is kept"


def test_the_extract_is_given_as_a_file_and_logged(client_as, session: Session):
    contact = make_contact(session, family_name="Ключёва", portrait="Ценит точность")
    admin = client_as(Role.ADMIN)

    answer = admin.post(f"/personal-data/extract/{contact.id}.json")

    assert json.loads(answer.text)["subject"].startswith("Ключёва")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "extract" in session.scalars(select(PersonalDataAccess.fields)).one()
    assert admin.post(f"/personal-data/extract/{contact.id}.pdf").data.startswith(b"%PDF-")
    assert admin.post(f"/personal-data/extract/{contact.id}.csv").status_code == 404


def _erase(admin: FlaskClient, erasure: Erasure, name: str):
    return admin.post(f"/personal-data/erase/{erasure.id}", data={"name": name})


def test_erasing_asks_for_the_name_and_keeps_the_act(client_as, session: Session):
    make_organisation(session)
    contact = make_contact(session, family_name="Ключёва")
    make_interaction(session, client=contact.client, topic="Ключёва просит счёт")
    erasure = make_erasure(session, contact=contact)
    session.commit()
    admin = client_as(Role.ADMIN)

    page = admin.get(f"/personal-data/erase/{erasure.id}").text
    assert "Ключёва просит счёт" in page
    assert _erase(admin, erasure, "Иванова").status_code == 422
    answer = _erase(admin, erasure, "ключёва")

    session.expire_all()
    assert answer.status_code == 302
    assert erasure.status is ErasureStatus.DONE
    assert contact.erased_at is not None
    act = session.scalars(select(Attachment).where(Attachment.record_table == "erasure")).one()
    assert admin.get(f"/files/{act.id}/{act.name}").data.startswith(b"%PDF-")
    assert admin.get(f"/personal-data/erase/{erasure.id}").status_code == 302
    assert admin.get(f"/contacts/edit/{contact.id}").status_code == 302
    card = admin.get(f"/contacts/show/{contact.id}").text
    assert "/personal-data/extract/" not in card


def test_open_work_is_named_before_and_refused(client_as, session: Session):
    make_organisation(session)
    erasure = make_erasure(session, contact=make_contact(session, family_name="Ключёва"))
    make_interaction(session, client=erasure.contact.client, contact=erasure.contact)
    session.commit()

    answer = _erase(client_as(Role.ADMIN), erasure, "Ключёва")

    assert answer.status_code == 422
    assert session.get(Erasure, erasure.id).status is ErasureStatus.REQUESTED


def test_the_card_of_a_contact_offers_what_the_law_asks_for(client_as, session: Session):
    contact = make_contact(session)
    session.commit()

    page = client_as(Role.BACK_OFFICE).get(f"/contacts/show/{contact.id}").text

    assert f"/personal-data/extract/{contact.id}.pdf" in page
    assert f"/consents/add?contact={contact.id}" in page


def test_a_withdrawn_consent_opens_a_request(client_as, session: Session):
    make_organisation(session)
    consent = make_consent(session)
    session.commit()
    admin = client_as(Role.ADMIN)

    admin.post(f"/consents/action/withdraw/{consent.id}")

    erasure = session.scalars(select(Erasure)).one()
    assert erasure.contact_id == consent.contact_id
    page = admin.get(f"/erasures/show/{erasure.id}").text
    assert f"/personal-data/erase/{erasure.id}" in page
    assert admin.post(f"/erasures/action/refuse/{erasure.id}").status_code == 302
    session.expire_all()
    assert erasure.status is ErasureStatus.REQUESTED, "a refusal needs its reason"


def test_a_request_is_made_from_the_contact(client_as, session: Session):
    make_organisation(session)
    contact = make_contact(session)
    session.commit()
    form = {"contact": contact.id, "basis": "unlawful", "requested_on": "2026-11-23"}

    answer = client_as(Role.BACK_OFFICE).post(f"/erasures/add?contact={contact.id}", data=form)

    assert answer.status_code == 302
    erasure = session.scalars(select(Erasure)).one()
    assert erasure.due_on.isoformat() == "2026-12-07"
    assert erasure.number
