"""What is open, by the day that it is due: intervals of receivables over all clients add up days, not debts.

Revision: 0190
Follows: 0180
"""

import sqlalchemy as sa
from alembic import op

revision = "0190"
down_revision = "0180"
branch_labels = None
depends_on = None

NAME = "ix_due_item_open_by_day"
OPEN = sa.text("balance <> 0")


def upgrade() -> None:
    columns = ["due_on", "balance", "client_id", "organisation_id", "document_kind"]
    op.create_index(op.f(NAME), "due_item", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index(op.f(NAME), "due_item")
