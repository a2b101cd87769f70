"""The head of a client's card, its command bar, its tabs, and the summary beside every tab."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from flask import url_for

from app.models.clients import Client, LegalState
from app.permissions import READ, WRITE, Viewer
from app.reports.client_card.summary import BUCKETS, Debt, Step, Summary
from app.reports.overdue import OverdueDebt
from app.services.names import format_phone, phone_numbers
from app.texts import _, lazy
from app.views import formats
from app.views.client_card.shown import Line, Reach
from app.views.completeness import next_question
from app.views.crud.cards import history_tab
from app.views.current import today
from app.views.debts import debt_cell, overdue_words
from app.views.pages import Cell, Command, Tab

TABS = {
    "overview": (lazy("Overview"), ("Clients",)),
    "contacts": (lazy("Contacts"), ("Contacts",)),
    "timeline": (lazy("Timeline"), ("Clients",)),
    "deals": (lazy("Deals and documents"), ("Deals", "Invoices", "Payments")),
    "contracts": (lazy("Contracts"), ("Contracts",)),
    "equipment": (lazy("Equipment"), ("Equipment",)),
    "visits": (lazy("Visits"), ("Visits",)),
    "debts": (lazy("Debts"), ("Receivables",)),
    "map": (lazy("Map"), ("Clients",)),
}
"""Name in the address -> words, and the areas of which the person must be able to read one."""

SOON = 3
"""Days before a date when it begins to be marked."""


def open_tabs(viewer: Viewer) -> list[str]:
    """The tabs that the person may open."""
    return [name for name, (_label, areas) in TABS.items() if any(viewer.may(READ, area) for area in areas)]


def tabs(client: Client, found: Summary, viewer: Viewer, active: str) -> tuple[Tab, ...]:
    """The tabs with their counts; debts in red while something is overdue."""
    counts = dict(found.counts)
    counts["deals"] = counts.get("deals", 0) + counts.get("invoices", 0)
    is_overdue = found.debt is not None and found.debt.overdue > client.debt_threshold
    own = tuple(
        Tab(
            name,
            str(TABS[name][0]),
            url_for("ClientCardView.card", pk=client.id, tab=name),
            name == active,
            count="!" if name == "debts" and is_overdue else str(counts.get(name) or ""),
            tone="danger" if name == "debts" and is_overdue else "",
        )
        for name in open_tabs(viewer)
    )
    return (*own, history_tab(client))


def chips(client: Client, found: Summary) -> Iterator[Cell]:
    """The status, and in red what must not be missed: overdue debt, overdue maintenance."""
    yield formats.cell(client.status)
    if client.legal_state is not None and client.legal_state is not LegalState.ACTIVE:
        yield formats.cell(client.legal_state)
    debt = found.debt
    if debt is not None and debt.overdue > client.debt_threshold and debt.oldest_due_on is not None:
        yield debt_cell(OverdueDebt(client.id, debt.overdue, debt.oldest_due_on, debt.days))
    if found.next_maintenance is not None and found.next_maintenance < today():
        words = _("Maintenance: %(overdue)s", overdue=overdue_words((today() - found.next_maintenance).days).lower())
        yield Cell(words, "chip", tone="danger", icon="wrench")


def commands(client: Client, viewer: Viewer) -> Iterator[Command]:
    """What can be begun from the card."""
    for area, endpoint, label, icon in (
        ("Interactions", "InteractionView.add", _("Interaction"), "phone"),
        ("Deals", "DealView.add", _("Deal"), "handshake"),
        ("Requests", "RequestView.add", _("Service request"), "wrench"),
        ("Invoices", "InvoiceView.add", _("Invoice"), "receipt"),
    ):
        if viewer.may(WRITE, area):
            url = url_for(endpoint, client=client.id)
            yield Command(label, url, icon=icon, primary=area == "Interactions", name=area.lower())
    if viewer.may(WRITE, "Interactions"):
        yield Command(
            _("Letter"), url_for("LetterView.write", table="client", pk=client.id), icon="mail", name="letter"
        )
    if viewer.may(WRITE, "Clients"):
        yield Command(_("Edit"), url_for("ClientView.edit", pk=client.id), icon="edit", name="edit")
    if viewer.may(WRITE, "Handovers"):
        url = url_for("HandoverWizardView.start", clients=client.id, giver=client.responsible_id)
        yield Command(_("Hand over to another manager"), url, icon="users", name="handover")


def reach(client: Client) -> Iterator[Reach]:
    """The client's phones, e-mail and site as links."""
    for phone in phone_numbers(client.phone or ""):
        if phone.e164:
            yield Reach(format_phone(phone.e164, phone.extension), f"tel:{phone.e164}", "phone")
        else:
            yield Reach(phone.as_typed, icon="phone")
    if client.email:
        yield Reach(client.email, f"mailto:{quote(client.email, safe='@+')}", "mail")
    if client.website:
        site = client.website.removeprefix("https://").removeprefix("http://")
        yield Reach(site, f"https://{quote(site, safe='/:.?=&-_~%')}", "external-link")


