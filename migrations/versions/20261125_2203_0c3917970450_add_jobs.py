"""Long work: jobs, their logs, and files that are kept for some days.

Revision: 0c3917970450
Follows: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0c3917970450"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "temporary_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["ab_user.id"], name=op.f("fk_temporary_file_owner_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_file")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("temporary_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_temporary_file_kept_until"), ["kept_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_temporary_file_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("is_cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("worker", sa.String(length=60), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result_text", sa.String(length=500), nullable=True),
        sa.Column("result_url", sa.String(length=300), nullable=True),
        sa.Column("result_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["ab_user.id"], name=op.f("fk_job_owner_id_ab_user"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["result_file_id"],
            ["temporary_file.id"],
            name=op.f("fk_job_result_file_id_temporary_file"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_owner_id_id"), ["owner_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state_beat_at"), ["state", "beat_at"], unique=False)

    op.create_table(
        "job_line",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_line_job_id_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("job_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_line_job_id"), ["job_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("job_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_line_job_id"))

    op.drop_table("job_line")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_beat_at"))
        batch_op.drop_index(batch_op.f("ix_job_owner_id_id"))

    op.drop_table("job")
    with op.batch_alter_table("temporary_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_temporary_file_owner_id"))
        batch_op.drop_index(batch_op.f("ix_temporary_file_kept_until"))

    op.drop_table("temporary_file")
