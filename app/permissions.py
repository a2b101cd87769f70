"""Rights and roles as data. A right is a pair (permission, area); a role is a list of rights.

Rows: which records of an area a person sees is the row rule's matter (services/visibility.py), not a right's.
Names are stable: administrators' own roles refer to them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

READ, WRITE, DELETE = "can_read", "can_write", "can_delete"
POST, CANCEL, PLAN, IMPORT, MERGE = "can_post", "can_cancel", "can_plan", "can_import", "can_merge"


class Role(StrEnum):
    """The roles that Kontora starts with; the administrator edits them and adds more."""

    ADMIN = "Admin"
    DIRECTOR = "Director"
    SALES_HEAD = "SalesHead"
    SALES = "Sales"
    SERVICE_HEAD = "ServiceHead"
    ENGINEER = "Engineer"
    ACCOUNTANT = "Accountant"
    PURCHASING = "Purchasing"
    BACK_OFFICE = "BackOffice"


class FieldRight(StrEnum):
    """Fields that need a right of their own; the permission is can_read on the name, can_write to change."""

    PORTRAIT = "ContactPortrait"
    BIRTH_DATE = "ContactBirthDate"
    PURCHASE_COST = "PurchaseCost"
    PERSON_AT_FAULT = "PersonAtFault"
    DISCOUNT_BEYOND_LIMIT = "DiscountBeyondLimit"
    CLOSED_PERIOD = "ClosedPeriod"
    DEBT_BLOCK = "DebtBlock"
    SAVE_DUPLICATE = "SaveDuplicate"


class Scope(StrEnum):
    """Whose rows a role sees; the widest scope among a person's roles counts."""

    ALL = "all"
    OWN_CLIENTS = "own clients"
    OWN_VISITS = "own visits"


SCOPES: dict[Role, Scope] = {
    Role.ADMIN: Scope.ALL,
    Role.DIRECTOR: Scope.ALL,
    Role.SALES_HEAD: Scope.ALL,
    Role.SALES: Scope.OWN_CLIENTS,
    Role.SERVICE_HEAD: Scope.ALL,
    Role.ENGINEER: Scope.OWN_VISITS,
    Role.ACCOUNTANT: Scope.ALL,
    Role.PURCHASING: Scope.ALL,
    Role.BACK_OFFICE: Scope.ALL,
}

CLIENT_AREAS = ("Clients", "Contacts", "Deals", "Interactions")
SALES_AREAS = ("Agreements", "Contracts", "Quotes", "Orders", "Invoices")
SERVICE_AREAS = ("Equipment", "Requests", "Visits")
REFERENCE_AREAS = ("Products", "Prices", "Employees", "Departments", "Organisations", "BankAccounts")
"""Areas that everybody who works with documents must be able to look up."""
TABLE_AREAS = (
    *CLIENT_AREAS,
    *SALES_AREAS,
    *SERVICE_AREAS,
    *REFERENCE_AREAS,
    "PurchaseOrders",
    "Claims",
    "Payments",
    "PersonalData",
    "Handovers",
    "FollowUps",
    "LetterTemplates",
    "RadarRules",
    "Completeness",
    "Plans",
)
SCREENS = (
    "Home",
    "Calendar",
    "ClientCard",
    "Search",
    "Lookup",
    "Files",
    "Print",
    "History",
    "Access",
    "Help",
    "Jobs",
    "SavedViews",
    "Notifications",
    "MyDay",
    "Radar",
)
"""Screens that every signed-in person opens; what they show depends on the other rights and the row rule."""

IMPORTED = ("Clients", "Contacts", "Products", "Equipment")
"""Areas whose records come from files too; see services/imports/tables.py."""

Right = tuple[str, str]


def _rights(permissions: tuple[str, ...], *areas: str) -> frozenset[Right]:
    return frozenset((permission, area) for area in areas for permission in permissions)


