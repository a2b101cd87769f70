"""One line: the candidates, what the chosen client owes, and the decision of a person."""

from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from wtforms import Form

from app.database import db
from app.errors import RuleError
from app.models.clients import Client
from app.models.money import Payment, StatementLine
from app.models.staff import BankAccount
from app.services.allocations import open_items
from app.services.statements import choose, propose_for, reason_text, reconsider, skip
from app.texts import _
from app.views import formats
from app.views.bank.lines import line_row
from app.views.bank.steps import common
from app.views.crud.fields import NumberField
from app.views.crud.query import whole
from app.views.current import today
from app.views.debts import overdue_words

DECISIONS = ("choose", "nobody", "skip", "reconsider")


def line_page(line: StatementLine, error: str = "") -> str:
    """The page of one line; a client named in the address or the form goes before the proposed one."""
    chosen = request.values.get("client") or (str(line.client_id) if line.client_id else "")
    client = db.session.get(Client, whole(chosen)) if chosen else None
    payment = db.session.scalars(select(Payment.id).where(Payment.statement_line_id == line.id)).first()
    return render_template(
        "bank/line.html",
        **common(line.statement, "lines"),
        line=line,
        row=line_row(line, client.name if client else "", payment),
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


def apply_decision(line: StatementLine, decision: str) -> None:
    """Do with the line what the form says. Raises RuleError when it cannot be done."""
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
