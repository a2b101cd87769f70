"""Letters are fetched over a socket from a mailbox that runs on this machine."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.errors import IntegrationError
from app.integrations.inbox import Fetched, MailboxServer, Position
from tests.factories.imap import Mailbox, mailbox

START = Position(0, 0, date(2026, 11, 1))


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


def fetch(box: Mailbox, position: Position = START, most: int = 10, largest: int = 10_000, **url: str) -> list[Fetched]:
    return list(MailboxServer.of_url(box.url(**url)).letters(position, most=most, largest=largest))


def test_new_letters_come_in_order_and_nothing_is_marked(box: Mailbox) -> None:
    for number in range(3):
        box.put(f"Subject: {number}\n\nText".encode())
    found = fetch(box, most=2)
    assert [(each.uid, each.uid_validity, each.is_cut) for each in found] == [(1, 1, False), (2, 1, False)]
    assert found[0].raw == b"Subject: 0\r\n\r\nText"
    assert 'EXAMINE "INBOX"' in box.asked
    assert any("SINCE 1-Nov-2026" in said for said in box.asked)
    assert not any("STORE" in said or said.startswith("SELECT") for said in box.asked)


def test_only_what_is_behind_the_position_comes(box: Mailbox) -> None:
    box.put(b"Subject: old\n\n")
    known = Position(1, 1, START.since)
    assert fetch(box, known) == []
    box.put(b"Subject: new\n\n")
    assert [each.uid for each in fetch(box, known)] == [2]


def test_a_mailbox_that_counts_anew_is_read_from_the_day(box: Mailbox) -> None:
    box.put(b"Subject: a\n\n")
    box.uid_validity = 2
    assert [each.uid for each in fetch(box, Position(1, 99, START.since))] == [1]


def test_of_a_letter_that_is_too_large_its_beginning_comes(box: Mailbox) -> None:
    box.put(b"Subject: large\n\n" + b"x" * 500)
    [found] = fetch(box, largest=100)
    assert (len(found.raw), found.is_cut) == (100, True)


def test_a_folder_is_named_in_the_old_way(box: Mailbox) -> None:
    fetch(box, folder="%D0%9A%D0%BB%D0%B8%D0%B5%D0%BD%D1%82%D1%8B%20%26%20Co")
    assert 'EXAMINE "&BBoEOwQ4BDUEPQRCBEs- &- Co"' in box.asked


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("LOGIN", "NO wrong password"),
        ("EXAMINE", "NO no such folder"),
        ("SEARCH", "BAD what"),
        ("FETCH", "NO not now"),
        ("SEARCH", "* BYE shutting down"),
    ],
)
def test_whatever_the_server_refuses_is_tried_later(box: Mailbox, command: str, reply: str) -> None:
    box.put(b"Subject: a\n\n")
    box.answers[command] = reply
    with pytest.raises(IntegrationError) as caught:
        fetch(box)
    assert caught.value.retry


def test_a_server_without_uidvalidity_is_read_from_the_day(box: Mailbox) -> None:
    box.answers["EXAMINE"] = "OK done"
    box.put(b"Subject: a\n\n")
    assert [each.uid_validity for each in fetch(box, Position(0, 0, START.since))] == [0]


def test_a_password_never_goes_in_the_clear(box: Mailbox) -> None:
    with pytest.raises(IntegrationError):
        fetch(box, query="")
    assert not any(said.startswith("LOGIN") for said in box.asked)


def test_an_address_is_read_with_the_usual_ports() -> None:
    plain = MailboxServer.of_url("imap://office%40example.ru:s%3Alovo@mail.example.ru/Archive")
    secure = MailboxServer.of_url("imaps://office@mail.example.ru")
    assert (plain.port, plain.user, plain.password, plain.folder, plain.must_encrypt) == (
        143,
        "office@example.ru",
        "s:lovo",
        "Archive",
        True,
    )
    assert (secure.port, secure.is_imaps, secure.must_encrypt, secure.folder) == (993, True, False, "INBOX")
    assert secure.address == "office@mail.example.ru:993/INBOX"


def test_a_server_that_is_away_is_tried_later() -> None:
    for scheme in ("imap", "imaps"):
        server = MailboxServer.of_url(f"{scheme}://office:slovo@127.0.0.1:1/")
        with pytest.raises(IntegrationError) as caught:
            list(server.letters(START, most=1, largest=10))
        assert caught.value.retry


@pytest.mark.parametrize("url", ["imap://mail.example.ru", "imap:///INBOX"])
def test_an_address_without_a_host_or_a_user_is_refused(url: str) -> None:
    with pytest.raises(IntegrationError):
        MailboxServer.of_url(url)
