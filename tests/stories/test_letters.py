"""Anna sends a quote by mail from its card; the client's answer appears there and in the conversation."""

import re
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import inbox, mail
from app.database import User
from app.factory import create_app
from app.models.clients import Client, Contact, ContactEmail
from app.models.sales import Quote, QuoteStatus
from app.models.staff import Employee
from tests.conftest import make_settings
from tests.factories.imap import mailbox
from tests.factories.mail import postbox
from tests.stories.conftest import BrowserAs, Site

ANSWER = "Спасибо, согласны. Ждём счёт."


def _quote_of_anna(session: Session) -> int:
    """A quote that can go; its contact gets an address that the story knows."""
    quote = session.scalars(
        select(Quote)
        .join(Client)
        .join(Employee, Employee.id == Client.responsible_id)
        .join(User, User.id == Employee.user_id)
        .where(User.username == "anna", Quote.status.in_((QuoteStatus.SENT, QuoteStatus.VIEWED, QuoteStatus.ACCEPTED)))
        .order_by(Quote.id.desc())
    ).first()
    assert quote is not None
    wanted = select(Contact).where(Contact.client_id == quote.client_id, Contact.is_active.is_(True))
    contact = session.scalars(wanted.order_by(Contact.id)).first()
    assert contact is not None
    contact.emails = [ContactEmail(address="story@client.example")]
    quote.contact = contact
    key = int(quote.id)
    session.commit()
    return key


def test_a_quote_goes_by_mail_and_its_answer_comes_back(site: Site, browser_as: BrowserAs, tmp_path: Path) -> None:
    key = site.ask(_quote_of_anna)
    page = browser_as("anna")
    page.goto(f"/quotes/show/{key}")
    page.locator("[data-command=letter]").first.click()
    page.wait_for_url(f"**/letters/write/quote/{key}")
    assert page.locator("input[name=to][value='story@client.example']").is_checked()
    page.locator("#text").fill("Добрый день! Направляем предложение.")
    page.locator(".save-bar [type=submit]").click()
    page.wait_for_url("**/letters/*")
    assert "Ждёт отправки" in page.locator(".letter").inner_text()

    own = site.app.config["KONTORA"]
    with postbox() as post, mailbox() as box:
        changes = {"SMTP_URL": post.url(), "IMAP_URL": box.url()}
        office = create_app(make_settings(own.data_dir, own.database_url, **changes))
        with office.app_context():
            assert mail.send_mail().sent >= 1
        [sent] = [letter for letter in post.letters if letter["To"] == "story@client.example"]
        assert [file.get_content_type() for file in sent.iter_attachments()] == ["application/pdf"]
        box.put(_answer(sent))
        with office.app_context():
            assert inbox.fetch_mail().sorted == 1

    page.reload()
    letters = page.locator(".letter")  # the answer may have come within the second in which the letter left
    assert letters.filter(has_text=ANSWER).count() == 1
    assert letters.filter(has_text="Отправлено").count() == 1
    page.goto(f"/quotes/show/{key}")
    assert page.get_by_text("Входящее", exact=True).count() == 1


def test_a_template_fills_the_letter_and_asks_before_it_replaces_what_was_typed(
    site: Site, browser_as: BrowserAs
) -> None:
    key = site.ask(_quote_of_anna)
    page = browser_as("anna")
    page.goto(f"/letters/write/quote/{key}")
    text, pick = page.locator("#text"), page.locator("[data-letter-templates] button")
    page.locator("#letter-template").select_option(label="Коммерческое предложение")
    pick.click()
    expect(text).to_have_value(re.compile("Будем рады"))
    assert page.locator("[role=dialog], dialog[open]").count() == 0, "nothing was typed yet"

    text.fill("Моё письмо")
    page.locator("#letter-template").select_option(label="Благодарность за встречу")
    pick.click()
    page.locator("dialog[open] button[value='']").last.click()
    assert text.input_value() == "Моё письмо"
    pick.click()
    page.locator("dialog[open] button[value=yes]").click()
    expect(text).to_have_value(re.compile("Спасибо, что нашли время"))
    assert page.locator("#subject").input_value() == "Спасибо за встречу"


def _answer(sent: Any) -> bytes:
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = "Клиент <story@client.example>"
    letter["To"] = "office@example.ru"
    letter["Subject"] = f"Re: {sent['Subject']}"
    letter["Message-ID"] = "<answer@client.example>"
    letter["In-Reply-To"] = sent["Message-ID"]
    letter.set_content(f"{ANSWER}\n\n> Направляем предложение.")
    return letter.as_bytes()
