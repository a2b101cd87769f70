"""The statement wizard: file, check, match, result; former imports with one-click taking back. Works without script."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import func, select
from wtforms import Form

from app.database import db
from app.errors import IntegrationError, NotVisibleError, RuleError
from app.models.clients import Client
from app.models.money import MatchState, Payment, Statement, StatementLine, StatementStatus
from app.models.staff import BankAccount
from app.permissions import IMPORT, READ
from app.services.allocations import open_items
from app.services.statements import (
    check_file,
    choose,
    count_states,
    left_out_text,
    match_lines,
    post_statement,
    propose_for,
    reason_text,
    reconsider,
    refusal_text,
    skip,
    take_back,
    warning_text,
)
from app.texts import _, ngettext
from app.views import formats
from app.views.crud.fields import NumberField
from app.views.crud.query import whole
from app.views.current import today, viewer
from app.views.debts import overdue_words
from app.views.pages import Cell, Tab
from app.views.sections import TREASURY

ROWS = 50
FORMER_IMPORTS = 50
_HARMLESS = frozenset({"encoding_mismatch", "already_in", "content_after_end"})
_DECISIONS = ("choose", "nobody", "skip", "reconsider")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the wizard; the current one has no address, those ahead neither."""

    label: str
    url: str
    is_current: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the matching table as a person reads it."""

    id: int
    day: str
    amount: str
    direction: Cell
    payer: str
    requisites: str
    purpose: str
    state: Cell
    proposed: tuple[str, ...]
    reasons: str
    confidence: str
    url: str
    payment_url: str
    can_confirm: bool
    is_skipped: bool


class BankImportView(BaseView):
    """Loading bank statements."""

    route_base = "/bank/import"
    class_permission_name = "Statements"
    method_permission_name = {
        "start": "read",
        "check": "read",
        "lines": "read",
        "line": "read",
        "result": "read",
        "upload": "import",
        "rematch": "import",
        "decide": "import",
        "post": "import",
        "take_back": "import",
    }

    @expose("/")
    @has_access
    def start(self) -> Any:
        """Show the file form and the former imports."""
        return _start_page()

    @expose("/", methods=["POST"])
    @has_access
    def upload(self) -> Any:
        """Take the file in, match it, and go on to the check."""
        file = request.files.get("file")
        if file is None or not file.filename:
            return _start_page(_("Choose the statement file first.")), 422
        try:
            statement = check_file(db.session(), cast(BinaryIO, file.stream), file.filename)
        except IntegrationError as error:
            db.session.rollback()
            return _start_page(refusal_text(error)), 422
        match_lines(db.session(), statement)
        key = statement.id
        db.session.commit()
        return redirect(url_for("BankImportView.check", pk=key))

    @expose("/<pk>/check")
    @has_access
    def check(self, pk: str) -> Any:
        """Show what the file holds and what is odd about it."""
        statement = _statement(pk)
        counts = count_states(db.session(), statement.id)
        return render_template(
            "bank/check.html",
            **_common(statement, "check"),
            accounts=_accounts(statement),
            warnings=tuple((_tone(found["code"]), found["line"], warning_text(found)) for found in statement.warnings),
            left_out=tuple(map(left_out_text, statement.unread)),
            new=sum(counts.values()),
            incoming=formats.roubles(statement.incoming),
            outgoing=formats.roubles(statement.outgoing),
        )

    @expose("/<pk>/lines")
    @has_access
    def lines(self, pk: str) -> Any:
        """Show the proposals, one page of one state or of all."""
        statement = _statement(pk)
        counts = count_states(db.session(), statement.id)
        state = request.args.get("state", "")
        if state and state not in set(MatchState):
            abort(400)
        page = max(1, whole(request.args.get("page") or "1"))
        rows = _rows(statement, state, page)
        total = counts[MatchState(state)] if state else sum(counts.values())
        address: dict[str, Any] = {"pk": statement.id, "state": state or None}
        return render_template(
            "bank/lines.html",
            **_common(statement, "lines"),
            rows=rows,
            tabs=tuple(_tabs(statement, counts, state)),
            ready=_ready(statement),
            next_url=url_for("BankImportView.lines", **address, page=page + 1) if page * ROWS < total else "",
            previous_url=url_for("BankImportView.lines", **address, page=page - 1) if page > 1 else "",
        )

    @expose("/<pk>/match", methods=["POST"])
    @has_access
    def rematch(self, pk: str) -> Any:
        """Propose anew with what is known now; decisions of people stay."""
        statement = _statement(pk)
        match_lines(db.session(), statement)
        db.session.commit()
        flash(_("The lines were matched again."), "success")
        return redirect(url_for("BankImportView.lines", pk=pk))

    @expose("/<pk>/lines/<line_id>")
    @has_access
    def line(self, pk: str, line_id: str) -> Any:
        """Show one line with candidates and with what the chosen client owes."""
        return _line_page(_line(pk, line_id))

    @expose("/<pk>/lines/<line_id>", methods=["POST"])
    @has_access
    def decide(self, pk: str, line_id: str) -> Any:
        """Decide about one line: whose it is and what it settles, nobody's, left out, or propose anew."""
        line = _line(pk, line_id)
        decision = request.form.get("decision", "")
        if decision not in _DECISIONS:
            abort(400)
        try:
            _decide(line, decision)
        except RuleError as error:
            db.session.rollback()
            return _line_page(_line(pk, line_id), str(error)), 422
        db.session.commit()
        back = request.form.get("state", "")
        return redirect(url_for("BankImportView.lines", pk=pk, state=back if back in set(MatchState) else None))

    @expose("/<pk>/post", methods=["POST"])
    @has_access
    def post(self, pk: str) -> Any:
        """Post what is matched."""
        statement = _statement(pk)
        try:
            done = post_statement(db.session(), statement, today=today())
        except RuleError as error:
            db.session.commit()  # lines that no longer fit were put back to be chosen
            flash(str(error), "danger")
            return redirect(url_for("BankImportView.lines", pk=pk))
        db.session.commit()
        flash(ngettext("%(num)s payment posted", "%(num)s payments posted", done.posted), "success")
        return redirect(url_for("BankImportView.result", pk=pk))

    @expose("/<pk>/")
    @has_access
    def result(self, pk: str) -> Any:
        """Show what became of the statement."""
        statement = _statement(pk)
        return render_template(
            "bank/result.html",
            **_common(statement, "result"),
            facts=_result(statement),
            left=_left(statement),
        )

    @expose("/<pk>/take-back", methods=["POST"])
    @has_access
    def take_back(self, pk: str) -> Any:
        """Take the whole statement back."""
        try:
            count = take_back(db.session(), _statement(pk))
        except RuleError as error:
            db.session.rollback()
            flash(str(error), "danger")
        else:
            db.session.commit()
            removed = ngettext("%(num)s payment removed", "%(num)s payments removed", count)
            flash(_("The statement was taken back: %(what)s.", what=removed), "success")
        return redirect(url_for("BankImportView.start"))


