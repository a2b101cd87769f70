"""How well a card is filled: weights, what applies, what is junk, what to ask next; keeping and snapshots."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import AuditEntry
from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientKind,
    ClientTurnover,
    CompletenessField,
    ContactEmail,
    ContactPhone,
    ContactRole,
    Segment,
)
from app.models.completeness import CompletenessSnapshot, CompletenessWeight
from app.services.completeness import DEFAULTS, add_weights, check_weight, keep_all, keeping, measure, take_snapshot
from app.services.completeness.junk import is_filled
from app.services.completeness.weights import read_weights
from tests import factories as make

TODAY = date(2026, 11, 26)
FULL: dict[str, Any] = {
    "inn": "7702070139",
    "kpp": "770201001",
    "ogrn": "1027700132195",
    "full_name": "Общество «Ромашка»",
    "legal_address": "г. Тула, ул. Мира, 5",
    "actual_address": "г. Тула, ул. Мира, 5",
    "town": "Тула",
    "latitude": 54,
    "longitude": 37,
    "phone": "+74872123456",
    "email": "info@romashka.example",
    "website": "romashka.example",
    "source": "Выставка",
    "head_name": "Цветков А. А.",
    "head_position": "директор",
}


def full_card(session: Session, **changes: Any) -> Client:
    """A client whose card lacks nothing."""
    client = make.make_client(session, segment=Segment(name=f"Сегмент {id(changes)}"), **FULL | changes)
    contact = make.make_contact(session, client=client, role=ContactRole.DECIDES)
    contact.phones.append(ContactPhone(number="+79091234567"))
    contact.emails.append(ContactEmail(address="ivan@romashka.example"))
    client.turnovers.append(ClientTurnover(year=2025, amount=1))
    client.bank_accounts.append(ClientBankAccount(account="40702810900000000001", bik="044525225"))
    session.flush()
    return client


def measured(session: Session, client: Client) -> tuple[int, CompletenessField | None]:
    session.flush()
    found = measure(session, [client.id])[client.id]
    return found.percent, found.missing


# --- Junk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "-",
            "—",
            "нет",
            "НЕТ.",
            "Нет данных",
            "н/д",
            "000",
            "0000000000",
            "ааа",
            "test",
            "Тест",
            "...",
            "?",
        ),
        *("+7 (000) 000-00-00", "8 999 999-99-99", "test@test.ru", "нет@mail.ru", None, "х"),
    ],
)
def test_junk_does_not_count(text: Any):
    assert not is_filled(text)


@pytest.mark.parametrize(
    "text", ["7702070139", "Тула", "5", "+7 909 123-45-67", "info@romashka.ru", "Нетребко", "ул. Мира, 5", "112"]
)
def test_words_and_numbers_count(text: str):
    assert is_filled(text)


# --- Measuring ----------------------------------------------------------------------------------------------------


def test_a_full_card_is_full_and_an_empty_one_begins_with_the_weightiest(session: Session):
    assert measured(session, full_card(session)) == (100, None)
    assert measured(session, make.make_client(session)) == (0, CompletenessField.INN)
    assert measure(session, []) == {}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"phone": "нет"}, CompletenessField.PHONE),
        ({"website": None}, CompletenessField.WEBSITE),
        ({"longitude": None, "latitude": None}, CompletenessField.PLACE),
    ],
)
def test_a_missing_field_takes_its_weight(session: Session, change: dict[str, Any], missing: CompletenessField):
    percent, named = measured(session, full_card(session, **change))

    whole = sum(DEFAULTS.values())
    assert named is missing
    assert percent == 100 * (whole - DEFAULTS[missing]) // whole


def test_only_what_applies_to_the_kind_counts(session: Session):
    person = full_card(
        session, kind=ClientKind.PERSON, kpp=None, ogrn=None, head_name=None, head_position=None, inn="500100732259"
    )
    person.turnovers.clear()

    assert measured(session, person) == (100, None)


def test_contacts_that_left_or_have_no_name_do_not_count(session: Session):
    client = full_card(session)
    for contact in session.scalars(select(make.clients.Contact).where(make.clients.Contact.client_id == client.id)):
        contact.is_active = False
    make.make_contact(session, client=client, family_name="—")

    assert measured(session, client)[1] is CompletenessField.CONTACT


def test_the_most_particular_weight_wins(session: Session):
    segment = Segment(name="Бюджетные")
    session.add(segment)
    session.flush()
    for kind, of, weight in (
        (None, None, 1),
        (ClientKind.COMPANY, None, 2),
        (None, segment, 3),
        (ClientKind.COMPANY, segment, 4),
    ):
        make.make_completeness_weight(session, kind=kind, segment=of, weight=weight)
    weights = read_weights(session)

    asked = [
        (ClientKind.COMPANY, segment.id),
        (ClientKind.PERSON, segment.id),
        (ClientKind.COMPANY, None),
        (ClientKind.PERSON, None),
    ]
    assert [weights.of(*each)[CompletenessField.WEBSITE] for each in asked] == [4, 3, 2, 1]
    assert weights.of(ClientKind.PERSON, None) is weights.of(ClientKind.PERSON, None)


def test_a_field_of_weight_zero_does_not_count_and_a_card_without_fields_is_full(session: Session):
    add_weights(session)
    for weight in session.scalars(select(CompletenessWeight)):
        weight.weight = 0
    assert measured(session, make.make_client(session)) == (100, None)


# --- Weights ------------------------------------------------------------------------------------------------------


def test_rows_of_weights_are_made_once(session: Session):
    make.make_completeness_weight(session, kind=None, weight=50)

    assert add_weights(session) == len(CompletenessField) - 1
    assert add_weights(session) == 0
    assert set(DEFAULTS) == set(CompletenessField)


def test_a_weight_is_within_bounds_and_set_once(session: Session):
    kept = make.make_completeness_weight(session)
    check_weight(session, kept)
    for wrong in (-1, 101, None):
        kept.weight = wrong  # type: ignore[assignment]
        with pytest.raises(RuleError):
            check_weight(session, kept)
    kept.weight = 7
    again = CompletenessWeight(field=kept.field, kind=kept.kind, weight=3)
    with pytest.raises(RuleError):
        check_weight(session, again)
    again.segment = Segment(name="Новый")
    session.add(again.segment)
    session.flush()
    check_weight(session, again)
    assert "Website" in str(again)


# --- Keeping ------------------------------------------------------------------------------------------------------


def kept(session: Session, client: Client) -> tuple[int | None, CompletenessField | None]:
    session.commit()
    session.refresh(client)
    return client.completeness, client.missing


def test_a_save_keeps_the_measure_without_a_change_of_the_record(session: Session):
    client = make.make_client(session)
    assert kept(session, client) == (0, CompletenessField.INN)
    version, changed_at = client.version, client.changed_at

    make.make_contact(session, client=client)

    assert kept(session, client)[0] == 100 * DEFAULTS[CompletenessField.CONTACT] // sum(DEFAULTS.values())
    assert (client.version, client.changed_at) == (version, changed_at)
    told = session.scalars(select(AuditEntry.changes).where(AuditEntry.table_name == "client"))
    assert not any("completeness" in changes for changes in told)


def test_a_phone_of_a_contact_counts_at_once(session: Session):
    contact = make.make_contact(session)
    session.commit()
    contact.phones.append(ContactPhone(number="+79091234567"))
    before = contact.client.completeness

    assert kept(session, contact.client)[0] > before
    session.delete(contact.phones[0])
    session.expire(contact)
    assert kept(session, contact.client)[0] == before


def test_a_commit_of_a_part_keeps_nothing_yet(session: Session):
    with session.begin_nested():
        client = make.make_client(session)
    session.refresh(client)

    assert client.completeness is None


def test_all_cards_are_measured_piece_by_piece(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    made = [make.make_client(session) for _number in range(5)]

    assert keep_all(session) >= 5
    for client in made:
        session.refresh(client)
    assert {client.completeness for client in made} == {0}


def test_a_snapshot_holds_each_manager_once_a_day(session: Session):
    manager = make.make_employee(session)
    for town in ("Тула", None):
        make.make_client(session, responsible=manager, town=town)
    gone = make.make_client(session, responsible=manager)
    gone.merged_into_id = make.make_client(session).id
    keep_all(session)

    take_snapshot(session, TODAY)
    take_snapshot(session, TODAY)

    mine = session.scalars(select(CompletenessSnapshot).where(CompletenessSnapshot.employee_id == manager.id)).all()
    assert [(each.day, each.clients) for each in mine] == [(TODAY, 2)]
    assert mine[0].percents == 100 * DEFAULTS[CompletenessField.TOWN] // sum(DEFAULTS.values())


def test_without_clients_there_is_nothing_to_keep(session: Session):
    assert take_snapshot(session, TODAY) == 0
    keeping.keep(session, [])
