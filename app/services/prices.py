"""Which price a product has on a day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.catalogue import Price, PriceType, Product


def price_on(session: Session, product: Product, price_type: PriceType, day: date) -> Decimal | None:
    """The price per unit in roubles, the latest in force on `day`; None when the price type has none yet.

    Whether it includes VAT is said by `price_type.includes_vat`.
    """
    prices = select(Price.amount).where(
        Price.product_id == product.id, Price.price_type_id == price_type.id, Price.valid_from <= day
    )
    return session.scalars(prices.order_by(Price.valid_from.desc()).limit(1)).first()


def usual_price_type(session: Session) -> PriceType | None:
    """The price type used where no terms of sale say otherwise; None when the catalogue has none."""
    return session.scalars(select(PriceType).order_by(PriceType.is_default.desc(), PriceType.id).limit(1)).first()
