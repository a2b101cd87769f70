"""Saving: nothing typed is lost, nobody overwrites unseen, only a rule's words are shown, amounts are exact."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.deals import Deal
from app.models.sales import DocumentStatus, Invoice
from app.views.clients import ClientView
from tests import factories as make
from tests.views.crud.conftest import Form, form_in, texts_of

FormOf = Callable[[FlaskClient, str], Form]


# --- Two people at one record -------------------------------------------------------------------------------------


def test_a_stale_save_shows_both_values_and_changes_nothing(
    session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    client = make.make_client(session, town="Тверь")
    session.commit()
    address = f"/clients/edit/{client.id}"
    first, second = form_of(office, address), form_of(office, address)
    assert office.post(address, data=first | {"town": "Клин"}).status_code == 302
    answer = office.post(address, data=second | {"town": "Орёл"})
    assert answer.status_code == 409
    assert "Клин" in answer.text
    assert "Орёл" in answer.text
    session.expire_all()
    assert session.get_one(Client, client.id).town == "Клин"


@pytest.mark.parametrize(("choice", "town"), [("theirs", "Клин"), ("mine", "Орёл")])
def test_after_a_conflict_each_value_is_chosen(
    choice: str, town: str, session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    client = make.make_client(session, town="Тверь")
    session.commit()
    address = f"/clients/edit/{client.id}"
    stale = form_of(office, address)
    office.post(address, data=stale | {"town": "Клин"})
    shown = form_in(office.post(address, data=stale | {"town": "Орёл", "comment": "Моё"}).text)
    assert office.post(address, data=shown | {"_keep_town": choice}).status_code == 302
    session.expire_all()
    kept = session.get_one(Client, client.id)
    assert (kept.town, kept.comment) == (town, "Моё")


def test_of_many_stale_saves_none_is_taken(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session)
    session.commit()
    address = f"/clients/edit/{client.id}"
    stale = form_of(office, address)
    assert office.post(address, data=stale | {"comment": "первый"}).status_code == 302
    codes = {office.post(address, data=stale | {"comment": f"опоздал {place}"}).status_code for place in range(25)}
    assert codes == {409}
    session.expire_all()
    assert session.get_one(Client, client.id).comment == "первый"


def test_a_correction_of_a_slip_does_not_hide_that_the_form_is_stale(
    session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    client = make.make_client(session, town="Тверь")
    session.commit()
    address = f"/clients/edit/{client.id}"
    stale = form_of(office, address)
    office.post(address, data=stale | {"town": "Клин"})
    refused = office.post(address, data=stale | {"name": ""})
    assert refused.status_code == 422
    assert office.post(address, data=form_in(refused.text) | {"name": "ООО «Новое»"}).status_code == 409


def test_two_people_who_change_rows_only_notice_each_other(
    session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    contact = make.make_contact(session, phones=[ContactPhone(number="+74951112233", extension="1")])
    session.commit()
    address = f"/contacts/edit/{contact.id}"
    first, second = form_of(office, address), form_of(office, address)
    assert office.post(address, data=first | {"phones-0-extension": "22"}).status_code == 302
    answer = office.post(address, data=second | {"phones-0-extension": "33"})
    assert answer.status_code == 409
    chosen = form_in(answer.text) | {"_keep_phones": "theirs"}
    assert office.post(address, data=chosen).status_code == 302
    session.expire_all()
    assert session.get_one(Contact, contact.id).phones[0].extension == "22"


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 30, "١"])
def test_a_form_without_its_version_is_not_saved(version: str, session: Session, office: FlaskClient) -> None:
    client = make.make_client(session, name="ООО «Было»")
    session.commit()
    values = {"name": "ООО «Стало»", "version": version, "responsible": client.responsible_id, "kind": "company"}
    assert office.post(f"/clients/edit/{client.id}", data=values).status_code in {400, 422}
    session.expire_all()
    assert session.get_one(Client, client.id).name == "ООО «Было»"


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_nothing_typed_is_lost_when_a_form_is_refused(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    session.commit()
    typed = {
        "name": "",
        "full_name": "Полное имя",
        "inn": "123",
        "town": "Новосибирск",
        "comment": "Длинный\r\nтекст",
        "debt_threshold": "12 рублей",
        "latitude": "55,75",
        "kind": "sole_trader",
    }
    answer = office.post("/clients/add", data=form_of(office, "/clients/add") | typed)
    assert answer.status_code == 422
    shown = form_in(answer.text)
    typed.pop("kind")
    assert {name: shown[name].replace("\r", "").strip() for name in typed} == {
        name: value.replace("\r", "") for name, value in typed.items()
    }


def test_typed_rows_come_back_when_a_form_is_refused(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()
    rows = {"phones-0-number": "+7 495 111-22-33", "phones-0-extension": "17", "emails-0-address": "кто-то"}
    answer = office.post("/contacts/add", data={"client": client.id, "family_name": ""} | rows)
    assert answer.status_code == 422
    shown = form_in(answer.text)
    assert {name: shown[name] for name in rows} == rows


def test_a_rules_words_are_shown_beside_what_was_typed(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    session.commit()
    form = form_of(office, "/clients/add") | {"name": "ООО «Проба»", "inn": "7707083894"}
    answer = office.post("/clients/add", data=form)
    assert answer.status_code == 422
    assert texts_of(answer.text, "//div[@id='error-summary']//li") != []
    assert form_in(answer.text)["inn"] == "7707083894"
    assert session.scalar(select(func.count()).select_from(Client).where(Client.name == "ООО «Проба»")) == 0


@pytest.mark.parametrize("error", [ValueError("secret 123"), KeyError("secret 123"), ZeroDivisionError("secret 123")])
def test_an_unexpected_error_shows_a_number_and_no_words_of_its_own(
    error: Exception, office: FlaskClient, form_of: FormOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    form = form_of(office, "/clients/add") | {"name": "ООО «Проба»"}
    monkeypatch.setattr(ClientView, "before_save", fail)
    monkeypatch.setitem(office.application.config, "PROPAGATE_EXCEPTIONS", False)
    answer = office.post("/clients/add", data=form)
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_a_rule_that_refuses_after_the_record_was_written_undoes_it(
    session: Session, office: FlaskClient, form_of: FormOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise RuleError("так нельзя")

    form = form_of(office, "/clients/add") | {"name": "ООО «Проба»"}
    monkeypatch.setattr(ClientView, "after_save", refuse)
    answer = office.post("/clients/add", data=form)
    assert answer.status_code == 422
    assert "так нельзя" in answer.text
    assert session.scalar(select(func.count()).select_from(Client).where(Client.name == "ООО «Проба»")) == 0


def test_a_record_that_others_refer_to_is_not_deleted(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    make.make_contact(session, client=client)
    session.commit()
    answer = office.post(f"/clients/delete/{client.id}", follow_redirects=True)
    assert answer.status_code == 200
    assert texts_of(answer.text, "//*[@data-message or contains(@class, 'message')]") != []
    session.expire_all()
    assert session.get(Client, client.id) is not None


def test_a_record_that_nothing_refers_to_is_deleted(session: Session, office: FlaskClient) -> None:
    contact = make.make_contact(session)
    key = contact.id
    session.commit()
    assert office.post(f"/contacts/delete/{key}").status_code == 302
    session.expunge_all()
    assert session.get(Contact, key) is None


def test_reading_changes_nothing(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()
    for way in ("delete", "action/post"):
        assert office.get(f"/clients/{way}/{client.id}").status_code == 405
    assert office.get("/clients/action_post?action=delete&rowid=1").status_code == 405


@pytest.mark.parametrize("way", ["add", "edit/{key}", "delete/{key}", "action/post/{key}", "action_post"])
def test_what_writes_needs_the_forms_token(
    way: str, session: Session, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = make.make_invoice(session)
    session.commit()
    monkeypatch.setitem(office.application.config, "WTF_CSRF_ENABLED", True)
    for values in ({}, {"csrf_token": "0"}):
        assert office.post(f"/invoices/{way.format(key=invoice.id)}", data=values).status_code == 400
    session.expire_all()
    assert session.get_one(Invoice, invoice.id).version == 1


# --- Amounts --------------------------------------------------------------------------------------------------------


def _deal(office: FlaskClient, form_of: FormOf, session: Session, amount: str) -> Any:
    stage, client = make.make_deal_stage(session), make.make_client(session)
    session.commit()
    values = {"title": "Проба", "client": client.id, "stage": stage.id, "amount": amount}
    return office.post("/deals/add", data=form_of(office, "/deals/add") | values)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("1\u202f234.50", "1234.50"),
        ("0,1", "0.10"),
        ("1,234,567.89", "1234567.89"),
        ("12345678901234.56", "12345678901234.56"),
        ("007", "7.00"),
    ],
)
def test_amounts_are_read_as_people_type_them(
    typed: str, kept: str, session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    assert _deal(office, form_of, session, typed).status_code == 302
    assert session.scalars(select(Deal.amount).where(Deal.title == "Проба")).one() == Decimal(kept)


@pytest.mark.parametrize(
    "typed",
    [
        "1e999",
        "1e2",
        "NaN",
        "Infinity",
        "-inf",
        "0.005",
        "100000000000000.00",
        "12 рублей",
        "1-2",
        "--1",
        "0x10",
        "１２",
    ],
)
def test_what_is_no_amount_is_refused_and_comes_back(
    typed: str, session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    answer = _deal(office, form_of, session, typed)
    assert answer.status_code == 422
    assert form_in(answer.text)["amount"] == typed
    assert session.scalar(select(func.count()).select_from(Deal).where(Deal.title == "Проба")) == 0


def test_a_minus_sign_of_a_text_processor_is_a_minus(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session)
    session.commit()
    address = f"/clients/edit/{client.id}"
    values = form_of(office, address) | {"latitude": "\u221233,5", "longitude": "151,2"}
    assert office.post(address, data=values).status_code == 302
    session.expire_all()
    assert session.get_one(Client, client.id).latitude == Decimal("-33.5")


def test_an_opened_and_saved_form_changes_no_amount(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    invoice = make.make_invoice(session)
    invoice.lines[0].quantity, invoice.lines[0].price = Decimal("1.125"), Decimal("1234567.89")
    session.commit()
    address = f"/invoices/edit/{invoice.id}"
    assert office.post(address, data=form_of(office, address)).status_code == 302
    session.expire_all()
    line = session.get_one(Invoice, invoice.id).lines[0]
    assert (line.quantity, line.price) == (Decimal("1.125"), Decimal("1234567.89"))


def test_totals_that_no_column_can_hold_are_refused_in_words(
    session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    invoice = make.make_invoice(session)
    session.commit()
    address = f"/invoices/edit/{invoice.id}"
    huge = {"lines-0-quantity": "999999999999", "lines-0-price": "999999999999.99"}
    answer = office.post(address, data=form_of(office, address) | huge)
    assert answer.status_code == 422
    assert form_in(answer.text)["lines-0-price"] == "999999999999.99"


# --- Protected columns ------------------------------------------------------------------------------------------------


def test_a_form_sets_no_column_that_it_does_not_show(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    invoice = make.make_invoice(session)
    session.commit()
    address = f"/invoices/edit/{invoice.id}"
    forged = {
        "status": "posted",
        "total": "1",
        "vat_total": "0",
        "number": "ЧУЖОЙ-1",
        "created_by_id": "1",
        "id": "777",
        "search_key": "x",
        "lines-0-amount": "1",
        "lines-0-vat_amount": "0",
        "lines-0-invoice_id": "999",
    }
    assert office.post(address, data=form_of(office, address) | forged).status_code == 302
    session.expire_all()
    kept = session.get_one(Invoice, invoice.id)
    assert kept.status is DocumentStatus.DRAFT
    assert kept.number != "ЧУЖОЙ-1"
    assert kept.created_by_id is None
    assert kept.total == sum(line.amount for line in kept.lines) == Decimal("1220.00")


# --- Rows edited inside a record --------------------------------------------------------------------------------------


def test_phones_and_emails_are_added_changed_and_taken_away(
    session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    phones = [ContactPhone(number="+74951112233"), ContactPhone(number="+74951112244")]
    contact = make.make_contact(session, phones=phones, emails=[ContactEmail(address="a@example.com")])
    session.commit()
    kept_key, address = phones[1].id, f"/contacts/edit/{contact.id}"
    form = form_of(office, address)
    del form["phones-0-row_id"], form["phones-0-number"]
    form |= {"phones-1-extension": "5", "phones-7-number": "8 (916) 123-45-67", "emails-0-address": "B@Example.Com"}
    form |= {"emails-1-address": "c@example.com", "emails-2-address": "  "}
    assert office.post(address, data=form).status_code == 302
    session.expire_all()
    kept = session.get_one(Contact, contact.id)
    assert [(row.number, row.extension) for row in kept.phones] == [("+74951112244", "5"), ("+79161234567", None)]
    assert kept.phones[0].id == kept_key
    assert [row.address for row in kept.emails] == ["b@example.com", "c@example.com"]


def test_one_row_sent_twice_is_two_rows_and_the_total_counts_both(
    session: Session, office: FlaskClient, form_of: FormOf
) -> None:
    invoice = make.make_invoice(session)
    session.commit()
    address = f"/invoices/edit/{invoice.id}"
    form = form_of(office, address)
    twice = {name.replace("lines-0-", "lines-1-"): value for name, value in form.items() if name.startswith("lines-0-")}
    assert office.post(address, data=form | twice).status_code == 302
    session.expire_all()
    kept = session.get_one(Invoice, invoice.id)
    assert kept.total == sum(line.amount for line in kept.lines)


def test_more_rows_than_a_form_takes_are_refused_and_none_is_dropped(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()
    rows = {f"emails-{place}-address": f"a{place}@example.com" for place in range(501)}
    values = {"client": client.id, "family_name": "Многопочтов", "role": "other"}
    assert office.post("/contacts/add", data=values | rows).status_code == 422
    assert session.scalar(select(func.count()).select_from(Contact).where(Contact.client_id == client.id)) == 0
