"""An index for every column that a list may be sorted by, and for dates and sums that it is filtered by.

Revision: 0160
Follows: 0150
"""

from alembic import op

revision = "0160"
down_revision = "0150"
branch_labels = None
depends_on = None

COLUMNS = {
    "agreement": ("name", "valid_from"),
    "claim": ("amount",),
    "client": ("region",),
    "contact": ("position",),
    "contract": ("amount", "valid_to"),
    "deal": ("amount", "expected_on", "title"),
    "equipment": ("model", "warranty_to"),
    "interaction": ("topic",),
    "invoice": ("total",),
    "payment": ("amount", "number"),
    "price": ("amount", "valid_from"),
    "purchase_order": ("expected_on",),
    "quote": ("sent_on", "total", "valid_to"),
    "sales_order": ("promised_on", "total"),
    "service_request": ("desired_on", "promised_at"),
    "visit": ("town",),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table)
