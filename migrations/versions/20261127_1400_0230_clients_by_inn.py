"""Clients in the order of their INNs, with what the row rule looks at.

The index by INN and KPP, which finds duplicates, does not end with the key, and says nothing of whose a client is:
both databases read five hundred clients from all over the table for a page of fifty.

Revision: 0230
Follows: 0220
"""

from alembic import op

revision = "0230"
down_revision = "0220"
branch_labels = None
depends_on = None

COLUMNS = ("inn", "id", "responsible_id", "is_supplier", "merged_into_id")
NAME = "_".join(("ix", "client", *COLUMNS))


def upgrade() -> None:
    op.create_index(op.f(NAME), "client", COLUMNS)


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name="client")
