"""Receivables on the screen, in a sheet and on paper: who owes, how long, in red what is overdue."""

import tempfile
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort, make_response, render_template, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import NotVisibleError, RuleError
from app.models.clients import Client
from app.models.ledger import DocumentKind
from app.models.staff import Employee
from app.permissions import READ
from app.reports.receivables import (
    DEFAULT_BUCKETS,
    ClientDebt,
    DebtTotals,
    DocumentDebt,
    ReceivablesQuestion,
    all_receivables,
    client_receivables,
    receivables,
)
from app.reports.rendering import sheet
from app.reports.rendering.table_form import TableForm, TableRow, print_table
from app.texts import _
from app.views import formats
from app.views.crud.cells import card_url
from app.views.crud.query import whole
from app.views.current import today, viewer
from app.views.debts import overdue_words
from app.views.pages import (
    CardPage,
    CardTable,
    Cell,
    Chip,
    ColumnHead,
    Command,
    FilterControl,
    ListPage,
    ListRow,
    Tab,
)
from app.views.sections import TREASURY

ROWS = 50
MOST_PRINTED = 2000
_ORDERS = {"client": "client", "responsible": "responsible", "total": "-total", "days": "-days", "overdue": "-overdue"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENTS = {
    DocumentKind.INVOICE: ("InvoiceView.show", "Invoices"),
    DocumentKind.PAYMENT: ("PaymentView.show", "Payments"),
}


class ReceivablesView(BaseView):
    """Who owes us on a day, and by which documents. Aggregates obey the row rule: a manager sees own clients."""

    route_base = "/receivables"
    class_permission_name = "Receivables"
    method_permission_name = {"receivables": "read", "client": "read"}

    @expose("/")
    @has_access
    def receivables(self) -> Any:
        """Show the list, or give it as a file with `?format=xlsx|csv|pdf`."""
        asked = _question()
        wanted = request.args.get("format", "")
        if wanted in ("xlsx", "csv"):
            return _sheet(asked, wanted)
        if wanted == "pdf":
            return _paper(asked)
        if wanted:
            abort(400)
        return render_template("receivables/list.html", page=_ReceivablesPage(asked).page(), as_of=asked.as_of)

    @expose("/<client_id>")
    @has_access
    def client(self, client_id: str) -> Any:
        """Show what one client owes, by document and stage."""
        client = db.session.get(Client, whole(client_id))
        if client is None:
            raise NotVisibleError(_("There is no such client."))
        as_of = _day(request.args.get("as_of", ""))
        rows = client_receivables(db.session(), client.id, as_of, today())
        return render_template("crud/card.html", page=_client_page(client, rows, as_of))


def _question() -> ReceivablesQuestion:
    """What the address asks for; malformed values answer 400."""
    given = request.args
    page = whole(given["page"]) if given.get("page") else 1
    tab = given.get("tab", "all")
    responsible = given.get("responsible") or given.get("f_responsible")
    mine = viewer().employee_id if tab == "mine" else None
    return ReceivablesQuestion(
        as_of=_day(given.get("as_of", "")),
        today=today(),
        responsible_id=mine or (whole(responsible) if responsible else None),
        q=given.get("q", "")[:100],
        overdue_only=tab == "overdue",
        order=_ORDERS.get(given.get("sort", "overdue"), "-overdue"),
        offset=(max(page, 1) - 1) * ROWS,
        limit=ROWS,
    )


def _day(text: str) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400)


def _interval_names() -> list[str]:
    starts = [1, *(end + 1 for end in DEFAULT_BUCKETS)]
    names = [f"{start}–{end}" for start, end in zip(starts, DEFAULT_BUCKETS, strict=False)]
    return [*names, f">{DEFAULT_BUCKETS[-1]}"]


def _address(**changes: str) -> str:
    """This list with other arguments; empty ones are left out, and a change of anything begins at page 1."""
    kept = {name: value for name, value in request.args.items() if name not in ("page", "format")}
    values: dict[str, Any] = {name: value for name, value in (kept | changes).items() if value}
    return url_for("ReceivablesView.receivables", **values)


