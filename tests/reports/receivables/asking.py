"""Ask the report of receivables and read its rows."""

from app.reports.receivables import ReceivablesQuestion, receivables
from tests.factories import TODAY


def ask(session, as_of=TODAY, **changes):
    return receivables(session, ReceivablesQuestion(as_of=as_of, today=TODAY, **changes))


def buckets(row):
    return [int(amount) for amount in row.overdue_by]
