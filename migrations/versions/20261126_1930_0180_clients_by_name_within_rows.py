"""Clients by name with what the row rule asks: SQLite passes over a colleague's clients without reading their cards.

Revision: 0180
Follows: 0170
"""

from alembic import op

revision = "0180"
down_revision = "0170"
branch_labels = None
depends_on = None

OLD = "ix_client_name"
NEW = "ix_client_name_id_responsible_id_is_supplier_merged_into_id"


def upgrade() -> None:
    op.create_index(op.f(NEW), "client", ["name", "id", "responsible_id", "is_supplier", "merged_into_id"])
    op.drop_index(op.f(OLD), "client")


def downgrade() -> None:
    op.create_index(op.f(OLD), "client", ["name"])
    op.drop_index(op.f(NEW), "client")
