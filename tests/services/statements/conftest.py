"""An organisation with its account, a client that owes, and a file loaded, matched, posted and taken back."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.models.ledger import DueItem
from app.models.money import StatementLine
from app.services.invoices import post_invoice
from app.services.ledger import check_registers
from app.services.statements import check_file, match_lines, post_statement, take_back
from app.services.working_days import WorkingCalendar
from tests.factories import TODAY, make_bank_account, make_client, make_invoice, make_organisation
from tests.services.statements.files import OWN, PAYER_INN, statement_file


@pytest.fixture
def organisation(session):
    return make_organisation(session)


@pytest.fixture
def account(session, organisation):
    return make_bank_account(session, organisation=organisation, account=OWN)


@pytest.fixture
def client(session):
    return make_client(session, name="ООО «Ромашка»", inn=PAYER_INN, kpp="770701001")


@pytest.fixture
def owe(session, account, client):
    """Posts an invoice of one line (1,220.00 by default) and gives its only due item."""

    def made(number="КС-2026-000015", price="1220.00", **changes):
        values = {"client": client, "organisation": account.organisation, "bank_account": account, "number": number}
        invoice = make_invoice(session, **values | changes)
        invoice.lines[0].price = Decimal(price)
        post_invoice(session, invoice.id, today=TODAY, calendar=WorkingCalendar())
        items = select(DueItem).where(DueItem.document_kind == "invoice", DueItem.document_id == invoice.id)
        return session.scalars(items.order_by(DueItem.stage)).first()

    return made


@pytest.fixture
def load(session, account):
    """Loads a file of these documents and matches it; gives the statement."""

    def made(*documents, **changes):
        statement = check_file(session, statement_file(*documents, **changes), "kl_to_1c.txt")
        match_lines(session, statement)
        return statement

    return made


@pytest.fixture
def matched(session, load):
    """The one line of a file of one document, matched."""

    def made(document, **changes):
        statement = load(document, **changes)
        return session.scalars(select(StatementLine).where(StatementLine.statement_id == statement.id)).one()

    return made


@pytest.fixture
def post(session):
    """Posts a statement today; the registers must prove right."""

    def made(statement, today=TODAY):
        result = post_statement(session, statement, today=today)
        assert check_registers(session) == []
        return result

    return made


@pytest.fixture
def take(session):
    def made(statement):
        count = take_back(session, statement)
        assert check_registers(session) == []
        return count

    return made
