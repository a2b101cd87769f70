"""The trigram indexes of quick search on SQLite, and of companies' names on both databases.

Revision: 0030
Follows: 0c3917970450
"""

from alembic import op

from app.models import guards, trigrams

revision = "0030"
down_revision = "0c3917970450"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guards.install(op.get_bind())


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in trigrams.off_sqlite():
            op.execute(statement)
    else:
        op.execute("drop index if exists ix_client_company_key_trigram")
