"""What stands in the act of destruction of personal data and the extract of the event log (приказ РКН № 179)."""

import datetime
from dataclasses import dataclass

from app.reports.rendering.invoice_form import Party


@dataclass(frozen=True)
class ErasureForm:
    """A printed act. `subject` names the person: the act must say whose data were destroyed.

    `destroyed` are categories with how many values went; `at` is the moment in the company's time zone, in words.
    """

    number: str
    date: datetime.date
    operator: Party
    subject: str
    company: str
    basis: str
    requested_on: datetime.date
    destroyed: tuple[tuple[str, int], ...]
    at: str
    by_name: str
    by_position: str
    director: str
