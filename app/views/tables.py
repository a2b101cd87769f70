"""Which screen shows the records of which table: for pages that speak of any record, by its table and number."""

from typing import Any

from flask import url_for

from app.database import Model
from app.permissions import READ
from app.reports.history_values import model_of
from app.texts import _, lazy
from app.views.crud.cells import card_url
from app.views.crud.view import CrudView
from app.views.current import viewer

WORDS: dict[str, str] = {
    "ab_user": lazy("User"),
    "ab_role": lazy("Role"),
    "absence": lazy("Absence"),
    "agreement_stage": lazy("Stage of payment"),
    "allocation": lazy("Part of a payment"),
    "attachment": lazy("File of a record"),
    "calendar_day": lazy("Day of the working calendar"),
    "cash_article": lazy("Cash flow article"),
    "claim_reason": lazy("Reason for claims"),
    "claim_step": lazy("Step of a claim"),
    "client_bank_account": lazy("Client's bank account"),
    "client_comment": lazy("Comment on a client"),
    "client_turnover": lazy("Client's own turnover"),
    "contact_email": lazy("Contact's e-mail"),
    "contact_phone": lazy("Contact's phone"),
    "deal_participant": lazy("Participant of a deal"),
    "deal_stage": lazy("Deal stage"),
    "deal_step": lazy("Step of a deal"),
    "follow_up": lazy("Next step by a rule"),
    "interaction_subject": lazy("Subject of an interaction"),
    "invoice_line": lazy("Line of an invoice"),
    "loss_reason": lazy("Reason for losing deals"),
    "price_type": lazy("Price type"),
    "product_group": lazy("Product group"),
    "pin": lazy("Pin of a timeline"),
    "purchase_order_line": lazy("Line of an order to a supplier"),
    "quote_line": lazy("Line of a quote"),
    "sales_order_line": lazy("Line of an order"),
    "segment": lazy("Client segment"),
    "setting": lazy("Setting"),
    "plan_template_step": lazy("Step of a template of a plan"),
    "stage_move": lazy("Allowed move of deals"),
    "stage_requirement": lazy("Field required at a stage"),
    "statement": lazy("Bank statement"),
    "statement_line": lazy("Line of a bank statement"),
    "stored_file": lazy("File"),
    "unit": lazy("Unit of measure"),
    "work_kind": lazy("Kind of work"),
}
"""What a person calls a record of a table that has no screen of its own."""

_screens: dict[str, CrudView] = {}


def register_table(screen: CrudView) -> None:
    """Say which screen shows the records of a table."""
    _screens[screen.model.__tablename__] = screen


def screen_of(table: str) -> CrudView | None:
    """The screen of a table; None when it has none."""
    return _screens.get(table)


def screens() -> list[CrudView]:
    """All screens, in the order of the menu."""
    return list(_screens.values())


def table_words(table: str) -> str:
    """What a person calls one record of the table."""
    screen = _screens.get(table)
    return str(screen.title_one if screen is not None else WORDS.get(table, table))


def kept_tables() -> list[tuple[str, str]]:
    """Tables whose changes are kept, with their words, by the alphabet."""
    found = [(table, table_words(table)) for table in {*_screens, *WORDS} if model_of(table) is not None]
    return sorted(found, key=lambda pair: pair[1].casefold())


def record_words(table: str, key: int, record: Any) -> str:
    """«Client Romashka»; a record that is gone is named by its number."""
    if record is None or not _has_name(record):
        return _("%(table)s no. %(number)s", table=table_words(table), number=key)
    return f"{table_words(table)} {record}"


def _has_name(record: Any) -> bool:
    """Tell whether a record says what it is called: settings and the like do not."""
    kinds = type(record).__mro__
    own = kinds[: kinds.index(Model)]
    return any(name in vars(kind) for kind in own for name in ("__str__", "__repr__"))


def record_url(record: Any) -> str:
    """The address of a record's card, '' when there is none or the person may not read its area."""
    screen = _screens.get(getattr(type(record), "__tablename__", ""))
    return card_url(record) if screen is not None and viewer().may(READ, screen.area) else ""


def table_in_address(endpoint: str, table: str) -> str:
    """The table whose record an address names: by the address itself or by the screen it belongs to; '' for none."""
    if table:
        return table if table in _screens else ""
    view = endpoint.partition(".")[0]
    view = {"ClientCardView": "ClientView", "DealCardView": "DealView"}.get(view, view)
    return next((name for name, screen in _screens.items() if screen.endpoint == view), "")


def why_url(endpoint: str, values: dict[str, Any]) -> str:
    """Where the person learns why the record of an address is not shown; '' when the address names no record."""
    table = table_in_address(endpoint, str(values.get("table", "")))
    key = str(values.get("pk", ""))
    if not table or not (key.isascii() and key.isdigit() and len(key) < 19):
        return ""
    return url_for("AccessView.why", table=table, id=key)
