"""Terms of sale with two stages of payment."""

import pytest

from app.models.agreements import DayKind, PaymentEvent
from tests.factories import make_agreement
from tests.services.invoices.documents import new_stages


@pytest.fixture
def staged(session):
    """Terms: 30 % three banking days after the invoice, 70 % in ten calendar days after the shipment."""
    return make_agreement(
        session,
        stages=new_stages(
            (30, PaymentEvent.INVOICE, 3, DayKind.BANKING), (70, PaymentEvent.SHIPMENT, 10, DayKind.CALENDAR)
        ),
    )
