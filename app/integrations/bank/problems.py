"""What can be wrong with a statement: refusal of the file, a document set aside, a warning.

Each carries a machine code and the values of the text, so that a screen chooses the words and the language.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import IntegrationError

# A spoiled file of a million lines must not become a million warnings in memory and in the batch's record.
MAX_WARNINGS = 1000


class ErrorCode(StrEnum):
    """Why the whole file is refused."""

    EMPTY = "empty"
    NOT_1C = "not_1c"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class WarningCode(StrEnum):
    """What is odd in a file that was read all the same. `values` of each are named after the code."""

    ENCODING_MISMATCH = "encoding_mismatch"  # declared, actual
    BAD_CHARACTERS = "bad_characters"  # key
    TRUNCATED = "truncated"  # section (kind of the dropped document, empty for an account section), number
    NO_EOF = "no_eof"
    CONTENT_AFTER_END = "content_after_end"
    UNCLOSED = "unclosed"  # section
    STRAY_END = "stray_end"  # text
    NO_EQUALS = "no_equals"  # text
    DUPLICATE_KEY = "duplicate_key"  # key, first, second
    BAD_HEADER_DATE = "bad_header_date"  # key, text
    BAD_POSTING_DATE = "bad_posting_date"  # number, text
    BAD_SECTION_VALUE = "bad_section_value"  # account, key, text
    SECTION_WITHOUT_ACCOUNT = "section_without_account"
    UNKNOWN_CURRENCY = "unknown_currency"  # account
    BALANCE_MISMATCH = "balance_mismatch"  # account, stated, counted
    DAYS_MISMATCH = "days_mismatch"  # account, date, stated, counted
    RECEIVED_MISMATCH = "received_mismatch"  # account, stated, counted
    WITHDRAWN_MISMATCH = "withdrawn_mismatch"  # account, stated, counted
    REPEATED_DOCUMENT = "repeated_document"  # number, amount, account: nothing proves there were two payments
    DOUBLED_DOCUMENT = "doubled_document"  # number, amount, account: turnovers agree only without the repeats
    MORE_WARNINGS = "more_warnings"  # count


class UnreadReason(StrEnum):
    """Why one document of a good file could not be understood."""

    BAD_AMOUNT = "bad_amount"
    BAD_DATE = "bad_date"


class StatementError(IntegrationError):
    """The file as a whole is no statement. `code` chooses the translated text; trying again is of no use."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message, retry=False)
        self.code = code


@dataclass(frozen=True, slots=True)
class StatementWarning:
    """An oddity shown before posting. `line` counts from 1; 0 when the oddity is of the file as a whole."""

    code: WarningCode
    line: int = 0
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnreadDocument:
    """A document set aside: the line of its section, its number, the reason and the wrong text."""

    line: int
    number: str
    reason: UnreadReason
    text: str


class WarningLog:
    """Collects warnings in the order of the file and counts those above the limit."""

    def __init__(self) -> None:
        self._kept: list[StatementWarning] = []
        self._dropped = 0

    def add(self, code: WarningCode, line: int = 0, **values: str) -> None:
        """Note one oddity."""
        if len(self._kept) < MAX_WARNINGS:
            self._kept.append(StatementWarning(code, line, values))
        else:
            self._dropped += 1

    def all(self) -> tuple[StatementWarning, ...]:
        """Give the warnings, the last one telling how many more there were."""
        if not self._dropped:
            return tuple(self._kept)
        more = StatementWarning(WarningCode.MORE_WARNINGS, 0, {"count": str(self._dropped)})
        return (*self._kept, more)
