"""What a person reads about the rules of the radar, and the one button that mends a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.models.radar import RadarCode
from app.permissions import POST, WRITE, Viewer
from app.reports.radar.lines import Part, RadarLine
from app.reports.radar.questions import QUESTIONS
from app.texts import _, lazy, ngettext
from app.views import formats
from app.views.debts import overdue_words
from app.views.pages import Cell, Command

SENTENCES: Mapping[RadarCode, str] = {
    RadarCode.CALL_MISSED: lazy("The client called, nobody answered, and nobody has called back."),
    RadarCode.EVENT_LATE: lazy("The day of a planned call, meeting or letter has passed."),
    RadarCode.QUOTE_EXPIRING: lazy("The client has not answered, and the term runs out."),
    RadarCode.QUOTE_SILENT: lazy("Sent, and no contact since then; none is planned."),
    RadarCode.QUOTE_DRAFT: lazy("Made and never sent to the client."),
    RadarCode.DEAL_STEP_LATE: lazy("The day of the next step has passed."),
    RadarCode.DEAL_NO_STEP: lazy("The deal is in work, and nothing is planned in it."),
    RadarCode.DEAL_STUCK: lazy("The deal has been at one stage for too long."),
    RadarCode.DEBT_LATE: lazy("The day of payment has passed, the client still owes."),
    RadarCode.INVOICE_DRAFT: lazy("Made and not posted: nobody waits for the money."),
    RadarCode.ORDER_DRAFT: lazy("Made and not posted: nothing has been promised yet."),
    RadarCode.ORDER_IDLE: lazy("Agreed, but neither invoiced nor ordered from a supplier."),
    RadarCode.ORDER_LATE: lazy("The promised day has passed, the order is not closed."),
    RadarCode.PURCHASE_LATE: lazy("The expected day has passed, the goods have not come."),
    RadarCode.CONTRACT_ENDING: lazy("The contract ends and is not prolonged by itself."),
    RadarCode.CLAIM_LATE: lazy("The day of the answer has passed."),
    RadarCode.CLAIM_STEP_LATE: lazy("A step of the investigation is not done in time."),
    RadarCode.CLAIM_IDLE: lazy("The claim is open, and no step is planned."),
    RadarCode.REQUEST_WAITING: lazy("A new request for which no visit is planned."),
    RadarCode.VISIT_OPEN: lazy("The visit is over and nobody has said what was done."),
    RadarCode.MAINTENANCE_DUE: lazy("No request and no visit for the maintenance that is due."),
    RadarCode.PAYMENT_UNKNOWN: lazy("Money came, and we do not know from whom."),
    RadarCode.CLIENT_SILENT: lazy("No contact with an active client, and none is planned."),
}
"""What each rule says."""
_AHEAD = frozenset({RadarCode.QUOTE_EXPIRING, RadarCode.CONTRACT_ENDING, RadarCode.MAINTENANCE_DUE})
"""Rules that warn before the day."""


@dataclass(frozen=True, slots=True)
class _Fix:
    """A way to mend a line: its button, and the right without which it is not offered."""

    area: str
    label: str
    url: Callable[[RadarLine], str]
    icon: str
    right: str = WRITE
    post: bool = False


def _talk(topic: str) -> Callable[[RadarLine], str]:
    """The form of a new interaction with the client about the line."""
    return lambda line: url_for(
        "InteractionView.add", client=line.client_id, topic=str(topic) % {"what": line.title or line.target_id}
    )


def _to(endpoint: str, **more: Any) -> Callable[[RadarLine], str]:
    return lambda line: url_for(endpoint, pk=line.target_id, **more)


def _call(topic: str, label: str = lazy("Plan a call")) -> _Fix:
    return _Fix("Interactions", label, _talk(topic), "phone")


def _next_step(*fields: str) -> _Fix:
    names = ",".join((*fields, "next_step", "next_step_on"))
    return _Fix("Deals", lazy("Plan the next step"), _to("DealView.edit", fields=names), "edit")


_WRITE_UP = _to("InteractionView.edit", fields="state,is_reached,result,next_contact_on")
_FIXES: Mapping[RadarCode, _Fix] = {
    RadarCode.CALL_MISSED: _call(lazy("Call back: %(what)s"), lazy("Call back")),
    RadarCode.EVENT_LATE: _Fix("Interactions", lazy("Write up"), _WRITE_UP, "edit"),
    RadarCode.QUOTE_EXPIRING: _call(lazy("Quote %(what)s: the term runs out")),
    RadarCode.QUOTE_SILENT: _call(lazy("Quote %(what)s: what has been decided")),
    RadarCode.QUOTE_DRAFT: _Fix("Quotes", lazy("Check and send"), _to("QuoteView.show"), "mail"),
    RadarCode.DEAL_STEP_LATE: _next_step(),
    RadarCode.DEAL_NO_STEP: _next_step(),
    RadarCode.DEAL_STUCK: _next_step("stage"),
    RadarCode.DEBT_LATE: _call(lazy("Payment of %(what)s")),
    RadarCode.INVOICE_DRAFT: _Fix(
        "Invoices", lazy("Post"), _to("InvoiceView.action", name="post"), "check", POST, post=True
    ),
    RadarCode.ORDER_DRAFT: _Fix("Orders", lazy("Post"), _to("OrderView.action", name="post"), "check", POST, post=True),
    RadarCode.ORDER_IDLE: _Fix(
        "Invoices", lazy("Make an invoice"), _to("OrderView.action", name="invoice"), "receipt", post=True
    ),
    RadarCode.ORDER_LATE: _call(lazy("Delivery of the order %(what)s")),
    RadarCode.PURCHASE_LATE: _call(lazy("When will our order %(what)s come")),
    RadarCode.CONTRACT_ENDING: _call(lazy("Contract %(what)s: prolongation")),
    RadarCode.CLAIM_LATE: _Fix("Claims", lazy("Answer"), _to("ClaimView.edit"), "edit"),
    RadarCode.CLAIM_STEP_LATE: _Fix("Claims", lazy("Mark the step"), _to("ClaimView.edit"), "edit"),
    RadarCode.CLAIM_IDLE: _Fix("Claims", lazy("Plan a step"), _to("ClaimView.edit"), "edit"),
    RadarCode.REQUEST_WAITING: _Fix(
        "Schedule",
        lazy("Find a free hour"),
        lambda line: url_for("ScheduleView.schedule", request=line.record_id, client=line.client_id),
        "calendar",
    ),
    RadarCode.VISIT_OPEN: _Fix("Visits", lazy("Write up"), _to("MyDayView.visit"), "edit"),
    RadarCode.MAINTENANCE_DUE: _Fix(
        "Requests",
        lazy("Make a request"),
        lambda line: url_for("RequestView.add", equipment=line.record_id, client=line.client_id),
        "wrench",
    ),
    RadarCode.PAYMENT_UNKNOWN: _Fix("Payments", lazy("Find the client"), _to("PaymentView.show"), "search"),
    RadarCode.CLIENT_SILENT: _call(lazy("Ask how things are"), lazy("Plan a call")),
}
_CARDS: Mapping[RadarCode, str] = {
    RadarCode.CALL_MISSED: "InteractionView.show",
    RadarCode.EVENT_LATE: "InteractionView.show",
    RadarCode.QUOTE_EXPIRING: "QuoteView.show",
    RadarCode.QUOTE_SILENT: "QuoteView.show",
    RadarCode.QUOTE_DRAFT: "QuoteView.show",
    RadarCode.DEAL_STEP_LATE: "DealCardView.deal",
    RadarCode.DEAL_NO_STEP: "DealCardView.deal",
    RadarCode.DEAL_STUCK: "DealCardView.deal",
    RadarCode.INVOICE_DRAFT: "InvoiceView.show",
    RadarCode.ORDER_DRAFT: "OrderView.show",
    RadarCode.ORDER_IDLE: "OrderView.show",
    RadarCode.ORDER_LATE: "OrderView.show",
    RadarCode.PURCHASE_LATE: "PurchaseOrderView.show",
    RadarCode.CONTRACT_ENDING: "ContractView.show",
    RadarCode.CLAIM_LATE: "ClaimView.show",
    RadarCode.CLAIM_STEP_LATE: "ClaimView.show",
    RadarCode.CLAIM_IDLE: "ClaimView.show",
    RadarCode.REQUEST_WAITING: "RequestView.show",
    RadarCode.VISIT_OPEN: "VisitView.show",
    RadarCode.MAINTENANCE_DUE: "EquipmentView.show",
    RadarCode.PAYMENT_UNKNOWN: "PaymentView.show",
    RadarCode.CLIENT_SILENT: "ClientCardView.card",
}
_NUMBERED = frozenset({"QuoteView.show", "InvoiceView.show", "OrderView.show", "PurchaseOrderView.show"})
"""Cards whose title is a number."""


def sentence(part: Part) -> str:
    """The rule in words, with its threshold."""
    words, number = str(SENTENCES[part.code]), part.terms.days
    if not number:
        return words
    days = ngettext("%(num)s day", "%(num)s days", number)
    ahead, beyond = _("We warn %(days)s ahead.", days=days), _("Threshold: %(days)s.", days=days)
    return f"{words} {ahead if part.code in _AHEAD else beyond}"


def fix_of(code: RadarCode, line: RadarLine, person: Viewer) -> Command:
    """The button that mends the line; opening the record where the person may do no more."""
    fix = _FIXES[code]
    if person.may(fix.right, fix.area) and (line.client_id is not None or fix.icon != "phone"):
        return Command(str(fix.label), fix.url(line), icon=fix.icon, post=fix.post)
    return Command(_("Open"), card_of(code, line), icon="eye")


def card_of(code: RadarCode, line: RadarLine) -> str:
    """The address of the record; a debt leads to the client's debts."""
    if code is RadarCode.DEBT_LATE:
        return url_for("ClientCardView.card", pk=line.client_id, tab="debts")
    return url_for(_CARDS[code], pk=line.target_id)


def title_of(code: RadarCode, line: RadarLine) -> str:
    """What the record is called."""
    is_number = code is RadarCode.DEBT_LATE or _CARDS[code] in _NUMBERED or code is RadarCode.CONTRACT_ENDING
    if is_number or code in (RadarCode.CLAIM_LATE, RadarCode.CLAIM_IDLE):
        return f"№ {line.title}" if line.title else _("without a number")
    return line.title[:160] or str(code.label)


def mark_of(code: RadarCode, line: RadarLine, day: date) -> Cell:
    """How late it is, or how long somebody waits."""
    days = (day - line.since).days
    hint = formats.day(line.since)
    if not QUESTIONS[code].is_due:
        waited = ngettext("%(num)s day", "%(num)s days", days)
        return Cell(_("waits %(days)s", days=waited), "chip", tone="warn", icon="clock", hint=hint)
    if days > 0:
        return Cell(overdue_words(days), "chip", tone="danger", hint=hint)
    left = ngettext("%(num)s day", "%(num)s days", -days)
    words = _("Today") if days == 0 else _("in %(days)s", days=left)
    return Cell(words, "chip", tone="warn", icon="clock", hint=hint)
