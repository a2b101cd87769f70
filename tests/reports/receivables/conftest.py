"""An organisation to which clients owe, and what they owe."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.models.ledger import DocumentKind, DueItem, SettlementMovement
from tests.factories import TODAY, make_organisation


@pytest.fixture
def organisation(session):
    return make_organisation(session)


@pytest.fixture
def debt(session, organisation):
    """A due item of so many roubles, due so many days ago (None: no due date yet), charged 100 days ago."""
    numbers = iter(range(1, 1000))

    def made(client, amount, days_ago=None, *, charged=100, **changes):
        amount = Decimal(amount)
        item = DueItem(
            **{"client": client, "organisation": organisation, "document_kind": DocumentKind.INVOICE}
            | {"document_id": next(numbers), "stage": 1, "document_number": "КС-1", "balance": amount}
            | {"document_day": TODAY - timedelta(days=charged)}
            | {"due_on": None if days_ago is None else TODAY - timedelta(days=days_ago)}
            | changes
        )
        session.add(item)
        session.flush()
        move(item, amount, charged)
        return item

    def move(item, amount, days_ago):
        session.add(
            SettlementMovement(
                day=TODAY - timedelta(days=days_ago),
                client_id=item.client_id,
                due_item=item,
                document_kind=item.document_kind,
                document_id=item.document_id,
                amount=amount,
            )
        )
        session.flush()

    made.move = move
    return made
