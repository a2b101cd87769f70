"""Filling in by INN: the newest register first, the bank for what registers lack, each with source and day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.integrations.companies import CompanyFacts, CompanyState
from app.models.clients import ClientKind, LegalState
from app.models.companies import RegisterCompany
from app.models.money import MatchState, MoneyDirection, Statement, StatementLine
from app.services.companies import find_company, keep_answer, keep_rows, load_register, needs_asking
from tests import factories as make

INN = "7707083893"
FACTS = CompanyFacts(INN, "ООО «Учёба»", date(2026, 11, 1), kpp="770701001", town="Москва")


def load(session: Session, *companies: CompanyFacts, source: str = "ЕРСМСП") -> tuple[int, int]:
    *_rest, counts = load_register(session, companies, source)
    return counts.kept, counts.wrong


def paid(session: Session, **changes: str) -> None:
    statement = Statement(file_name="a.txt", file_sha256="0" * 64, encoding="utf-8")
    values = {"other_inn": INN, "other_name": "ООО УЧЕБА ПО ВЫПИСКЕ", "other_kpp": "770701001"} | changes
    session.add(
        StatementLine(
            statement=statement, direction=MoneyDirection.IN, number="1", document_day=make.TODAY,
            posting_day=make.TODAY, amount=Decimal(1), state=MatchState.UNKNOWN, **values,
        )
    )  # fmt: skip
    session.flush()


def test_each_value_names_its_source_and_day(session: Session) -> None:
    assert load(session, FACTS, replace(FACTS, inn="1"), replace(FACTS, name=" ")) == (1, 2)
    found = {value.field: value for value in find_company(session, INN, "770701001").values}
    assert (found["town"].text, found["town"].source, found["town"].on) == ("Москва", "ЕРСМСП", date(2026, 11, 1))
    assert find_company(session, "500100732259").kind is ClientKind.ENTREPRENEUR


def test_the_bank_fills_what_registers_lack(session: Session) -> None:
    load(session, replace(FACTS, kpp=""))
    paid(session)
    found = {value.field: value.source for value in find_company(session, INN).values}
    assert (found["name"], found["kpp"]) == ("ЕРСМСП", "bank statement")


def test_a_wrong_kpp_of_the_bank_is_left_out(session: Session) -> None:
    paid(session, other_kpp="0")
    assert {value.field for value in find_company(session, INN).values} == {"name"}


def test_only_what_is_not_older_replaces(session: Session) -> None:
    load(session, FACTS)
    load(session, replace(FACTS, as_of=date(2026, 10, 1), name="Старое"))
    load(session, replace(FACTS, as_of=date(2026, 12, 1), state=CompanyState.LIQUIDATED, is_person=True))
    row = session.scalars(select(RegisterCompany)).one()
    assert (row.name, row.legal_state) == ("ООО «Учёба»", LegalState.LIQUIDATED)
    assert find_company(session, INN).is_closed
    keep_rows(session, [])


def test_an_answer_serves_for_a_day(session: Session) -> None:
    assert needs_asking(session, INN, make.TODAY)
    keep_answer(session, FACTS)
    keep_answer(session, replace(FACTS, inn="1"))
    today = utc_now().date()
    assert not needs_asking(session, INN, today)
    assert needs_asking(session, INN, today + timedelta(days=2))
