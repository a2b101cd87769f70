"""What stands in the act of a service visit: the requisites of a primary document (402-ФЗ, ст. 9 ч. 2).

Amounts are in roubles. The form itself is free; it says what was done, on which equipment, and who accepted
it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.reports.rendering.invoice_form import Party, VatTotal


@dataclass(frozen=True)
class ActLine:
    """A work or a spare part that was given over."""

    number: int
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class ServicedEquipment:
    """What was worked on: model, serial number, place, hours run, and the state in which it was left."""

    name: str
    serial_number: str = ""
    place: str = ""
    running_hours: str = ""
    state: str = ""


@dataclass(frozen=True)
class ActSignature:
    """Who signs for a side: post, surname with initials, and the paper that gives the right to."""

    post: str
    name: str
    authority: str = ""


@dataclass(frozen=True)
class VisitActForm:
    """A printed act; empty texts leave their line out, an act without lines is one of work under warranty.

    `period` is when the work was done («с 9:00 до 13:30 1 февраля 2026 г.»).
    """

    number: str
    date: date
    contractor: Party
    client: Party
    contractor_signature: ActSignature
    client_signature: ActSignature
    work_done: str
    basis: str = ""
    period: str = ""
    engineer: str = ""
    equipment: tuple[ServicedEquipment, ...] = ()
    recommendations: str = ""
    remarks: str = ""
    signature: str = ""
    """The client's drawn signature, as a `data:` address."""
    photos: tuple[tuple[str, str], ...] = ()
    """Caption and `data:` address of each photograph from the place."""
    lines: tuple[ActLine, ...] = ()
    vat_totals: tuple[VatTotal, ...] = ()
    total: Decimal = Decimal(0)
    amount_in_words: str = ""
