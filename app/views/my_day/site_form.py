"""Reads what an engineer sends from the place: fields, photographs, the client's signature."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, cast

from flask import abort, request

from app.database import db
from app.errors import RuleError
from app.services.files import Stored, store_file
from app.services.service import Outcome
from app.services.service.on_site import Signed, SiteReport
from app.texts import _
from app.views.attachments import limits, store

LONGEST = 4000
LONGEST_STEP = 300
PARTLY = "partly"


def read_report() -> SiteReport:
    """The report that the form holds; its files are taken in. Raises RuleError in the words of the form."""
    step = _text("next_step", LONGEST_STEP)
    is_partial = request.form.get("result") == PARTLY
    if is_partial and not step:
        raise RuleError(_("Say what is left to do."))
    outcome = Outcome(
        work_done=_text("work_done", LONGEST),
        hours=_hours(),
        parts_used=_text("parts_used", LONGEST) or None,
        act_number=_text("act_number", 40) or None,
        is_partial=is_partial,
        next_step=step or None,
    )
    return SiteReport(
        outcome=outcome,
        before=_files("before"),
        after=_files("after"),
        signed=_signed(),
        next_maintenance_on=_day(),
    )


def form_key() -> str:
    """The mark of this very form: however often it is sent, it counts once."""
    key = request.form.get("key", "")
    return key if 8 <= len(key) <= 60 and key.isascii() else abort(400)


def _text(name: str, longest: int) -> str:
    value = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(value) > longest or any(sign < " " and sign not in "\n\t" for sign in value):
        raise RuleError(_("A text is too long, or holds signs that cannot be kept."))
    return value


def _hours() -> Decimal | None:
    value = request.form.get("hours", "").strip().replace(",", ".")
    if not value:
        return None
    try:
        hours = Decimal(value)
    except InvalidOperation as error:
        raise RuleError(_("Check the hours worked.")) from error
    if not hours.is_finite() or hours != hours.quantize(Decimal("0.01")):
        raise RuleError(_("Check the hours worked."))
    return hours


def _day() -> date | None:
    value = request.form.get("next_maintenance_on", "").strip()
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise RuleError(_("Check the date of the next maintenance.")) from error


def _signed() -> Signed | None:
    """The drawn signature, or the name with the mark that stands for it."""
    drawing = next(iter(_files("signature")), None)
    name = _text("signed_by", LONGEST_STEP)
    if drawing is None and not request.form.get("confirmed"):
        return None
    return Signed(name, drawing)


def _files(name: str) -> tuple[Stored, ...]:
    sent: Sequence[tuple[BinaryIO, str]] = [
        (cast(BinaryIO, file.stream), file.filename) for file in request.files.getlist(name) if file.filename
    ]
    return tuple(
        store_file(db.session(), content, file_name, folder=store(), limits=limits()) for content, file_name in sent
    )
