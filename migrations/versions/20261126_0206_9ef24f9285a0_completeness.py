"""How well clients' cards are filled: weights, the measure of each card, snapshots.

Revision: 9ef24f9285a0
Follows: c5f9b83b3c1b
"""

import sqlalchemy as sa
from alembic import op

revision = "9ef24f9285a0"
down_revision = "c5f9b83b3c1b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "completeness_weight",
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("weight between 0 and 100", name=op.f("ck_completeness_weight_weight_up_to_hundred")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_completeness_weight_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_completeness_weight_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_completeness_weight_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completeness_weight")),
        sa.UniqueConstraint("field", "kind", "segment_id", name=op.f("uq_completeness_weight_field_kind_segment_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("completeness_weight", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completeness_weight_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "completeness_snapshot",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("percents", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_completeness_snapshot_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completeness_snapshot")),
        sa.UniqueConstraint("day", "employee_id", name=op.f("uq_completeness_snapshot_day_employee_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("completeness_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completeness_snapshot_employee_id"), ["employee_id"], unique=False)

    # Not in a batch: triggers of the registers name this table, so SQLite must not rebuild it.
    op.add_column("client", sa.Column("completeness", sa.Integer(), nullable=True))
    op.add_column("client", sa.Column("missing", sa.String(length=30), nullable=True))
    op.create_index(op.f("ix_client_completeness"), "client", ["completeness"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_client_completeness"), table_name="client")
    op.drop_column("client", "missing")
    op.drop_column("client", "completeness")

    with op.batch_alter_table("completeness_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completeness_snapshot_employee_id"))

    op.drop_table("completeness_snapshot")
    with op.batch_alter_table("completeness_weight", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completeness_weight_segment_id"))

    op.drop_table("completeness_weight")