# --- finding ------------------------------------------------------------------------------------------------------


def _statement(pk: str) -> Statement:
    statement = db.session.get(Statement, whole(pk))
    if statement is None:
        raise NotVisibleError(_("There is no such statement."))
    return statement


def _line(pk: str, line_id: str) -> StatementLine:
    line = db.session.get(StatementLine, whole(line_id))
    if line is None or line.statement_id != whole(pk):
        raise NotVisibleError(_("There is no such line."))
    return line


# --- what all steps show ------------------------------------------------------------------------------------------


def _common(statement: Statement, step: str) -> dict[str, Any]:
    return {
        "statement": statement,
        "steps": tuple(_steps(statement, step)),
        "page_section": str(TREASURY),
        "title": _("Statement %(file)s", file=statement.file_name),
        "status": formats.cell(statement.status),
        "may_import": viewer().may(IMPORT, "Statements"),
        "is_taken_back": statement.status is StatementStatus.TAKEN_BACK,
    }


def _steps(statement: Statement | None, current: str) -> Any:
    names = (("start", _("File")), ("check", _("Check")), ("lines", _("Match")), ("result", _("Result")))
    at = [name for name, _label in names].index(current)
    for number, (name, label) in enumerate(names):
        is_open = number < at or (statement is not None and number != at)
        values: dict[str, Any] = {} if name == "start" or statement is None else {"pk": statement.id}
        url = url_for(f"BankImportView.{name}", **values) if is_open else ""
        yield Step(label, url, number == at, number < at)


def _start_page(error: str = "") -> str:
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
        steps=tuple(_steps(None, "start")),
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


def _tone(code: str) -> str:
    return "info" if code in _HARMLESS else "warn"


