"""Find clients entered twice and make two cards one; keep what registers say about companies.

The guard of the movements learns its one exception: a movement follows its client to the card it was merged into.

Revision: 0002_duplicates
Follows: 4c4f58f78169
"""

import sqlalchemy as sa
from alembic import op

from app.models import guards

revision = "0002_duplicates"
down_revision = "4c4f58f78169"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_company",
        sa.Column("inn", sa.String(length=12), nullable=False),
        sa.Column("kpp", sa.String(length=9), nullable=False),
        sa.Column("ogrn", sa.String(length=15), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("full_name", sa.String(length=400), nullable=True),
        sa.Column("region", sa.String(length=100), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("head_name", sa.String(length=150), nullable=True),
        sa.Column("head_position", sa.String(length=100), nullable=True),
        sa.Column("legal_state", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_company")),
        sa.UniqueConstraint("inn", "kpp", name=op.f("uq_register_company_inn_kpp")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_register_company_ogrn"), "register_company", ["ogrn"], unique=False)

    op.create_table(
        "duplicate_pair",
        sa.Column("table_name", sa.String(length=20), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["ab_user.id"], name=op.f("fk_duplicate_pair_changed_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_duplicate_pair_created_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["ab_user.id"], name=op.f("fk_duplicate_pair_decided_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint(
            "table_name", "first_id", "second_id", name=op.f("uq_duplicate_pair_table_name_first_id_second_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_duplicate_pair_table_name_second_id"), "duplicate_pair", ["table_name", "second_id"], unique=False
    )
    op.create_index(
        op.f("ix_duplicate_pair_table_name_state_strength"),
        "duplicate_pair",
        ["table_name", "state", "strength"],
        unique=False,
    )

    op.create_table(
        "record_merge",
        sa.Column("table_name", sa.String(length=20), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_id", sa.BigInteger(), nullable=False),
        sa.Column("kept_name", sa.String(length=200), nullable=False),
        sa.Column("merged_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["ab_user.id"], name=op.f("fk_record_merge_by_user_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_merge")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_record_merge_table_name_kept_id"), "record_merge", ["table_name", "kept_id"], unique=False)
    op.create_index(
        op.f("ix_record_merge_table_name_merged_id"), "record_merge", ["table_name", "merged_id"], unique=False
    )

    op.create_table(
        "client_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_client_key_client_id_client"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "client_id", name=op.f("pk_client_key")),
        sqlite_autoincrement=False,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_client_key_client_id"), "client_key", ["client_id"], unique=False)

    op.add_column("client", sa.Column("legal_state", sa.String(length=30), nullable=True))
    op.add_column("client", sa.Column("requisites_source", sa.String(length=100), nullable=True))
    op.add_column("client", sa.Column("requisites_on", sa.Date(), nullable=True))

    op.create_index(op.f("ix_statement_line_other_inn"), "statement_line", ["other_inn"])
    _lay_guards_again()


def downgrade() -> None:
    op.drop_index(op.f("ix_statement_line_other_inn"), table_name="statement_line")
    op.drop_column("client", "requisites_on")
    op.drop_column("client", "requisites_source")
    op.drop_column("client", "legal_state")

    op.drop_index(op.f("ix_client_key_client_id"), table_name="client_key")

    op.drop_table("client_key")
    op.drop_index(op.f("ix_record_merge_table_name_merged_id"), table_name="record_merge")
    op.drop_index(op.f("ix_record_merge_table_name_kept_id"), table_name="record_merge")

    op.drop_table("record_merge")
    op.drop_index(op.f("ix_duplicate_pair_table_name_state_strength"), table_name="duplicate_pair")
    op.drop_index(op.f("ix_duplicate_pair_table_name_second_id"), table_name="duplicate_pair")

    op.drop_table("duplicate_pair")
    op.drop_index(op.f("ix_register_company_ogrn"), table_name="register_company")

    op.drop_table("register_company")


def _lay_guards_again() -> None:
    """On SQLite a trigger is not replaced but dropped and made anew; PostgreSQL replaces the function."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for table in ("activity_movement", "cash_movement", "settlement_movement"):
            op.execute(f"drop trigger if exists {table}_no_update")
    guards.install(connection)
