"""Numbers of documents: «КС-2026-000015», counted per kind, organisation and year."""

from datetime import date

from sqlalchemy.orm import Session

from app.models.staff import NumberSeries, Organisation
from app.services.upserts import insert_into

_DIGITS = 6


def take_number(session: Session, kind: str, organisation: Organisation, day: date, prefix: str = "") -> str:
    """The next number of a series: prefix, year of `day`, six digits from 000001, anew each year.

    Without `prefix` the organisation's own one is used; without either the number begins with the year.
    A number is given once, even if its document is deleted later. It is taken in the caller's transaction:
    whoever asks at the same time waits for that transaction, and a rollback gives the number back, so no gap
    stays.
    """
    key = {"kind": kind, "organisation_id": organisation.id, "year": day.year}
    taking = insert_into(session, NumberSeries, key | {"last": 1}).on_conflict_do_update(
        index_elements=list(key), set_={"last": NumberSeries.last + 1}
    )
    count = session.execute(taking.returning(NumberSeries.last)).scalar_one()
    parts = (prefix or organisation.number_prefix, str(day.year), f"{count:0{_DIGITS}d}")
    return "-".join(part for part in parts if part)
