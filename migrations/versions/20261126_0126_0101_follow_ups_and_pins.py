"""Rules of the next step and what they led to; pins of any entry of a timeline; comments on deals and equipment.

Revision: 0101
Follows: 0100
"""

import sqlalchemy as sa
from alembic import op

from app.models import guards

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up_rule",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("interaction_kind", sa.String(length=30), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("day_kind", sa.String(length=30), nullable=False),
        sa.Column("makes", sa.String(length=30), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("assignee", sa.String(length=30), nullable=False),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("days between 0 and 365", name=op.f("ck_follow_up_rule_days_within_a_year")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_follow_up_rule_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_follow_up_rule_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_follow_up_rule_employee_id_employee")),
        sa.ForeignKeyConstraint(["stage_id"], ["deal_stage.id"], name=op.f("fk_follow_up_rule_stage_id_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_follow_up_rule_name")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follow_up_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_rule_employee_id"), ["employee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_rule_event"), ["event"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_rule_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "pin",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_pin_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_pin_client_id_client")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_pin_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sa.UniqueConstraint("record_table", "record_id", name=op.f("uq_pin_record_table_record_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pin_client_id"), ["client_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_follow_up_interaction_id_interaction"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["follow_up_rule.id"], name=op.f("fk_follow_up_rule_id_follow_up_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("record_table", "record_id", name=op.f("uq_follow_up_record_table_record_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_rule_id"), ["rule_id"], unique=False)

    op.execute(
        sa.text(
            "insert into pin (client_id, record_table, record_id, version, created_at, changed_at, created_by_id)"
            " select client_id, 'client_comment', id, 1, changed_at, changed_at, changed_by_id"
            " from client_comment where is_pinned"
        )
    )
    with op.batch_alter_table("client_comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(
            sa.Column("equipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_client_comment_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_comment_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_client_comment_deal_id_deal"), "deal", ["deal_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_client_comment_equipment_id_equipment"),
            "equipment",
            ["equipment_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.drop_column("is_pinned")

    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("equipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_interaction_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_previous_id"), ["previous_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_interaction_previous_id_interaction"),
            "interaction",
            ["previous_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_interaction_equipment_id_equipment"), "equipment", ["equipment_id"], ["id"]
        )

    guards.install(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_interaction_equipment_id_equipment"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_interaction_previous_id_interaction"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_interaction_previous_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_equipment_id"))
        batch_op.drop_column("previous_id")
        batch_op.drop_column("equipment_id")

    with op.batch_alter_table("client_comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_constraint(batch_op.f("fk_client_comment_equipment_id_equipment"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_client_comment_deal_id_deal"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_client_comment_equipment_id"))
        batch_op.drop_index(batch_op.f("ix_client_comment_deal_id"))
        batch_op.drop_column("equipment_id")
        batch_op.drop_column("deal_id")
    op.execute(
        sa.text(
            "update client_comment set is_pinned = true"
            " where id in (select record_id from pin where record_table = 'client_comment')"
        )
    )
    with op.batch_alter_table("client_comment", schema=None) as batch_op:
        batch_op.alter_column("is_pinned", existing_type=sa.Boolean(), server_default=None)

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_rule_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_interaction_id"))

    op.drop_table("follow_up")
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pin_client_id"))

    op.drop_table("pin")
    with op.batch_alter_table("follow_up_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_rule_stage_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_rule_event"))
        batch_op.drop_index(batch_op.f("ix_follow_up_rule_employee_id"))

    op.drop_table("follow_up_rule")
    guards.install(op.get_bind())
