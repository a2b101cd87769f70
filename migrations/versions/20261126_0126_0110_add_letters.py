"""Letters that come, how far mailboxes are fetched; letters that leave know their conversation and who signs.

Revision: 0110
Follows: 0090
"""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_folder",
        sa.Column("address", sa.String(length=250), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_folder")),
        sa.UniqueConstraint("address", name=op.f("uq_mail_folder_address")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "incoming_mail",
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("in_reply_to", sa.String(length=250), nullable=True),
        sa.Column("earlier_ids", sa.String(length=4000), nullable=False),
        sa.Column("thread", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("sender_name", sa.String(length=150), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("warning", sa.String(length=1000), nullable=False),
        sa.Column("interaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_incoming_mail_interaction_id_interaction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_incoming_mail_message_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_mail_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mail_sender"), ["sender"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mail_state_id"), ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mail_thread"), ["thread"], unique=False)

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sender_name", sa.String(length=150), server_default="", nullable=False))
        batch_op.add_column(sa.Column("thread", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("document_table", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_outgoing_mail_document_table_document_id"), ["document_table", "document_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outgoing_mail_thread"), ["thread"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_thread"))
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_document_table_document_id"))
        batch_op.drop_column("document_id")
        batch_op.drop_column("document_table")
        batch_op.drop_column("thread")
        batch_op.drop_column("sender_name")

    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_mail_thread"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_state_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_sender"))
        batch_op.drop_index(batch_op.f("ix_incoming_mail_interaction_id"))

    op.drop_table("incoming_mail")
    op.drop_table("mail_folder")
