"""Documents of sale and purchase: one line of 1 piece at 1,220.00 with VAT of 22 % inside; VAT 220.00."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.models import catalogue, clients, deals, purchasing, sales
from tests import factories as make


def document_line(session: Session, model: type[Any], **changes: Any) -> Any:
    product = changes.pop("product", None) or make.make_product(session)
    values: dict[str, Any] = {
        "position": 1,
        "product": product,
        "name": product.name,
        "quantity": Decimal(1),
        "price": Decimal("1220.00"),
        "discount_percent": Decimal(0),
        "vat": catalogue.VatCode.VAT22,
        "amount": Decimal("1220.00"),
        "vat_amount": Decimal("220.00"),
    }
    return model(**values | changes)


def _values(session: Session, line: type[Any], changes: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"day": make.TODAY, "total": Decimal("1220.00"), "vat_total": Decimal("220.00")}
    if "organisation" not in changes:
        values["organisation"] = make.make_organisation(session)
    if "lines" not in changes:
        values["lines"] = [document_line(session, line)]
    return values


def _sale(session: Session, line: type[Any], changes: dict[str, Any]) -> dict[str, Any]:
    values = _values(session, line, changes)
    if "client" not in changes:
        values["client"] = make.make_client(session)
    client = changes.get("client") or values["client"]
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    return values


def _save(session: Session, record: Any) -> Any:
    session.add(record)
    session.flush()
    return record


def make_quote(session: Session, **changes: Any) -> sales.Quote:
    """A draft that holds for two weeks."""
    values = _sale(session, sales.QuoteLine, changes) | {"valid_to": make.TODAY.replace(month=12, day=7)}
    return _save(session, sales.Quote(**values | changes))


def make_order(session: Session, **changes: Any) -> sales.Order:
    """A draft."""
    return _save(session, sales.Order(**_sale(session, sales.OrderLine, changes) | changes))


def make_supplier(session: Session, **changes: Any) -> clients.Client:
    return make.make_client(session, **{"is_supplier": True} | changes)


def make_purchase_order(session: Session, **changes: Any) -> purchasing.PurchaseOrder:
    """A draft, expected in a week."""
    values = _values(session, purchasing.PurchaseOrderLine, changes)
    values["expected_on"] = make.TODAY.replace(day=30)
    if "supplier" not in changes:
        values["supplier"] = make_supplier(session)
    if "responsible" not in changes:
        values["responsible"] = make.make_employee(session)
    return _save(session, purchasing.PurchaseOrder(**values | changes))


def make_deal_step(session: Session, **changes: Any) -> deals.DealStep:
    values: dict[str, Any] = {"task": "Отправить предложение", "due_on": make.TODAY}
    if "deal" not in changes:
        values["deal"] = make.make_deal(session)
    deal = changes.get("deal") or values["deal"]
    if "responsible" not in changes:
        values["responsible"] = deal.responsible
    return _save(session, deals.DealStep(**values | changes))
