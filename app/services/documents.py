"""What documents of products and services share: amounts, filling of lines, limits of discounts, numbers.

Amounts: a line's sum is quantity × price, half up to the kopeck; the discount is taken from that sum and
the result rounded half up; the tax is computed from it per line, inside or on top as the document says.
Totals are sums over the lines. `amount` and `total` always include VAT.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.agreements import AgreementKind, Contract
from app.models.catalogue import PriceType
from app.models.clients import Contact
from app.models.ledger import DocumentKind
from app.models.sales import Document, DocumentLine, SaleDocument
from app.permissions import WRITE, FieldRight
from app.services.numbering import take_number
from app.services.prices import price_on
from app.services.vat import is_in_force, round_kopecks, vat_of
from app.texts import _

_HUNDRED = Decimal(100)


def recalculate(document: Any) -> None:
    """Compute the amounts of the lines and the totals anew (see the module)."""
    for line in document.lines:
        _recalculate_line(line, included=document.price_includes_vat)
    document.total = sum((line.amount for line in document.lines), Decimal(0))
    document.vat_total = sum((line.vat_amount for line in document.lines), Decimal(0))


def net_amount(line: Any) -> Decimal:
    """What a line comes to by its price and discount: the tax is inside or comes on top."""
    full = round_kopecks(line.quantity * line.price)
    return round_kopecks(full * (_HUNDRED - line.discount_percent) / _HUNDRED)


def _recalculate_line(line: Any, *, included: bool) -> None:
    net = net_amount(line)
    line.vat_amount = vat_of(net, line.vat, included=included)
    line.amount = net if included else net + line.vat_amount


def price_type_of(document: Any) -> PriceType | None:
    """The price type that a document's prices are of: its own one, else that of its terms."""
    own: PriceType | None = getattr(document, "price_type", None)
    return own or (document.agreement.price_type if document.agreement is not None else None)


def fill_lines(session: Session, document: Any) -> None:
    """Complete the lines with the product's name and VAT.

    Where no price was entered, take the one of the price type on the document's day, with the discount of the
    terms; a product without such a price keeps zero.
    """
    price_type = price_type_of(document)
    for line in document.lines:
        line.name = line.name or line.product.name
        line.quantity = Decimal(1) if line.quantity is None else line.quantity
        line.discount_percent = line.discount_percent or Decimal(0)
        line.vat = line.vat or line.product.vat
        line.price = line.price or Decimal(0)
        if not line.price and price_type is not None:
            line.price = price_on(session, line.product, price_type, document.day) or Decimal(0)
            line.discount_percent = line.discount_percent or discount_limit(document)


def discount_limit(document: Any) -> Decimal:
    """The discount that the terms of sale give; none without terms."""
    return document.agreement.discount_percent if document.agreement is not None else Decimal(0)


def check_discounts(session: Session, document: Any) -> None:
    """Raises RuleError for a line cheaper than the terms of sale give, unless the person may go beyond them.

    A price entered by hand below the price type's is a discount too.
    """
    viewer = session.info.get("viewer")
    if viewer is None or viewer.may(WRITE, FieldRight.DISCOUNT_BEYOND_LIMIT):
        return
    limit, price_type = discount_limit(document), price_type_of(document)
    for number, line in enumerate(document.lines, start=1):
        listed = price_on(session, line.product, price_type, document.day) if price_type is not None else None
        if line.discount_percent > limit or (listed is not None and _is_below(line, listed, limit)):
            raise RuleError(
                _(
                    "Line %(number)s: the discount is beyond the %(limit)s %% that the terms of sale give. "
                    "Ask the head of sales.",
                    number=number,
                    limit=f"{max(limit, Decimal(0)).normalize():f}",
                )
            )


def _is_below(line: DocumentLine, listed: Decimal, limit: Decimal) -> bool:
    lowest = round_kopecks(round_kopecks(line.quantity * listed) * (_HUNDRED - limit) / _HUNDRED)
    return net_amount(line) < lowest


def check_lines(document: Any, day: date) -> None:
    """Raises RuleError for no lines, for nonsense in one, for a VAT rate that is not in force on `day`."""
    if not document.lines:
        raise RuleError(_("Add at least one line."))
    for number, line in enumerate(document.lines, start=1):
        if line.quantity <= 0:
            raise RuleError(_("Line %(number)s: the quantity must be above zero.", number=number))
        if line.price < 0 or line.amount < 0:
            raise RuleError(_("Line %(number)s: the price or amount is below zero.", number=number))
        if not is_in_force(line.vat, day):
            raise RuleError(
                _(
                    "Line %(number)s: the VAT rate %(rate)s is not in force on %(day)s.",
                    number=number,
                    rate=line.vat.label,
                    day=f"{day:%d.%m.%Y}",
                )
            )
    if document.total <= 0:
        raise RuleError(_("The total is zero; enter prices."))


def check_terms(document: SaleDocument) -> None:
    """Raises RuleError for terms of sale of others, or that are not in force on the document's date."""
    terms = document.agreement
    if terms is None:
        return
    if terms.organisation_id != document.organisation_id:
        raise RuleError(_("The terms of sale are of another organisation."))
    if terms.kind is AgreementKind.INDIVIDUAL and terms.client_id != document.client_id:
        raise RuleError(_("The terms of sale are those of another client."))
    if document.day < terms.valid_from or (terms.valid_to is not None and document.day > terms.valid_to):
        raise RuleError(_("The terms of sale are not in force on the date of the document."))


def check_contract_of(document: Any) -> None:
    """Raises RuleError for a contract with another client or of another organisation."""
    contract: Contract | None = document.contract
    if contract is None:
        return
    if (contract.client_id, contract.organisation_id) != (document.client_id, document.organisation_id):
        raise RuleError(_("The contract is with another client or of another organisation."))


def check_sides(document: SaleDocument, contact: Contact | None = None) -> None:
    """Raises RuleError for a contact or a deal of another client."""
    if contact is not None and contact.client is not document.client:
        raise RuleError(_("This contact works for another client."))
    if document.deal is not None and document.deal.client is not document.client:
        raise RuleError(_("The deal is with another client."))


def give_number(session: Session, document: Document, kind: DocumentKind) -> None:
    """Number a document that has no number yet; numbers that people gave by hand are passed over."""
    model: Any = type(document)
    while not document.number:
        number = take_number(session, kind.value, document.organisation, document.day)
        used = select(model.id).where(
            model.organisation_id == document.organisation.id,
            model.number_year == document.day.year,
            model.number == number,
        )
        if session.scalars(used, execution_options=ALL_ROWS).first() is None:
            document.number = number
    document.number_year = document.number_year or document.day.year


def copy_line(line: Any, model: type[Any], **changes: Any) -> Any:
    """A line of another document that says the same as this one."""
    names = ("position", "product_id", "name", "quantity", "price", "discount_percent", "vat", "amount", "vat_amount")
    return model(**{name: getattr(line, name) for name in names} | {"product": line.product} | changes)
