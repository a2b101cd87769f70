"""A cell is read as a person means it, or refused with what to do."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.sheets import Broken
from app.models.clients import ClientStatus
from app.permissions import FieldRight, Scope, Viewer
from app.services.imports import (
    TABLES,
    Field,
    check_mapping,
    fields_for,
    guess_mapping,
    mapping_by_headers,
    remember_mapping,
)
from app.services.imports.values import read_value
from tests import factories as make

CLIENTS, CONTACTS = TABLES["clients"], TABLES["contacts"]
FIELDS = {field.name: field for field in CLIENTS.fields}


def of(kind: str) -> Field:
    return Field(kind, kind, kind)


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        (of("text"), "  ", None),
        (of("text"), None, None),
        (of("text"), 79161234567.0, "79161234567"),
        (of("text"), 1.5, "1,5"),
        (of("text"), True, "Yes"),
        (of("text"), False, "No"),
        (of("text"), date(2026, 1, 2), "02.01.2026"),
        (of("text"), "а\x07б", "аб"),
        (FIELDS["inn"], 7707083893, "7707083893"),
        (FIELDS["inn"], "7707 083893", "7707083893"),
        (FIELDS["kpp"], 773601001.0, "773601001"),
        (of("digits"), "\x07", None),
        (of("decimal"), 0.1 + 0.2, Decimal("0.30")),
        (of("decimal"), "1 234,50 ₽", Decimal("1234.50")),
        (of("decimal"), "1.234,5", Decimal("1234.50")),
        (of("decimal"), "1,234.5", Decimal("1234.50")),
        (of("decimal"), "−7", Decimal("-7.00")),
        (of("number"), "12", 12),
        (of("date"), datetime.fromisoformat("2026-01-02T10:00"), date(2026, 1, 2)),
        (of("date"), date(2026, 1, 2), date(2026, 1, 2)),
        (of("date"), 46024, date(2026, 1, 2)),
        (of("date"), "46024", date(2026, 1, 2)),
        (of("date"), "02.01.26", date(2026, 1, 2)),
        (of("date"), "2026-01-02 г.", date(2026, 1, 2)),
        (of("flag"), True, True),
        (of("flag"), "Да", True),
        (of("flag"), "нет", False),
        (FIELDS["status"], "lead", ClientStatus.LEAD),
    ],
)
def test_a_cell_is_read_as_it_is_meant(field: Field, cell: Any, value: Any) -> None:
    assert read_value(field, cell) == value


@pytest.mark.parametrize(
    ("field", "cell", "words"),
    [
        (of("text"), Broken("#REF!"), "formula"),
        (FIELDS["town"], "я" * 101, "Longer than 100"),
        (FIELDS["account"], 4.07028e19, "rounded"),
        (FIELDS["inn"], 7707083893.5, "rounded"),
        (FIELDS["account"], "4,07E+19", "rounded"),
        (FIELDS["inn"], "770708389", "eaten a zero"),
        (FIELDS["kpp"], 77360100, "eaten a zero"),
        (of("decimal"), "много", "not a number"),
        (of("decimal"), "1e14", "too large"),
        (of("decimal"), "1,005", "decimals"),
        (of("number"), "1,5", "whole number"),
        (of("date"), 5, "not a date"),
        (of("date"), "вчера", "not a date"),
        (of("date"), "01.01.1800", "year"),
        (of("date"), datetime.fromisoformat("1800-01-01"), "year"),
        (of("flag"), "может быть", "yes or no"),
        (FIELDS["status"], "друг", "among the choices"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(field: Field, cell: Any, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        read_value(field, cell)


def test_headings_are_recognised_however_they_are_written(session: Session) -> None:
    headers = ["Клиент", "И.Н.Н.", "E-mail", "Ответственный менеджер", "", "Неизвестное", "Наименование"]
    found = guess_mapping(session, CLIENTS, headers)
    assert found == {"6": "name", "2": "email", "3": "responsible"}, "what the label says goes before what it may mean"


def test_a_field_behind_a_right_is_offered_to_those_who_hold_it(session: Session) -> None:
    user = make.make_user(session)
    may = Viewer(user.id, None, Scope.ALL, frozenset({("can_write", FieldRight.BIRTH_DATE)}))
    may_not = Viewer(user.id, None, Scope.ALL)
    assert "birth_date" in {field.name for field in fields_for(CONTACTS, may)}
    assert "birth_date" not in {field.name for field in fields_for(CONTACTS, may_not)}
    session.info["viewer"] = may
    remember_mapping(session, CONTACTS, ["А", "Б"], {"0": "birth_date", "1": "family_name"})
    remember_mapping(session, CONTACTS, ["А", "Б"], {"0": "birth_date", "1": "given_name"})
    assert guess_mapping(session, CONTACTS, ["а", "б"]) == {"0": "birth_date", "1": "given_name"}
    session.info["viewer"] = may_not
    assert guess_mapping(session, CONTACTS, ["а", "б"]) == {"1": "given_name"}
    session.info.clear()
    remember_mapping(session, CONTACTS, ["А"], {"0": "family_name"})
    assert guess_mapping(session, CONTACTS, ["А"]) == {}


def test_a_mapping_is_given_by_headings_or_numbers() -> None:
    assert mapping_by_headers(CLIENTS, ["Имя", "", "7"], {"имя": "name", "2": "Town", "7": "inn"}) == {
        "0": "name",
        "1": "town",
        "2": "inn",
    }
    with pytest.raises(RuleError, match="not there"):
        mapping_by_headers(CLIENTS, ["Имя"], {"Имя": "nothing"})


@pytest.mark.parametrize(
    ("mapping", "words"),
    [({}, "at least one"), ({"0": "name", "1": "name"}, "Two columns"), ({"0": "debt"}, "no field debt")],
)
def test_a_mapping_that_cannot_be_is_refused(mapping: dict[str, str], words: str) -> None:
    with pytest.raises(RuleError, match=words):
        check_mapping(CLIENTS, mapping)