class _ReceivablesPage:
    """Words one answer of the report as a list page."""

    def __init__(self, asked: ReceivablesQuestion) -> None:
        self.asked = asked
        self.found = receivables(db.session(), asked)

    def page(self) -> ListPage:
        """The whole page."""
        totals, shown = self.found.totals, len(self.found.rows)
        first = self.asked.offset
        number = first // ROWS + 1
        return ListPage(
            title=_("Receivables"),
            section=str(TREASURY),
            base_url=url_for("ReceivablesView.receivables"),
            heads=tuple(self._heads()),
            rows=tuple(map(self._row, self.found.rows)),
            count_text=_count_text(totals),
            totals=tuple(_total_cells(totals)),
            tabs=tuple(self._tabs(totals)),
            q=self.asked.q,
            q_hint=_("Client: name, INN, town"),
            hidden=tuple((name, value) for name, value in request.args.items() if name not in ("q", "page", "format")),
            filters=(self._responsible(),),
            chips=tuple(self._chips()),
            reset_url=url_for("ReceivablesView.receivables") if request.args else "",
            next_url=_address(page=str(number + 1)) if first + shown < totals.clients else "",
            previous_url=_address(page=str(number - 1)) if first else "",
            commands=tuple(_export_commands()),
        )

    def _heads(self) -> Iterable[ColumnHead]:
        yield self._head("client", _("Client"), "text", "asc")
        yield self._head("responsible", _("Responsible"), "text", "asc")
        yield self._head("overdue", _("Overdue, sum"), "money", "desc")
        yield self._head("days", _("How long overdue"), "chip", "desc")
        yield self._head("total", _("Owes in all"), "money", "desc")
        yield ColumnHead("not_due", _("Not due"), "money")
        for name in _interval_names():
            yield ColumnHead(name, name, "money")
        yield ColumnHead("contact", _("Last contact"), "text")
        yield ColumnHead("advance", _("Advance"), "money")

    def _head(self, name: str, label: str, kind: str, direction: str) -> ColumnHead:
        is_sorted = self.asked.order == _ORDERS[name]
        return ColumnHead(name, label, kind, _address(sort=name), direction if is_sorted else "")

    def _row(self, debt: ClientDebt) -> ListRow:
        as_of = "" if self.asked.as_of == self.asked.today else self.asked.as_of.isoformat()
        url = url_for("ReceivablesView.client", client_id=debt.client_id, as_of=as_of or None)
        cells = (
            Cell(debt.client),
            Cell(debt.responsible),
            _money_cell(debt.overdue),
            _days_cell(debt),
            *map(_money_cell, (debt.total, debt.not_due, *debt.overdue_by)),
            _contact_cell(debt),
            _money_cell(debt.advance),
        )
        return ListRow(debt.client_id, url, cells, "danger" if debt.is_red else "", tuple(_row_commands(debt)))

    def _tabs(self, totals: DebtTotals) -> Iterable[Tab]:
        chosen = request.args.get("tab", "all")
        yield Tab("all", _("All debts"), _address(tab=""), chosen == "all")
        red = formats.number(totals.red_clients) if totals.red_clients else ""
        yield Tab("overdue", _("Overdue"), _address(tab="overdue"), chosen == "overdue", red, "danger")
        if viewer().sees_all() and viewer().employee_id:
            yield Tab("mine", _("Mine"), _address(tab="mine"), chosen == "mine")

    def _responsible(self) -> FilterControl:
        value = request.args.get("f_responsible", "")
        return FilterControl(
            "f_responsible",
            _("Responsible"),
            "relation",
            value,
            value_label=_employee_name(value),
            lookup_url=url_for("LookupView.find", table="employee"),
        )

    def _chips(self) -> Iterable[Chip]:
        if value := request.args.get("f_responsible", ""):
            yield Chip(_("Responsible: %(name)s", name=_employee_name(value)), _address(f_responsible=""))
        if self.asked.as_of != self.asked.today:
            yield Chip(_("As of %(day)s", day=formats.day(self.asked.as_of)), _address(as_of=""))


