"""Overdue debts for the red marks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import Invoice
from app.reports.overdue import (
    invoices_overdue_on,
    overdue_clients,
    overdue_debts,
    overdue_invoices,
    overdue_totals,
)
from tests.factories import TODAY, make_client, make_invoice


def owe(session: Session, client: Any, amount: str, days: int, **changes: Any) -> DueItem:
    """A stage of the client's debt that was due so many days before today."""
    item = DueItem(
        client_id=client.id,
        organisation_id=changes.pop("organisation_id", None) or make_invoice(session, client=client).organisation.id,
        document_kind=DocumentKind.INVOICE,
        document_id=changes.pop("document_id", client.id * 1000 + days),
        stage=changes.pop("stage", 1),
        document_day=TODAY - timedelta(days=60),
        due_on=TODAY - timedelta(days=days),
        balance=Decimal(amount),
    )
    session.add(item)
    session.flush()
    return item


def test_an_overdue_debt_sums_stages_and_counts_from_the_oldest(session: Session):
    client = make_client(session)
    owe(session, client, "100.50", 3)
    owe(session, client, "200.00", 12)
    owe(session, client, "999.00", 0)

    debt = overdue_debts(session, [client.id], TODAY)[client.id]

    assert (debt.amount, debt.days) == (Decimal("300.50"), 12)
    assert debt.oldest_due_on == TODAY - timedelta(days=12)


def test_advances_do_not_hide_an_overdue_stage(session: Session):
    client = make_client(session)
    owe(session, client, "100.00", 3)
    owe(session, client, "-500.00", 5)

    assert overdue_debts(session, [client.id], TODAY)[client.id].amount == Decimal("100.00")


def test_pennies_below_the_clients_threshold_are_not_marked(session: Session):
    client = make_client(session, debt_threshold=Decimal("100.00"))
    owe(session, client, "100.00", 3)
    assert overdue_debts(session, [client.id], TODAY) == {}

    owe(session, client, "0.01", 4)
    assert client.id in overdue_debts(session, [client.id], TODAY)


def test_nobody_asked_for_means_no_question(session: Session):
    assert overdue_debts(session, [], TODAY) == {}
    assert overdue_invoices(session, [], TODAY) == {}


def test_overdue_clients_can_be_filtered_by(session: Session):
    debtor, other = make_client(session), make_client(session)
    owe(session, debtor, "1.00", 1)
    owe(session, other, "1.00", 0)

    assert session.scalars(select(Client).where(Client.id.in_(overdue_clients(TODAY)))).all() == [debtor]


def test_an_invoice_is_overdue_by_its_unpaid_stages(session: Session):
    invoice = make_invoice(session)
    owe(session, invoice.client, "10.00", 2, document_id=invoice.id, organisation_id=invoice.organisation.id)
    owe(session, invoice.client, "0.00", 9, document_id=invoice.id, stage=2, organisation_id=invoice.organisation.id)

    debt = overdue_invoices(session, [invoice.id], TODAY)[invoice.id]

    assert (debt.client_id, debt.amount, debt.days) == (invoice.client_id, Decimal("10.00"), 2)
    found = session.scalars(select(Invoice).where(Invoice.id.in_(invoices_overdue_on(TODAY)))).all()
    assert found == [invoice]


def test_totals_list_the_largest_and_count_all(session: Session):
    amounts = ["10.00", "30.00", "20.00"]
    for amount in amounts:
        owe(session, make_client(session), amount, 5)

    debts, count, total = overdue_totals(session, TODAY, 2)

    assert [debt.amount for debt in debts] == [Decimal("30.00"), Decimal("20.00")]
    assert (count, total) == (3, Decimal("60.00"))


def test_no_debts_sum_to_nothing(session: Session):
    assert overdue_totals(session, TODAY, 5) == ([], 0, Decimal(0))
