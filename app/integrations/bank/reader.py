"""Reads a whole statement file; whatever the bytes are, the answer is a Statement or a StatementError."""

import io
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import BinaryIO

from app.integrations.bank.amounts import read_date, squeeze
from app.integrations.bank.build import DocumentBuilder, read_section
from app.integrations.bank.checks import check_sums
from app.integrations.bank.decode import Survey, declared_encoding, open_source, reading, survey_source
from app.integrations.bank.documents import AccountSection, Document, Statement
from app.integrations.bank.problems import UnreadDocument, WarningCode, WarningLog
from app.integrations.bank.scan import Scanner

# A hundred thousand documents take 70-100 MB; a year of a busy account is far below.
MAX_BYTES = 128 * 1024 * 1024


def read_statement(
    source: bytes | BinaryIO, *, own_accounts: Collection[str] = (), max_bytes: int = MAX_BYTES
) -> Statement:
    """Read a statement from bytes or from a binary stream (from its beginning; the stream is left open).

    `own_accounts` are the company's accounts: together with those the file names as its own they decide the
    direction of each document. A statement of other accounts is read all the same. A document with an
    unreadable amount or date goes to `unread`, the rest is read. Raises StatementError, an IntegrationError
    with `code`, when the file is empty, above `max_bytes`, not in this format or unreadable on the disk.
    """
    stream = open_source(source, max_bytes)
    survey = survey_source(stream, max_bytes)
    own = frozenset(filter(None, map(squeeze, own_accounts)))
    pass_ = _read_pass(stream, survey, own)
    if pass_.accounts_came_late:
        # Account sections after the documents: only now is it known whose statement this is.
        pass_ = _read_pass(stream, survey, own | pass_.scanner.accounts.keys())
    return pass_.statement(survey)


def _read_pass(stream: BinaryIO, survey: Survey, own: frozenset[str]) -> "_Pass":
    with reading():
        stream.seek(0)
        # Universal newlines: CRLF, LF and CR are met, sometimes in one file.
        text = io.TextIOWrapper(stream, encoding=survey.encoding, errors="replace")
        try:
            pass_ = _Pass(text, own)
            pass_.run()
        finally:
            text.detach()
    return pass_


class _Pass:
    """One walk over the text: collects sections, documents and what was wrong with them."""

    def __init__(self, text: io.TextIOWrapper, own: frozenset[str]) -> None:
        self.log = WarningLog()
        self.scanner = Scanner(text, self.log)
        self.builder = DocumentBuilder(self.scanner.spelling, self.log)
        self.given = own
        self.own = own
        self.sections: list[AccountSection] = []
        self.documents: list[Document] = []
        self.unread: list[UnreadDocument] = []

    @property
    def accounts_came_late(self) -> bool:
        """Whether the file named an own account after documents whose direction depends on it."""
        return bool(self.documents) and not self.scanner.accounts.keys() <= self.own

    def run(self) -> None:
        """Walk to the end of the file."""
        for section in self.scanner.sections():
            if not section.is_document:
                self.sections.append(read_section(section, list(self.scanner.accounts), self.log))
                continue
            if not self.documents:
                self.own = self.given | self.scanner.accounts.keys()
            document = self.builder.build(section, self.own)
            if isinstance(document, Document):
                self.documents.append(document)
            else:
                self.unread.append(document)

    def statement(self, survey: Survey) -> Statement:
        """Put together what was collected and check the sums."""
        self._check_encoding(survey)
        date_from = self._header_date("датаначала")
        date_to = self._header_date("датаконца")
        check_sums(self.sections, self.documents, self.log)
        return Statement(
            encoding=survey.encoding,
            file_hash=survey.file_hash,
            accounts=tuple(self.scanner.accounts),
            date_from=date_from or min(_days(section.date_from for section in self.sections), default=None),
            date_to=date_to or max(_days(section.date_to for section in self.sections), default=None),
            sections=tuple(self.sections),
            documents=tuple(self.documents),
            unread=tuple(self.unread),
            warnings=self.log.all(),
            header=self.scanner.header,
        )

    def _check_encoding(self, survey: Survey) -> None:
        declared = self.scanner.header.get("кодировка", "")
        actual = "utf-16" if survey.encoding.startswith("utf-16") else survey.encoding
        if declared and declared_encoding(declared) != actual:
            self.log.add(WarningCode.ENCODING_MISMATCH, declared=declared[:100], actual=actual)

    def _header_date(self, key: str) -> date | None:
        """Read a date of the period; «23.08.201819202122» is met, then the sections' dates stand in."""
        text = self.scanner.header.get(key, "")
        day = read_date(text)
        if text and day is None:
            self.log.add(WarningCode.BAD_HEADER_DATE, key=self.scanner.spelling[key], text=text[:100])
        return day


def _days(days: Iterable[date | None]) -> Iterator[date]:
    return (day for day in days if day is not None)