def _employee_name(value: str) -> str:
    employee = db.session.get(Employee, whole(value)) if value else None
    return str(employee) if employee else ""


def _count_text(totals: DebtTotals) -> str:
    return _(
        "%(number)s clients, %(total)s in all, %(overdue)s overdue",
        number=formats.number(totals.clients),
        total=formats.roubles(totals.total),
        overdue=formats.roubles(totals.overdue),
    )


def _money_cell(amount: Decimal) -> Cell:
    return Cell(formats.money(amount) if amount else "", "money")


def _days_cell(debt: ClientDebt) -> Cell:
    if not debt.days:
        return Cell("", "chip")
    tone = "danger" if debt.is_red else "neutral"
    hint = "" if debt.is_red else _("Below the client's threshold")
    return Cell(overdue_words(debt.days), "chip", tone=tone, icon="alert-triangle", hint=hint)


def _contact_cell(debt: ClientDebt) -> Cell:
    if debt.contact_at is None or debt.contact_kind is None:
        return Cell("")
    return Cell(f"{formats.moment(debt.contact_at).split(',')[0]}, {str(debt.contact_kind.label).lower()}")


def _total_cells(totals: DebtTotals) -> Iterable[Cell]:
    yield from (Cell(""), Cell(""), Cell(formats.money(totals.overdue), "money"), Cell(""))
    for amount in (totals.total, totals.not_due, *totals.overdue_by):
        yield Cell(formats.money(amount), "money")
    yield from (Cell(""), Cell(formats.money(totals.advance), "money"))


def _row_commands(debt: ClientDebt) -> Iterable[Command]:
    if viewer().may("can_write", "Interactions"):
        url = url_for("InteractionView.add", client=debt.client_id)
        yield Command(_("Record a call"), url, icon="phone")
    if viewer().may(READ, "Invoices"):
        yield Command(_("Invoices of the client"), url_for("InvoiceView.list", f_client=debt.client_id), icon="receipt")


def _export_commands() -> Iterable[Command]:
    for wanted, label, icon in (("xlsx", "XLSX", "download"), ("csv", "CSV", "download"), ("pdf", "PDF", "printer")):
        yield Command(label, _address(format=wanted), icon=icon, name=f"export-{wanted}")


# --- one client --------------------------------------------------------------------------------------------------


def _client_page(client: Client, rows: tuple[DocumentDebt, ...], as_of: date) -> CardPage:
    owed = [row for row in rows if row.left > 0]
    oldest = max((row.days for row in owed), default=0)
    overdue = sum((row.left for row in owed if row.days), Decimal(0))
    is_red = overdue > client.debt_threshold
    chips = (Cell(overdue_words(oldest), "chip", tone="danger"),) if oldest and is_red else ()
    commands = [Command(_("Client card"), card_url(client), icon="building")] if card_url(client) else []
    return CardPage(
        title=_("Debts of %(client)s as of %(day)s", client=client.name, day=formats.day(as_of)),
        section=str(TREASURY),
        list_title=_("Receivables"),
        list_url=url_for("ReceivablesView.receivables"),
        chips=chips,
        commands=tuple(commands),
        tables=(
            _documents(_("Debts"), owed, _("The client owes nothing.")),
            _documents(_("Advances that settle nothing yet"), [row for row in rows if row.left < 0], _("None.")),
        ),
    )


def _documents(title: str, rows: list[DocumentDebt], empty: str) -> CardTable:
    heads = (
        ColumnHead("document", _("Document"), "text"),
        ColumnHead("stage", _("Stage"), "number"),
        ColumnHead("due_on", _("Due on"), "date"),
        ColumnHead("charged", _("Sum"), "money"),
        ColumnHead("paid", _("Paid"), "money"),
        ColumnHead("left", _("Left"), "money"),
        ColumnHead("days", _("How long overdue"), "chip"),
    )
    total = sum((abs(row.left) for row in rows), Decimal(0))
    totals = (*(Cell("") for _head in heads[:5]), Cell(formats.money(total), "money"), Cell(""))
    shown = tuple(map(_document_row, rows))
    return CardTable(title, heads, shown, (Cell(_("Total")), *totals[1:]) if rows else (), empty_text=empty)


