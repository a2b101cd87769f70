from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.models.agreements import AgreementStage, DayKind, PaymentEvent
from app.models.clients import ClientBankAccount, ClientKind
from app.reports.contract_print import (
    BLANK,
    contract_file_name,
    contract_form,
    contract_pdf,
    payment_terms,
)
from app.reports.parties import file_name, town_of
from app.reports.rendering.printing import form_html
from tests.factories import make_agreement, make_bank_account, make_client, make_contract, make_organisation
from tests.factories.files import text_of

INVOICE, ORDER, SHIPMENT = PaymentEvent.INVOICE, PaymentEvent.ORDER, PaymentEvent.SHIPMENT
CALENDAR, BANKING = DayKind.CALENDAR, DayKind.BANKING


def stage(position: int, percent: int, event: PaymentEvent, days: int, kind: DayKind = CALENDAR) -> AgreementStage:
    return AgreementStage(position=position, percent=Decimal(percent), event=event, shift_days=days, day_kind=kind)


def test_contract_names_both_sides_with_their_banks(session: Session) -> None:
    organisation = make_organisation(session, director_genitive="генерального директора Директорова Д. Д.", ogrn="1")
    account = make_bank_account(session, organisation=organisation)
    make_bank_account(session, organisation=organisation, is_active=False)
    client = make_client(
        session, inn="7707083893", kpp="770701001", head_name="Главный Г. Г.", head_position="Директор"
    )
    session.add(ClientBankAccount(client=client, account="40702810000000000009", bik="044525225"))
    session.flush()
    form = contract_form(session, make_contract(session, organisation=organisation, client=client))

    assert form.city == "Москва"
    assert form.supplier.represented_by == "генерального директора Директорова Д. Д."
    assert form.supplier.bank is not None
    assert form.supplier.bank.account == account.account
    assert form.buyer.bank is not None
    assert form.buyer.bank.account == "40702810000000000009"
    assert (form.buyer.signatory, form.buyer.signatory_post) == ("Главный Г. Г.", "Директор")
    assert form.buyer.represented_by == BLANK


def test_what_the_card_does_not_say_stays_blank(session: Session) -> None:
    organisation = make_organisation(session, address="без адреса")
    form = contract_form(session, make_contract(session, organisation=organisation))

    assert form.city == BLANK
    assert form.supplier.represented_by == BLANK
    assert form.supplier.bank is None
    assert form.buyer.bank is None
    assert form.buyer.signatory == ""


def test_sole_proprietor_acts_in_person(session: Session) -> None:
    client = make_client(session, name="ИП Трудов Т. Т.", kind=ClientKind.ENTREPRENEUR, ogrn="304500116000157")
    form = contract_form(session, make_contract(session, client=client))

    assert (form.buyer.signatory, form.buyer.represented_by) == ("ИП Трудов Т. Т.", "")
    assert "ОГРНИП 304500116000157" in form_html("contract.html", form)


def test_contract_without_terms_is_prepaid() -> None:
    assert payment_terms(None).prepayment_percent == 100


@pytest.mark.parametrize(
    ("stages", "shares"),
    [
        ([stage(1, 30, INVOICE, 5), stage(2, 70, SHIPMENT, 14)], (30, 5, 14, False)),
        ([stage(1, 100, SHIPMENT, 10, BANKING)], (0, 0, 10, True)),
        ([stage(1, 100, INVOICE, 3)], (100, 3, 0, False)),
    ],
)
def test_simple_schedule_becomes_shares(
    session: Session, stages: list[AgreementStage], shares: tuple[int, int, int, bool]
) -> None:
    terms = payment_terms(make_agreement(session, stages=stages))

    assert (terms.prepayment_percent, terms.prepayment_days, terms.deferral_days, terms.banking_days) == shares
    assert terms.wording == ""


@pytest.mark.parametrize(
    "stages",
    [
        [stage(1, 30, ORDER, 5), stage(2, 70, SHIPMENT, 14)],
        [stage(1, 30, INVOICE, 5, BANKING), stage(2, 70, SHIPMENT, 14)],
        [stage(1, 30, INVOICE, 5), stage(2, 30, SHIPMENT, 14), stage(3, 40, SHIPMENT, 30)],
        [stage(1, 30, INVOICE, 5), stage(2, 30, INVOICE, 14), stage(3, 40, SHIPMENT, 30)],
    ],
)
def test_other_schedule_is_put_into_words(session: Session, stages: list[AgreementStage]) -> None:
    wording = payment_terms(make_agreement(session, stages=stages)).wording

    assert wording.count("%") == len(stages)
    assert all(f"в течение {each.shift_days} " in wording for each in stages)


def test_schedule_in_words_is_printed(session: Session) -> None:
    terms = make_agreement(session, stages=[stage(1, 30, ORDER, 5), stage(2, 70, SHIPMENT, 14)])
    html = form_html("contract.html", contract_form(session, make_contract(session, agreement=terms)))

    assert "30\u00a0% — в течение 5 календарных дней с даты заказа" in html
    assert "Оставшиеся" not in html


@pytest.mark.parametrize(
    ("valid_to", "words"),
    [(date(2027, 12, 31), "31\u00a0декабря\u00a02027\u00a0г."), (None, "действует до полного исполнения Сторонами")],
)
def test_term_is_printed(session: Session, valid_to: date | None, words: str) -> None:
    html = form_html("contract.html", contract_form(session, make_contract(session, valid_to=valid_to)))

    assert words in html


def test_contract_becomes_a_pdf(session: Session) -> None:
    contract = make_contract(session, number="Д-15/К", client=make_client(session, name="ООО «Ромашка»"))

    assert "Д-15/К" in text_of(contract_pdf(session, contract))
    assert contract_file_name(contract) == "Договор Д-15-К от 2026-11-23 Ромашка.pdf"


def test_file_is_named_after_a_client_without_quotes(session: Session) -> None:
    client = make_client(session, name="ИП Трудов Т. Т.")

    assert file_name("Счёт", "15", date(2026, 11, 23), client) == "Счёт 15 от 2026-11-23 ИП Трудов Т. Т.pdf"


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("101000, г. Москва, ул. Примерная", "Москва"),
        ("г Нижний Новгород, пр. Ленина", "Нижний Новгород"),
        ("190000, г.Санкт-Петербург", "Санкт-Петербург"),
        ("д. Простоквашино", ""),
    ],
)
def test_town_is_read_from_an_address(address: str, town: str) -> None:
    assert town_of(address) == town
