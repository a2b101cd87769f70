"""No trigram index of companies' names: duplicates are found by fingerprints, and nothing else asked it.

Revision: 0150
Follows: 0140
"""

from alembic import op

revision = "0150"
down_revision = "0140"
branch_labels = None
depends_on = None

MIRROR = "client_company_key_trigram"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("insert", "delete", "update"):
            op.execute(f"drop trigger if exists {MIRROR}_{act}")
        op.execute(f"drop table if exists {MIRROR}")
    else:
        op.execute(f"drop index if exists ix_{MIRROR}")


def downgrade() -> None:
    """Nothing: the version before works without it."""
