"""Views of lists that people keep, and which of them stand in a person's panel.

Revision: 0041
Follows: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0060"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("screen", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["ab_user.id"], name=op.f("fk_saved_view_owner_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "screen", "name", name=op.f("uq_saved_view_owner_id_screen_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_view_screen"), "saved_view", ["screen"])
    op.create_table(
        "saved_view_pin",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("view_id", _KEY, nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_saved_view_pin_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_view.id"], name=op.f("fk_saved_view_pin_view_id_saved_view"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view_pin")),
        sa.UniqueConstraint("user_id", "view_id", name=op.f("uq_saved_view_pin_user_id_view_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_view_pin_view_id"), "saved_view_pin", ["view_id"])


def downgrade() -> None:
    op.drop_table("saved_view_pin")
    op.drop_table("saved_view")
