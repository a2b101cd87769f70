"""What stands in a printed offer (коммерческое предложение) or order of a client: our letterhead and the goods.

No law sets their form.
"""

from dataclasses import dataclass
from datetime import date

from app.reports.rendering.invoice_form import Goods, Party


@dataclass(frozen=True)
class Manager:
    """Who answers questions, with the ways to reach them; empty ones are left out."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Term:
    """A line of the conditions: «Условия поставки» and what they are."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class OfferForm(Goods):
    """A printed offer or order. `title` is the name of the document without its number; empty texts are left out."""

    title: str
    organisation: Party
    client: Party
    manager: Manager
    number: str
    date: date
    contact: str = ""
    preamble: str = ""
    terms: tuple[Term, ...] = ()
    note: str = ""
    director: str = ""
    client_signs: bool = False
