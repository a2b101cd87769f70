"""A row comes back from JSON value by value the same."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from app.models.clients import ClientStatus
from app.services.duplicates.packing import pack, unpack


def test_a_row_comes_back_as_it_was():
    row = {
        "at": datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        "day": date(2026, 11, 23),
        "amount": Decimal("12.50"),
        "name": "ООО «Ромашка»",
        "facts": {"a": 1, "b": 2},
        "nothing": None,
    }

    assert unpack(json.loads(json.dumps(pack(row)))) == row


def test_a_choice_is_kept_by_its_value():
    assert pack({"status": ClientStatus.ACTIVE}) == {"status": "active"}
