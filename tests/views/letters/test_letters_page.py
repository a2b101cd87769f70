"""Pages of letters: written from a client, a deal or a document, read as a conversation, sent again or taken back."""

from io import BytesIO
from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import IntegrationError
from app.models.clients import Client, ContactEmail
from app.models.deals import LossReason
from app.models.interactions import Direction, InteractionKind
from app.models.letters import IncomingKind, LetterFits
from app.models.mail import MailState, OutgoingMail
from app.models.sales import QuoteStatus
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import attachments_of
from app.views import printing
from app.views.letters import view
from app.views.letters.targets import Enclosed
from tests.conftest import ClientAs
from tests.factories import (
    make_client,
    make_contact,
    make_contract,
    make_deal,
    make_incoming_mail,
    make_interaction,
    make_invoice,
    make_letter_template,
    make_outgoing_mail,
    make_quote,
    make_visit,
)
from tests.factories.files import make_pdf

LETTER = {"to": "ivan@example.ru", "subject": "КП", "text": "Добрый день!"}


@pytest.fixture
def anna(client_as: ClientAs) -> Any:
    return client_as(Role.SALES)


@pytest.fixture
def company(session: Session, anna: Any) -> Client:
    """A client of Anna's with a contact who has an e-mail."""
    client = make_client(session, responsible=session.get_one(Employee, anna.employee_id), email="info@example.ru")
    make_contact(session, client=client, given_name="Иван", emails=[ContactEmail(address="ivan@example.ru")])
    session.commit()
    return client


