"""Indexes: what is open of due items, by client, with all that receivables add up; suppliers, whom everybody sees.

Revision: 0121
Follows: 0120
"""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

_NAME = "ix_due_item_open"
_OPEN = sa.text("balance <> 0")


def upgrade() -> None:
    columns = ["client_id", "due_on", "balance", "organisation_id", "document_kind"]
    op.create_index(op.f("ix_client_is_supplier"), "client", ["is_supplier"])
    op.create_index(_NAME, "due_item", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_index(_NAME, table_name="due_item")
    op.drop_index(op.f("ix_client_is_supplier"), table_name="client")
