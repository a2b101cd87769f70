"""Letters, calls and what repeats them: the person's go, those of others stay as they are."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.telephony import CallEvent, Phase
from app.models.access import AuditEntry
from app.models.batches import BatchAct, BatchChange
from app.models.calls import ERASED_NUMBER
from app.models.clients import Contact, ContactEmail, ContactPhone
from app.models.duplicates import RecordMerge
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.interactions import InteractionKind, InteractionState
from app.models.letters import IncomingKind, IncomingState
from app.models.mail import MailState
from app.models.notices import Notice
from app.models.sales import QuoteStatus, QuoteStatusChange
from app.services.calls.receiving import CallDesk, note_event
from app.services.duplicates.merging import merge
from app.services.duplicates.parting import may_part, part
from app.services.files import detach
from app.services.personal_data import erase_contact, pending_work, subject_of
from tests import factories as make
from tests.factories import NOON

MOSCOW = ZoneInfo("Europe/Moscow")
PHONE, EMAIL = "+79995550123", "zhuk@example.ru"
WORDS = "Erased, request КС-1"


@pytest.fixture
def contact(session: Session) -> Contact:
    """A person with a number and an address of their own."""
    made = make.make_contact(session, family_name="Жуков", given_name="Демид")
    made.phones.append(ContactPhone(number=PHONE))
    made.emails.append(ContactEmail(address=EMAIL))
    make.make_organisation(session)
    session.commit()
    return made


def erase(session: Session, contact: Contact) -> dict[str, int]:
    """Erase the person; the figures of the act."""
    erasure = make.make_erasure(session, contact=contact, number="КС-1")
    erase_contact(session, erasure, now=NOON)
    session.commit()
    return dict(erasure.destroyed or [])


def letter_to(session: Session, talk: Any, **changes: Any) -> Any:
    return make.make_outgoing_mail(session, record_table="interaction", record_id=talk.id, **changes)


def done(session: Session, contact: Contact, **changes: Any) -> Any:
    return make.make_interaction(
        session, contact=contact, client=contact.client, state=InteractionState.DONE, **changes
    )


# --- whose an address or number is ---


def test_a_number_or_address_that_others_have_tells_nothing(session: Session, contact: Contact) -> None:
    colleague = make.make_contact(session, client=contact.client)
    colleague.phones.append(ContactPhone(number=PHONE))
    contact.phones.append(ContactPhone(number="+79995550125"))
    contact.phones.append(ContactPhone(number="12-34"))
    contact.client.email, contact.client.phone = f"Office@example.ru; {EMAIL}", "8 999 555-01-25"
    session.commit()

    subject = subject_of(session, contact)

    assert (subject.emails, subject.phones) == (frozenset(), {"12-34"})


def test_a_shared_number_is_reached_only_through_the_persons_own_talks(session: Session, contact: Contact) -> None:
    colleague = make.make_contact(session, client=contact.client)
    colleague.phones.append(ContactPhone(number=PHONE))
    colleague.emails.append(ContactEmail(address=EMAIL))
    session.commit()
    own = make.make_phone_call(session, number=PHONE, interaction=done(session, contact, contact_details=PHONE))
    theirs = done(session, colleague, contact_details=PHONE)
    others = make.make_phone_call(session, number=PHONE, interaction=theirs, recording="https://records.example/1")
    came = make.make_incoming_mail(session, sender=EMAIL)

    figures = erase(session, contact)

    assert figures["calls"] == 1
    assert own.number == ERASED_NUMBER
    assert (others.number, others.recording) == (PHONE, "https://records.example/1")
    assert (theirs.contact_details, came.sender) == (PHONE, EMAIL)


# --- letters ---


def test_a_letter_leaves_only_that_it_went(session: Session, contact: Contact) -> None:
    talk = done(session, contact, kind=InteractionKind.LETTER, topic="Жуков", comment="Демид!", result="Согласен")
    mail = letter_to(session, talk, recipients=[EMAIL], state=MailState.SENT, sent_at=NOON, html="<p>Демид!</p>")

    figures = erase(session, contact)

    assert figures["letters_out"] == 1
    assert (mail.recipients, mail.subject, mail.text, mail.html) == ([], WORDS, "", None)
    assert (mail.state, mail.sent_at, mail.record_id) == (MailState.SENT, NOON, talk.id)
    assert (talk.topic, talk.comment, talk.result, talk.state) == (WORDS, None, "Согласен", InteractionState.DONE)


@pytest.mark.parametrize("state", [MailState.WAITING, MailState.FAILED, MailState.RETURNED])
def test_a_letter_that_has_not_arrived_is_withdrawn(session: Session, contact: Contact, state: MailState) -> None:
    talk = make.make_interaction(session, contact=contact, client=contact.client, result="Не доставлено: ящик полон")
    mail = letter_to(session, talk, state=state, error="ящик полон")
    assert not pending_work(session, contact)

    erase(session, contact)

    assert (mail.state, talk.state, talk.result) == (MailState.WITHDRAWN, InteractionState.CANCELLED, None)


def test_a_letter_about_nothing_is_withdrawn_too(session: Session, contact: Contact) -> None:
    mail = make.make_outgoing_mail(session, recipients=[EMAIL.upper()])

    erase(session, contact)

    assert (mail.state, mail.recipients) == (MailState.WITHDRAWN, [])


def test_a_letter_that_is_being_sent_stops_the_erasing(session: Session, contact: Contact) -> None:
    talk = make.make_interaction(session, contact=contact, client=contact.client)
    letter_to(session, talk, attempts=1, next_try_at=NOON + timedelta(minutes=5))

    with pytest.raises(RuleError, match="just now"):
        erase_contact(session, make.make_erasure(session, contact=contact), now=NOON)
    assert contact.family_name == "Жуков"


def test_a_finished_talk_stays_finished(session: Session, contact: Contact) -> None:
    talk = done(session, contact)
    mail = letter_to(session, talk, state=MailState.FAILED)

    erase(session, contact)

    assert (mail.state, talk.state) == (MailState.WITHDRAWN, InteractionState.DONE)


def test_of_a_letter_to_several_only_the_address_goes(session: Session, contact: Contact) -> None:
    talk = make.make_interaction(session, client=contact.client, contact_details=f"a@example.test, {EMAIL}")
    quote = make.make_quote(session, client=contact.client)
    for note in (f"Письмом на {EMAIL}", None):
        session.add(QuoteStatusChange(quote_id=quote.id, to_status=QuoteStatus.SENT, note=note))
    named = {"recipients": ["a@example.test", EMAIL], "copies": [EMAIL], "error": f"{EMAIL}: ящик полон"}
    mail = letter_to(session, talk, document_table="quote", document_id=quote.id, **named)
    quiet = make.make_outgoing_mail(session, recipients=["a@example.test"], copies=[EMAIL], error="нет связи")
    came = make.make_incoming_mail(session, recipients=["office@example.ru", EMAIL])

    figures = erase(session, contact)

    assert (figures["letters_out"], figures["letters_in"]) == (2, 1)
    assert (mail.recipients, mail.copies, mail.error) == (["a@example.test"], [], "")
    assert (mail.subject, mail.state, talk.contact_details) == ("Счёт", MailState.WAITING, "a@example.test")
    assert (quiet.copies, quiet.error) == ([], "нет связи")
    assert (came.recipients, came.text[:12]) == (["office@example.ru"], "Добрый день!")
    assert set(session.scalars(select(QuoteStatusChange.note))) == {"By letter", None}


def test_a_letter_that_waits_to_be_sorted_is_set_aside(session: Session, contact: Contact) -> None:
    mail = make.make_incoming_mail(session, sender="Zhuk@Example.ru", warning="Не принято: Жуков.exe")
    talk = done(session, contact, topic="Ответ")
    reply = make.make_incoming_mail(session, kind=IncomingKind.AUTO_REPLY, interaction=talk, state=IncomingState.SORTED)

    erase(session, contact)

    assert (mail.state, mail.sender, mail.warning) == (IncomingState.SET_ASIDE, "", "")
    assert (reply.state, reply.text, talk.topic) == (IncomingState.SORTED, "", "Ответ")


def test_files_of_letters_go_and_signed_documents_stay(session: Session, contact: Contact) -> None:
    talk = done(session, contact)
    make.make_incoming_mail(session, interaction=talk)
    stored = StoredFile(sha256="a" * 64, size=1, media_type="image/png")
    session.add(stored)
    session.flush()
    place = {"record_table": "interaction", "record_id": talk.id, "file_id": stored.id}
    gone = Attachment(name="Жуков ранее.png", **place)
    session.add_all([gone, Attachment(name="Жуков.png", **place)])
    session.add(Attachment(name="Акт.pdf", kind=AttachmentKind.SIGNED, **place))
    session.commit()
    detach(session, gone)
    session.commit()

    figures = erase(session, contact)

    assert figures["files"] == 1
    assert session.scalars(select(Attachment.name)).all() == ["Акт.pdf"]
    assert "Жуков" not in repr(session.scalars(select(AuditEntry.changes)).all())


# --- talks ---


def test_a_deleted_talk_leaves_no_number_in_the_history(session: Session, contact: Contact) -> None:
    talk = done(session, contact, contact_details=PHONE)
    session.commit()
    session.delete(talk)
    session.commit()

    erase(session, contact)

    assert PHONE not in repr(session.scalars(select(AuditEntry.changes)).all())


def test_of_batches_only_what_names_the_person_is_forgotten(session: Session, contact: Contact) -> None:
    batch, talks = make.make_batch(session), [done(session, contact) for _number in range(2)]
    for talk, before in zip(talks, ({"responsible_id": 1}, {"contact_details": PHONE}), strict=True):
        row = {"table_name": "interaction", "record_id": talk.id, "act": BatchAct.CHANGE}
        session.add(BatchChange(batch_id=batch.id, before=before, after={}, **row))

    erase(session, contact)

    assert [change.record_id for change in session.scalars(select(BatchChange))] == [talks[0].id]


# --- calls ---


def test_a_call_leaves_when_and_how_long(session: Session, contact: Contact) -> None:
    url = "https://records.example/1"
    talk = make.make_interaction(session, client=contact.client, contact_details=PHONE, comment=f"Запись: {url}")
    callback = make.make_interaction(session, client=contact.client, contact_details=PHONE)
    call = make.make_phone_call(
        session, number=PHONE, recording=url, talk_seconds=60, interaction=talk, callback=callback
    )

    assert erase(session, contact)["calls"] == 1
    assert (call.number, call.recording, call.talk_seconds) == (ERASED_NUMBER, "", 60)
    assert (talk.contact_details, talk.comment, callback.contact_details) == (None, None, None)


def test_a_call_back_that_became_a_talk_with_another_tells_nothing(session: Session, contact: Contact) -> None:
    missed_talk = make.make_interaction(session, client=contact.client)
    number = "+79995550199"
    missed = make.make_phone_call(session, number=number, interaction=missed_talk, callback=done(session, contact))
    lost = make.make_phone_call(session, number=number, callback=done(session, contact))

    assert erase(session, contact)["calls"] == 1
    assert (missed.number, lost.number) == (number, ERASED_NUMBER)


def test_a_late_report_brings_nothing_back(session: Session, contact: Contact) -> None:
    call = make.make_phone_call(session, number=PHONE)
    erase(session, contact)
    event = CallEvent(call.external_id, Phase.RECORDED, number=PHONE, recording="https://records.example/1")

    note_event(session, call.provider, event, CallDesk(MOSCOW, NOON))

    assert (call.number, call.recording) == (ERASED_NUMBER, "")


# --- what repeats them ---


def test_letters_to_colleagues_about_the_person_are_emptied(session: Session, contact: Contact) -> None:
    notice = make.make_notice(session, record_table="contact", record_id=contact.id)
    other = make.make_notice(session, arguments={"what": "Жуков Демид", "client": "Другой клиент"})
    link = "https://kontora.example/notifications"
    told = make.make_outgoing_mail(session, text=f"Новое\n{link}/{notice.id}", state=MailState.SENT)
    quoting = make.make_outgoing_mail(session, text="Пропущен звонок: +7 999 555-01-23")
    plain = make.make_outgoing_mail(session, text=f"Новое\n{link}/{other.id}")

    assert erase(session, contact)["notices"] == 1
    assert (told.text, told.state) == ("", MailState.SENT)
    assert (quoting.text, quoting.state) == ("", MailState.WITHDRAWN)
    assert (plain.text != "", plain.state) == (True, MailState.WAITING)
    assert session.scalars(select(Notice.id)).all() == [other.id]


def test_rows_of_imports_that_name_nobody_stay(session: Session, contact: Contact) -> None:
    rows: dict[str, Any] = {"samples": [["Иной", "1"], ["Жуков Демид", "2"]], "problems": [[2, "Телефон", PHONE]]}
    kept = make.make_table_import(session, table_name="contact", **rows)
    make.make_table_import(session, table_name="product", samples=[["Насос"]])

    assert erase(session, contact)["imports"] == 1
    assert (kept.samples, kept.problems) == ([["Иной", "1"], ["", ""]], [])


def test_a_name_too_short_to_tell_anything_is_not_looked_for(session: Session, contact: Contact) -> None:
    contact.family_name, contact.given_name = "Ли", None
    kept = make.make_table_import(session, table_name="contact", samples=[["Лист", "1"], ["Ли", PHONE]])
    told = {"what": "Лист", "client": contact.client.name}
    notice = make.make_notice(session, arguments=told)

    erase(session, contact)

    assert kept.samples == [["Лист", "1"], ["", ""]]
    assert session.scalars(select(Notice.id)).all() == [notice.id]


# --- merges ---


def test_two_cards_of_the_person_stay_one(session: Session, contact: Contact) -> None:
    first, second = (make.make_contact(session, client=contact.client, family_name="Жуков") for _number in range(2))
    first.emails.append(ContactEmail(address=EMAIL))
    second.emails.append(ContactEmail(address="zhuk-old@example.test"))
    session.commit()
    inner = merge(session, "contact", first.id, second.id, {})
    outer = merge(session, "contact", contact.id, first.id, {})
    session.commit()
    came = make.make_incoming_mail(session, sender="zhuk-old@example.test")

    assert erase(session, contact)["merges"] == 2
    for made in (inner, outer):
        assert (made.snapshot, made.merged_name, may_part(made)) == (None, WORDS, False)
        with pytest.raises(RuleError):
            part(session, made)
    assert came.sender == ""
    assert "Жуков" not in repr(session.scalars(select(AuditEntry.changes)).all())


def test_clients_can_still_be_parted_and_the_person_does_not_come_back(session: Session, contact: Contact) -> None:
    kept, gone = make.make_client(session), contact.client
    deal = make.make_deal(session, client=gone)
    session.commit()
    made = merge(session, "client", kept.id, gone.id, {})
    session.refresh(contact)
    whole = made.snapshot or {}
    row = {"id": contact.id, "family_name": "Жуков"}
    made.snapshot = {
        **whole,
        "deleted": [*whole["deleted"], {"table": "contact", "row": row}],
        "moved": {**whole["moved"], "claim.contact_id": [[{"id": 1}, contact.id, contact.id + 1]]},
    }
    untouched = RecordMerge(table_name="client", kept_id=901, merged_id=902, snapshot=whole)
    emptied = RecordMerge(table_name="client", kept_id=901, merged_id=902, snapshot=None)
    session.add_all([untouched, emptied])
    session.commit()

    assert erase(session, contact)["merges"] == 1
    assert "Жуков" not in repr(made.snapshot)
    assert untouched.snapshot == whole

    part(session, made)
    session.expire_all()
    assert (contact.client_id, deal.client_id) == (gone.id, gone.id)
    assert contact.family_name == WORDS
    assert not session.scalars(select(ContactPhone)).all()
