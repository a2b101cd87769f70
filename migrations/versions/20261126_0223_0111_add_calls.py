"""Calls that the telephone exchange reports, and the extensions of employees.

Revision: 0111
Follows: 9ef24f9285a0
"""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "9ef24f9285a0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_call",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=100), nullable=False),
        sa.Column("direction", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("line", sa.String(length=30), nullable=False),
        sa.Column("extension", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column("recording", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("interaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("callback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["interaction.id"], name=op.f("fk_phone_call_callback_id_interaction")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_phone_call_client_id_client")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_phone_call_employee_id_employee")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_phone_call_interaction_id_interaction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("provider", "external_id", name=op.f("uq_phone_call_provider_external_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("phone_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_call_callback_id"), ["callback_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_call_client_id_id"), ["client_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_call_employee_id"), ["employee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_call_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_call_number"), ["number"], unique=False)

    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extension", sa.String(length=30), nullable=True))
        batch_op.create_index(batch_op.f("ix_employee_extension"), ["extension"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employee_extension"))
        batch_op.drop_column("extension")

    with op.batch_alter_table("phone_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_call_number"))
        batch_op.drop_index(batch_op.f("ix_phone_call_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_phone_call_employee_id"))
        batch_op.drop_index(batch_op.f("ix_phone_call_client_id_id"))
        batch_op.drop_index(batch_op.f("ix_phone_call_callback_id"))

    op.drop_table("phone_call")
