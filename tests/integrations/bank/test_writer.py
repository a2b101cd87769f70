from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.integrations.bank import (
    AccountSection,
    Direction,
    DocumentDraft,
    Party,
    StatementForm,
    read_statement,
    statement_bytes,
)
from app.integrations.bank.writer import draft_of
from tests.integrations.bank.statements import OTHER, OWN, SAMPLES, codes

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
US = Party(name='ООО "Наша фирма"', inn="7736050003", kpp="770701001", account=OWN, direct_account=OWN)
CLIENT = Party(
    name='ООО "Ветер"',
    inn="7734660892",
    account=OTHER,
    direct_account="30101810400000000225",
    bank="Банк",
    bank_city="г. Пермь",
    bik="044525225",
    corr_account="30101810400000000225",
)
FOREIGNER = Party(name="Breeze Ltd", account=OTHER, direct_account=OTHER, kio="12345")
SECTION = AccountSection(OWN, FIRST, LAST, Decimal("-10.00"), Decimal("1220.50"), Decimal("20.00"), Decimal("1190.50"))
DRAFTS = (
    DocumentDraft("И-45/2024", FIRST, Decimal("1220.50"), CLIENT, US, "Счёт № 1", credited_on=LAST),
    DocumentDraft("2", FIRST, Decimal(20), US, FOREIGNER, "Услуги", "Прочее", debited_on=LAST, extra={"Код": "7"}),
)


def form(encoding: str = "cp1251") -> StatementForm:
    return StatementForm(FIRST, LAST, datetime(2026, 3, 1, 10), encoding, sender="Банк", receiver="1С")  # noqa: DTZ001 - a bank writes no zone


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
def test_what_is_written_is_read_back(encoding: str) -> None:
    drafts = [draft for draft in DRAFTS if encoding != "cp866" or draft.number == "2"]
    sections = [SECTION] if len(drafts) == len(DRAFTS) else []
    statement = read_statement(statement_bytes(form(encoding), sections, drafts), own_accounts=[OWN])
    assert (statement.encoding, codes(statement)) == (encoding, [])
    assert [replace(section, line=0) for section in statement.sections] == sections
    assert [
        (found.number, found.document_date, found.amount, found.payer, found.payee, found.purpose, found.kind)
        for found in statement.documents
    ] == [
        (draft.number, draft.document_date, draft.amount, draft.payer, draft.payee, draft.purpose, draft.kind)
        for draft in drafts
    ]
    assert {found.posting_date for found in statement.documents} == {LAST}
    assert statement.documents[-1].uin == "7"


def test_header_says_period_encoding_and_accounts() -> None:
    statement = read_statement(statement_bytes(form(), [SECTION, SECTION], []))
    assert (statement.date_from, statement.date_to, statement.accounts) == (FIRST, LAST, (OWN,))
    assert statement.header["времясоздания"] == "10:00:00"
    assert statement.header["отправитель"] == "Банк"


def test_line_breaks_in_a_value_do_not_make_a_new_key() -> None:
    draft = DocumentDraft("1", FIRST, Decimal(1), CLIENT, US, "Оплата\r\nСумма=1000000")
    (found,) = read_statement(statement_bytes(form(), [], [draft]), own_accounts=[OWN]).documents
    assert (found.amount, found.purpose) == (Decimal(1), "Оплата  Сумма=1000000")


def test_unknown_figures_are_written_empty() -> None:
    statement = read_statement(statement_bytes(form(), [AccountSection(OWN)], []))
    assert (statement.sections[0].opening, statement.sections[0].date_from) == (None, None)


@pytest.mark.parametrize(
    "path", sorted(set(SAMPLES.glob("*.txt")) - {SAMPLES / "not_1c.txt"}), ids=lambda path: path.stem
)
def test_sample_written_once_more_means_the_same(path: Path) -> None:
    first = read_statement(path.read_bytes())
    data = statement_bytes(form("utf-8"), first.sections, map(draft_of, first.documents))
    second = read_statement(data, own_accounts=first.accounts)
    for direction in Direction:
        assert second.total(direction) == first.total(direction)
    assert [found.key for found in second.documents] == [found.key for found in first.documents]
    assert [found.posting_date for found in second.documents] == [found.posting_date for found in first.documents]
