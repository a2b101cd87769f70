"""${message}.

While this migration runs, and until the last process is restarted, the previous version of Kontora still works on
the same tables. So: add a column with a server default or as nullable; remove or rename one only after no version in
use reads it; fill large tables in portions; lock nothing for long. Both directions must work, with rows in the tables,
on SQLite and on PostgreSQL. Whoever rebuilds a guarded table lays its guards again (app/models/guards.py).

Revision: ${up_revision}
Follows: ${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