def _accounts(statement: Statement) -> tuple[dict[str, str], ...]:
    names = {account.account: str(account) for account in db.session.scalars(select(BankAccount))}

    def shown(value: str | None) -> str:
        return formats.money(Decimal(value)) if value else formats.EMPTY

    return tuple(
        {
            "account": facts["account"],
            "name": names.get(facts["account"], _("not among our accounts")),
            **{name: shown(facts[name]) for name in ("opening", "received", "withdrawn", "closing")},
        }
        for facts in statement.accounts
    )


# --- the matching table -------------------------------------------------------------------------------------------


def _tabs(statement: Statement, counts: dict[MatchState, int], chosen: str) -> Any:
    address = url_for("BankImportView.lines", pk=statement.id)
    yield Tab("all", _("All"), address, not chosen, formats.number(sum(counts.values())))
    for state, count in counts.items():
        url = url_for("BankImportView.lines", pk=statement.id, state=state.value)
        tone = "danger" if state is MatchState.UNKNOWN and count else ""
        yield Tab(state.value, str(state.label), url, chosen == state.value, formats.number(count), tone)


def _ready(statement: Statement) -> int:
    """How many lines would be posted now."""
    waiting = _waiting(statement).where(StatementLine.state.in_((MatchState.MATCHED, MatchState.NOT_INCOME)))
    return int(db.session.scalar(waiting) or 0)


def _left(statement: Statement) -> int:
    """How many lines still wait for a decision or for posting."""
    return int(db.session.scalar(_waiting(statement).where(StatementLine.state != MatchState.SKIPPED)) or 0)


def _waiting(statement: Statement) -> Any:
    paid = select(Payment.id).where(Payment.statement_line_id == StatementLine.id).exists()
    return select(func.count(StatementLine.id)).where(StatementLine.statement_id == statement.id, ~paid)


def _rows(statement: Statement, state: str, page: int) -> tuple[LineRow, ...]:
    question = (
        select(StatementLine, Client.name, Payment.id)
        .outerjoin(Client, Client.id == StatementLine.client_id)
        .outerjoin(Payment, Payment.statement_line_id == StatementLine.id)
        .where(StatementLine.statement_id == statement.id)
        .order_by(StatementLine.id)
        .offset((page - 1) * ROWS)
        .limit(ROWS)
    )
    if state:
        question = question.where(StatementLine.state == MatchState(state))
    return tuple(_row(line, client or "", payment) for line, client, payment in db.session.execute(question))


def _row(line: StatementLine, client: str, payment_id: int | None) -> LineRow:
    proposal = line.proposal
    confidence = int(proposal.get("confidence", 0))
    return LineRow(
        id=line.id,
        day=formats.day(line.posting_day),
        amount=formats.money(line.amount),
        direction=formats.cell(line.direction),
        payer=line.other_name or _("not named"),
        requisites=_requisites(line),
        purpose=line.purpose,
        state=formats.cell(line.state),
        proposed=tuple(_proposed(line, client)),
        reasons=" · ".join(map(reason_text, proposal.get("reasons", ()))),
        confidence=formats.percent(Decimal(confidence)) if confidence else "",
        url=url_for("BankImportView.line", pk=line.statement_id, line_id=line.id),
        payment_url=_payment_url(payment_id),
        can_confirm=line.state is MatchState.TO_CHOOSE and line.client_id is not None,
        is_skipped=line.state is MatchState.SKIPPED,
    )


def _requisites(line: StatementLine) -> str:
    parts = []
    if line.other_inn:
        parts.append(_("INN %(inn)s", inn=line.other_inn))
    if line.other_account:
        parts.append(_("acc. %(account)s", account=line.other_account))
    return ", ".join(parts)


def _payment_url(payment_id: int | None) -> str:
    may_read = payment_id and viewer().may(READ, "Payments")
    return url_for("PaymentView.show", pk=payment_id) if may_read else ""


def _proposed(line: StatementLine, client: str) -> Any:
    if client:
        yield client
    for part in line.proposal.get("parts", ()):
        amount = formats.money(Decimal(part["amount"]))
        yield _("Invoice %(number)s: %(amount)s", number=part["number"], amount=amount)
    advance = Decimal(line.proposal.get("advance", "0"))
    if advance and client:
        yield _("Advance: %(amount)s", amount=formats.money(advance))


# --- one line -----------------------------------------------------------------------------------------------------


