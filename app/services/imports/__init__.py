"""Tables from files: what columns mean, what each row would do, and doing it as a job that can be taken back."""

from app.services.imports.declarations import Field, Table
from app.services.imports.mapping import (
    NOT_LOADED,
    check_mapping,
    fields_for,
    guess_mapping,
    mapping_by_headers,
    remember_mapping,
)
from app.services.imports.running import (
    CHECK_AT_ONCE,
    MOST_PROBLEMS,
    check_now,
    load_now,
    row_problems,
    rows_of,
    take_file,
)
from app.services.imports.tables import TABLES

__all__ = [
    "CHECK_AT_ONCE",
    "MOST_PROBLEMS",
    "NOT_LOADED",
    "TABLES",
    "Field",
    "Table",
    "check_mapping",
    "check_now",
    "fields_for",
    "guess_mapping",
    "load_now",
    "mapping_by_headers",
    "remember_mapping",
    "row_problems",
    "rows_of",
    "take_file",
]
