"""A letter to a client is an interaction and a letter in the outbox, and a sent quote, in one transaction."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import LossReason
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.ledger import ActivityKind, ActivityMovement
from app.models.mail import MailState, OutgoingMail
from app.models.notices import Notice, NoticeKind
from app.models.sales import DocumentStatus, QuoteStatus, QuoteStatusChange
from app.services.files import attachments_of, open_store, store_file
from app.services.letters import (
    LetterDraft,
    note_left,
    note_refused,
    propose_letter,
    retry_letter,
    send_letter,
    threads,
    withdraw_letter,
    writing,
)
from app.services.mail import note_failed, note_sent
from tests.factories import (
    NOON,
    TODAY,
    make_client,
    make_contact,
    make_deal,
    make_employee,
    make_incoming_mail,
    make_interaction,
    make_invoice,
    make_outgoing_mail,
    make_quote,
    make_user,
)
from tests.factories.files import make_pdf

MOSCOW = ZoneInfo("Europe/Moscow")
LATER = NOON + timedelta(minutes=3)


@pytest.fixture
def draft(session: Session) -> LetterDraft:
    manager = make_employee(session, user=make_user(session))
    client = make_client(session, responsible=manager)
    return LetterDraft(client=client, to=("client@example.ru",), subject="Условия поставки", text="Добрый день!")


def send(session: Session, draft: LetterDraft) -> tuple[Interaction, OutgoingMail]:
    made = send_letter(session, draft, draft.client.responsible, now=NOON, today=TODAY)
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.record_id == made.id)).one()
    return made, mail


def test_a_letter_is_planned_until_it_has_left(session: Session, draft: LetterDraft) -> None:
    contact = make_contact(session, client=draft.client)
    deal = make_deal(session, client=draft.client)
    made, mail = send(session, replace(draft, contact=contact, deal=deal, copies=("boss@example.ru",)))

    assert (made.kind, made.direction, made.state) == (
        InteractionKind.LETTER,
        Direction.OUT,
        InteractionState.PLANNED,
    )
    assert (made.topic, made.comment, made.contact_details) == ("Условия поставки", "Добрый день!", "client@example.ru")
    assert (made.contact, made.deal, made.responsible) == (contact, deal, draft.client.responsible)
    assert (mail.recipients, mail.copies) == (["client@example.ru"], ["boss@example.ru"])
    assert mail.subject == f"Условия поставки [#{mail.thread}]"
    assert mail.sender_name == draft.client.responsible.full_name


def test_a_letter_that_has_left_is_done_and_counts(session: Session, draft: LetterDraft) -> None:
    made, mail = send(session, draft)
    note_sent(session, mail.id, LATER)
    note_left(session, mail.id, zone=MOSCOW)

    assert (made.state, made.starts_at, made.ends_at) == (InteractionState.DONE, LATER, LATER)
    [counted] = session.scalars(select(ActivityMovement).where(ActivityMovement.client_id == draft.client.id))
    assert (counted.kind, counted.count) == (ActivityKind.LETTER, 1)


def test_letters_about_other_things_are_no_interactions(session: Session) -> None:
    for values in ({}, {"record_table": "client", "record_id": 1}, {"record_table": "interaction"}):
        mail = make_outgoing_mail(session, **values)
        note_left(session, mail.id, zone=MOSCOW)
        note_refused(session, mail.id, zone=MOSCOW)
    assert session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER_FAILED)).all() == []


def test_a_refused_letter_is_planned_again_and_told_of(session: Session, draft: LetterDraft) -> None:
    made, mail = send(session, draft)
    note_sent(session, mail.id, LATER)
    note_left(session, mail.id, zone=MOSCOW)
    note_failed(session, mail.id, "550 no such mailbox", retry=False, now=LATER)
    note_refused(session, mail.id, zone=MOSCOW)

    assert (made.state, "550 no such mailbox" in (made.result or "")) == (InteractionState.PLANNED, True)
    counts = session.scalars(select(ActivityMovement.count).where(ActivityMovement.client_id == draft.client.id))
    assert sum(counts) == 0
    [told] = session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER_FAILED))
    assert (told.user_id, told.record_id) == (draft.client.responsible.user_id, made.id)


def test_nobody_is_told_where_the_author_has_no_login(session: Session, draft: LetterDraft) -> None:
    nameless = replace(draft, client=make_client(session))
    _made, mail = send(session, nameless)
    note_refused(session, mail.id, zone=MOSCOW)
    assert session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER_FAILED)).all() == []


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.RETURNED])
def test_an_undelivered_letter_is_sent_again(session: Session, draft: LetterDraft, state: MailState) -> None:
    made, mail = send(session, draft)
    before = mail.message_id
    mail.state, mail.error, mail.attempts, made.result = state, "550", 3, "550"
    retry_letter(session, made, now=LATER)
    assert (mail.state, mail.error, mail.attempts, mail.next_try_at) == (MailState.WAITING, "", 0, LATER)
    assert (mail.message_id == before) is (state is MailState.FAILED)
    assert (made.state, made.result, made.starts_at) == (InteractionState.PLANNED, None, LATER)


def test_a_letter_that_waits_is_not_sent_twice(session: Session, draft: LetterDraft) -> None:
    made, _mail = send(session, draft)
    with pytest.raises(RuleError):
        retry_letter(session, made, now=LATER)
    with pytest.raises(RuleError):
        retry_letter(session, make_interaction(session, kind=InteractionKind.LETTER), now=LATER)


def test_a_waiting_letter_is_taken_back(session: Session, draft: LetterDraft) -> None:
    made, mail = send(session, draft)
    withdraw_letter(session, made, now=LATER)
    assert (mail.state, made.state) == (MailState.WITHDRAWN, InteractionState.CANCELLED)


@pytest.mark.parametrize(
    "changes",
    [{"state": MailState.SENT}, {"attempts": 1, "next_try_at": LATER + timedelta(minutes=1)}],
    ids=["sent", "being sent"],
)
def test_a_letter_on_its_way_is_not_taken_back(session: Session, draft: LetterDraft, changes: dict) -> None:
    made, mail = send(session, draft)
    for name, value in changes.items():
        setattr(mail, name, value)
    session.flush()
    with pytest.raises(RuleError):
        withdraw_letter(session, made, now=LATER)


def test_a_quote_is_sent_with_its_letter(session: Session, draft: LetterDraft, tmp_path: Path) -> None:
    quote = make_quote(session, client=draft.client)
    stored = store_file(session, make_pdf(), "КП.pdf", folder=open_store(str(tmp_path)))
    made, mail = send(session, replace(draft, document=quote, files=(stored,)))

    assert (quote.status, quote.sent_on) == (QuoteStatus.SENT, TODAY)
    last = session.scalars(select(QuoteStatusChange).order_by(QuoteStatusChange.id.desc())).first()
    assert last is not None
    assert "client@example.ru" in (last.note or "")
    assert (mail.document_table, mail.document_id) == ("quote", quote.id)
    assert [each.name for each in attachments_of(session, made)] == ["КП.pdf"]
    assert [each.name for each in attachments_of(session, mail)] == ["КП.pdf"]

    send(session, replace(draft, document=quote))
    assert quote.status is QuoteStatus.SENT


def test_a_posted_invoice_goes_without_a_change(session: Session, draft: LetterDraft) -> None:
    invoice = make_invoice(session, client=draft.client, status=DocumentStatus.POSTED)
    _made, mail = send(session, replace(draft, document=invoice))
    assert (mail.document_table, mail.document_id) == ("invoice", invoice.id)


@pytest.mark.parametrize(
    "document",
    [
        lambda session: make_invoice(session),
        lambda session: make_invoice(session, status=DocumentStatus.CANCELLED),
        lambda session: make_quote(session, status=QuoteStatus.REPLACED),
        lambda session: make_quote(session, status=QuoteStatus.REJECTED, loss_reason=reason(session)),
    ],
    ids=["draft", "cancelled", "replaced", "turned down"],
)
def test_what_is_no_offer_any_more_does_not_go(session: Session, draft: LetterDraft, document) -> None:
    with pytest.raises(RuleError):
        send(session, replace(draft, document=document(session)))


def reason(session: Session):
    made = LossReason(name="Дорого")
    session.add(made)
    return made


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ()},
        {"to": ("nobody",)},
        {"to": tuple(f"a{number}@example.ru" for number in range(writing.MOST_ADDRESSES + 1))},
        {"subject": " [#ABCDEFGH] "},
        {"text": " \n"},
        {"text": "я" * (writing.LONGEST_TEXT + 1)},
    ],
    ids=["nobody", "no address", "everybody", "no subject", "no text", "a book"],
)
def test_a_letter_needs_an_address_a_subject_and_a_text(session: Session, draft: LetterDraft, changes: dict) -> None:
    with pytest.raises(RuleError):
        send(session, replace(draft, **changes))


def test_files_have_a_limit_together(
    session: Session, draft: LetterDraft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = store_file(session, make_pdf(), "КП.pdf", folder=open_store(str(tmp_path)))
    monkeypatch.setattr(writing, "LARGEST_FILES", 10)
    with pytest.raises(RuleError):
        send(session, replace(draft, files=(stored,)))


def test_an_address_gets_a_letter_once(session: Session, draft: LetterDraft) -> None:
    _made, mail = send(session, replace(draft, copies=("Client@example.ru", "b@example.ru", "b@example.ru")))
    assert (mail.recipients, mail.copies) == (["client@example.ru"], ["b@example.ru"])


# --- Conversations ------------------------------------------------------------------------------------------------


def test_an_answer_names_the_letters_before(session: Session, draft: LetterDraft) -> None:
    question = make_interaction(session, client=draft.client, kind=InteractionKind.LETTER, direction=Direction.IN)
    earlier = " ".join(f"<{number}@a>" for number in range(30))
    make_incoming_mail(session, interaction=question, message_id="<q@client>", thread="ABCDEFGH", earlier_ids=earlier)
    _made, mail = send(session, replace(draft, answers=question, subject="Re: Вопрос"))
    assert (mail.in_reply_to, mail.thread) == ("<q@client>", "ABCDEFGH")
    named = mail.earlier_ids.split()
    assert (len(named), named[0], named[-1]) == (threads.MOST_REFERENCES, "<0@a>", "<q@client>")


def test_an_answer_to_a_letter_without_a_thread_begins_one(session: Session, draft: LetterDraft) -> None:
    by_hand = make_interaction(session, client=draft.client, kind=InteractionKind.LETTER)
    _made, mail = send(session, replace(draft, answers=by_hand))
    assert (mail.in_reply_to, bool(mail.thread)) == (None, True)
    untold = make_interaction(session, client=draft.client, kind=InteractionKind.LETTER)
    make_incoming_mail(session, interaction=untold)
    _made, mail = send(session, replace(draft, answers=untold))
    assert (bool(mail.in_reply_to), bool(mail.thread)) == (True, True)


def test_the_tag_of_a_conversation_stands_once_in_the_subject() -> None:
    thread = threads.new_thread()
    subject = threads.tagged(threads.tagged("Счёт № 15", thread), thread)
    assert subject == f"Счёт № 15 [#{thread}]"
    assert (threads.thread_in(f"Re: {subject}"), threads.thread_in("Счёт [#15]")) == (thread, "")
    assert threads.answer_subject(f"RE: Ответ: {subject}") == "Re: Счёт № 15"


# --- What is proposed -----------------------------------------------------------------------------------------------


def test_a_letter_is_proposed_for_what_it_is_about(session: Session) -> None:
    by = make_employee(session, family_name="Петрова", given_name="Анна", phone="+79001234567")
    contact = make_contact(session, given_name="Иван", patronymic="Ильич")
    quote = make_quote(session, number="КС-1")
    offered = propose_letter(quote, contact, by)
    assert offered.subject == "Коммерческое предложение № КС-1 от 23.11.2026"
    assert offered.text.startswith("Здравствуйте, Иван Ильич!")
    assert "до 07.12.2026" in offered.text
    assert "Анна" in offered.text
    assert "+7 900 123-45-67" in offered.text
    quote.valid_to = None
    assert "действительно" not in propose_letter(quote, None, None).text
    assert propose_letter(make_invoice(session, number="КС-2"), None, by).subject.startswith("Счёт на оплату № КС-2")
    assert propose_letter(None, None, None).text == "Здравствуйте!\n\n"


def test_an_answer_repeats_the_question_below(session: Session) -> None:
    question = make_interaction(session, topic="Fwd: Вопрос", comment="Когда\n\nотгрузка?")
    answer = propose_letter(question, None, make_employee(session, phone=None))
    assert (answer.subject, answer.text.endswith("> Когда\n>\n> отгрузка?")) == ("Re: Вопрос", True)
    question.comment = None
    assert ">" not in propose_letter(question, None, None).text
