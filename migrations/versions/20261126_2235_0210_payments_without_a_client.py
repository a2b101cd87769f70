"""Payments without a client: every page counts them, and they are few among many.

Revision: 0210
Follows: 0200
"""

import sqlalchemy as sa
from alembic import op

revision = "0210"
down_revision = "0200"
branch_labels = None
depends_on = None

NAME = "ix_payment_without_client"
NOBODY = sa.text("client_id IS NULL")


def upgrade() -> None:
    op.create_index(op.f(NAME), "payment", ["direction", "client_id"], sqlite_where=NOBODY, postgresql_where=NOBODY)


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name="payment")
