"""Every order that the list of clients is offered in has an index that names the next row exactly.

PostgreSQL's indexes end with no key of their own: it put all clients of one status, or all own ones, in order for a
page of fifty.

Revision: 0220
Follows: 0210
"""

from alembic import op

revision = "0220"
down_revision = "0210"
branch_labels = None
depends_on = None

OLD: tuple[tuple[str, ...], ...] = (("responsible_id", "name"), ("status",), ("town",), ("completeness",))
NEW: tuple[tuple[str, ...], ...] = (
    ("responsible_id", "name", "id", "is_supplier", "merged_into_id"),
    ("status", "id"),
    ("town", "id"),
    ("completeness", "id"),
)


def name_of(columns: tuple[str, ...]) -> str:
    return op.f("_".join(("ix_client", *columns)))


def exchange(come: tuple[tuple[str, ...], ...], go: tuple[tuple[str, ...], ...]) -> None:
    for columns in come:
        op.create_index(name_of(columns), "client", columns)
    for columns in go:
        op.drop_index(name_of(columns), table_name="client")


def upgrade() -> None:
    exchange(NEW, OLD)


def downgrade() -> None:
    exchange(OLD, NEW)
