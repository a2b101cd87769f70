"""Quotes, orders of clients, orders to suppliers; plan, participants and rules of stages of deals.

Revision: 0090
Follows: 0042
"""

import sqlalchemy as sa
from alembic import op

from app.models import guards

revision = "0090"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage_move",
        sa.Column("from_stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_stage_move_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_stage_move_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["from_stage_id"], ["deal_stage.id"], name=op.f("fk_stage_move_from_stage_id_deal_stage")
        ),
        sa.ForeignKeyConstraint(["to_stage_id"], ["deal_stage.id"], name=op.f("fk_stage_move_to_stage_id_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_move")),
        sa.UniqueConstraint("from_stage_id", "to_stage_id", name=op.f("uq_stage_move_from_stage_id_to_stage_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stage_requirement",
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_stage_requirement_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_stage_requirement_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["deal_stage.id"], name=op.f("fk_stage_requirement_stage_id_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_requirement")),
        sa.UniqueConstraint("stage_id", "field", name=op.f("uq_stage_requirement_stage_id_field")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deal_participant",
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(contact_id is null) <> (employee_id is null)", name=op.f("ck_deal_participant_one_person")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_deal_participant_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_participant_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_deal_participant_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_participant_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_deal_participant_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_participant")),
        sa.UniqueConstraint("deal_id", "contact_id", name=op.f("uq_deal_participant_deal_id_contact_id")),
        sa.UniqueConstraint("deal_id", "employee_id", name=op.f("uq_deal_participant_deal_id_employee_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deal_participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_participant_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_participant_employee_id"), ["employee_id"], unique=False)

    op.create_table(
        "deal_step",
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_deal_step_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_deal_step_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_step_deal_id_deal"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_deal_step_responsible_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deal_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_step_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deal_step_responsible_id_done_on_due_on"),
            ["responsible_id", "done_on", "due_on"],
            unique=False,
        )

    op.create_table(
        "quote",
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("preamble", sa.String(length=4000), nullable=True),
        sa.Column("delivery_terms", sa.String(length=500), nullable=True),
        sa.Column("payment_terms", sa.String(length=500), nullable=True),
        sa.Column("guarantee", sa.String(length=300), nullable=True),
        sa.Column("loss_reason_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("vat_total", sa.BigInteger(), nullable=False),
        sa.Column("price_includes_vat", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "status <> 'rejected' or loss_reason_id is not null", name=op.f("ck_quote_rejected_for_a_reason")
        ),
        sa.CheckConstraint("total >= 0", name=op.f("ck_quote_total_not_negative")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_quote_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_quote_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_quote_client_id_client")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_quote_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_quote_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_quote_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["loss_reason_id"], ["loss_reason.id"], name=op.f("fk_quote_loss_reason_id_loss_reason")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quote_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["previous_id"], ["quote.id"], name=op.f("fk_quote_previous_id_quote")),
        sa.ForeignKeyConstraint(["price_type_id"], ["price_type.id"], name=op.f("fk_quote_price_type_id_price_type")),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_quote_responsible_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("organisation_id", "number_year", "number", "edition", name="uq_quote_number"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_client_id_day"), ["client_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_status_valid_to"), ["status", "valid_to"], unique=False)

    op.create_table(
        "quote_line",
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("vat_amount", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_quote_line_product_id_product")),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_quote_line_quote_id_quote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_line_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_line_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "quote_status_change",
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_status", sa.String(length=30), nullable=True),
        sa.Column("to_status", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["ab_user.id"], name=op.f("fk_quote_status_change_by_user_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_quote_status_change_quote_id_quote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_status_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quote_status_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_status_change_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "sales_order",
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("vat_total", sa.BigInteger(), nullable=False),
        sa.Column("price_includes_vat", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("total >= 0", name=op.f("ck_sales_order_total_not_negative")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_sales_order_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_sales_order_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_sales_order_client_id_client")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_sales_order_contract_id_contract")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_sales_order_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_sales_order_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sales_order_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_sales_order_quote_id_quote")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["employee.id"], name=op.f("fk_sales_order_responsible_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("organisation_id", "number_year", "number", name="uq_sales_order_number"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_order_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_client_id_day"), ["client_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_quote_id"), ["quote_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_status_promised_on"), ["status", "promised_on"], unique=False)

    op.create_table(
        "purchase_order",
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("vat_total", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("price_includes_vat", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("total >= 0", name=op.f("ck_purchase_order_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_purchase_order_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_purchase_order_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_purchase_order_deal_id_deal")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"], name=op.f("fk_purchase_order_order_id_sales_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_purchase_order_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_purchase_order_quote_id_quote")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["employee.id"], name=op.f("fk_purchase_order_responsible_id_employee")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["client.id"], name=op.f("fk_purchase_order_supplier_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("organisation_id", "number_year", "number", name="uq_purchase_order_number"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_quote_id"), ["quote_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_purchase_order_status_expected_on"), ["status", "expected_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_purchase_order_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "sales_order_line",
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("vat_amount", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_sales_order_line_order_id_sales_order"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sales_order_line_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sales_order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_order_line_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_order_line_product_id"), ["product_id"], unique=False)

    op.create_table(
        "purchase_order_line",
        sa.Column("purchase_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("vat_amount", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.String(length=30), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_purchase_order_line_product_id_product")),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"],
            ["purchase_order.id"],
            name=op.f("fk_purchase_order_line_purchase_order_id_purchase_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_line_product_id"), ["product_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_purchase_order_line_purchase_order_id"), ["purchase_order_id"], unique=False
        )

    # Not in a batch: triggers of the registers name this table, so SQLite must not rebuild it.
    op.add_column("client", sa.Column("is_supplier", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_invoice_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_quote_id"), ["quote_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_invoice_order_id_sales_order"), "sales_order", ["order_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_invoice_quote_id_quote"), "quote", ["quote_id"], ["id"])

    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_invoice_line_order_line_id"), ["order_line_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_invoice_line_order_line_id_sales_order_line"), "sales_order_line", ["order_line_id"], ["id"]
        )

    guards.install(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_invoice_line_order_line_id_sales_order_line"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_invoice_line_order_line_id"))
        batch_op.drop_column("order_line_id")

    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_invoice_quote_id_quote"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_invoice_order_id_sales_order"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_invoice_quote_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_order_id"))
        batch_op.drop_column("order_id")
        batch_op.drop_column("quote_id")

    op.drop_column("client", "is_supplier")

    op.drop_table("purchase_order_line")
    op.drop_table("sales_order_line")
    op.drop_table("purchase_order")
    op.drop_table("sales_order")
    op.drop_table("quote_status_change")
    op.drop_table("quote_line")
    op.drop_table("quote")
    op.drop_table("deal_step")
    op.drop_table("deal_participant")
    op.drop_table("stage_requirement")
    op.drop_table("stage_move")
    if op.get_bind().dialect.name == "sqlite":
        for table in ("quote", "sales_order", "purchase_order"):
            op.execute(f"drop table if exists {table}_search_key_trigram")
    guards.install(op.get_bind())
