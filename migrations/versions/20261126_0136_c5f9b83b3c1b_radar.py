"""Rules of the radar, and lines put off.

Revision: c5f9b83b3c1b
Follows: 0101
"""

import sqlalchemy as sa
from alembic import op

revision = "c5f9b83b3c1b"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "radar_rule",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("days between 0 and 3650", name=op.f("ck_radar_rule_days_within_ten_years")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_radar_rule_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_radar_rule_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radar_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_radar_rule_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "radar_snooze",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_radar_snooze_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_radar_snooze_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_radar_snooze_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radar_snooze")),
        sa.UniqueConstraint("user_id", "code", "record_id", name=op.f("uq_radar_snooze_user_id_code_record_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("radar_snooze", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_radar_snooze_code_record_id"), ["code", "record_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("radar_snooze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_radar_snooze_code_record_id"))

    op.drop_table("radar_snooze")
    op.drop_table("radar_rule")
