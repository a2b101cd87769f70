"""Tables loaded from files: imports, mappings remembered, ids of other programs.

Revision: 4c4f58f78169
Follows: 240d41fe8a94
"""

import sqlalchemy as sa
from alembic import op

revision = "4c4f58f78169"
down_revision = "240d41fe8a94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_id",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("record_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_id")),
        sa.UniqueConstraint("source", "record_table", "code", name=op.f("uq_external_id_source_record_table_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("external_id", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_external_id_record_table_record_id"), ["record_table", "record_id"], unique=False
        )

    op.create_table(
        "import_mapping",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["ab_user.id"], name=op.f("fk_import_mapping_owner_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "owner_id", "table_name", "fingerprint", name=op.f("uq_import_mapping_owner_id_table_name_fingerprint")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "table_import",
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("mode", sa.String(length=30), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_table_import_batch_id_batch"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["temporary_file.id"], name=op.f("fk_table_import_file_id_temporary_file"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_table_import_job_id_job"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["ab_user.id"], name=op.f("fk_table_import_owner_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("table_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_table_import_owner_id_table_name"), ["owner_id", "table_name"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("table_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_table_import_owner_id_table_name"))

    op.drop_table("table_import")
    op.drop_table("import_mapping")
    with op.batch_alter_table("external_id", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_id_record_table_record_id"))

    op.drop_table("external_id")
