"""The approved table of rights, and what is asked to fill it.

`tests/permissions.txt` has a line per method, address and record, and a column per role: the status of the answer,
or `login` for the way to the sign-in page. `python -m tests.permissions_table` writes the table anew from what the
application answers, `python -m tests.permissions_table /deals /quotes` only the lines of addresses that begin so; read
the difference before you commit it.

Records: `own` belongs to the person who asks (the client's manager, the engineer of the visit), `foreign` to
somebody else, `any` to the company. Everything is asked with the least that opens the door: an empty form, a version.
"""

from tests.permissions_table.asking import Ask, Visitor, asks, token_of
from tests.permissions_table.table import ANONYMOUS, REWRITE, VISITORS, read_table, write_column
from tests.permissions_table.world import World, make_company, make_records

__all__ = [
    "ANONYMOUS",
    "REWRITE",
    "VISITORS",
    "Ask",
    "Visitor",
    "World",
    "asks",
    "make_company",
    "make_records",
    "read_table",
    "token_of",
    "write_column",
]
