"""A bank statement: read alone, and read, matched and posted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from time import perf_counter

from flask import Flask
from sqlalchemy.orm import Session

from app.database import db
from app.integrations.bank import read_statement
from app.integrations.bank.documents import AccountSection
from app.integrations.bank.parties import Party
from app.integrations.bank.writer import DocumentDraft, StatementForm, statement_bytes
from app.services.statements import check_file, match_lines, post_statement
from bench.data import World
from bench.measure import Measured, measure

DOCUMENTS = 2_000


def statement(app: Flask, world: World) -> Iterator[Measured]:
    """Reading alone, and reading with matching and posting; nothing of it stays."""
    content = statement_file(world)
    found = measure(f"statement, parse {DOCUMENTS}", lambda: parse(content, world), times=5, goal=">= 20,000/s")
    yield replace(found, per_second=DOCUMENTS / found.best * 1000)
    begun = perf_counter()
    with app.app_context():
        posted = take_in(db.session(), content, world)
        took = (perf_counter() - begun) * 1000
        db.session.rollback()
    name = f"statement, whole ({posted} posted)"
    yield Measured(name, took, took, size=len(content), goal=">= 500/s", per_second=DOCUMENTS / took * 1000)


def parse(content: bytes, world: World) -> int:
    """Read the file to its last document."""
    return len(content) * (len(list(read_statement(content, own_accounts=[world.account]).documents)) > 0)


def take_in(session: Session, content: bytes, world: World) -> int:
    """Check, match, post; gives how many were posted."""
    loaded = check_file(session, content, "bench.txt")
    match_lines(session, loaded)
    return post_statement(session, loaded, today=world.today).posted


def statement_file(world: World) -> bytes:
    """Payments of clients by the numbers of their invoices."""
    own = Party(name="ООО «Контора»", account=world.account, bik="044525000")
    drafts = [
        DocumentDraft(
            number=str(number + 1),
            document_date=world.today,
            amount=Decimal(1000 + number),
            payer=Party(name=f"Плательщик {number}", inn=world.inn_of[number % len(world.inn_of)], account="4" * 20),
            payee=own,
            purpose=f"Оплата по счёту № Б-{number}. НДС не облагается",
            credited_on=world.today,
        )
        for number in range(DOCUMENTS)
    ]
    total = sum((draft.amount for draft in drafts), Decimal(0))
    section = AccountSection(
        world.account, world.today, world.today, Decimal(0), received=total, withdrawn=Decimal(0), closing=total
    )
    now = datetime.now(UTC)
    return statement_bytes(StatementForm(world.today, world.today, now), [section], drafts)
