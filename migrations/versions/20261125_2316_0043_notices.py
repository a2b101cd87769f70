"""What people are told of, and how each wants to hear of it.

Revision: 0043
Follows: 0002_duplicates
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0002_duplicates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_notice_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "user_id",
            "kind",
            "record_table",
            "record_id",
            "day",
            name=op.f("uq_notice_user_id_kind_record_table_record_id_day"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_mail_state_id"), ["mail_state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_user_id_read_at_id"), ["user_id", "read_at", "id"], unique=False)

    op.create_table(
        "notice_choice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("delivery", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_notice_choice_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_notice_choice_user_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice_language",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_notice_language_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_language")),
        sa.UniqueConstraint("user_id", name=op.f("uq_notice_language_user_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("notice_language")
    op.drop_table("notice_choice")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_user_id_read_at_id"))
        batch_op.drop_index(batch_op.f("ix_notice_mail_state_id"))

    op.drop_table("notice")
