"""Every table that Kontora starts with, the security tables of Flask-AppBuilder among them, and the guards.

Revision: 0001
Follows:
"""

import sqlalchemy as sa
from alembic import op

from app.models import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ab_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=150), nullable=True),
        sa.Column("description", sa.String(length=512), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_group")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_group_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ab_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_permission")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_permission_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ab_register_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("registration_date", sa.DateTime(), nullable=True),
        sa.Column("registration_hash", sa.String(length=256), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_register_user")),
        sa.UniqueConstraint("email", name=op.f("uq_ab_register_user_email")),
        sa.UniqueConstraint("username", name=op.f("uq_ab_register_user_username")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ab_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_role")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_role_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ab_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("last_login", sa.DateTime(), nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=True),
        sa.Column("fail_login_count", sa.Integer(), nullable=True),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("changed_on", sa.DateTime(), nullable=True),
        sa.Column("created_by_fk", sa.Integer(), nullable=True),
        sa.Column("changed_by_fk", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_fk"], ["ab_user.id"], name=op.f("fk_ab_user_changed_by_fk_ab_user")),
        sa.ForeignKeyConstraint(["created_by_fk"], ["ab_user.id"], name=op.f("fk_ab_user_created_by_fk_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_user")),
        sa.UniqueConstraint("email", name=op.f("uq_ab_user_email")),
        sa.UniqueConstraint("username", name=op.f("uq_ab_user_username")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ab_view_menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_view_menu")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_view_menu_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "login_attempt",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempt_address_at"), ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_attempt_login_at"), ["login", "at"], unique=False)

    op.create_table(
        "ab_api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("key_hash", sa.String(length=256), nullable=False),
        sa.Column("lookup_hash", sa.String(length=256), nullable=True),
        sa.Column("key_prefix", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("expires_on", sa.DateTime(), nullable=True),
        sa.Column("revoked_on", sa.DateTime(), nullable=True),
        sa.Column("last_used_on", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_ab_api_key_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_api_key")),
        sa.UniqueConstraint("lookup_hash", name=op.f("uq_ab_api_key_lookup_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ab_api_key_uuid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ab_api_key", schema=None) as batch_op:
        batch_op.create_index("idx_api_key_lookup_hash", ["lookup_hash"], unique=True)
        batch_op.create_index("idx_api_key_prefix", ["key_prefix"], unique=False)
        batch_op.create_index("idx_api_key_user_id", ["user_id"], unique=False)

    op.create_table(
        "ab_group_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["ab_group.id"], name=op.f("fk_ab_group_role_group_id_ab_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_ab_group_role_role_id_ab_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_group_role")),
        sa.UniqueConstraint("group_id", "role_id", name=op.f("uq_ab_group_role_group_id_role_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ab_group_role", schema=None) as batch_op:
        batch_op.create_index("idx_group_id", ["group_id"], unique=False)
        batch_op.create_index("idx_group_role_id", ["role_id"], unique=False)

    op.create_table(
        "ab_permission_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_id", sa.Integer(), nullable=False),
        sa.Column("view_menu_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_id"], ["ab_permission.id"], name=op.f("fk_ab_permission_view_permission_id_ab_permission")
        ),
        sa.ForeignKeyConstraint(
            ["view_menu_id"], ["ab_view_menu.id"], name=op.f("fk_ab_permission_view_view_menu_id_ab_view_menu")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_permission_view")),
        sa.UniqueConstraint(
            "permission_id", "view_menu_id", name=op.f("uq_ab_permission_view_permission_id_view_menu_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ab_permission_view", schema=None) as batch_op:
        batch_op.create_index("idx_permission_id", ["permission_id"], unique=False)
        batch_op.create_index("idx_view_menu_id", ["view_menu_id"], unique=False)

    op.create_table(
        "ab_user_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["ab_group.id"], name=op.f("fk_ab_user_group_group_id_ab_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_ab_user_group_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_user_group")),
        sa.UniqueConstraint("user_id", "group_id", name=op.f("uq_ab_user_group_user_id_group_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ab_user_group", schema=None) as batch_op:
        batch_op.create_index("idx_user_group_id", ["group_id"], unique=False)
        batch_op.create_index("idx_user_id", ["user_id"], unique=False)

    op.create_table(
        "ab_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_ab_user_role_role_id_ab_role"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_ab_user_role_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_user_role")),
        sa.UniqueConstraint("user_id", "role_id", name=op.f("uq_ab_user_role_user_id_role_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_answer",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_api_answer_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_answer")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_api_answer_user_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_audit_entry_user_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_deleted",
            ["table_name"],
            unique=False,
            sqlite_where=sa.text("act = 'delete'"),
            postgresql_where=sa.text("act = 'delete'"),
        )
        batch_op.create_index(batch_op.f("ix_audit_entry_user_id_at"), ["user_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entry_table_name_record_id"), ["table_name", "record_id"], unique=False
        )

    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=200), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_calendar_day_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_calendar_day_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("day", name=op.f("uq_calendar_day_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_calendar_token_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_token_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_token_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cash_article",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_cash_article_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_cash_article_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_article")),
        sa.UniqueConstraint("name", name=op.f("uq_cash_article_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "claim_reason",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_claim_reason_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_claim_reason_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_reason")),
        sa.UniqueConstraint("name", name=op.f("uq_claim_reason_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deal_stage",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("probability between 0 and 100", name=op.f("ck_deal_stage_probability_is_percent")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_deal_stage_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_deal_stage_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_stage")),
        sa.UniqueConstraint("name", name=op.f("uq_deal_stage_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "department",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_department_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_department_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["parent_id"], ["department.id"], name=op.f("fk_department_parent_id_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_login_session_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "loss_reason",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_loss_reason_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_loss_reason_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_reason")),
        sa.UniqueConstraint("name", name=op.f("uq_loss_reason_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "organisation",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("full_name", sa.String(length=300), nullable=False),
        sa.Column("inn", sa.String(length=12), nullable=False),
        sa.Column("kpp", sa.String(length=9), nullable=True),
        sa.Column("ogrn", sa.String(length=15), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("director", sa.String(length=150), nullable=False),
        sa.Column("director_genitive", sa.String(length=200), nullable=True),
        sa.Column("accountant", sa.String(length=150), nullable=True),
        sa.Column("number_prefix", sa.String(length=6), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_organisation_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_organisation_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "personal_data_access",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.String(length=100), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_personal_data_access_user_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_access")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("personal_data_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_data_access_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_data_access_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_data_access_user_id_at"), ["user_id", "at"], unique=False)

    op.create_table(
        "price_type",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("includes_vat", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_price_type_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_price_type_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_type")),
        sa.UniqueConstraint("name", name=op.f("uq_price_type_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "product_group",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_product_group_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_product_group_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_group")),
        sa.UniqueConstraint("name", name=op.f("uq_product_group_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_segment_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_segment_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name", name=op.f("uq_segment_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_setting_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_setting_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_setting_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "statement",
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("incoming", sa.BigInteger(), nullable=False),
        sa.Column("outgoing", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("already", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_statement_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_statement_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_file_sha256"), ["file_sha256"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_stored_file_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_stored_file_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unit",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("full_name", sa.String(length=60), nullable=False),
        sa.Column("okei_code", sa.String(length=4), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_unit_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_unit_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "work_kind",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("usual_minutes", sa.Integer(), nullable=False),
        sa.Column("is_maintenance", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_work_kind_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_work_kind_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_kind")),
        sa.UniqueConstraint("name", name=op.f("uq_work_kind_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ab_permission_view_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_view_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["permission_view_id"],
            ["ab_permission_view.id"],
            name=op.f("fk_ab_permission_view_role_permission_view_id_ab_permission_view"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_ab_permission_view_role_role_id_ab_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_permission_view_role")),
        sa.UniqueConstraint(
            "permission_view_id", "role_id", name=op.f("uq_ab_permission_view_role_permission_view_id_role_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ab_permission_view_role", schema=None) as batch_op:
        batch_op.create_index("idx_permission_view_id", ["permission_view_id"], unique=False)
        batch_op.create_index("idx_role_id", ["role_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_attachment_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_attachment_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_file_id"), ["file_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_record_table_record_id"), ["record_table", "record_id"], unique=False
        )

    op.create_table(
        "bank_account",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("bank_name", sa.String(length=200), nullable=False),
        sa.Column("bik", sa.String(length=9), nullable=False),
        sa.Column("correspondent_account", sa.String(length=20), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening_balance", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_bank_account_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_bank_account_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bank_account_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
        sa.UniqueConstraint("account", name=op.f("uq_bank_account_account")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_account_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "employee",
        sa.Column("family_name", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=False),
        sa.Column("patronymic", sa.String(length=60), nullable=True),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("is_engineer", sa.Boolean(), nullable=False),
        sa.Column("home_town", sa.String(length=100), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("dismissed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_employee_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_employee_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_employee_department_id_department")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_employee_user_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
        sa.UniqueConstraint("user_id", name=op.f("uq_employee_user_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employee_department_id"), ["department_id"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_number_series_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("kind", "organisation_id", "year", name=op.f("uq_number_series_kind_organisation_id_year")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "product",
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat", sa.String(length=30), nullable=False),
        sa.Column("barcode", sa.String(length=30), nullable=True),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_product_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_product_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["group_id"], ["product_group.id"], name=op.f("fk_product_group_id_product_group")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_product_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_product_sku")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_name"), ["name"], unique=False)

    op.create_table(
        "absence",
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(length=200), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_absence_ends_after_start")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_absence_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_absence_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_absence_employee_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_employee_id_starts_at"), ["employee_id", "starts_at"], unique=False
        )

    op.create_table(
        "activity_balance",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_activity_balance_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_balance")),
        sa.UniqueConstraint("day", "employee_id", "kind", name=op.f("uq_activity_balance_day_employee_id_kind")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("activity_balance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_balance_employee_id"), ["employee_id"], unique=False)

    op.create_table(
        "cash_balance",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_account.id"], name=op.f("fk_cash_balance_account_id_bank_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_balance")),
        sa.UniqueConstraint("account_id", name=op.f("uq_cash_balance_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "client",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("full_name", sa.String(length=400), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("inn", sa.String(length=12), nullable=True),
        sa.Column("kpp", sa.String(length=9), nullable=True),
        sa.Column("ogrn", sa.String(length=15), nullable=True),
        sa.Column("legal_address", sa.String(length=500), nullable=True),
        sa.Column("actual_address", sa.String(length=500), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("region", sa.String(length=100), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("phone", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head_name", sa.String(length=150), nullable=True),
        sa.Column("head_position", sa.String(length=100), nullable=True),
        sa.Column("source", sa.String(length=100), nullable=True),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("debt_threshold", sa.BigInteger(), nullable=False),
        sa.Column("company_key", sa.String(length=200), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("latitude between -90 and 90", name=op.f("ck_client_latitude_on_earth")),
        sa.CheckConstraint("longitude between -180 and 180", name=op.f("ck_client_longitude_on_earth")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_client_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_client_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["client.id"], name=op.f("fk_client_merged_into_id_client")),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_client_responsible_id_employee")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_client_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_company_key"), ["company_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_inn_kpp"), ["inn", "kpp"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_latitude_longitude"), ["latitude", "longitude"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_responsible_id_name"), ["responsible_id", "name"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_segment_id"), ["segment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_town"), ["town"], unique=False)

    op.create_table(
        "price",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_amount_not_negative")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_price_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_price_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["price_type_id"], ["price_type.id"], name=op.f("fk_price_price_type_id_price_type")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_price_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
        sa.UniqueConstraint(
            "product_id", "price_type_id", "valid_from", name=op.f("uq_price_product_id_price_type_id_valid_from")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_price_type_id"), ["price_type_id"], unique=False)

    op.create_table(
        "activity_movement",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_kind", sa.String(length=30), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_activity_movement_client_id_client")),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_activity_movement_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_movement")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("activity_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_movement_client_id"), ["client_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_movement_document_kind_document_id"), ["document_kind", "document_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_movement_employee_id_kind_day"), ["employee_id", "kind", "day"], unique=False
        )

    op.create_table(
        "agreement",
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("delivery_days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "kind <> 'individual' or client_id is not null", name=op.f("ck_agreement_individual_has_client")
        ),
        sa.CheckConstraint(
            "discount_percent between -100000 and 10000", name=op.f("ck_agreement_discount_up_to_the_price")
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_agreement_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_agreement_client_id_client")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_agreement_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agreement_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["price_type_id"], ["price_type.id"], name=op.f("fk_agreement_price_type_id_price_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_client_id"), ["client_id"], unique=False)

    op.create_table(
        "cash_movement",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document_kind", sa.String(length=30), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_account.id"], name=op.f("fk_cash_movement_account_id_bank_account")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_cash_movement_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_movement")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("cash_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cash_movement_account_id_day"), ["account_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_cash_movement_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cash_movement_day"), ["day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cash_movement_document_kind_document_id"), ["document_kind", "document_id"], unique=False
        )

    op.create_table(
        "client_bank_account",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("bik", sa.String(length=9), nullable=False),
        sa.Column("bank_name", sa.String(length=200), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_client_bank_account_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_bank_account_client_id_client")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_client_bank_account_created_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_bank_account")),
        sa.UniqueConstraint("client_id", "account", "bik", name=op.f("uq_client_bank_account_client_id_account_bik")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("client_bank_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_bank_account_account"), ["account"], unique=False)

    op.create_table(
        "client_comment",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_client_comment_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_comment_client_id_client")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_client_comment_created_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_comment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("client_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_comment_client_id"), ["client_id"], unique=False)

    op.create_table(
        "client_turnover",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_client_turnover_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_turnover_client_id_client")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_client_turnover_created_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_turnover")),
        sa.UniqueConstraint("client_id", "year", name=op.f("uq_client_turnover_client_id_year")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contact",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family_name", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=True),
        sa.Column("patronymic", sa.String(length=60), nullable=True),
        sa.Column("position", sa.String(length=100), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("portrait", sa.String(length=4000), nullable=True),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_contact_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_contact_client_id_client")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_contact_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_family_name"), ["family_name"], unique=False)

    op.create_table(
        "due_item",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_kind", sa.String(length=30), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=40), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_due_item_client_id_client")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_due_item_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_item")),
        sa.UniqueConstraint(
            "document_kind", "document_id", "stage", name=op.f("uq_due_item_document_kind_document_id_stage")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("due_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_item_balance_due_on"), ["balance", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_due_item_client_id_balance"), ["client_id", "balance"], unique=False)

    op.create_table(
        "equipment",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model", sa.String(length=150), nullable=False),
        sa.Column("serial_number", sa.String(length=60), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("warranty_to", sa.Date(), nullable=True),
        sa.Column("maintenance_months", sa.Integer(), nullable=True),
        sa.Column("next_maintenance_on", sa.Date(), nullable=True),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "maintenance_months is null or maintenance_months > 0",
            name=op.f("ck_equipment_maintenance_months_positive"),
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_equipment_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_equipment_client_id_client")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_equipment_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_equipment_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("equipment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_equipment_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_equipment_next_maintenance_on"), ["next_maintenance_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_equipment_serial_number"), ["serial_number"], unique=False)

    op.create_table(
        "payer_alias",
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_payer_alias_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_alias")),
        sa.UniqueConstraint("payer", "client_id", name=op.f("uq_payer_alias_payer_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "responsibility_change",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["ab_user.id"], name=op.f("fk_responsibility_change_by_user_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_responsibility_change_client_id_client")),
        sa.ForeignKeyConstraint(["from_id"], ["employee.id"], name=op.f("fk_responsibility_change_from_id_employee")),
        sa.ForeignKeyConstraint(["to_id"], ["employee.id"], name=op.f("fk_responsibility_change_to_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("responsibility_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responsibility_change_client_id"), ["client_id"], unique=False)

    op.create_table(
        "statement_line",
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("direction", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=False),
        sa.Column("posting_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("other_name", sa.String(length=300), nullable=False),
        sa.Column("other_inn", sa.String(length=12), nullable=True),
        sa.Column("other_kpp", sa.String(length=9), nullable=True),
        sa.Column("other_account", sa.String(length=40), nullable=True),
        sa.Column("other_bik", sa.String(length=9), nullable=True),
        sa.Column("purpose", sa.String(length=2000), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_account.id"], name=op.f("fk_statement_line_account_id_bank_account")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_statement_line_client_id_client")),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_statement_line_statement_id_statement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
        sa.UniqueConstraint("key", name=op.f("uq_statement_line_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("statement_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_line_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_line_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_line_statement_id"), ["statement_id"], unique=False)

    op.create_table(
        "agreement_stage",
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("shift_days", sa.Integer(), nullable=False),
        sa.Column("day_kind", sa.String(length=30), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_stage_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_stage")),
        sa.UniqueConstraint("agreement_id", "position", name=op.f("uq_agreement_stage_agreement_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contact_email",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_email_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_email")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_email", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_email_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_email_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "contact_phone",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("extension", sa.String(length=10), nullable=True),
        sa.Column("as_typed", sa.String(length=60), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_phone_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_phone")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_phone_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_phone_number"), ["number"], unique=False)

    op.create_table(
        "contract",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_prolonged", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_contract_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_contract_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_contract_client_id_client")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_contract_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contract_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_contract_responsible_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint(
            "organisation_id", "number", "signed_on", name=op.f("uq_contract_organisation_id_number_signed_on")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_signed_on"), ["signed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_status"), ["status"], unique=False)

    op.create_table(
        "deal",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("next_step", sa.String(length=200), nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("loss_reason_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_deal_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_deal_client_id_client")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_deal_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["loss_reason_id"], ["loss_reason.id"], name=op.f("fk_deal_loss_reason_id_loss_reason")
        ),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_deal_responsible_id_employee")),
        sa.ForeignKeyConstraint(["stage_id"], ["deal_stage.id"], name=op.f("fk_deal_stage_id_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_next_step_on"), ["next_step_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deal_responsible_id_stage_id"), ["responsible_id", "stage_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_deal_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("direction", sa.String(length=30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payer_name", sa.String(length=300), nullable=True),
        sa.Column("payer_inn", sa.String(length=12), nullable=True),
        sa.Column("payer_account", sa.String(length=40), nullable=True),
        sa.Column("purpose", sa.String(length=2000), nullable=False),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("statement_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["bank_account.id"], name=op.f("fk_payment_account_id_bank_account")),
        sa.ForeignKeyConstraint(["article_id"], ["cash_article.id"], name=op.f("fk_payment_article_id_cash_article")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_payment_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_payment_client_id_client")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_payment_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["statement_line_id"], ["statement_line.id"], name=op.f("fk_payment_statement_line_id_statement_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("statement_line_id", name=op.f("uq_payment_statement_line_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_client_id_day"), ["client_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_direction_day"), ["direction", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_status"), ["status"], unique=False)

    op.create_table(
        "service_request",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("equipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("work_kind_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("desired_on", sa.Date(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_service_request_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_service_request_client_id_client")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_service_request_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_service_request_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name=op.f("fk_service_request_equipment_id_equipment")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["employee.id"], name=op.f("fk_service_request_responsible_id_employee")
        ),
        sa.ForeignKeyConstraint(
            ["work_kind_id"], ["work_kind.id"], name=op.f("fk_service_request_work_kind_id_work_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_request_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_registered_on"), ["registered_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_status"), ["status"], unique=False)

    op.create_table(
        "settlement_movement",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_kind", sa.String(length=30), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_settlement_movement_client_id_client")),
        sa.ForeignKeyConstraint(
            ["due_item_id"], ["due_item.id"], name=op.f("fk_settlement_movement_due_item_id_due_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_movement")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("settlement_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_movement_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_settlement_movement_day"), ["day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_settlement_movement_document_kind_document_id"),
            ["document_kind", "document_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_settlement_movement_due_item_id_day"), ["due_item_id", "day"], unique=False
        )

    op.create_table(
        "allocation",
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_allocation_amount_positive")),
        sa.ForeignKeyConstraint(["due_item_id"], ["due_item.id"], name=op.f("fk_allocation_due_item_id_due_item")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id_payment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("payment_id", "due_item_id", name=op.f("uq_allocation_payment_id_due_item_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_due_item_id"), ["due_item_id"], unique=False)

    op.create_table(
        "deal_stage_change",
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["ab_user.id"], name=op.f("fk_deal_stage_change_by_user_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_stage_change_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["from_id"], ["deal_stage.id"], name=op.f("fk_deal_stage_change_from_id_deal_stage")),
        sa.ForeignKeyConstraint(["to_id"], ["deal_stage.id"], name=op.f("fk_deal_stage_change_to_id_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_stage_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deal_stage_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_stage_change_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "interaction",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_details", sa.String(length=200), nullable=True),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("direction", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("participants", sa.String(length=300), nullable=True),
        sa.Column("is_reached", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(length=4000), nullable=True),
        sa.Column("next_contact_on", sa.Date(), nullable=True),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("ends_at is null or ends_at >= starts_at", name=op.f("ck_interaction_ends_after_start")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_interaction_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_interaction_client_id_client")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_interaction_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_interaction_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_interaction_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["employee.id"], name=op.f("fk_interaction_responsible_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_interaction_client_id_starts_at"), ["client_id", "starts_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_interaction_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_interaction_responsible_id_state_starts_at"),
            ["responsible_id", "state", "starts_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_interaction_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bank_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("price_includes_vat", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("vat_total", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("total >= 0", name=op.f("ck_invoice_total_not_negative")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_invoice_agreement_id_agreement")),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_account.id"], name=op.f("fk_invoice_bank_account_id_bank_account")
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_invoice_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_invoice_client_id_client")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_invoice_contract_id_contract")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_invoice_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_invoice_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invoice_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_invoice_responsible_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("organisation_id", "number_year", "number", name="uq_invoice_number"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_client_id_day"), ["client_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_status"), ["status"], unique=False)

    op.create_table(
        "visit",
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("equipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("work_kind_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("task", sa.String(length=4000), nullable=True),
        sa.Column("work_done", sa.String(length=4000), nullable=True),
        sa.Column("parts_used", sa.String(length=4000), nullable=True),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.Column("act_number", sa.String(length=40), nullable=True),
        sa.Column("next_step", sa.String(length=300), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_visit_ends_after_start")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_visit_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_visit_client_id_client")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_visit_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_visit_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_visit_employee_id_employee")),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_visit_equipment_id_equipment")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_visit_request_id_service_request")
        ),
        sa.ForeignKeyConstraint(["work_kind_id"], ["work_kind.id"], name=op.f("fk_visit_work_kind_id_work_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_client_id_starts_at"), ["client_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_employee_id_starts_at"), ["employee_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_status"), ["status"], unique=False)

    op.create_table(
        "claim",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("equipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("demand", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("reason_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("interaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("analysis", sa.String(length=4000), nullable=True),
        sa.Column("department_at_fault_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("employee_at_fault_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("result", sa.String(length=4000), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("settlement_cost", sa.BigInteger(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("status <> 'closed' or result is not null", name=op.f("ck_claim_closed_with_result")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_claim_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_claim_client_id_client")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_claim_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_claim_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["department_at_fault_id"], ["department.id"], name=op.f("fk_claim_department_at_fault_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["employee_at_fault_id"], ["employee.id"], name=op.f("fk_claim_employee_at_fault_id_employee")
        ),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_claim_equipment_id_equipment")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_claim_interaction_id_interaction")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_claim_invoice_id_invoice")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_claim_product_id_product")),
        sa.ForeignKeyConstraint(["reason_id"], ["claim_reason.id"], name=op.f("fk_claim_reason_id_claim_reason")),
        sa.ForeignKeyConstraint(["responsible_id"], ["employee.id"], name=op.f("fk_claim_responsible_id_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_answer_due_on"), ["answer_due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_reason_id"), ["reason_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_registered_on"), ["registered_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_status"), ["status"], unique=False)

    op.create_table(
        "interaction_subject",
        sa.Column("interaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_interaction_subject_interaction_id_interaction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_interaction_subject_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_subject")),
        sa.UniqueConstraint(
            "interaction_id", "product_id", name=op.f("uq_interaction_subject_interaction_id_product_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("interaction_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interaction_subject_product_id"), ["product_id"], unique=False)

    op.create_table(
        "invoice_line",
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_invoice_line_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_line_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_line_product_id"), ["product_id"], unique=False)

    op.create_table(
        "claim_event",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("from_status", sa.String(length=30), nullable=True),
        sa.Column("to_status", sa.String(length=30), nullable=True),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["ab_user.id"], name=op.f("fk_claim_event_by_user_id_ab_user")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_event_claim_id_claim"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("claim_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_event_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "claim_step",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=300), nullable=False),
        sa.Column("responsible_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_step_claim_id_claim"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["employee.id"], name=op.f("fk_claim_step_responsible_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("claim_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_step_claim_id"), ["claim_id"], unique=False)

    guards.install(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("claim_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_step_claim_id"))

    op.drop_table("claim_step")
    with op.batch_alter_table("claim_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_event_claim_id"))

    op.drop_table("claim_event")
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_line_product_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_line_invoice_id"))

    op.drop_table("invoice_line")
    with op.batch_alter_table("interaction_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_subject_product_id"))

    op.drop_table("interaction_subject")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_status"))
        batch_op.drop_index(batch_op.f("ix_claim_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_claim_registered_on"))
        batch_op.drop_index(batch_op.f("ix_claim_reason_id"))
        batch_op.drop_index(batch_op.f("ix_claim_number"))
        batch_op.drop_index(batch_op.f("ix_claim_equipment_id"))
        batch_op.drop_index(batch_op.f("ix_claim_client_id"))
        batch_op.drop_index(batch_op.f("ix_claim_answer_due_on"))

    op.drop_table("claim")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_status"))
        batch_op.drop_index(batch_op.f("ix_visit_starts_at"))
        batch_op.drop_index(batch_op.f("ix_visit_request_id"))
        batch_op.drop_index(batch_op.f("ix_visit_equipment_id"))
        batch_op.drop_index(batch_op.f("ix_visit_employee_id_starts_at"))
        batch_op.drop_index(batch_op.f("ix_visit_client_id_starts_at"))

    op.drop_table("visit")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_status"))
        batch_op.drop_index(batch_op.f("ix_invoice_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_number"))
        batch_op.drop_index(batch_op.f("ix_invoice_deal_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_day"))
        batch_op.drop_index(batch_op.f("ix_invoice_contract_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_client_id_day"))
        batch_op.drop_index(batch_op.f("ix_invoice_client_id"))

    op.drop_table("invoice")
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_starts_at"))
        batch_op.drop_index(batch_op.f("ix_interaction_responsible_id_state_starts_at"))
        batch_op.drop_index(batch_op.f("ix_interaction_deal_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_contact_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_client_id_starts_at"))

    op.drop_table("interaction")
    with op.batch_alter_table("deal_stage_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_stage_change_deal_id"))

    op.drop_table("deal_stage_change")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_due_item_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("settlement_movement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_movement_due_item_id_day"))
        batch_op.drop_index(batch_op.f("ix_settlement_movement_document_kind_document_id"))
        batch_op.drop_index(batch_op.f("ix_settlement_movement_day"))
        batch_op.drop_index(batch_op.f("ix_settlement_movement_client_id"))

    op.drop_table("settlement_movement")
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_request_status"))
        batch_op.drop_index(batch_op.f("ix_service_request_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_service_request_registered_on"))
        batch_op.drop_index(batch_op.f("ix_service_request_number"))
        batch_op.drop_index(batch_op.f("ix_service_request_equipment_id"))
        batch_op.drop_index(batch_op.f("ix_service_request_client_id"))

    op.drop_table("service_request")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_status"))
        batch_op.drop_index(batch_op.f("ix_payment_direction_day"))
        batch_op.drop_index(batch_op.f("ix_payment_day"))
        batch_op.drop_index(batch_op.f("ix_payment_client_id_day"))
        batch_op.drop_index(batch_op.f("ix_payment_article_id"))

    op.drop_table("payment")
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_stage_id"))
        batch_op.drop_index(batch_op.f("ix_deal_responsible_id_stage_id"))
        batch_op.drop_index(batch_op.f("ix_deal_next_step_on"))
        batch_op.drop_index(batch_op.f("ix_deal_client_id"))

    op.drop_table("deal")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_status"))
        batch_op.drop_index(batch_op.f("ix_contract_signed_on"))
        batch_op.drop_index(batch_op.f("ix_contract_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_contract_number"))
        batch_op.drop_index(batch_op.f("ix_contract_client_id"))

    op.drop_table("contract")
    with op.batch_alter_table("contact_phone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_phone_number"))
        batch_op.drop_index(batch_op.f("ix_contact_phone_contact_id"))

    op.drop_table("contact_phone")
    with op.batch_alter_table("contact_email", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_email_contact_id"))
        batch_op.drop_index(batch_op.f("ix_contact_email_address"))

    op.drop_table("contact_email")
    op.drop_table("agreement_stage")
    with op.batch_alter_table("statement_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_line_statement_id"))
        batch_op.drop_index(batch_op.f("ix_statement_line_state"))
        batch_op.drop_index(batch_op.f("ix_statement_line_client_id"))

    op.drop_table("statement_line")
    with op.batch_alter_table("responsibility_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responsibility_change_client_id"))

    op.drop_table("responsibility_change")
    op.drop_table("payer_alias")
    with op.batch_alter_table("equipment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_equipment_serial_number"))
        batch_op.drop_index(batch_op.f("ix_equipment_next_maintenance_on"))
        batch_op.drop_index(batch_op.f("ix_equipment_client_id"))

    op.drop_table("equipment")
    with op.batch_alter_table("due_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_due_item_client_id_balance"))
        batch_op.drop_index(batch_op.f("ix_due_item_balance_due_on"))

    op.drop_table("due_item")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_family_name"))
        batch_op.drop_index(batch_op.f("ix_contact_client_id"))

    op.drop_table("contact")
    op.drop_table("client_turnover")
    with op.batch_alter_table("client_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_comment_client_id"))

    op.drop_table("client_comment")
    with op.batch_alter_table("client_bank_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_bank_account_account"))

    op.drop_table("client_bank_account")
    with op.batch_alter_table("cash_movement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cash_movement_document_kind_document_id"))
        batch_op.drop_index(batch_op.f("ix_cash_movement_day"))
        batch_op.drop_index(batch_op.f("ix_cash_movement_client_id"))
        batch_op.drop_index(batch_op.f("ix_cash_movement_account_id_day"))

    op.drop_table("cash_movement")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_client_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("activity_movement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_movement_employee_id_kind_day"))
        batch_op.drop_index(batch_op.f("ix_activity_movement_document_kind_document_id"))
        batch_op.drop_index(batch_op.f("ix_activity_movement_client_id"))

    op.drop_table("activity_movement")
    with op.batch_alter_table("price", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_price_price_type_id"))

    op.drop_table("price")
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_town"))
        batch_op.drop_index(batch_op.f("ix_client_status"))
        batch_op.drop_index(batch_op.f("ix_client_segment_id"))
        batch_op.drop_index(batch_op.f("ix_client_responsible_id_name"))
        batch_op.drop_index(batch_op.f("ix_client_name"))
        batch_op.drop_index(batch_op.f("ix_client_latitude_longitude"))
        batch_op.drop_index(batch_op.f("ix_client_inn_kpp"))
        batch_op.drop_index(batch_op.f("ix_client_company_key"))

    op.drop_table("client")
    op.drop_table("cash_balance")
    with op.batch_alter_table("activity_balance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_balance_employee_id"))

    op.drop_table("activity_balance")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_employee_id_starts_at"))

    op.drop_table("absence")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_name"))
        batch_op.drop_index(batch_op.f("ix_product_group_id"))

    op.drop_table("product")
    op.drop_table("number_series")
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employee_department_id"))

    op.drop_table("employee")
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_account_organisation_id"))

    op.drop_table("bank_account")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_record_table_record_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_file_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("ab_permission_view_role", schema=None) as batch_op:
        batch_op.drop_index("idx_role_id")
        batch_op.drop_index("idx_permission_view_id")

    op.drop_table("ab_permission_view_role")
    op.drop_table("work_kind")
    op.drop_table("unit")
    op.drop_table("stored_file")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_file_sha256"))

    op.drop_table("statement")
    op.drop_table("setting")
    op.drop_table("segment")
    op.drop_table("product_group")
    op.drop_table("price_type")
    with op.batch_alter_table("personal_data_access", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_data_access_user_id_at"))
        batch_op.drop_index(batch_op.f("ix_personal_data_access_contact_id"))
        batch_op.drop_index(batch_op.f("ix_personal_data_access_at"))

    op.drop_table("personal_data_access")
    op.drop_table("organisation")
    op.drop_table("loss_reason")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))

    op.drop_table("login_session")
    op.drop_table("department")
    op.drop_table("deal_stage")
    op.drop_table("claim_reason")
    op.drop_table("cash_article")
    op.drop_table("calendar_token")
    op.drop_table("calendar_day")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_table_name_record_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_user_id_at"))
        batch_op.drop_index("ix_audit_entry_deleted")
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
    op.drop_table("api_answer")
    op.drop_table("ab_user_role")
    with op.batch_alter_table("ab_user_group", schema=None) as batch_op:
        batch_op.drop_index("idx_user_id")
        batch_op.drop_index("idx_user_group_id")

    op.drop_table("ab_user_group")
    with op.batch_alter_table("ab_permission_view", schema=None) as batch_op:
        batch_op.drop_index("idx_view_menu_id")
        batch_op.drop_index("idx_permission_id")

    op.drop_table("ab_permission_view")
    with op.batch_alter_table("ab_group_role", schema=None) as batch_op:
        batch_op.drop_index("idx_group_role_id")
        batch_op.drop_index("idx_group_id")

    op.drop_table("ab_group_role")
    with op.batch_alter_table("ab_api_key", schema=None) as batch_op:
        batch_op.drop_index("idx_api_key_user_id")
        batch_op.drop_index("idx_api_key_prefix")
        batch_op.drop_index("idx_api_key_lookup_hash")

    op.drop_table("ab_api_key")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempt_login_at"))
        batch_op.drop_index(batch_op.f("ix_login_attempt_address_at"))

    op.drop_table("login_attempt")
    op.drop_table("ab_view_menu")
    op.drop_table("ab_user")
    op.drop_table("ab_role")
    op.drop_table("ab_register_user")
    op.drop_table("ab_permission")
    op.drop_table("ab_group")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function kontora_append_only()")
