"""Who accepted the work of a visit, and when.

Revision: 0042
Follows: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("signed_by", sa.String(length=150), nullable=True))
    op.add_column("visit", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("visit", "signed_at")
    op.drop_column("visit", "signed_by")
