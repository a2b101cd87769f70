"""Templates of letters that the office keeps: what may stand in them, and how they are filled."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.letters import LetterFits, LetterTemplate
from app.services.letters.office import (
    DEFAULTS,
    VisitAct,
    add_default_templates,
    check_letter_template,
    fill,
    fitting,
    words_of,
)
from app.services.settings_transfer import export_settings, import_settings
from tests import factories as make


def template(body: str, subject: str = "О деле") -> LetterTemplate:
    return LetterTemplate(name="Ш", fits=LetterFits.ANY, subject=subject, body=body)


class TestWhatMayStandInBraces:
    def test_known_names_may(self):
        check_letter_template(template("{клиент} {имя} {номер}\n{дата} {сумма}", "{менеджер}"))

    @pytest.mark.parametrize(("subject", "body"), [("О {скидка}", "Да"), ("О деле", "{скидка}")])
    def test_an_unknown_name_is_refused_by_its_name(self, subject: str, body: str):
        with pytest.raises(RuleError, match="скидка"):
            check_letter_template(template(body, subject))

    @pytest.mark.parametrize("body", ["{имя", "имя}", "{{имя}}"])
    def test_a_lone_brace_is_refused(self, body: str):
        with pytest.raises(RuleError, match="pair"):
            check_letter_template(template(body))


def test_a_quote_fills_everything(session: Session):
    by = make.make_employee(session, family_name="Петрова", position="Менеджер", phone="+79001234567")
    contact = make.make_contact(session, given_name="Иван", patronymic="Ильич")
    quote = make.make_quote(session, number="КС-1", total=Decimal("1234567.50"), valid_to=date(2026, 12, 7))
    words = words_of(quote.client, quote, contact, by)
    filled = fill(
        template("{имя}: {сумма} до {срок}. {менеджер}, {должность}, {телефон}", "№ {номер}  от {дата}"), words
    )
    assert filled.missing == ()
    assert filled.proposal.subject == "№ КС-1 от 23.11.2026"
    text = filled.proposal.text.replace("\u00a0", " ")
    assert text.startswith("Иван Ильич: 1 234 567,50 руб. до 07.12.2026. Петрова ")
    assert text.endswith("Менеджер, +7 900 123-45-67")


def test_each_document_says_what_it_knows(session: Session):
    client, by = make.make_client(session), make.make_employee(session, phone=None)
    contract = make.make_contract(session, client=client, number="Д-7", amount=None, valid_to=date(2027, 1, 1))
    paid = make.make_contract(session, client=client, number="Д-8", amount=Decimal(5), valid_to=None)
    quote = make.make_quote(session, client=client, valid_to=None)
    said = {
        "contract": words_of(client, contract, None, by),
        "paid": words_of(client, paid, None, by),
        "invoice": words_of(client, make.make_invoice(session, client=client, number="КС-2"), None, by),
        "quote": words_of(client, quote, None, by),
        "visit": words_of(client, VisitAct("А-1", "23.11.2026"), None, by),
    }
    assert (said["contract"]["номер"], said["contract"]["срок"], said["contract"]["сумма"]) == ("Д-7", "01.01.2027", "")
    assert (said["paid"]["срок"], said["paid"]["сумма"]) == ("", "5,00\u00a0руб.")
    assert (said["invoice"]["номер"], said["quote"]["срок"]) == ("КС-2", "")
    assert (said["visit"]["номер"], said["visit"]["дата"]) == ("А-1", "23.11.2026")
    assert "номер" not in words_of(client, None, None, by)


def test_what_is_missing_leaves_no_broken_text_and_is_named():
    body = "Здравствуйте, {имя}!\n\nПредложение действительно до {срок}.\n\nЖдём ответа.\n{телефон}"
    filled = fill(template(body, "О деле"), {"имя": ""})
    assert filled.proposal.text == "Здравствуйте!\n\nЖдём ответа."
    assert len(filled.missing) == 3


def test_braces_in_the_words_of_a_record_stay_what_they_are():
    filled = fill(template("{клиент}"), {"клиент": "ООО «{имя}» <b>", "имя": "Иван"})
    assert filled.proposal.text == "ООО «{имя}» <b>"


def test_templates_of_the_kind_come_first_and_those_of_other_kinds_not_at_all(session: Session):
    made = {fits: make.make_letter_template(session, fits=fits) for fits in LetterFits}
    for fits, subject in (
        (LetterFits.QUOTE, make.make_quote(session)),
        (LetterFits.INVOICE, make.make_invoice(session)),
        (LetterFits.CONTRACT, make.make_contract(session)),
        (LetterFits.VISIT, VisitAct("", "")),
    ):
        assert fitting(session, subject) == [made[fits], made[LetterFits.ANY]]
    assert fitting(session, None) == [made[LetterFits.ANY]]


def test_an_office_begins_with_templates_that_are_right_and_gets_them_once(session: Session):
    assert add_default_templates(session) == len(DEFAULTS)
    for each in session.scalars(select(LetterTemplate)):
        check_letter_template(each)
        session.delete(each)
    session.flush()
    assert add_default_templates(session) == 0


def test_templates_go_to_another_installation(session: Session):
    made = make.make_letter_template(session, fits=LetterFits.QUOTE)
    kept = export_settings(session)
    session.delete(made)
    session.flush()
    assert import_settings(session, kept).added == 1
    assert session.scalars(select(LetterTemplate)).one().fits is LetterFits.QUOTE
    assert import_settings(session, kept).changed == 0
