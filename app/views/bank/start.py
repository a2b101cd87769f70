"""The first step: the file form and the former imports."""

from typing import Any

from flask import render_template, url_for
from sqlalchemy import func, select

from app.database import db
from app.models.money import Payment, Statement, StatementLine, StatementStatus
from app.permissions import IMPORT
from app.texts import _
from app.views import formats
from app.views.bank.steps import steps
from app.views.current import viewer
from app.views.sections import TREASURY

FORMER_IMPORTS = 50


def start_page(error: str = "") -> str:
    """The file form with what is wrong about the file chosen before, and the former imports."""
    former = select(Statement).order_by(Statement.id.desc()).limit(FORMER_IMPORTS)
    statements = db.session.scalars(former).all()
    counted = (
        select(StatementLine.statement_id, func.count(StatementLine.id), func.count(Payment.id))
        .outerjoin(Payment, Payment.statement_line_id == StatementLine.id)
        .where(StatementLine.statement_id.in_([statement.id for statement in statements]))
        .group_by(StatementLine.statement_id)
    )
    counts = {key: (lines, posted) for key, lines, posted in db.session.execute(counted)}
    return render_template(
        "bank/start.html",
        title=_("Statement import"),
        page_section=str(TREASURY),
        steps=tuple(steps(None, "start")),
        error=error,
        may_import=viewer().may(IMPORT, "Statements"),
        former=tuple(_former(statement, *counts.get(statement.id, (0, 0))) for statement in statements),
    )


def _former(statement: Statement, lines: int, posted: int) -> dict[str, Any]:
    return {
        "statement": statement,
        "period": _period(statement),
        "when": formats.moment(statement.created_at),
        "status": formats.cell(statement.status),
        "incoming": formats.money(statement.incoming),
        "outgoing": formats.money(statement.outgoing),
        "lines": formats.number(lines),
        "posted": formats.number(posted),
        "question": _(
            "Take back statement %(file)s? Its payments (%(count)s) will be cancelled and removed.",
            file=statement.file_name,
            count=posted,
        ),
        "can_take_back": statement.status is not StatementStatus.TAKEN_BACK,
        "url": url_for(_next_step(statement, posted), pk=statement.id),
    }


def _next_step(statement: Statement, posted: int) -> str:
    is_over = posted or statement.status is StatementStatus.TAKEN_BACK
    return "BankImportView.result" if is_over else "BankImportView.check"


def _period(statement: Statement) -> str:
    days = [formats.day(day) for day in (statement.starts_on, statement.ends_on) if day]
    return " – ".join(dict.fromkeys(days))
