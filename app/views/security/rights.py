"""Rights as a table for people: areas in rows by their words, what may be done there in columns."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask_appbuilder.security.sqla.models import PermissionView

from app.permissions import CANCEL, DELETE, IMPORT, MERGE, PLAN, POST, READ, WRITE, FieldRight
from app.texts import lazy

ACTS = {
    READ: lazy("Reading"),
    WRITE: lazy("Writing"),
    DELETE: lazy("Deleting"),
    POST: lazy("Posting"),
    CANCEL: lazy("Cancelling"),
    PLAN: lazy("Planning"),
    IMPORT: lazy("Loading"),
    MERGE: lazy("Merging"),
}
"""What may be done, in the order of the columns."""

AREAS = {
    "Access": lazy("“Why do I (not) see this?”"),
    "Agreements": lazy("Terms of sale"),
    "Api": lazy("API for other programs"),
    "Audit": lazy("History of changes of everything"),
    "BankAccounts": lazy("Bank accounts"),
    "Calendar": lazy("Calendar"),
    "Claims": lazy("Claims"),
    "ClientCard": lazy("Client's card"),
    "Clients": lazy("Clients"),
    "Companies": lazy("Register of companies"),
    "Completeness": lazy("How cards are filled"),
    "Contacts": lazy("Contacts"),
    "Contracts": lazy("Contracts"),
    "Deals": lazy("Deals"),
    "Departments": lazy("Departments"),
    "Duplicates": lazy("Duplicates of clients"),
    "Employees": lazy("Employees"),
    "Equipment": lazy("Equipment"),
    "Files": lazy("Files"),
    "FollowUps": lazy("Rules of the next step"),
    "Funnel": lazy("Funnel"),
    "Handovers": lazy("Hand-overs of clients"),
    "Help": lazy("Help"),
    "History": lazy("History of a record"),
    "Home": lazy("Dashboard"),
    "Interest": lazy("Interest by product"),
    "Interactions": lazy("Interactions"),
    "Invoices": lazy("Invoices"),
    "Jobs": lazy("Jobs"),
    "LetterTemplates": lazy("Templates of letters"),
    "Lookup": lazy("Choosing from lists"),
    "Mailbox": lazy("Incoming mail"),
    "ManagerActivity": lazy("Activity of managers"),
    "Map": lazy("Map"),
    "MyDay": lazy("My day"),
    "Notifications": lazy("Notifications"),
    "Orders": lazy("Orders"),
    "Organisations": lazy("Our organisations"),
    "Payments": lazy("Payments"),
    "PersonalData": lazy("Personal data"),
    "PlanFact": lazy("Plan and fact"),
    "Plans": lazy("Plans of sales"),
    "Prices": lazy("Prices"),
    "Print": lazy("Printed forms"),
    "Products": lazy("Products and services"),
    "PurchaseOrders": lazy("Purchase orders"),
    "Quotes": lazy("Quotes"),
    "Radar": lazy("Nothing forgotten"),
    "RadarRules": lazy("Rules of the radar"),
    "Receivables": lazy("Receivables"),
    "Reference": lazy("Reference tables"),
    "Requests": lazy("Service requests"),
    "Roles": lazy("Roles"),
    "SaveDuplicate": lazy("Saving a client in spite of a duplicate"),
    "SavedViews": lazy("Views of lists"),
    "Schedule": lazy("Engineers' schedule"),
    "Search": lazy("Search"),
    "Statements": lazy("Statement import"),
    "Users": lazy("Users"),
    "Visits": lazy("Visits"),
    FieldRight.PORTRAIT: lazy("Portrait of a contact"),
    FieldRight.BIRTH_DATE: lazy("Birth date of a contact"),
    FieldRight.PURCHASE_COST: lazy("Purchase cost"),
    FieldRight.PERSON_AT_FAULT: lazy("Person at fault in a claim"),
    FieldRight.DISCOUNT_BEYOND_LIMIT: lazy("Discount beyond the limit"),
    FieldRight.CLOSED_PERIOD: lazy("Closed period"),
    FieldRight.DEBT_BLOCK: lazy("Shipping to debtors"),
}
"""What a person calls an area of rights."""


@dataclass(frozen=True, slots=True)
class RightsRow:
    """An area with its rights: one cell per column, nothing where the area has no such right."""

    area: str
    cells: tuple[tuple[int, bool] | None, ...]
    """Key of the right, and whether the role has it."""


@dataclass(frozen=True, slots=True)
class RightsTable:
    """Rights of a role, or all of them to choose from: areas and the fields that need a right of their own apart."""

    acts: tuple[str, ...]
    parts: tuple[tuple[str, tuple[RightsRow, ...]], ...]


def area_words(area: str) -> str:
    """What a person calls an area; one that a later version brought keeps its name."""
    return str(AREAS.get(area, area))


def right_words(right: PermissionView) -> str:
    """«Clients: reading»."""
    act = ACTS.get(right.permission.name, right.permission.name)
    return f"{area_words(right.view_menu.name)}: {str(act).lower()}"


def rights_table(rights: Iterable[PermissionView], chosen: Collection[int]) -> RightsTable:
    """The table of these rights, areas by the alphabet."""
    by_area: dict[str, dict[str, int]] = {}
    for right in rights:
        by_area.setdefault(right.view_menu.name, {})[right.permission.name] = right.id
    acts = tuple(ACTS) + tuple(sorted({act for area in by_area.values() for act in area} - set(ACTS)))
    rows = {
        area: RightsRow(
            area_words(area),
            tuple((own[act], own[act] in chosen) if act in own else None for act in acts),
        )
        for area, own in by_area.items()
    }
    fields = set(FieldRight)
    parts = (
        (str(lazy("Sections and records")), _sorted(row for area, row in rows.items() if area not in fields)),
        (str(lazy("Fields and permissions apart")), _sorted(row for area, row in rows.items() if area in fields)),
    )
    words = tuple(str(ACTS.get(act, act)) for act in acts)
    return RightsTable(words, tuple(part for part in parts if part[1]))


def _sorted(rows: Iterable[RightsRow]) -> tuple[RightsRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.area.casefold()))