_EDIT = (READ, WRITE)
_FULL = (READ, WRITE, DELETE)
_COMMON = _rights((READ,), *SCREENS, *REFERENCE_AREAS)
_HANDOVERS = _rights(_EDIT, "Handovers")
"""Whoever writes hands clients over; the new manager only reads and signs, and sees nothing but own hand-overs."""
_DUPLICATES = _rights((READ, WRITE, MERGE), "Duplicates") | _rights((WRITE,), FieldRight.SAVE_DUPLICATE)
_PERSONAL = _rights(_EDIT, FieldRight.PORTRAIT, FieldRight.BIRTH_DATE)

_DIRECTOR = (
    _COMMON
    | _rights((READ,), *TABLE_AREAS, "Receivables", "Schedule", "Map", "Statements", "Audit", "Contacts", "Funnel")
    | _rights((READ,), *FieldRight)
    | _rights(_EDIT, "Claims", "Interactions", "Deals", "Clients", "PersonalData", "FollowUps")
    | _rights(_EDIT, "RadarRules", "Completeness", "Plans")
    | _rights((READ,), "ManagerActivity", "PlanFact", "Interest")
    | _rights((IMPORT,), "Statements")
    | _rights((WRITE,), "SavedViews")
    | _rights(_EDIT, "Mailbox")
    | _rights((WRITE,), FieldRight.DEBT_BLOCK, FieldRight.DISCOUNT_BEYOND_LIMIT, FieldRight.PERSON_AT_FAULT)
    | _DUPLICATES
    | _HANDOVERS
)
_SALES = (
    _COMMON
    | _rights((READ,), "Handovers")
    | _rights(_EDIT, *CLIENT_AREAS, "Contracts", "Quotes", "Orders", "Invoices", "PurchaseOrders")
    | _rights(_EDIT, "Equipment", "Requests", "Claims")
    | _rights(
        (READ,), "Agreements", "Visits", "Payments", "Receivables", "Schedule", "Map", "Funnel", "Completeness", "Plans"
    )
    | _rights((READ,), "ManagerActivity", "PlanFact", "Interest")
    | _rights((POST,), "Orders", "Invoices")
    | _rights((WRITE,), "Schedule")
    | _PERSONAL
)
_SALES_HEAD = (
    _SALES
    | _rights(_FULL, *CLIENT_AREAS, *SALES_AREAS, "Claims", "FollowUps", "Plans")
    | _rights((POST, CANCEL), "Orders", "Invoices")
    | _rights(_EDIT, FieldRight.PERSON_AT_FAULT, FieldRight.DEBT_BLOCK, FieldRight.DISCOUNT_BEYOND_LIMIT)
    | _rights(_EDIT, "Prices", "Products", "SavedViews", "RadarRules", "Mailbox", "Completeness", "LetterTemplates")
    | _rights((READ,), FieldRight.PURCHASE_COST, "Audit")
    | _rights((IMPORT,), "Clients", "Contacts", "Products")
    | _DUPLICATES
    | _HANDOVERS
)
_SERVICE_HEAD = (
    _COMMON
    | _rights(_FULL, *SERVICE_AREAS, "FollowUps")
    | _rights(_EDIT, "Clients", "Contacts", "Interactions", "Claims")
    | _rights((READ,), "Contracts", "Quotes", "Orders", "Invoices", "Receivables", "Map", "Schedule")
    | _rights((PLAN, WRITE), "Schedule")
    | _rights(_EDIT, FieldRight.PERSON_AT_FAULT, "SavedViews", "RadarRules", "Mailbox")
    | _rights((IMPORT,), "Equipment")
)
_ENGINEER = (
    _COMMON
    | _rights(_EDIT, "Visits", "Equipment", "Requests", "Interactions")
    | _rights((READ,), "Clients", "Contacts", "Contracts", "Map", "Schedule")
)
_ACCOUNTANT = (
    _COMMON
    | _rights(_FULL, "Payments", "Invoices")
    | _rights(_EDIT, "Clients", "Contacts", "Contracts", "Agreements", "Organisations", "BankAccounts", "Interactions")
    | _rights((READ,), "Deals", "Quotes", "Orders", "PurchaseOrders")
    | _rights((READ,), "Receivables", "Map", "Claims", "Statements", "Audit")
    | _rights((POST, CANCEL), "Invoices", "Payments")
    | _rights((IMPORT,), "Statements")
    | _rights(_EDIT, FieldRight.CLOSED_PERIOD, "SavedViews")
)
_PURCHASING = (
    _COMMON
    | _rights(_EDIT, "Products", "Prices")
    | _rights(_FULL, "PurchaseOrders")
    | _rights((READ,), "Clients", "Contacts", "Contracts", "Quotes", "Orders", "Invoices")
    | _rights((READ,), "Equipment", "Claims", "Schedule", "Deals")
    | _rights(_EDIT, FieldRight.PURCHASE_COST)
    | _rights((IMPORT,), "Products")
)
_BACK_OFFICE = (
    _COMMON
    | _rights(_FULL, *CLIENT_AREAS, *SALES_AREAS, *SERVICE_AREAS)
    | _rights(_EDIT, *REFERENCE_AREAS, "Claims", "Reference", "SavedViews", "Mailbox", "LetterTemplates")
    | _rights(
        (READ,), "PurchaseOrders", "Payments", "Receivables", "Schedule", "Map", "Funnel", "Interest", "Handovers"
    )
    | _rights((POST,), "Orders", "Invoices")
    | _rights(_EDIT, "PersonalData")
    | _rights((IMPORT,), *IMPORTED)
    | _DUPLICATES
)
ALL_RIGHTS: frozenset[Right] = (
    _rights(_FULL, *TABLE_AREAS, "Reference", "Users", "Roles")
    | _rights((READ,), *SCREENS, "Receivables", "Schedule", "Map", "Statements", "Audit", "Funnel", "Api")
    | _rights((READ,), "ManagerActivity", "PlanFact", "Interest")
    | _rights((POST, CANCEL), "Orders", "Invoices", "Payments")
    | _rights((PLAN, WRITE), "Schedule")
    | _rights((WRITE,), "SavedViews")
    | _rights(_EDIT, "Mailbox")
    | _rights((IMPORT,), "Statements", *IMPORTED)
    | _rights((READ, WRITE, MERGE), "Duplicates")
    | _rights((IMPORT,), "Companies")
    | _rights(_EDIT, *FieldRight)
)