@pytest.fixture
def quick_print(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, form in printing.FORMS.items():
        quick = printing.Form(form.model, form.area, lambda _record: make_pdf(), lambda _record: "Форма.pdf")
        monkeypatch.setitem(printing.FORMS, kind, quick)


def letters(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_letter_is_written_from_the_client_and_the_deal(anna: Any, session: Session, company: Client) -> None:
    deal = make_deal(session, client=company)
    session.commit()
    page = anna.get(f"/letters/write/client/{company.id}")
    assert page.status_code == 200
    assert 'value="ivan@example.ru" checked' in page.text
    assert 'value="info@example.ru" >' in page.text

    answer = anna.post(f"/letters/write/deal/{deal.id}", data=LETTER | {"others": "b@example.ru; c@example.ru"})
    [mail] = letters(session)
    assert answer.location == f"/letters/{mail.record_id}"
    assert mail.recipients == ["ivan@example.ru", "b@example.ru", "c@example.ru"]
    shown = anna.get(answer.location).text
    assert "Добрый день!" in shown
    assert deal.title in shown
    assert f"/letters/{mail.record_id}/withdraw" in shown


@pytest.mark.usefixtures("quick_print")
def test_a_quote_goes_with_its_print_once(anna: Any, session: Session, company: Client) -> None:
    quote = make_quote(session, client=company, number="КС-000015")
    session.commit()
    card = anna.get(f"/quotes/show/{quote.id}").text
    assert f"/letters/write/quote/{quote.id}" in card
    page = anna.get(f"/letters/write/quote/{quote.id}").text
    assert "Коммерческое предложение № КС-000015" in page

    typed = LETTER | {"_once": "abc", "copies": "boss@example.ru", "file": (BytesIO("Прайс".encode()), "прайс.txt")}
    first = anna.post(f"/letters/write/quote/{quote.id}", data=typed)
    again = anna.post(f"/letters/write/quote/{quote.id}", data=LETTER | {"_once": "abc", "copies": "boss@example.ru"})
    [mail] = letters(session)
    assert first.location == again.location == f"/letters/{mail.record_id}"
    assert sorted(each.name for each in attachments_of(session, mail)) == ["Форма.pdf", "прайс.txt"]
    session.expire_all()
    assert quote.status is QuoteStatus.SENT
    assert f"/interactions/show/{mail.record_id}" in anna.get(f"/quotes/show/{quote.id}").text
    assert f"/letters/{mail.record_id}" in anna.get(f"/interactions/show/{mail.record_id}").text


def test_a_document_that_cannot_go_leads_back(anna: Any, session: Session, company: Client) -> None:
    invoice = make_invoice(session, client=company)
    session.commit()
    assert anna.get(f"/letters/write/invoice/{invoice.id}").location == f"/invoices/show/{invoice.id}"
    refused = anna.post(f"/letters/write/invoice/{invoice.id}", data=LETTER)
    assert (refused.status_code, letters(session)) == (422, [])


@pytest.mark.parametrize(
    "typed",
    [
        {"subject": ""},
        {"to": "nobody"},
        {"to": ""},
        {"others": " ".join(f"a{number}@example.ru" for number in range(40))},
        {"file": (BytesIO(b"MZ\x90\0"), "virus.exe")},
        {"file": [(BytesIO(b"a"), f"{number}.txt") for number in range(21)]},
    ],
    ids=["no subject", "no address", "nobody", "everybody", "program", "too many files"],
)
def test_a_refused_letter_shows_why_and_keeps_the_text(
    anna: Any, session: Session, company: Client, typed: dict[str, Any]
) -> None:
    answer = anna.post(f"/letters/write/client/{company.id}", data=LETTER | {"text": "Мой текст"} | typed)
    assert (answer.status_code, letters(session)) == (422, [])
    assert "error-summary" in answer.text


def test_a_print_that_fails_sends_nothing(
    anna: Any, session: Session, company: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = make_quote(session, client=company)
    session.commit()

    def fail(_record: Any) -> bytes:
        raise IntegrationError("wkhtmltopdf is not there")

    form = printing.FORMS["quote"]
    monkeypatch.setitem(printing.FORMS, "quote", printing.Form(form.model, form.area, fail, form.name))
    answer = anna.post(f"/letters/write/quote/{quote.id}", data=LETTER)
    assert (answer.status_code, letters(session)) == (422, [])
    session.expire_all()
    assert quote.status is QuoteStatus.DRAFT


def test_a_document_that_changes_while_it_is_printed_does_not_go(
    anna: Any, session: Session, company: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = make_quote(session, client=company)
    session.commit()

    monkeypatch.setattr(view, "enclosed", lambda _table, _pk: Enclosed(make_pdf(), "КП.pdf", quote.version - 1))
    assert anna.post(f"/letters/write/quote/{quote.id}", data=LETTER).status_code == 422
    assert letters(session) == []


@pytest.mark.usefixtures("quick_print")
def test_a_draft_is_sent_only_by_those_who_may_change_it(client_as: ClientAs, session: Session) -> None:
    reader: Any = client_as(Role.SERVICE_HEAD)
    quote = make_quote(session)
    session.commit()
    assert reader.post(f"/letters/write/quote/{quote.id}", data=LETTER).status_code == 403
    assert reader.get(f"/letters/write/nothing/{quote.id}").status_code == 404


def test_a_turned_down_quote_is_not_offered(anna: Any, session: Session, company: Client) -> None:
    reason = LossReason(name="Дорого")
    session.add(reason)
    quote = make_quote(session, client=company, status=QuoteStatus.REJECTED, loss_reason=reason)
    session.commit()
    assert anna.get(f"/letters/write/quote/{quote.id}").status_code == 302


def test_an_answer_goes_to_whoever_wrote(anna: Any, session: Session, company: Client) -> None:
    question = make_interaction(
        session,
        client=company,
        kind=InteractionKind.LETTER,
        direction=Direction.IN,
        topic="Вопрос",
        comment="Когда отгрузка?",
        contact_details="petr@example.ru",
    )
    make_incoming_mail(session, interaction=question, thread="ABCDEFGH", warning="Файл не взят", sender_name="Пётр")
    bounced = make_interaction(session, client=company, kind=InteractionKind.LETTER)
    make_outgoing_mail(
        session, record_table="interaction", record_id=bounced.id, thread="ABCDEFGH", state=MailState.RETURNED
    )
    make_incoming_mail(
        session, interaction=bounced, thread="ABCDEFGH", kind=IncomingKind.RETURNED, subject="Undelivered"
    )
    session.commit()

    page = anna.get(f"/letters/write/interaction/{question.id}").text
    assert 'value="petr@example.ru" checked' in page
    assert "&gt; Когда отгрузка?" in page
    thread = anna.get(f"/letters/{question.id}").text
    assert "Файл не взят" in thread
    assert "Undelivered" in thread
    assert f"/letters/{bounced.id}/retry" in thread

    assert anna.post(f"/letters/{bounced.id}/retry").location == f"/letters/{bounced.id}"
    anna.post(f"/letters/{bounced.id}/withdraw")
    anna.post(f"/letters/{bounced.id}/withdraw")
    session.expire_all()
    assert [mail.state for mail in letters(session)] == [MailState.WITHDRAWN]


def test_a_call_is_no_letter_and_one_written_down_by_hand_has_no_conversation(
    anna: Any, session: Session, company: Client
) -> None:
    call = make_interaction(session, client=company)
    by_hand = make_interaction(session, client=company, kind=InteractionKind.LETTER)
    session.commit()
    assert anna.get(f"/letters/{call.id}").status_code == 404
    assert anna.get(f"/letters/{by_hand.id}").status_code == 200


def test_without_a_known_address_one_is_typed(anna: Any, session: Session, company: Client) -> None:
    nameless = make_client(session, responsible=company.responsible)
    session.commit()
    assert (
        "checkbox"
        not in anna.get(f"/letters/write/client/{nameless.id}").text.split("letter-to")[1].split("</fieldset>")[0]
    )


def test_a_person_without_an_employee_writes_for_the_manager(
    anna: Any, session: Session, company: Client, client_as: ClientAs
) -> None:
    director: Any = client_as(Role.DIRECTOR)
    session.delete(session.get_one(Employee, director.employee_id))
    session.commit()
    director.post(f"/letters/write/client/{company.id}", data=LETTER)
    [mail] = letters(session)
    assert mail.sender_name == company.responsible.full_name


# --- Templates of the office -----------------------------------------------------------------------------------------


def test_a_template_that_fits_is_offered_and_fills_the_letter(anna: Any, session: Session, company: Client) -> None:
    company.name = "ООО «Ёлка» <b>"
    quote = make_quote(session, client=company, number="КП-7")
    fitting = make_letter_template(
        session, fits=LetterFits.QUOTE, subject="КП {номер} для {клиент}", body="Здравствуйте, {имя}!"
    )
    other = make_letter_template(session, fits=LetterFits.INVOICE, name="Только для счёта")
    session.commit()
    address = f"/letters/write/quote/{quote.id}"

    page = anna.get(address).text
    assert fitting.name in page
    assert other.name not in page
    assert "<b>" not in page.replace("&lt;b&gt;", "")
    filled = anna.get(f"{address}?template={fitting.id}").text
    assert 'value="КП КП-7 для ООО «Ёлка» &lt;b&gt;"' in filled
    assert "имя и отчество" in filled, "what is missing is named"
    assert anna.get(f"{address}?template={other.id}").status_code == 404


def test_without_scripts_a_template_is_put_before_what_was_typed(anna: Any, session: Session, company: Client) -> None:
    template = make_letter_template(session, subject="О поставке", body="Здравствуйте!")
    session.commit()
    address = f"/letters/write/client/{company.id}"
    fill = {"fill": "1", "template": str(template.id)}

    def filled(**typed: str) -> tuple[str, str, str]:
        page = lxml.html.fromstring(anna.post(address, data=fill | typed).text)
        return tuple(page.get_element_by_id(name).value.strip() for name in ("subject", "text", "others"))

    assert filled() == ("О поставке", "Здравствуйте!", "")
    assert filled(subject="О поставке", text="Здравствуйте!\r\n") == ("О поставке", "Здравствуйте!", "")
    typed = {"subject": "Моя тема", "text": "Мой текст", "others": "new@client.example"}
    assert filled(**typed) == ("Моя тема", "Здравствуйте!\n\nМой текст", "new@client.example")
    refused = anna.post(address, data={"fill": "1", "template": "", "text": "Мой текст"})
    assert refused.status_code == 422
    assert "Мой текст" in refused.text
    assert letters(session) == []


@pytest.mark.usefixtures("quick_print")
@pytest.mark.parametrize("kind", ["contract", "visit"])
def test_contracts_and_acts_go_with_their_print(kind: str, anna: Any, session: Session, company: Client) -> None:
    make_letter_template(session, fits=LetterFits.CONTRACT, name="К договору", subject="Договор {номер}")
    make_letter_template(session, fits=LetterFits.VISIT, name="К акту", subject="Акт от {дата}")
    record = make_contract(session, client=company) if kind == "contract" else make_visit(session, client=company)
    session.commit()
    address = f"/letters/write/{kind}/{record.id}"

    assert address in anna.get(f"/{kind}s/show/{record.id}").text
    assert {"contract": "К договору", "visit": "К акту"}[kind] in anna.get(address).text
    assert anna.post(address, data=LETTER).status_code == 302
    [mail] = letters(session)
    assert [each.name for each in attachments_of(session, mail)] == ["Форма.pdf"]


def test_the_office_keeps_templates_and_an_unknown_name_is_refused(client_as: ClientAs, session: Session) -> None:
    office = client_as(Role.BACK_OFFICE)
    typed = {"name": "Напоминание", "fits": "any", "subject": "О {скидка}", "body": "Добрый день!"}
    refused = office.post("/letter-templates/add", data=typed)
    assert refused.status_code == 422
    assert "{скидка}" in refused.text
    assert office.post("/letter-templates/add", data=typed | {"subject": "О {клиент}"}).status_code == 302
    assert client_as(Role.SALES).post("/letter-templates/add", data=typed).status_code == 403
