"""Bank statements in the Russian text format «1CClientBankExchange»: reading, checking, writing.

Read by `read_statement`, written by `write_statement`. The grammar and the meaning of keys follow the
«Стандарт обмена с системами „Клиент банка“» of 1C (v8.1c.ru/edi/edi_stnd/100/101.htm), widened by what banks
really send. Nothing here knows a table, a screen or a language of the user.
"""

from app.integrations.bank.documents import AccountSection, Direction, Document, RawFields, Statement
from app.integrations.bank.parties import Party
from app.integrations.bank.problems import (
    ErrorCode,
    StatementError,
    StatementWarning,
    UnreadDocument,
    UnreadReason,
    WarningCode,
)
from app.integrations.bank.reader import MAX_BYTES, read_statement
from app.integrations.bank.writer import DocumentDraft, StatementForm, statement_bytes, write_statement

__all__ = [
    "MAX_BYTES",
    "AccountSection",
    "Direction",
    "Document",
    "DocumentDraft",
    "ErrorCode",
    "Party",
    "RawFields",
    "Statement",
    "StatementError",
    "StatementForm",
    "StatementWarning",
    "UnreadDocument",
    "UnreadReason",
    "WarningCode",
    "read_statement",
    "statement_bytes",
    "write_statement",
]
