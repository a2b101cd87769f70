"""The records that each person opened last, a row each: they go with the record.

Revision: 0120
Follows: 3bde43851fa8
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "3bde43851fa8"
branch_labels = None
depends_on = None

_SETTINGS = sa.table(
    "personal_setting", sa.column("user_id", sa.Integer), sa.column("name", sa.String), sa.column("value", sa.JSON)
)


def upgrade() -> None:
    made = op.create_table(
        "opened_record",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_opened_record_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_record")),
        sa.UniqueConstraint(
            "user_id", "record_table", "record_id", name=op.f("uq_opened_record_user_id_record_table_record_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_opened_record_record_table_record_id"), "opened_record", ["record_table", "record_id"])
    kept = sa.select(_SETTINGS.c.user_id, _SETTINGS.c.value).where(_SETTINGS.c.name == "recent")
    rows = [row for user_id, value in op.get_bind().execute(kept) for row in _opened(user_id, value)]
    if rows:
        op.bulk_insert(made, rows)
    op.execute(sa.delete(_SETTINGS).where(_SETTINGS.c.name == "recent"))


def _opened(user_id: int, pairs: list[list[object]]) -> list[dict[str, object]]:
    """The former list, the latest first, with moments that keep its order."""
    now = datetime.now(UTC)
    return [
        {"user_id": user_id, "record_table": table, "record_id": key, "opened_at": now - timedelta(seconds=place)}
        for place, (table, key) in enumerate(pairs)
    ]


def downgrade() -> None:
    op.drop_table("opened_record")
