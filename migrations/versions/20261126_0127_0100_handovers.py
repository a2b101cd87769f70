"""Hand-overs of clients: the journal, the clients of each, and the work that went along.

Revision: 0100
Follows: 0110
"""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("client_count", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_handover_to_another")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_handover_batch_id_batch"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_handover_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_handover_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["from_id"], ["employee.id"], name=op.f("fk_handover_from_id_employee")),
        sa.ForeignKeyConstraint(["received_by_id"], ["ab_user.id"], name=op.f("fk_handover_received_by_id_ab_user")),
        sa.ForeignKeyConstraint(["to_id"], ["employee.id"], name=op.f("fk_handover_to_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_to_id_received_at"), ["to_id", "received_at"], unique=False)

    op.create_table(
        "handed_client",
        sa.Column("handover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_name", sa.String(length=200), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("stayed", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_handed_client_client_id_client")),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handed_client_handover_id_handover"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_client")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handed_client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handed_client_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handed_client_handover_id"), ["handover_id"], unique=False)

    op.create_table(
        "handed_work",
        sa.Column("handover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handed_work_handover_id_handover"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_work")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handed_work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handed_work_handover_id"), ["handover_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_handed_work_record_table_record_id"), ["record_table", "record_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("handed_work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handed_work_record_table_record_id"))
        batch_op.drop_index(batch_op.f("ix_handed_work_handover_id"))

    op.drop_table("handed_work")
    with op.batch_alter_table("handed_client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handed_client_handover_id"))
        batch_op.drop_index(batch_op.f("ix_handed_client_client_id"))

    op.drop_table("handed_client")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_to_id_received_at"))
        batch_op.drop_index(batch_op.f("ix_handover_number"))
        batch_op.drop_index(batch_op.f("ix_handover_from_id"))
        batch_op.drop_index(batch_op.f("ix_handover_day"))
        batch_op.drop_index(batch_op.f("ix_handover_batch_id"))

    op.drop_table("handover")
