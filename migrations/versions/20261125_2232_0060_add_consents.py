"""Consents to the use of personal data, requests to erase them, and the one change that the history then allows.

Revision: 0060
Follows: 0030
"""

import sqlalchemy as sa
from alembic import op

from app.models import guards

revision = "0060"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("form", sa.String(length=30), nullable=False),
        sa.Column("text_version", sa.String(length=60), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=100), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("valid_until is null or valid_until >= given_on", name=op.f("ck_consent_ends_after_start")),
        sa.CheckConstraint(
            "withdrawn_on is null or withdrawn_on >= given_on", name=op.f("ck_consent_withdrawn_after_start")
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_consent_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_consent_created_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_contact_id_purpose"), ["contact_id", "purpose"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_given_on"), ["given_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_valid_until"), ["valid_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_withdrawn_on"), ["withdrawn_on"], unique=False)

    op.create_table(
        "erasure",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis", sa.String(length=30), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("destroyed", sa.JSON(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["ab_user.id"], name=op.f("fk_erasure_changed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_erasure_contact_id_contact")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_erasure_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["done_by_id"], ["ab_user.id"], name=op.f("fk_erasure_done_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("number", name=op.f("uq_erasure_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasure_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasure_requested_on"), ["requested_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasure_status_due_on"), ["status", "due_on"], unique=False)

    op.add_column("contact", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    _drop_update_guard()
    guards.install(op.get_bind())


def downgrade() -> None:
    _drop_update_guard()
    _lay_former_guard()
    op.drop_column("contact", "erased_at")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erasure_status_due_on"))
        batch_op.drop_index(batch_op.f("ix_erasure_requested_on"))
        batch_op.drop_index(batch_op.f("ix_erasure_due_on"))
        batch_op.drop_index(batch_op.f("ix_erasure_contact_id"))

    op.drop_table("erasure")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_withdrawn_on"))
        batch_op.drop_index(batch_op.f("ix_consent_valid_until"))
        batch_op.drop_index(batch_op.f("ix_consent_given_on"))
        batch_op.drop_index(batch_op.f("ix_consent_contact_id_purpose"))

    op.drop_table("consent")


def _drop_update_guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop trigger if exists audit_entry_no_update")
    else:
        op.execute("drop trigger if exists audit_entry_only_wiped on audit_entry")


def _lay_former_guard() -> None:
    """Nothing of an entry could be changed."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create trigger audit_entry_no_update before update on audit_entry "
            "begin select raise(abort, 'audit_entry is append-only'); end"
        )
    else:
        op.execute(
            "create or replace trigger audit_entry_append_only before update or delete on audit_entry "
            "for each row execute function kontora_append_only()"
        )