def _document_row(row: DocumentDebt) -> ListRow:
    endpoint, area = _DOCUMENTS.get(row.kind, ("", ""))
    url = url_for(endpoint, pk=row.document_id) if endpoint and viewer().may(READ, area) else ""
    name = _("%(kind)s no. %(number)s of %(day)s", kind=row.kind.label, number=row.number, day=formats.day(row.day))
    late = Cell(overdue_words(row.days), "chip", tone="danger") if row.days else Cell("", "chip")
    cells = (
        Cell(name),
        Cell(str(row.stage) if row.stage else "", "number"),
        Cell(formats.day(row.due_on) if row.due_on else _("after shipment") if row.left > 0 else "", "date"),
        _money_cell(abs(row.charged)),
        _money_cell(abs(row.paid)),
        _money_cell(abs(row.left)),
        late,
    )
    return ListRow(row.due_item_id, url, cells, "danger" if row.days else "")


# --- files -------------------------------------------------------------------------------------------------------


def _columns() -> list[sheet.Column]:
    money = sheet.Kind.MONEY
    return [
        sheet.Column(_("Client")),
        sheet.Column(_("Responsible")),
        sheet.Column(_("Owes in all"), money),
        sheet.Column(_("Not due"), money),
        *(sheet.Column(name, money) for name in _interval_names()),
        sheet.Column(_("Overdue, sum"), money),
        sheet.Column(_("Days"), sheet.Kind.INTEGER),
        sheet.Column(_("Advance"), money),
    ]


def _cells(debt: ClientDebt) -> tuple[sheet.Cell, ...]:
    amounts = (debt.total, debt.not_due, *debt.overdue_by, debt.overdue)
    return (debt.client, debt.responsible, *amounts, debt.days or None, debt.advance)


def _total_values(totals: DebtTotals) -> tuple[sheet.Cell, ...]:
    amounts = (totals.total, totals.not_due, *totals.overdue_by, totals.overdue)
    return (_("Total"), None, *amounts, None, totals.advance)


def _file_name(asked: ReceivablesQuestion, ending: str) -> str:
    return f"{_('Receivables')} {asked.as_of.isoformat()}.{ending}"


def _sheet(asked: ReceivablesQuestion, wanted: str) -> Any:
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it when it has been sent)
    totals = _total_values(receivables(db.session(), asked).totals)
    rows = map(_cells, all_receivables(db.session(), asked))
    if wanted == "xlsx":
        sheet.write_xlsx(target, rows, _columns(), title=_("Receivables"), totals=totals)
    else:
        sheet.write_csv(target, rows, _columns(), totals=totals)
    target.seek(0)
    kind = _XLSX if wanted == "xlsx" else "text/csv; charset=utf-8"
    return send_file(target, mimetype=kind, as_attachment=True, download_name=_file_name(asked, wanted))


def _paper(asked: ReceivablesQuestion) -> Any:
    found = receivables(db.session(), asked)
    if found.totals.clients > MOST_PRINTED:
        raise RuleError(_("There are too many clients to print. Narrow the filter or take XLSX."))
    rows = tuple(
        TableRow(_cells(debt), overdue_words(debt.days) if debt.is_red else "")
        for debt in all_receivables(db.session(), asked)
    )
    subtitles = [_("As of %(day)s", day=formats.day(asked.as_of)), _count_text(found.totals)]
    if asked.q:
        subtitles.append(_("Search: “%(q)s”", q=asked.q))
    form = TableForm(
        _("Receivables"), tuple(_columns()), rows, subtitles=tuple(subtitles), totals=_total_values(found.totals)
    )
    answer = make_response(print_table(form))
    answer.mimetype = "application/pdf"
    answer.headers.set("Content-Disposition", "inline", filename=_file_name(asked, "pdf"))
    return answer
