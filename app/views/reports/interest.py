"""The report on what clients are interested in: /reports/interest/."""

from typing import Any

from flask import url_for

from app.clock import day_of
from app.database import db
from app.reports import interest as question
from app.reports.interest import MOST_ROWS, By, Interest
from app.reports.rendering.sheet import Column, Kind
from app.texts import _, lazy
from app.views.current import zone
from app.views.pages import Option
from app.views.reports.base import ReportView
from app.views.reports.shown import Asked, Control, Report, ReportRow

_BY = {By.PRODUCT: lazy("Products"), By.GROUP: lazy("Groups of products")}


class InterestView(ReportView):
    """Products that clients asked about, and how many of them were offered and invoiced."""

    route_base = "/reports/interest"
    class_permission_name = "Interest"
    title = lazy("Interest by product")

    def controls(self) -> tuple[Control, ...]:
        """What a row is."""
        return (Control("by", _("Group by"), tuple(Option(by.value, str(label)) for by, label in _BY.items())),)

    def ask(self, asked: Asked) -> Report:
        """A row for each product; its figures lead to the talks."""
        by = By(asked.more["by"])
        wanted = question.InterestQuestion(asked.first, asked.last, zone(), by, asked.manager_id)
        found = question.interest(db.session(), wanted)
        return Report(
            columns=(
                Column(_("Product") if by is By.PRODUCT else _("Group of products")),
                *((Column(_("SKU")),) if by is By.PRODUCT else ()),
                Column(_("Talks"), Kind.INTEGER),
                Column(_("Clients interested"), Kind.INTEGER),
                Column(_("Last talk"), Kind.DATE),
                Column(_("Clients quoted"), Kind.INTEGER),
                Column(_("Clients invoiced"), Kind.INTEGER),
                Column(_("Sum of invoices"), Kind.MONEY),
                Column(_("Conversion, %"), Kind.PERCENT),
            ),
            rows=tuple(ReportRow(_cells(each, by), _links(each, by, asked)) for each in found.rows),
            totals=_cells(found.total, by, _("Total")),
            notes=(
                *((_("The first %(most)s rows; the total is of all.", most=MOST_ROWS),) if found.is_cut else ()),
                _("Done calls, meetings and letters that name the product as their subject."),
                _(
                    "Quotes sent and invoices posted since the first day of the period count when their client asked"
                    " about that very product. A client who asked about two products is one client in the total."
                ),
            ),
            bars=2 if by is By.PRODUCT else 1,
        )


def _cells(each: Interest, by: By, name: str = "") -> tuple[Any, ...]:
    return (
        name or each.name or _("Without a group"),
        *((each.sku,) if by is By.PRODUCT else ()),
        each.interactions,
        each.clients,
        day_of(each.last_at, zone()) if each.last_at is not None else None,
        each.clients_quoted,
        each.clients_invoiced,
        each.invoiced,
        each.conversion,
    )


def _links(each: Interest, by: By, asked: Asked) -> dict[int, str]:
    """By number of the column: the product's card, and the talks. No list holds just the quotes that are counted."""
    if by is By.GROUP:
        return {}
    person: dict[str, Any] = {} if asked.manager_id is None else {"f_responsible": asked.manager_id}
    first, last = asked.first.isoformat(), asked.last.isoformat()
    when: dict[str, Any] = {"f_starts_at_from": first, "f_starts_at_to": last}
    talks = url_for("InteractionView.list", tab="all", f_subjects=each.key, f_state="done", **when, **person)
    return {0: url_for("ProductView.show", pk=each.key), 2: talks, 3: talks}
