"""The printed quote (коммерческое предложение) and order of a client. Printed documents are always Russian."""

from typing import Any

from app.models.sales import Order, Quote
from app.models.staff import Employee
from app.reports.contract_print import payment_words
from app.reports.goods import goods_of
from app.reports.parties import client_party, file_name, organisation_party
from app.reports.rendering.figures import long_date
from app.reports.rendering.offer_form import Manager, OfferForm, Term
from app.reports.rendering.printing import print_form
from app.services.names import format_phone

NO_PUBLIC_OFFER = "Предложение не является публичной офертой (ст. 437 ГК РФ)."
_DRAFT = "черновик"


def quote_pdf(quote: Quote) -> bytes:
    """Print the quote. Raises IntegrationError when the PDF engine fails."""
    return print_form("offer.html", quote_form(quote))


def order_pdf(order: Order) -> bytes:
    """Print the order. Raises IntegrationError when the PDF engine fails."""
    return print_form("offer.html", order_form(order))


def quote_file_name(quote: Quote) -> str:
    """«КП КС-2026-000015 от 2026-11-23 Ромашка.pdf»; a further edition says which it is."""
    return file_name("КП", _number(quote), quote.day, quote.client)


def order_file_name(order: Order) -> str:
    """«Заказ КС-2026-000015 от 2026-11-23 Ромашка.pdf»."""
    return file_name("Заказ", order.number or _DRAFT, order.day, order.client)


def quote_form(quote: Quote) -> OfferForm:
    """What is printed of a quote; payment by the terms of sale where the quote says nothing else."""
    terms = (
        ("Предложение действительно до", long_date(quote.valid_to) if quote.valid_to is not None else ""),
        ("Условия поставки", quote.delivery_terms),
        ("Условия оплаты", quote.payment_terms or payment_words(quote.agreement)),
        ("Гарантия", quote.guarantee),
    )
    return OfferForm(
        title="Коммерческое предложение",
        number=_number(quote),
        contact=quote.contact.full_name if quote.contact is not None else "",
        preamble=quote.preamble or "",
        terms=_filled(terms),
        note=NO_PUBLIC_OFFER,
        **_sides(quote),
        **goods_of(quote),
    )


def order_form(order: Order) -> OfferForm:
    """What is printed of an order: both sides sign it."""
    terms = (
        ("Срок поставки", long_date(order.promised_on) if order.promised_on is not None else ""),
        ("Условия оплаты", payment_words(order.agreement)),
        ("Основание", _basis(order)),
    )
    return OfferForm(
        title="Заказ клиента",
        number=order.number or _DRAFT,
        terms=_filled(terms),
        client_signs=True,
        **_sides(order),
        **goods_of(order),
    )


def _number(quote: Quote) -> str:
    number = quote.number or _DRAFT
    return f"{number}, редакция {quote.edition}" if quote.edition > 1 else number


def _basis(order: Order) -> str:
    quote = order.quote
    return f"Коммерческое предложение № {_number(quote)} от {long_date(quote.day)}" if quote is not None else ""


def _filled(terms: tuple[tuple[str, str | None], ...]) -> tuple[Term, ...]:
    return tuple(Term(label, text) for label, text in terms if text)


def _sides(document: Quote | Order) -> dict[str, Any]:
    return {
        "organisation": organisation_party(document.organisation),
        "client": client_party(document.client),
        "manager": _manager(document.responsible),
        "date": document.day,
        "director": document.organisation.director,
    }


def _manager(employee: Employee) -> Manager:
    phone = format_phone(employee.phone) if employee.phone else ""
    return Manager(employee.full_name, employee.position, phone, employee.email or "")
