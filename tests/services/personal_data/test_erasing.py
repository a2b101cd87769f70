"""Consents and their end; a person's data go, the documents and the chain of the history stay."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import AuditEntry
from app.models.batches import BatchAct, BatchChange
from app.models.claims import ClaimStatus
from app.models.clients import ContactEmail, ContactPhone
from app.models.files import Attachment, StoredFile
from app.models.interactions import InteractionState
from app.models.personal_data import ConsentPurpose, Erasure, ErasureBasis, ErasureStatus
from app.models.service import RequestStatus, VisitStatus
from app.permissions import Scope, Viewer
from app.services.access.personal import note_opened, recent_of
from app.services.audit import ERASED, verify_chain
from app.services.personal_data import (
    check_consent,
    erase_contact,
    has_consent,
    is_overdue,
    pending_work,
    prepare_erasure,
    refuse_erasure,
    withdraw_consent,
)
from app.services.working_days import WorkingCalendar
from tests.factories import (
    NOON,
    TODAY,
    make_batch,
    make_claim,
    make_consent,
    make_contact,
    make_erasure,
    make_interaction,
    make_invoice,
    make_organisation,
    make_request,
    make_user,
    make_visit,
)

CALENDAR = WorkingCalendar()
DAY = timedelta(days=1)


def person(session: Session, **changes):
    """A contact with a value in every field that holds personal data, written as an application writes it."""
    contact = make_contact(
        session,
        family_name="Ключёва",
        patronymic="Ивановна",
        position="Механик",
        birth_date=date(1980, 5, 1),
        portrait="Ценит точность",
        comment="Звонить утром",
        **changes,
    )
    contact.phones.append(ContactPhone(number="+79990000001"))
    contact.emails.append(ContactEmail(address="klyucheva@example.test"))
    session.commit()
    return contact


# --- consents ---


@pytest.mark.parametrize(
    ("changes", "day", "holds"),
    [
        ({}, TODAY, True),
        ({}, TODAY - DAY, False),
        ({"valid_until": TODAY}, TODAY, True),
        ({"valid_until": TODAY}, TODAY + DAY, False),
        ({"withdrawn_on": TODAY}, TODAY, False),
        ({"purpose": ConsentPurpose.TRANSFER}, TODAY, False),
    ],
)
def test_a_consent_holds_for_its_purpose_and_term(session: Session, changes, day, holds):
    consent = make_consent(session, **changes)

    assert has_consent(session, consent.contact, ConsentPurpose.ADVERTISING, day) is holds


@pytest.mark.parametrize("changes", [{"valid_until": TODAY - DAY}, {"withdrawn_on": TODAY - DAY}])
def test_a_consent_cannot_end_before_it_was_given(session: Session, changes):
    consent = make_consent(session)
    with session.no_autoflush:
        for name, value in changes.items():
            setattr(consent, name, value)
        with pytest.raises(RuleError):
            check_consent(consent)


def test_an_erased_person_gives_no_consent(session: Session):
    consent = make_consent(session)
    check_consent(consent)
    consent.contact.erased_at = NOON

    with pytest.raises(RuleError, match="are erased"):
        check_consent(consent)


def test_a_withdrawn_consent_opens_one_request_to_erase(session: Session):
    make_organisation(session)
    consent = make_consent(session)
    second = make_consent(session, contact=consent.contact, purpose=ConsentPurpose.PORTRAIT)

    erasure = withdraw_consent(session, consent, today=TODAY, calendar=CALENDAR)

    assert (erasure.basis, erasure.due_on) == (ErasureBasis.WITHDRAWN, date(2026, 12, 23))
    assert withdraw_consent(session, second, today=TODAY, calendar=CALENDAR) is erasure
    with pytest.raises(RuleError, match="withdrawn already"):
        withdraw_consent(session, consent, today=TODAY, calendar=CALENDAR)


# --- requests ---


def test_unlawful_processing_ends_within_ten_working_days(session: Session):
    make_organisation(session)
    erasure = make_erasure(session, basis=ErasureBasis.UNLAWFUL, number="")

    prepare_erasure(session, erasure, calendar=CALENDAR)

    assert erasure.due_on == date(2026, 12, 7)
    assert erasure.number


def test_a_number_stays_and_an_erased_person_is_not_erased_again(session: Session):
    erasure = make_erasure(session, number="КС-1")
    prepare_erasure(session, erasure, calendar=CALENDAR)
    assert erasure.number == "КС-1"

    erasure.contact.erased_at = NOON
    with pytest.raises(RuleError, match="are erased"):
        prepare_erasure(session, erasure, calendar=CALENDAR)


def test_a_request_is_overdue_after_its_term_while_open(session: Session):
    erasure = make_erasure(session, due_on=TODAY)

    assert not is_overdue(erasure, TODAY)
    assert is_overdue(erasure, TODAY + DAY)
    erasure.status = ErasureStatus.DONE
    assert not is_overdue(erasure, TODAY + DAY)


def test_a_refusal_says_why_and_closes(session: Session):
    erasure = make_erasure(session)
    with pytest.raises(RuleError, match="why"):
        refuse_erasure(erasure)
    erasure.comment = "Данные нужны для исполнения договора"

    refuse_erasure(erasure)

    assert erasure.status is ErasureStatus.REFUSED
    with pytest.raises(RuleError, match="closed"):
        refuse_erasure(erasure)


# --- erasing ---


def test_open_work_holds_the_person(session: Session):
    erasure = make_erasure(session)
    contact, client = erasure.contact, erasure.contact.client
    held = {"client": client, "contact": contact}
    talk = make_interaction(session, state=InteractionState.PLANNED, **held)
    request = make_request(session, **held)
    visit = make_visit(session, **held)
    claim = make_claim(session, **held)

    pending = pending_work(session, contact)
    assert (pending.interactions, pending.requests, pending.visits, pending.claims) == (1, 1, 1, 1)
    with pytest.raises(RuleError, match="open work"):
        erase_contact(session, erasure, now=NOON)

    talk.state, request.status, visit.status = InteractionState.DONE, RequestStatus.DONE, VisitStatus.DONE
    claim.result, claim.status = "Решено", ClaimStatus.CLOSED
    assert not pending_work(session, contact)


def test_the_person_goes_and_the_work_stays(session: Session):
    contact = person(session)
    invoice = make_invoice(session, client=contact.client)
    talk = make_interaction(
        session, client=contact.client, contact=contact, state=InteractionState.DONE, contact_details="+79990000001"
    )
    file = make_file(session, contact)
    erasure = make_erasure(session, contact=contact, number="КС-2026-000001")
    session.commit()
    user = make_user(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    note_opened(session, user.id, "contact", contact.id, NOON)

    erase_contact(session, erasure, now=NOON)
    session.commit()

    assert recent_of(session, user.id) == []
    assert contact.full_name == "Erased, request КС-2026-000001"
    fields = (contact.position, contact.birth_date, contact.portrait, contact.comment)
    assert fields == (None, None, None, None)
    assert (contact.phones, contact.emails, contact.is_active) == ([], [], False)
    assert "9990000001" not in contact.search_key + talk.search_key
    assert talk.contact_details is None
    assert talk.topic
    assert session.get(Attachment, file) is None
    assert session.get(type(invoice), invoice.id) is invoice
    assert (erasure.status, erasure.done_at, erasure.done_by_id) == (ErasureStatus.DONE, NOON, user.id)
    assert dict(erasure.destroyed)["phones"] == 1
    with pytest.raises(RuleError, match="closed"):
        erase_contact(session, erasure, now=NOON)


def make_file(session: Session, contact) -> int:
    stored = StoredFile(sha256="a" * 64, size=1, media_type="image/png")
    session.add(stored)
    session.flush()
    attachment = Attachment(record_table="contact", record_id=contact.id, file_id=stored.id, name="Ключёва.png")
    session.add(attachment)
    session.flush()
    return attachment.id


def test_the_history_forgets_the_values_and_its_chain_still_holds(session: Session):
    contact = person(session)
    contact.phones[0].number = "+79990000002"
    contact.emails.clear()
    talk = make_interaction(session, client=contact.client, contact=contact, state=InteractionState.DONE)
    talk.contact_details = "klyucheva@example.test"
    session.commit()
    make_organisation(session)
    erasure = Erasure(contact=contact, basis=ErasureBasis.PURPOSE_REACHED, requested_on=TODAY)
    prepare_erasure(session, erasure, calendar=CALENDAR)
    session.add(erasure)
    session.flush()

    erase_contact(session, erasure, now=NOON)
    session.commit()

    kept = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    words = repr([entry.changes for entry in kept])
    for secret in ("Ключёв", "Ивановна", "Механик", "999000000", "klyucheva"):
        assert secret not in words
    note = next(entry for entry in kept if entry.act == "erase")
    wiped = [entry.id for entry in kept if entry.changes == ERASED]
    assert note.changes["entries"] == wiped
    assert verify_chain(session).broken == ()


def test_what_batches_kept_of_the_person_goes_too(session: Session):
    make_organisation(session)
    contact = person(session)
    batch = make_batch(session)
    for key in (contact.id, contact.id + 1):
        kept = {"before": {"position": "Механик"}, "act": BatchAct.CHANGE}
        session.add(BatchChange(batch_id=batch.id, table_name="contact", record_id=key, **kept))
    session.flush()

    erase_contact(session, make_erasure(session, contact=contact), now=NOON)

    assert [change.record_id for change in session.scalars(select(BatchChange))] == [contact.id + 1]


def test_values_wiped_without_a_note_break_the_chain(session: Session):
    contact = person(session)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "contact")).one()
    wiping = text("update audit_entry set changes = '{\"erased\": true}' where id = :key")
    session.execute(wiping, {"key": entry.id})
    session.expire_all()

    assert verify_chain(session).broken == (entry.id,)
    assert contact.full_name


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set changes = '{}'",
        "update audit_entry set act = 'create' || act",
        "update audit_entry set changes = '{\"erased\": true}', record_id = 99",
    ],
)
def test_the_database_lets_nobody_change_an_entry_otherwise(session: Session, statement):
    person(session)

    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(statement))