def summary_lines(client: Client, found: Summary, viewer: Viewer) -> Iterator[Line]:
    """The summary: our turnover, the client's own, what is next, when we spoke last."""
    if found.turnover is not None:
        label = _("Our turnover with the client in %(year)s", year=today().year)
        yield Line(label, Cell(formats.roubles(found.turnover), "money"), _("by payments received"))
    for year, amount in found.own_turnover:
        label = _("The company's own turnover in %(year)s", year=year)
        yield Line(label, Cell(formats.roubles(amount), "money"))
    if viewer.may(READ, "Interactions") or viewer.may(READ, "Deals"):
        yield Line(_("Next step"), _next_step(found.next_step), _step_day(found.next_step))
    if viewer.may(READ, "Equipment"):
        yield Line(_("Next maintenance"), maintenance_cell(found.next_maintenance))
    if viewer.may(READ, "Interactions"):
        yield Line(_("Last contact"), _step_cell(found.last_contact), _step_day(found.last_contact))
    if client.completeness is not None:
        yield Line(_("Card filled"), Cell(formats.percent(Decimal(client.completeness))), next_question(client))
    yield Line(_("Responsible"), Cell(str(client.responsible)))


def _next_step(step: Step | None) -> Cell:
    if step is None:
        return Cell(_("Nothing planned"), "chip", tone="warn")
    return _step_cell(step)


def _step_cell(step: Step | None) -> Cell:
    if step is None:
        return Cell("")
    endpoint = "InteractionView.show" if step.kind is not None else "DealCardView.deal"
    words = f"{step.kind.label}: {step.text}" if step.kind is not None else step.text
    return Cell(words, url=url_for(endpoint, pk=step.key), tone="danger" if step.is_overdue else "")


def _step_day(step: Step | None) -> str:
    if step is None:
        return ""
    shown = formats.moment(step.at) if step.kind is not None else formats.day(step.at.date())
    return _("%(moment)s, overdue", moment=shown) if step.is_overdue else shown


def maintenance_cell(due: date | None) -> Cell:
    """The date of the next maintenance: red with the days when overdue, marked when near."""
    if due is None:
        return Cell("")
    days = (due - today()).days
    if days < 0:
        return Cell(f"{formats.day(due)} · {overdue_words(-days)}", "chip", tone="danger")
    return Cell(formats.day(due), "chip", tone="warn") if days <= SOON else Cell(formats.day(due), "date")


def debt_lines(debt: Debt | None) -> Iterator[Line]:
    """The debt by age; its lines add up to the whole."""
    if debt is None:
        return
    if not debt.total and not debt.advance:
        yield Line(_("Debt"), Cell(_("Owes nothing"), "chip", tone="ok"))
        return
    yield Line(_("Owes in all"), Cell(formats.roubles(debt.total), "money"))
    yield Line(_("Not yet due"), Cell(formats.roubles(debt.not_due), "money"))
    for (first, last), amount in zip(BUCKETS, debt.buckets, strict=True):
        if amount:
            words = _("Overdue %(first)s–%(last)s days", first=first, last=last) if last else _("Overdue over 90 days")
            yield Line(words, Cell(formats.roubles(amount), "money", tone="danger"))
    if debt.advance:
        yield Line(_("Advance held"), Cell(formats.roubles(debt.advance), "money"))
