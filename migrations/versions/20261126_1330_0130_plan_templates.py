"""Templates of plans of deals, and from which of their steps the steps of deals were made.

Revision: 0130
Follows: 0121
"""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0121"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plan_template",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("stage_id", _key(), nullable=True),
        sa.Column("id", _key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_plan_template_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_plan_template_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["stage_id"], ["deal_stage.id"], name=op.f("fk_plan_template_stage_id_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_template")),
        sa.UniqueConstraint("name", name=op.f("uq_plan_template_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_plan_template_stage_id"), "plan_template", ["stage_id"])
    op.create_table(
        "plan_template_step",
        sa.Column("template_id", _key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=200), nullable=False),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=30), nullable=False),
        sa.Column("employee_id", _key(), nullable=True),
        sa.Column("id", _key(), nullable=False),
        sa.CheckConstraint("after_days between 0 and 365", name=op.f("ck_plan_template_step_after_days_within_a_year")),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_plan_template_step_employee_id_employee")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["plan_template.id"],
            name=op.f("fk_plan_template_step_template_id_plan_template"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_template_step")),
        sa.UniqueConstraint("template_id", "position", name=op.f("uq_plan_template_step_template_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_plan_template_step_employee_id"), "plan_template_step", ["employee_id"])
    with op.batch_alter_table("deal_step", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("template_step_id", _key(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_deal_step_template_step_id_plan_template_step"),
            "plan_template_step",
            ["template_step_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index(op.f("ix_deal_step_template_step_id"), ["template_step_id"])
        batch_op.create_unique_constraint(
            op.f("uq_deal_step_deal_id_template_step_id"), ["deal_id", "template_step_id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("deal_step", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("uq_deal_step_deal_id_template_step_id"), type_="unique")
        batch_op.drop_index(op.f("ix_deal_step_template_step_id"))
        batch_op.drop_constraint(op.f("fk_deal_step_template_step_id_plan_template_step"), type_="foreignkey")
        batch_op.drop_column("template_step_id")
    op.drop_table("plan_template_step")
    op.drop_table("plan_template")
