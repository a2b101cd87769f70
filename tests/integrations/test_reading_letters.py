"""Letters as they come over the wire, in every state in which mail programs leave them."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import IntegrationError
from app.integrations.inbox import IncomingLetter, Nature, read_letter
from app.integrations.inbox.reading import MOST_FILES
from app.integrations.inbox.words import decoded, header_text, html_text

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def read(raw: bytes | str, *, is_cut: bool = False) -> IncomingLetter:
    return read_letter(raw.encode() if isinstance(raw, str) else raw, NOW, is_cut=is_cut)


def test_an_ordinary_letter_is_read_whole() -> None:
    letter = EmailMessage()
    letter["Message-ID"] = "<2@client.example>"
    letter["In-Reply-To"] = "<1@kontora.invalid>"
    letter["References"] = "<0@kontora.invalid> <1@kontora.invalid>"
    letter["From"] = "Иван Примеров <ivan@example.ru>"
    letter["To"] = "office@example.ru, Анна <anna@example.ru>"
    letter["Cc"] = "boss@example.ru"
    letter["Subject"] = "Re: Счёт № 15 и ещё очень длинная тема, которая не помещается в одну строку заголовка"
    letter["Date"] = "Mon, 23 Nov 2026 11:30:00 +0300"
    letter.set_content("Добрый день!\n\nОплатим завтра.")
    letter.add_alternative("<p>Добрый день!</p>", subtype="html")
    letter.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Договор подписан.pdf")

    found = read(letter.as_bytes())

    assert (found.message_id, found.in_reply_to) == ("<2@client.example>", "<1@kontora.invalid>")
    assert found.references == ("<0@kontora.invalid>", "<1@kontora.invalid>")
    assert (found.sender_name, found.sender) == ("Иван Примеров", "ivan@example.ru")
    assert found.recipients == ("office@example.ru", "anna@example.ru", "boss@example.ru")
    assert found.subject == str(letter["Subject"])
    assert found.text == "Добрый день!\n\nОплатим завтра."
    assert found.written_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert [(file.name, file.media_type, file.content) for file in found.files] == [
        ("Договор подписан.pdf", "application/pdf", b"%PDF-")
    ]
    assert (found.nature, found.warnings) == (Nature.LETTER, ())


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp866", "utf-8"])
def test_russian_without_a_label_is_guessed(charset: str) -> None:
    raw = "From: Иванов <i@example.ru>\nSubject: Заявка на обслуживание\n\nОстановился компрессор, приезжайте.".encode(
        charset
    )
    found = read(raw)
    assert (found.subject, found.text) == ("Заявка на обслуживание", "Остановился компрессор, приезжайте.")


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("=?koi8-r?B?896j1A==?= 15", "Счёт 15"),
        ("=?windows-1251?Q?=D1=F7=B8=F2_15?=", "Счёт 15"),
        ("=?utf-8?B?0KHRh9GR?= =?utf-8?B?0YIgMTU=?=", "Счёт 15"),
        ("=?utf-8?B?0KHRh9E=?=\n =?utf-8?B?kdGC?=", "Счёт"),
        ("=?utf-8*ru?Q?=D0=A1?=", "С"),
        ("Re: =?cp1251?B?0ffy?= =?koi8-r?Q?15?= end", "Re: Счт15 end"),
        ("=?unknown?B?0KHRh9GR0YI=?=", "Счёт"),
        ("=?utf-8?B?a?=", "=?utf-8?B?a?="),
        ("=?utf-8?Q?a?= =?utf-8?B?a?= b", "a=?utf-8?B?a?= b"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_put_together(header: str, text: str) -> None:
    assert header_text(header) == text


def test_a_false_label_does_not_spoil_the_text() -> None:
    assert decoded("Счёт".encode("cp1251"), "utf-8") == "Счёт"
    assert decoded("Счёт".encode(), "rot13") == "Счёт"
    assert decoded("Счёт".encode("koi8-r"), "KOI8-R") == "Счёт"


def test_of_html_alone_its_words_are_taken() -> None:
    raw = (
        "From: a@example.ru\nContent-Type: text/html; charset=utf-8\n\n"
        "<html><head><title>x</title><style>p{}</style></head><body><p>Добрый&nbsp;день!<br>Жду <b>счёт</b></p>"
        "<ul><li>один<li>два</ul><table><tr><td>а<td>б</table><script>alert(1)</script></div></style>"
        '<a href="https://example.ru/">сайт</a> <a href="https://example.ru">https://example.ru</a> <a>x</a></body>'
    )
    assert read(raw).text == (
        "Добрый день!\nЖду счёт\n\n• один\n• два\n\nа б\n\nсайт (https://example.ru/) https://example.ru x"
    )
    assert html_text("") == ""


def test_what_a_letter_lacks_is_made_up_for() -> None:
    found = read("X: 1\n\nтекст")
    assert found.message_id.endswith("@kontora.invalid>")
    assert found.message_id == read("X: 1\n\nтекст").message_id
    assert (found.sender, found.subject, found.recipients, found.in_reply_to) == ("", "", (), None)
    assert found.written_at == NOW


@pytest.mark.parametrize(
    "day", ["yesterday", "Mon, 23 Nov 2040 11:30:00 +0300", "Fri, 31 Dec 9999 23:59:59 -2300", "Fri, 31 Feb 2026 1:1:1"]
)
def test_a_date_that_cannot_be_is_the_moment_of_fetching(day: str) -> None:
    assert read(f"From: a@b.ru\nDate: {day}\n\n").written_at == NOW


def test_a_date_without_a_zone_is_utc() -> None:
    assert read("From: a@b.ru\nDate: Mon, 23 Nov 2026 08:30:00\n\n").written_at.hour == 8


def test_bytes_that_are_no_letter_are_refused() -> None:
    for raw in (b"", b"\0\0\0", b"\n\n"):
        with pytest.raises(IntegrationError):
            read(raw)


def test_files_that_are_not_taken_are_named() -> None:
    letter = EmailMessage()
    letter["From"] = "a@example.ru"
    letter.set_content("Во вложении")
    inner = EmailMessage()
    inner["Subject"] = "Внутри"
    inner.set_content("…")
    letter.add_attachment(inner)
    letter.add_attachment(b"", maintype="application", subtype="pdf", filename="empty.pdf")
    letter.add_attachment(b"a", maintype="image", subtype="png", cid="<logo>")
    for number in range(MOST_FILES + 1):
        letter.add_attachment(b"a", maintype="text", subtype="plain", filename=f"{number}.txt")
    letter.add_attachment(b"a", maintype="application", subtype="octet-stream")
    found = read(letter.as_bytes())
    assert found.warnings == ("message/rfc822", f"{MOST_FILES}.txt", "application/octet-stream")
    assert len(found.files) == MOST_FILES
    cut = read(letter.as_bytes(), is_cut=True)
    assert (cut.files, cut.text) == ((), "Во вложении")


def test_a_file_without_a_name_is_called_by_its_kind() -> None:
    letter = EmailMessage()
    letter["From"] = "a@example.ru"
    letter.set_content("…")
    letter.add_attachment(b"%PDF-", maintype="application", subtype="pdf")
    assert [file.name for file in read(letter.as_bytes()).files] == ["application.pdf"]


def test_broken_letters_are_read_as_far_as_they_go() -> None:
    lost = read("From: a@b.ru\nContent-Type: multipart/mixed; boundary=x\n\nТекст без границ")
    assert lost.text == "Текст без границ"
    named = read(
        "From: a@b.ru\nContent-Type: application/pdf\n"
        "Content-Disposition: attachment; filename*=utf-8''a; filename*0=b\n\nx"
    )
    assert len(named.files) == 1
    surrogate = read(b"From: a@b.ru\nSubject: \xed\xa0\x80\x00 a\n\n\xed\xa0\x80\x00b")
    surrogate.subject.encode()
    surrogate.text.encode()
    assert "\0" not in surrogate.subject + surrogate.text


def test_letters_nested_beyond_sense_are_refused_or_cut() -> None:
    raw = b"From: a@b.ru\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(3000)
    )
    with pytest.raises(IntegrationError, match="RecursionError"):
        read(raw)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "text/html", "multipart/report", "multipart/mixed; boundary=a"]))
@example(b"--a\nContent-Type: message/rfc822\n\n\n--a--", "multipart/mixed; boundary=a")
@example(b"<![if>", "text/html")
def test_nothing_but_values_or_one_error_comes_out(noise: bytes, kind: str) -> None:
    raw = b"From: a@b.ru\nSubject: " + noise[:40] + b"\nContent-Type: " + kind.encode() + b"\n\n" + noise
    for letter in (noise, raw):
        try:
            found = read_letter(letter, NOW)
        except IntegrationError:
            continue
        (found.subject + found.text + found.sender + found.sender_name).encode("utf-8")
        assert len(found.message_id) <= 250


# --- Letters of programs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: 1",
        "Precedence: auto_reply",
        "Return-Path: <>",
        "Subject: Автоответ: Счёт",
        "Subject: Out of Office: invoice",
        "From: MAILER-DAEMON@example.ru\nSubject: Warning: could not send message for past 4 hours",
    ],
)
def test_automatic_replies_are_told_from_letters(header: str) -> None:
    start = "" if header.startswith("From") else "From: a@example.ru\n"
    assert read(f"{start}{header}\n\nВ отпуске до пятого.").nature is Nature.AUTO_REPLY


def test_letters_of_programs_that_answer_nothing_are_letters() -> None:
    assert read("From: robot@example.ru\nAuto-Submitted: auto-generated\n\nЗаявка с сайта").nature is Nature.LETTER


REPORT = """From: Mail Delivery System <MAILER-DAEMON@mail.example.ru>
To: office@example.ru
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

