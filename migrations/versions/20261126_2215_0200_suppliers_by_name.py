"""Suppliers by name: everybody sees them, and a salesperson's list goes along own clients and along suppliers.

Revision: 0200
Follows: 0190
"""

import sqlalchemy as sa
from alembic import op

revision = "0200"
down_revision = "0190"
branch_labels = None
depends_on = None

OLD = "ix_client_is_supplier"
NEW = "ix_client_suppliers_by_name"
COLUMNS = ["name", "id", "responsible_id", "is_supplier", "merged_into_id"]


def upgrade() -> None:
    op.create_index(
        op.f(NEW),
        "client",
        COLUMNS,
        sqlite_where=sa.text("is_supplier IS 1"),
        postgresql_where=sa.text("is_supplier IS true"),
    )
    op.drop_index(op.f(OLD), table_name="client")


def downgrade() -> None:
    op.create_index(op.f(OLD), "client", ["is_supplier"])
    op.drop_index(op.f(NEW), table_name="client")
