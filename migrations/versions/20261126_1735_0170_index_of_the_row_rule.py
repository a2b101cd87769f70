"""What the row rule asks of a client, as one index: the clients of a person are counted without reading their cards.

Revision: 0170
Follows: 0160
"""

from alembic import op

revision = "0170"
down_revision = "0160"
branch_labels = None
depends_on = None

NAME = "ix_client_responsible_id_is_supplier_merged_into_id"


def upgrade() -> None:
    op.create_index(op.f(NAME), "client", ["responsible_id", "is_supplier", "merged_into_id"])


def downgrade() -> None:
    op.drop_index(op.f(NAME), "client")
