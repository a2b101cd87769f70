"""The way through the wizard, and what all its steps show."""

from typing import Any

from flask import url_for

from app.database import db
from app.errors import NotVisibleError
from app.models.money import Statement, StatementLine, StatementStatus
from app.permissions import IMPORT
from app.texts import _
from app.views import formats
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.pages import Step
from app.views.sections import TREASURY


def find_statement(pk: str) -> Statement:
    """The statement of an address. Raises NotVisibleError."""
    statement = db.session.get(Statement, whole(pk))
    if statement is None:
        raise NotVisibleError(_("There is no such statement."))
    return statement


def find_line(pk: str, line_id: str) -> StatementLine:
    """The line of an address; it must be of that statement. Raises NotVisibleError."""
    line = db.session.get(StatementLine, whole(line_id))
    if line is None or line.statement_id != whole(pk):
        raise NotVisibleError(_("There is no such line."))
    return line


def common(statement: Statement, step: str) -> dict[str, Any]:
    """What every step of a statement shows: its name, its state, the way through the wizard."""
    return {
        "statement": statement,
        "steps": tuple(steps(statement, step)),
        "page_section": str(TREASURY),
        "title": _("Statement %(file)s", file=statement.file_name),
        "status": formats.cell(statement.status),
        "may_import": viewer().may(IMPORT, "Statements"),
        "is_taken_back": statement.status is StatementStatus.TAKEN_BACK,
    }


def steps(statement: Statement | None, current: str) -> Any:
    """The way through the wizard; without a statement none of the steps ahead can be opened."""
    names = (("start", _("File")), ("check", _("Check")), ("lines", _("Match")), ("result", _("Result")))
    at = [name for name, _label in names].index(current)
    for number, (name, label) in enumerate(names):
        is_open = number < at or (statement is not None and number != at)
        values: dict[str, Any] = {} if name == "start" or statement is None else {"pk": statement.id}
        url = url_for(f"BankImportView.{name}", **values) if is_open else ""
        yield Step(label, url, number == at, number < at)
