"""The screen of the wizard: takes the requests in and shows the steps."""

from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import IntegrationError, RuleError
from app.models.money import MatchState
from app.services.statements import (
    check_file,
    count_states,
    left_out_text,
    match_lines,
    post_statement,
    refusal_text,
    take_back,
    warning_text,
)
from app.texts import _, ngettext
from app.views import formats
from app.views.bank.facts import accounts, outcome, tone
from app.views.bank.line import DECISIONS, apply_decision, line_page
from app.views.bank.lines import ROWS, count_left, count_ready, line_rows, tabs
from app.views.bank.start import start_page
from app.views.bank.steps import common, find_line, find_statement
from app.views.crud.query import whole
from app.views.current import today


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
        return start_page()

    @expose("/", methods=["POST"])
    @has_access
    def upload(self) -> Any:
        """Take the file in, match it, and go on to the check."""
        file = request.files.get("file")
        if file is None or not file.filename:
            return start_page(_("Choose the statement file first.")), 422
        try:
            statement = check_file(db.session(), cast(BinaryIO, file.stream), file.filename)
        except IntegrationError as error:
            db.session.rollback()
            return start_page(refusal_text(error)), 422
        match_lines(db.session(), statement)
        key = statement.id
        db.session.commit()
        return redirect(url_for("BankImportView.check", pk=key))

    @expose("/<pk>/check")
    @has_access
    def check(self, pk: str) -> Any:
        """Show what the file holds and what is odd about it."""
        statement = find_statement(pk)
        counts = count_states(db.session(), statement.id)
        return render_template(
            "bank/check.html",
            **common(statement, "check"),
            accounts=accounts(statement),
            warnings=tuple((tone(found["code"]), found["line"], warning_text(found)) for found in statement.warnings),
            left_out=tuple(map(left_out_text, statement.unread)),
            new=sum(counts.values()),
            incoming=formats.roubles(statement.incoming),
            outgoing=formats.roubles(statement.outgoing),
        )

    @expose("/<pk>/lines")
    @has_access
    def lines(self, pk: str) -> Any:
        """Show the proposals, one page of one state or of all."""
        statement = find_statement(pk)
        counts = count_states(db.session(), statement.id)
        state = request.args.get("state", "")
        if state and state not in set(MatchState):
            abort(400)
        page = max(1, whole(request.args.get("page") or "1"))
        rows = line_rows(statement, state, page)
        total = counts[MatchState(state)] if state else sum(counts.values())
        address: dict[str, Any] = {"pk": statement.id, "state": state or None}
        return render_template(
            "bank/lines.html",
            **common(statement, "lines"),
            rows=rows,
            tabs=tuple(tabs(statement, counts, state)),
            ready=count_ready(statement),
            next_url=url_for("BankImportView.lines", **address, page=page + 1) if page * ROWS < total else "",
            previous_url=url_for("BankImportView.lines", **address, page=page - 1) if page > 1 else "",
        )

    @expose("/<pk>/match", methods=["POST"])
    @has_access
    def rematch(self, pk: str) -> Any:
        """Propose anew with what is known now; decisions of people stay."""
        statement = find_statement(pk)
        match_lines(db.session(), statement)
        db.session.commit()
        flash(_("The lines were matched again."), "success")
        return redirect(url_for("BankImportView.lines", pk=pk))

    @expose("/<pk>/lines/<line_id>")
    @has_access
    def line(self, pk: str, line_id: str) -> Any:
        """Show one line with candidates and with what the chosen client owes."""
        return line_page(find_line(pk, line_id))

    @expose("/<pk>/lines/<line_id>", methods=["POST"])
    @has_access
    def decide(self, pk: str, line_id: str) -> Any:
        """Decide about one line: whose it is and what it settles, nobody's, left out, or propose anew."""
        line = find_line(pk, line_id)
        decision = request.form.get("decision", "")
        if decision not in DECISIONS:
            abort(400)
        try:
            apply_decision(line, decision)
        except RuleError as error:
            db.session.rollback()
            return line_page(find_line(pk, line_id), str(error)), 422
        db.session.commit()
        back = request.form.get("state", "")
        return redirect(url_for("BankImportView.lines", pk=pk, state=back if back in set(MatchState) else None))

    @expose("/<pk>/post", methods=["POST"])
    @has_access
    def post(self, pk: str) -> Any:
        """Post what is matched."""
        statement = find_statement(pk)
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
        statement = find_statement(pk)
        return render_template(
            "bank/result.html",
            **common(statement, "result"),
            facts=outcome(statement),
            left=count_left(statement),
        )

    @expose("/<pk>/take-back", methods=["POST"])
    @has_access
    def take_back(self, pk: str) -> Any:
        """Take the whole statement back."""
        try:
            count = take_back(db.session(), find_statement(pk))
        except RuleError as error:
            db.session.rollback()
            flash(str(error), "danger")
        else:
            db.session.commit()
            removed = ngettext("%(num)s payment removed", "%(num)s payments removed", count)
            flash(_("The statement was taken back: %(what)s.", what=removed), "success")
        return redirect(url_for("BankImportView.start"))