ROLES: dict[Role, frozenset[Right]] = {
    Role.ADMIN: ALL_RIGHTS,
    Role.DIRECTOR: _DIRECTOR | {(READ, "Api")},
    Role.SALES_HEAD: _SALES_HEAD | {(READ, "Api")},
    Role.SALES: _SALES | {(READ, "Api")},
    Role.SERVICE_HEAD: _SERVICE_HEAD | {(READ, "Api")},
    Role.ENGINEER: _ENGINEER | {(READ, "Api")},
    Role.ACCOUNTANT: _ACCOUNTANT | {(READ, "Api")},
    Role.PURCHASING: _PURCHASING | {(READ, "Api")},
    Role.BACK_OFFICE: _BACK_OFFICE | {(READ, "Api")},
}


@dataclass(frozen=True)
class Viewer:
    """The person on whose behalf a session asks: who, with which rights, and how wide they see."""

    user_id: int
    employee_id: int | None
    scope: Scope
    rights: frozenset[Right] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str, area: str) -> bool:
        """Tell whether the viewer holds the right."""
        return (permission, area) in self.rights

    def sees_all(self) -> bool:
        """Tell whether no row rule limits the viewer."""
        return self.scope is Scope.ALL


def widest_scope(roles: frozenset[str]) -> Scope:
    """The widest scope that the roles give; a role of the administrator's own making sees own clients only."""
    scopes = {SCOPES.get(Role(name), Scope.OWN_CLIENTS) if name in set(Role) else Scope.OWN_CLIENTS for name in roles}
    return next((scope for scope in Scope if scope in scopes), Scope.OWN_VISITS)
