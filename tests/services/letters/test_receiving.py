"""Letters that came find their conversation or client, once; the others wait to be sorted."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.inbox import IncomingLetter, Nature, Returned
from app.integrations.mail import MailFile
from app.models.clients import ContactEmail
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.letters import IncomingMail, IncomingState
from app.models.mail import MailState
from app.models.notices import Notice, NoticeKind
from app.permissions import Scope, Viewer
from app.services.files import Limits, attachments_of, open_store
from app.services.letters import (
    MailDesk,
    Place,
    assign_letter,
    receive_letter,
    receive_unreadable,
    set_aside,
)
from app.services.letters.folders import FIRST_DAYS, OVERLAP, note_fetched, note_looked, position_of
from app.services.letters.quotations import own_words
from tests.factories import (
    NOON,
    TODAY,
    make_client,
    make_contact,
    make_deal,
    make_employee,
    make_incoming_mail,
    make_interaction,
    make_outgoing_mail,
    make_user,
)
from tests.factories.files import make_pdf

MOSCOW = ZoneInfo("Europe/Moscow")
LETTER = IncomingLetter(
    message_id="<a@client.example>",
    sender="Ivan@example.ru",
    sender_name="Иван Примеров",
    recipients=("office@example.ru",),
    subject="Вопрос",
    text="Когда отгрузка?\n\n> Добрый день!",
    written_at=NOON - timedelta(hours=1),
)


@pytest.fixture
def desk(tmp_path: Path) -> MailDesk:
    return MailDesk(open_store(str(tmp_path)), Limits(), MOSCOW, NOON, TODAY)


def received(session: Session, desk: MailDesk, **changes) -> IncomingMail:
    mail = receive_letter(session, replace(LETTER, **changes), desk)
    assert mail is not None
    return mail


def our_letter(session: Session, **changes):
    """An interaction of ours that left as a letter, and its outgoing mail."""
    talk = make_interaction(session, kind=InteractionKind.LETTER, state=InteractionState.DONE, **changes)
    values = {"record_table": "interaction", "record_id": talk.id, "thread": "ABCDEFGH", "state": MailState.SENT}
    return talk, make_outgoing_mail(session, **values)


def contact_of(session: Session, address: str, **changes):
    return make_contact(session, emails=[ContactEmail(address=address)], **changes)


def test_an_answer_goes_to_the_deal_and_the_person_of_the_letter_it_answers(session: Session, desk: MailDesk) -> None:
    manager = make_employee(session, user=make_user(session))
    client = make_client(session)
    deal = make_deal(session, client=client)
    contact = contact_of(session, "ivan@example.ru", client=client)
    contact_of(session, "ivan@example.ru")
    _talk, sent = our_letter(session, client=client, deal=deal, responsible=manager)

    mail = received(session, desk, in_reply_to=sent.message_id)

    made = mail.interaction
    assert made is not None
    assert (made.client, made.deal, made.contact, made.responsible) == (client, deal, contact, manager)
    assert (made.kind, made.direction, made.state) == (InteractionKind.LETTER, Direction.IN, InteractionState.DONE)
    assert (made.topic, made.comment, made.starts_at) == ("Вопрос", "Когда отгрузка?", LETTER.written_at)
    assert (mail.state, mail.thread) == (IncomingState.SORTED, "ABCDEFGH")
    [told] = session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER))
    assert (told.user_id, told.record_id) == (manager.user_id, made.id)


def test_a_conversation_is_known_by_any_letter_that_is_named_or_by_its_tag(session: Session, desk: MailDesk) -> None:
    talk, sent = our_letter(session)
    first = received(session, desk, references=("<x@other>", sent.message_id, "<y@other>"))
    second = received(session, desk, message_id="<b@c>", in_reply_to=first.message_id)
    third = received(session, desk, message_id="<c@c>", subject="Re: Вопрос [#ABCDEFGH]")
    assert {mail.interaction.client for mail in (first, second, third) if mail.interaction} == {talk.client}
    assert {mail.thread for mail in (first, second, third)} == {"ABCDEFGH"}
    only_theirs = make_incoming_mail(session, thread="HGFEDCBA")
    fourth = received(session, desk, message_id="<d@c>", subject="Re: [#HGFEDCBA]")
    assert (fourth.thread, fourth.state) == (only_theirs.thread, IncomingState.UNSORTED)
    unknown = received(session, desk, message_id="<e@c>", subject="Re: [#ZZZZZZZZ]", in_reply_to="<nowhere@c>")
    assert unknown.thread not in ("", "ZZZZZZZZ")


def test_a_letter_of_a_known_address_goes_to_its_client(session: Session, desk: MailDesk) -> None:
    contact = contact_of(session, "ivan@example.ru")
    by_contact = received(session, desk)
    client = make_client(session, email="Info@Firma.example.com, office@firma.example.com")
    by_client = received(session, desk, message_id="<b@c>", sender="info@firma.example.com", subject="", text=" ")
    made = by_client.interaction
    assert by_contact.interaction is not None
    assert by_contact.interaction.contact is contact
    assert made is not None
    assert (made.client, made.contact, bool(made.topic), bool(made.comment)) == (client, None, True, True)


def test_what_nobody_or_several_are_known_for_waits(session: Session, desk: MailDesk) -> None:
    contact_of(session, "shared@example.ru")
    contact_of(session, "shared@example.ru")
    merged = make_client(session, merged_into_id=make_client(session).id)
    contact_of(session, "gone@example.ru", client=merged)
    make_client(session, email="other-info@firma.example.com")
    for number, address in enumerate(("shared@example.ru", "gone@example.ru", "info@firma.example.com", "a@b", "")):
        mail = received(session, desk, message_id=f"<{number}@c>", sender=address)
        assert (mail.state, mail.interaction) == (IncomingState.UNSORTED, None)


def test_a_letter_is_taken_in_once_and_a_copy_of_ours_never(session: Session, desk: MailDesk) -> None:
    contact_of(session, "ivan@example.ru")
    received(session, desk)
    assert receive_letter(session, LETTER, desk) is None
    _talk, sent = our_letter(session)
    assert receive_letter(session, replace(LETTER, message_id=sent.message_id), desk) is None
    incoming = select(func.count()).select_from(Interaction).where(Interaction.direction == Direction.IN)
    assert session.scalar(incoming) == 1


def test_somebody_who_has_left_is_not_asked(session: Session, desk: MailDesk) -> None:
    talk, sent = our_letter(session, responsible=make_employee(session, dismissed_on=TODAY))
    mail = received(session, desk, in_reply_to=sent.message_id)
    assert mail.interaction is not None
    assert mail.interaction.responsible is talk.client.responsible


def test_files_are_checked_and_those_not_taken_named(session: Session, desk: MailDesk) -> None:
    contact_of(session, "ivan@example.ru")
    files = (MailFile("Договор.pdf", "application/pdf", make_pdf()), MailFile("virus.exe", "x/y", b"MZ\x90\0"))
    mail = received(session, desk, files=files, warnings=("big.zip",))
    assert mail.interaction is not None
    assert [each.name for each in attachments_of(session, mail.interaction)] == ["Договор.pdf"]
    assert attachments_of(session, mail) == []
    assert "virus.exe" in mail.warning
    assert "big.zip" in mail.warning


# --- Letters of programs --------------------------------------------------------------------------------------------


def test_an_automatic_reply_stands_in_the_conversation_and_disturbs_nobody(session: Session, desk: MailDesk) -> None:
    talk, sent = our_letter(session, responsible=make_employee(session, user=make_user(session)))
    mail = received(session, desk, nature=Nature.AUTO_REPLY, in_reply_to=sent.message_id)
    assert (mail.state, mail.interaction, mail.thread) == (IncomingState.SORTED, talk, sent.thread)
    alone = received(session, desk, message_id="<b@c>", nature=Nature.AUTO_REPLY)
    assert (alone.state, alone.interaction) == (IncomingState.SET_ASIDE, None)
    assert session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER)).all() == []


def test_a_letter_that_came_back_is_undelivered(session: Session, desk: MailDesk) -> None:
    talk, sent = our_letter(session, responsible=make_employee(session, user=make_user(session)))
    returned = Returned(sent.message_id, "nobody@example.ru", "550 no such mailbox")
    mail = received(session, desk, nature=Nature.RETURNED, returned=returned)
    assert (sent.state, sent.error) == (MailState.RETURNED, "nobody@example.ru: 550 no such mailbox")
    assert (talk.state, mail.interaction, mail.thread) == (InteractionState.PLANNED, talk, sent.thread)
    assert len(session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER_FAILED)).all()) == 1

    again = received(session, desk, message_id="<b@c>", nature=Nature.RETURNED, returned=returned)
    assert (again.state, sent.state) == (IncomingState.SORTED, MailState.RETURNED)


def test_a_report_about_nothing_of_ours_is_set_aside(session: Session, desk: MailDesk) -> None:
    for number, returned in enumerate((Returned("<z@z>", "", "550"), None)):
        mail = received(session, desk, message_id=f"<{number}@c>", nature=Nature.RETURNED, returned=returned)
        assert mail.state is IncomingState.SET_ASIDE


def test_a_letter_that_cannot_be_read_is_noted_once(session: Session, desk: MailDesk) -> None:
    mail = receive_unreadable(session, "<hash@kontora.invalid>", desk)
    assert mail is not None
    assert (mail.state, bool(mail.warning)) == (IncomingState.UNSORTED, True)
    assert receive_unreadable(session, "<hash@kontora.invalid>", desk) is None


# --- Sorting by hand ------------------------------------------------------------------------------------------------


def test_a_letter_sorted_by_hand_teaches_the_address(session: Session) -> None:
    contact = make_contact(session)
    mail = make_incoming_mail(session, sender="New@Example.ru")
    made = assign_letter(session, mail, Place(contact.client, contact), zone=MOSCOW, today=TODAY)
    assert (made.contact, mail.interaction, mail.state) == (contact, made, IncomingState.SORTED)
    assert [each.address for each in contact.emails] == ["new@example.ru"]
    known = make_incoming_mail(session, sender="new@example.ru")
    assign_letter(session, known, Place(contact.client, contact), zone=MOSCOW, today=TODAY)
    assert len(contact.emails) == 1
    with pytest.raises(RuleError):
        assign_letter(session, mail, Place(contact.client), zone=MOSCOW, today=TODAY)
    with pytest.raises(RuleError):
        set_aside(session, mail)


def test_a_contact_of_another_client_is_refused(session: Session) -> None:
    with pytest.raises(RuleError):
        assign_letter(
            session,
            make_incoming_mail(session),
            Place(make_client(session), make_contact(session)),
            zone=MOSCOW,
            today=TODAY,
        )


def test_whoever_sorts_a_letter_for_themselves_is_not_told(session: Session) -> None:
    manager = make_employee(session, user=make_user(session))
    client = make_client(session, responsible=manager)
    session.info["viewer"] = Viewer(manager.user_id or 0, manager.id, Scope.ALL)
    assign_letter(session, make_incoming_mail(session), Place(client), zone=MOSCOW, today=TODAY)
    assert session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER)).all() == []


def test_a_letter_is_set_aside_and_put_back(session: Session) -> None:
    mail = make_incoming_mail(session)
    set_aside(session, mail)
    assert mail.state is IncomingState.SET_ASIDE
    set_aside(session, mail)
    assert mail.state is IncomingState.UNSORTED


# --- Texts and places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        "> старое",
        "-----Original Message-----\nстарое",
        "23.11.2026 10:00, Анна Примерова пишет:\nстарое",
        "On Mon, Nov 23, 2026 at 10:00 AM Anna <a@example.ru> wrote:\nстарое",
        "________________________________\nстарое",
        "От: Анна <a@example.ru>\nстарое",
        "пн, 23 нояб. 2026 г. в 10:00, Анна <a@example.ru>:\n> старое",
    ],
)
def test_letters_before_are_left_out(before: str) -> None:
    assert own_words(f"Новое\nслово\n\n{before}").startswith("Новое\nслово")
    assert "старое" not in own_words(f"Новое\nслово\n\n{before}")


def test_where_nothing_else_is_said_the_whole_stays() -> None:
    assert own_words("> только\n> это") == "> только\n> это"
    assert own_words(f"{'я' * 500} пишет:\nдальше").endswith("дальше")


def test_fetching_goes_on_where_it_stood(session: Session) -> None:
    new = position_of(session, "office@mail/INBOX", TODAY)
    assert (new.uid_validity, new.last_uid, new.since) == (0, 0, TODAY - FIRST_DAYS)
    note_fetched(session, "office@mail/INBOX", 7, 42)
    note_looked(session, "office@mail/INBOX", NOON, "away")
    assert position_of(session, "office@mail/INBOX", TODAY).since == TODAY - FIRST_DAYS
    note_looked(session, "office@mail/INBOX", NOON)
    position = position_of(session, "office@mail/INBOX", TODAY)
    assert (position.uid_validity, position.last_uid, position.since) == (7, 42, TODAY - OVERLAP)
