"""Tables: columns, relations, constraints, choices. Importing the package declares them all."""

from app.models import (
    access,
    agreements,
    catalogue,
    claims,
    clients,
    deals,
    exchange,
    files,
    interactions,
    jobs,
    ledger,
    mail,
    money,
    sales,
    service,
    staff,
)

__all__ = [
    "access",
    "agreements",
    "catalogue",
    "claims",
    "clients",
    "deals",
    "exchange",
    "files",
    "interactions",
    "jobs",
    "ledger",
    "mail",
    "money",
    "sales",
    "service",
    "staff",
]
