"""Plans of sales, and shares in the sale of a deal.

Revision: 3bde43851fa8
Follows: 0111
"""

import sqlalchemy as sa
from alembic import op

revision = "3bde43851fa8"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_plan",
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(employee_id is null) <> (department_id is null)", name=op.f("ck_sales_plan_of_one")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_sales_plan_amount_positive")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_sales_plan_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_sales_plan_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_sales_plan_department_id_department")
        ),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_sales_plan_employee_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_plan")),
        sa.UniqueConstraint(
            "department_id", "month", "measure", name=op.f("uq_sales_plan_department_id_month_measure")
        ),
        sa.UniqueConstraint("employee_id", "month", "measure", name=op.f("uq_sales_plan_employee_id_month_measure")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sales_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_plan_month_measure"), ["month", "measure"], unique=False)

    op.add_column("deal_participant", sa.Column("share", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("deal_participant", "share")

    with op.batch_alter_table("sales_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_plan_month_measure"))

    op.drop_table("sales_plan")
