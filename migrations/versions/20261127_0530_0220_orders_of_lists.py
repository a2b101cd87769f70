"""Indexes in the orders of lists, each ending with the key and with what the row rule looks at.

PostgreSQL's indexes end with no key of their own: it put all clients of one status, or all own ones, in order for a
page of fifty. Both databases looked into every document to see whose it is.

Revision: 0220
Follows: 0210
"""

from alembic import op

revision = "0220"
down_revision = "0210"
branch_labels = None
depends_on = None

Columns = tuple[str, ...]
OF_CLIENTS: tuple[tuple[Columns, Columns], ...] = (
    (("responsible_id", "name"), ("responsible_id", "name", "id", "is_supplier", "merged_into_id")),
    (("responsible_id", "is_supplier", "merged_into_id"), ("responsible_id", "is_supplier", "merged_into_id", "id")),
    (("status",), ("status", "id")),
    (("town",), ("town", "id")),
    (("completeness",), ("completeness", "id")),
)
"""What went, and what came."""
OF_DOCUMENTS: tuple[tuple[Columns, Columns], ...] = (
    (("day",), ("day", "id", "responsible_id", "client_id")),
    (("responsible_id",), ("responsible_id", "client_id", "total")),
)
CHANGES = [("client", *change) for change in OF_CLIENTS] + [
    (table, *change) for table in ("quote", "sales_order", "invoice") for change in OF_DOCUMENTS
]


def exchange(table: str, gone: Columns, come: Columns) -> None:
    op.create_index(op.f("_".join(("ix", table, *come))), table, come)
    op.drop_index(op.f("_".join(("ix", table, *gone))), table_name=table)


def upgrade() -> None:
    for table, old, new in CHANGES:
        exchange(table, old, new)


def downgrade() -> None:
    for table, old, new in CHANGES:
        exchange(table, new, old)
