"""The database handle, the column types for money and quantities, and the row rule on the session.

One metadata serves Flask-AppBuilder's security tables, our tables and Alembic, so that a migration sees them all.
"""

from app.database.connections import begin_reading, end_reading, note_sizes, reading_only
from app.database.handle import Model, User, db
from app.database.json_rows import rows_as_one
from app.database.keys import among
from app.database.limits import (
    ALL_ROWS,
    BY_ROW,
    RowRule,
    Way,
    behind_each_row,
    install_row_rules,
    know_viewer_by,
    row_limits,
)
from app.database.prepared import Answer, Read, answer, answers, at_most
from app.database.types import Choice, ChoiceType, Identifier, Money, Percent, Quantity, UtcDateTime
from app.database.words import holds

__all__ = [
    "ALL_ROWS",
    "BY_ROW",
    "Answer",
    "Choice",
    "ChoiceType",
    "Identifier",
    "Model",
    "Money",
    "Percent",
    "Quantity",
    "Read",
    "RowRule",
    "User",
    "UtcDateTime",
    "Way",
    "among",
    "answer",
    "answers",
    "at_most",
    "begin_reading",
    "behind_each_row",
    "db",
    "end_reading",
    "holds",
    "install_row_rules",
    "know_viewer_by",
    "note_sizes",
    "reading_only",
    "row_limits",
    "rows_as_one",
]