This is the mail system. Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.ru

Final-Recipient: rfc822; nobody@example.ru
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.ru>:
    Recipient address rejected

--b
Content-Type: {kind}

Message-ID: <7@kontora.invalid>
Subject: Invoice

--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_letter_and_the_reason(kind: str) -> None:
    found = read(REPORT.format(action="failed", kind=kind))
    assert found.nature is Nature.RETURNED
    assert found.returned is not None
    assert (found.returned.message_id, found.returned.recipient) == ("<7@kontora.invalid>", "nobody@example.ru")
    assert found.returned.reason == "550 5.1.1 <nobody@example.ru>: Recipient address rejected"
    assert found.files == ()


def test_a_letter_that_is_only_late_has_not_come_back() -> None:
    found = read(REPORT.format(action="delayed", kind="message/rfc822"))
    assert (found.nature, found.returned) == (Nature.AUTO_REPLY, None)


def test_an_old_report_in_words_alone_is_understood() -> None:
    found = read(
        "From: postmaster@example.ru\nSubject: failure\n\nSorry:\n550 mailbox full\n\n"
        "--- Below: Message-ID: <7@kontora.invalid>"
    )
    assert found.returned is not None
    assert (found.returned.message_id, found.returned.reason) == ("<7@kontora.invalid>", "550 mailbox full")
    silent = read("From: postmaster@example.ru\n\nDelivery failed: <7@kontora.invalid>")
    assert silent.returned is not None
    assert silent.returned.reason.startswith("Delivery failed")


def test_a_report_that_names_no_letter_still_says_that_one_came_back() -> None:
    raw = REPORT.format(action="failed", kind="text/plain").replace("7@kontora.invalid", "7 at kontora")
    raw = raw.replace("Final-Recipient: rfc822; nobody@example.ru\n", "").replace(
        "Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.ru>:\n    Recipient address rejected\n", ""
    )
    found = read(raw)
    assert found.returned is not None
    assert (found.returned.message_id, found.returned.recipient) == ("", "")