def _line_page(line: StatementLine, error: str = "") -> str:
    chosen = request.values.get("client") or (str(line.client_id) if line.client_id else "")
    client = db.session.get(Client, whole(chosen)) if chosen else None
    payment = db.session.scalars(select(Payment.id).where(Payment.statement_line_id == line.id)).first()
    return render_template(
        "bank/line.html",
        **_common(line.statement, "lines"),
        line=line,
        row=_row(line, client.name if client else "", payment),
        client=client,
        candidates=tuple(_candidates(line)),
        items=tuple(_items(line, client)) if client else (),
        lookup_url=url_for("LookupView.find", table="client"),
        state=request.values.get("state", ""),
        error=error,
    )


def _candidates(line: StatementLine) -> Any:
    for found in line.proposal.get("candidates", ()):
        facts = [_("INN %(inn)s", inn=found["inn"])] if found["inn"] else []
        facts += [_("KPP %(kpp)s", kpp=found["kpp"])] if found["kpp"] else []
        facts += [found["town"]] if found["town"] else []
        facts.append(_("owes %(amount)s", amount=formats.roubles(Decimal(found["debt"]))))
        url = url_for("BankImportView.line", pk=line.statement_id, line_id=line.id, client=found["client"])
        why = reason_text({"code": found["because"], "values": {"number": "…"}})
        yield {"id": found["client"], "name": found["name"], "facts": ", ".join(facts), "why": why, "url": url}


def _items(line: StatementLine, client: Client) -> Any:
    """What the client owes to the account's organisation, with the proposed part of each."""
    account = db.session.get_one(BankAccount, line.account_id)
    proposed = _proposed_parts(line, client)
    for item in open_items(db.session(), client.id, account.organisation_id)[:200]:
        typed = request.form.get(f"part-{item.id}")
        part = proposed.get(item.id)
        yield {
            "id": item.id,
            "number": item.document_number,
            "day": formats.day(item.document_day),
            "stage": item.stage,
            "due_on": formats.day(item.due_on) if item.due_on else formats.EMPTY,
            "late": overdue_words((today() - item.due_on).days) if item.due_on and item.due_on < today() else "",
            "owed": formats.money(item.balance),
            "part": typed if typed is not None else (formats.money(part) if part else ""),
        }


def _proposed_parts(line: StatementLine, client: Client) -> dict[int, Decimal]:
    if line.client_id == client.id:
        return {part["due_item"]: Decimal(part["amount"]) for part in line.proposal.get("parts", ())}
    return {debt.id: part for debt, part in propose_for(db.session(), line, client).parts}


def _decide(line: StatementLine, decision: str) -> None:
    session = db.session()
    if decision == "skip":
        skip(session, line)
    elif decision == "reconsider":
        reconsider(session, line)
    elif decision == "nobody":
        choose(session, line, None)
    else:
        client = db.session.get(Client, whole(request.form.get("client", "")))
        if client is None:
            raise RuleError(_("Choose the client first."))
        choose(session, line, client, _typed_parts(), learn=request.form.get("learn") == "1")


def _typed_parts() -> list[tuple[int, Decimal]] | None:
    """The parts typed into the split table; None when the form had no table."""
    if request.form.get("split") != "1":
        return None
    parts = []
    for name, typed in request.form.items():
        if name.startswith("part-") and typed.strip():
            parts.append((whole(name.removeprefix("part-")), _amount(typed)))
    return parts


class _AmountForm(Form):
    """Reads one sum as people type it."""

    amount = NumberField()


def _amount(typed: str) -> Decimal:
    form = _AmountForm(data={"amount": None})
    try:
        form.amount.process_formdata([typed])
    except ValueError as error:
        raise RuleError(str(error)) from error
    read: Decimal | None = form.amount.data
    return read or Decimal(0)


# --- the result ---------------------------------------------------------------------------------------------------


def _result(statement: Statement) -> tuple[tuple[str, str], ...]:
    posted = (
        select(Payment.direction, func.count(Payment.id), func.sum(Payment.amount))
        .join(StatementLine, StatementLine.id == Payment.statement_line_id)
        .where(StatementLine.statement_id == statement.id)
        .group_by(Payment.direction)
    )
    facts = [(_("Documents in the file"), formats.number(statement.documents))]
    facts.append((_("Loaded before"), formats.number(statement.already)))
    for direction, count, amount in db.session.execute(posted):
        value = _("%(count)s for %(amount)s", count=formats.number(count), amount=formats.roubles(amount))
        facts.append((_("Posted: %(direction)s", direction=str(direction.label).lower()), value))
    return tuple(facts)
