"""Letters are queued with the act and go once, later, or not at all."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.files import Attachment
from app.models.mail import MailState, OutgoingMail
from app.services.files import FileStore, Stored, open_store, store_file
from app.services.mail import Letter, claim_letter, forget_sent, note_failed, note_sent, queue_letter
from app.services.mail.sending import CLAIM, PAUSES
from tests.factories import NOON, make_client, make_outgoing_mail
from tests.factories.files import make_pdf
from tests.factories.mail import make_outgoing_mail as make_mail

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_store(str(tmp_path))


@pytest.fixture
def stored(session: Session, store: FileStore) -> Stored:
    return store_file(session, make_pdf(), "Счёт.pdf", folder=store)


def test_a_queued_letter_is_claimed_with_everything_in_it(session: Session, store: FileStore, stored: Stored) -> None:
    client = make_client(session)
    letter = Letter(
        to=("client@EXAMPLE.ru",),
        copies=("boss@example.ru",),
        sender="anna@example.ru",
        reply_to="anna@example.ru",
        subject="Счёт\r\nBcc: all@example.ru",
        text="Добрый день!",
        in_reply_to="<1@client>",
        references=("<0@client>", "<1@client>"),
        files=(stored,),
        about=client,
    )

    mail = queue_letter(session, letter)
    claimed = claim_letter(session, store, utc_now())

    assert claimed is not None
    key, message = claimed
    assert (key, mail.record_table, mail.record_id) == (mail.id, "client", client.id)
    assert (message.to, message.copies, message.sender) == (
        ("client@example.ru",),
        ("boss@example.ru",),
        "anna@example.ru",
    )
    assert message.subject == "Счёт Bcc: all@example.ru"
    assert (message.in_reply_to, message.references) == ("<1@client>", ("<0@client>", "<1@client>"))
    assert [(file.name, file.media_type, file.content[:5]) for file in message.files] == [
        ("Счёт.pdf", "application/pdf", b"%PDF-")
    ]


@pytest.mark.parametrize("to", [(), ("nobody",), ("a@example.ru, b@example.ru",)])
def test_a_letter_to_no_address_is_refused(session: Session, to: tuple[str, ...]) -> None:
    with pytest.raises(RuleError):
        queue_letter(session, Letter(to=to, subject="Счёт", text="…"))


def test_a_claimed_letter_is_nobody_else_s_until_the_claim_runs_out(session: Session, store: FileStore) -> None:
    mail = make_mail(session, next_try_at=NOON)
    assert claim_letter(session, store, NOON - timedelta(seconds=1)) is None
    assert claim_letter(session, store, NOON) is not None
    assert claim_letter(session, store, LATER) is None
    again = claim_letter(session, store, NOON + CLAIM)
    assert again is not None
    assert again[1].message_id == mail.message_id


def test_a_sent_letter_does_not_go_again(session: Session, store: FileStore) -> None:
    mail = make_mail(session, next_try_at=NOON, error="450 busy")
    note_sent(session, mail.id, LATER)
    assert (mail.state, mail.sent_at, mail.error) == (MailState.SENT, LATER, "")
    assert claim_letter(session, store, NOON + timedelta(days=1)) is None


def test_failures_wait_longer_each_time_until_the_letter_is_given_up(session: Session, store: FileStore) -> None:
    mail = make_mail(session, next_try_at=NOON)
    now, pauses = NOON, []
    while claim_letter(session, store, now) is not None:
        note_failed(session, mail.id, "450 busy", retry=True, now=now)
        pauses.append(mail.next_try_at - now)
        now = mail.next_try_at
    assert tuple(pauses[:-1]) == PAUSES
    assert (mail.state, mail.error) == (MailState.FAILED, "450 busy")


def test_what_the_server_will_never_take_is_given_up_at_once(session: Session) -> None:
    mail = make_mail(session, attempts=1)
    assert not note_failed(session, mail.id, "550 no such mailbox" * 99, retry=False, now=NOON)
    assert mail.state is MailState.FAILED


def test_a_letter_whose_file_is_gone_does_not_hold_up_the_others(
    session: Session, store: FileStore, stored: Stored
) -> None:
    lost = queue_letter(session, Letter(to=("a@example.ru",), subject="Счёт", text="…", files=(stored,)))
    good = make_outgoing_mail(session, next_try_at=utc_now())
    store.remove(stored.file.sha256)

    claimed = claim_letter(session, store, utc_now())

    assert claimed is not None
    assert claimed[0] == good.id
    assert (lost.state, "missing" in lost.error) == (MailState.FAILED, True)


def test_old_letters_about_nothing_are_forgotten_with_their_files(
    session: Session, store: FileStore, stored: Stored
) -> None:
    old = queue_letter(session, Letter(to=("a@example.ru",), subject="Сводка", text="…", files=(stored,)))
    note_sent(session, old.id, NOON)
    fresh = make_mail(session, state=MailState.SENT, sent_at=LATER)
    kept = make_mail(session, state=MailState.SENT, sent_at=NOON, record_table="client", record_id=1)

    assert forget_sent(session, before=LATER) == 1

    assert set(session.scalars(select(OutgoingMail.id))) == {fresh.id, kept.id}
    assert session.scalars(select(Attachment).where(Attachment.record_table == "outgoing_mail")).all() == []
