from datetime import date
from decimal import Decimal

import pytest

from app.models.catalogue import Price
from app.services.prices import price_on, usual_price_type
from tests.factories import make_price_type, make_product


@pytest.fixture
def priced(session):
    """A product that cost 100 from May and costs 120 from July."""
    product, price_type = make_product(session), make_price_type(session)
    for month, amount in ((5, 100), (7, 120)):
        session.add(
            Price(
                product=product,
                price_type=price_type,
                valid_from=date(2026, month, 1),
                amount=Decimal(amount),
            )
        )
    session.flush()
    return product, price_type


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 30), None),
        (date(2026, 5, 1), Decimal(100)),
        (date(2026, 6, 30), Decimal(100)),
        (date(2026, 7, 1), Decimal(120)),
        (date(2027, 1, 1), Decimal(120)),
    ],
)
def test_a_price_is_in_force_until_the_next_one(session, priced, day, expected):
    product, price_type = priced

    assert price_on(session, product, price_type, day) == expected


def test_prices_of_another_type_do_not_count(session, priced):
    product, _ = priced

    assert price_on(session, product, make_price_type(session), date(2026, 8, 1)) is None


def test_without_terms_the_default_price_type_decides(session, priced):
    _product, price_type = priced
    make_price_type(session, name="А не обычная")
    price_type.is_default = True

    assert usual_price_type(session) is price_type


def test_without_price_types_there_is_none(session):
    assert usual_price_type(session) is None
