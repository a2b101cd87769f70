"""Letters handed over to a mail server that runs on this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.errors import IntegrationError
from app.integrations.mail import MailFile, MailMessage, MailServer
from tests.factories.mail import Postbox, postbox

LETTER = MailMessage(
    message_id="<1@kontora.invalid>",
    to=("client@example.ru",),
    subject="Счёт № 15",
    text="Добрый день!",
    written_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


def refused(server: MailServer) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        server.send(LETTER)
    return caught.value


def test_a_letter_arrives_with_all_that_it_carries(box: Postbox) -> None:
    letter = MailMessage(
        message_id="<2@kontora.invalid>",
        to=("Клиент@почта.рф".replace("Клиент", "client"),),
        copies=("boss@example.ru",),
        sender="anna@example.ru",
        reply_to="anna+deal@example.ru",
        subject="Re: Счёт № 15",
        text="Добрый день!",
        html="<p>Добрый день!</p>",
        in_reply_to="<1@client.example>",
        references=("<0@client.example>", "<1@client.example>"),
        written_at=LETTER.written_at,
        files=(MailFile("Счёт 15.pdf", "application/pdf", b"%PDF-1.4"),),
    )

    MailServer.of_url(box.url()).send(letter)

    [came] = box.letters
    assert (came["From"], came["To"], came["Cc"]) == (
        "anna@example.ru",
        "client@xn--80a1acny.xn--p1ai",
        "boss@example.ru",
    )
    assert (came["Message-ID"], came["In-Reply-To"]) == ("<2@kontora.invalid>", "<1@client.example>")
    assert came["References"] == "<0@client.example> <1@client.example>"
    assert (came["Reply-To"], came["Subject"]) == ("anna+deal@example.ru", "Re: Счёт № 15")
    assert came["Date"].datetime == LETTER.written_at
    plain, html = (came.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().strip(), html.get_content().strip()) == ("Добрый день!", "<p>Добрый день!</p>")
    [file] = came.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Счёт 15.pdf", b"%PDF-1.4")


def test_the_server_names_the_sender_where_the_letter_does_not(box: Postbox) -> None:
    MailServer.of_url(box.url(user="robot:slovo@", tls="no")).send(LETTER)
    assert box.letters[0]["From"] == "office@example.ru"
    assert box.logins


@pytest.mark.parametrize(
    ("command", "reply", "retry"),
    [
        ("RCPT", "550 no such mailbox", False),
        ("RCPT", "450 busy", True),
        ("MAIL", "451 try later", True),
        ("DATA", "554 looks like spam", False),
        ("CONNECT", "421 closed for the night", True),
    ],
)
def test_a_refusal_says_whether_to_try_again(box: Postbox, command: str, reply: str, retry: bool) -> None:
    box.answers[command] = reply
    error = refused(MailServer.of_url(box.url()))
    assert (error.retry, reply in str(error)) == (retry, True)
    assert box.letters == []


def test_a_wrong_password_of_ours_loses_no_letter(box: Postbox) -> None:
    box.answers["AUTH"] = "535 wrong password"
    assert refused(MailServer.of_url(box.url(user="robot:slovo@", tls="no"))).retry


def test_a_password_never_goes_in_the_clear(box: Postbox) -> None:
    error = refused(MailServer.of_url(box.url(user="robot:slovo@")))
    assert (error.retry, box.logins) == (True, [])


def test_smtps_speaks_tls_from_the_start(box: Postbox) -> None:
    box.answers["CONNECT"] = "220 in the clear\r\n221 bye"
    assert refused(MailServer.of_url(box.url("smtps"))).retry


def test_a_server_that_is_away_is_tried_again(box: Postbox) -> None:
    server = MailServer.of_url("smtp://127.0.0.1:1?from=office@example.ru")
    assert refused(server).retry


def test_an_address_is_read_with_the_usual_ports() -> None:
    plain = MailServer.of_url("smtp://mail.example.ru?from=office@example.ru")
    named = MailServer.of_url("smtp://office%40example.ru:s%3Alovo@mail.example.ru")
    secure = MailServer.of_url("smtps://office@example.ru:slovo@mail.example.ru".replace("office@", "office%40"))
    assert (plain.port, plain.must_encrypt) == (25, False)
    assert (named.port, named.sender, named.password, named.must_encrypt) == (587, "office@example.ru", "s:lovo", True)
    assert (secure.port, secure.is_smtps, secure.must_encrypt) == (465, True, False)


@pytest.mark.parametrize("url", ["smtp://mail.example.ru", "smtp:///?from=office@example.ru"])
def test_an_address_without_a_host_or_a_sender_is_refused(url: str) -> None:
    with pytest.raises(IntegrationError, match="from="):
        MailServer.of_url(url)
