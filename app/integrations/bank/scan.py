"""The grammar of the file: lines to a header and sections, without asking what the values mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.integrations.bank.amounts import squeeze
from app.integrations.bank.documents import normal_key
from app.integrations.bank.problems import ErrorCode, StatementError, WarningCode, WarningLog

MARK = "1cclientbankexchange"
_ACCOUNT_SECTION = "секциярасчсчет"
_DOCUMENT_SECTION = "секциядокумент"
_ENDS = {"конецрасчсчет": False, "конецдокумента": True}
_END_OF_FILE = "конецфайла"
_ACCOUNT_KEYS = frozenset({"расчсчет", "номерсчета"})
_MARKERS = frozenset({_ACCOUNT_SECTION, _DOCUMENT_SECTION, _END_OF_FILE, *_ENDS})
# Header keys that stand once per account or per kind of document.
_REPEATED_KEYS = _ACCOUNT_KEYS | {"документ"}
# Values that hardly ever repeat from document to document: not worth remembering.
_UNSHARED_KEYS = frozenset({"номер", "сумма", "назначениеплатежа", "назначениеплатежа1", "код"})
_REMEMBERED = 20_000
_SHOWN = 100
_CONTROLS = dict.fromkeys(range(32)) | {9: " "}


@dataclass(slots=True)
class RawSection:
    """A section as read: `title` is the kind of a document, fields are keyed by normalised names."""

    is_document: bool
    title: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)


class Scanner:
    """Walks once over the lines. `header`, `accounts` and `spelling` are complete when `sections` has ended.

    `spelling` gives, for a normalised key, the way the file writes it.
    """

    def __init__(self, lines: Iterable[str], log: WarningLog) -> None:
        self.header: dict[str, str] = {}
        self.accounts: dict[str, None] = {}
        self.spelling: dict[str, str] = {}
        self._lines = enumerate(lines, 1)
        self._log = log
        self._open: RawSection | None = None
        self._keys: dict[str, str] = {}
        self._values: dict[str, str] = {}

    def sections(self) -> Iterator[RawSection]:
        """Give the closed sections in order. Raises StatementError when the mark is not on the first line."""
        self._expect_mark()
        fields = self.header
        keys, values = self._keys, self._values
        for number, line in self._lines:
            name, equals, value = line.partition("=")
            key = keys.get(name)
            if key is None:
                key = self._learn(name)
            if key in _MARKERS:
                if key == _END_OF_FILE:
                    yield from self._finish(ended=True)
                    return
                yield from self._turn(key, value.strip() if equals else None, number)
                fields = self._open.fields if self._open else self.header
            elif key and equals:
                value = value.strip()
                # Most values repeat in every document: they are checked once and shared.
                known = values.get(value)
                value = self._new_value(key, value, number) if known is None else known
                if key in fields or (key in _ACCOUNT_KEYS and fields is self.header):
                    self._repeat(fields, key, value, number)
                else:
                    fields[key] = value
            elif line.strip():
                self._log.add(WarningCode.NO_EQUALS, number, text=line.strip()[:_SHOWN])
        yield from self._finish(ended=False)

    def _expect_mark(self) -> None:
        for _, line in self._lines:
            text = line.strip("\ufeff\x00 \t\xa0\r\n")
            if text:
                if text.partition("=")[0].strip().lower() == MARK:
                    return
                break
        raise StatementError(ErrorCode.NOT_1C, "This is not a bank statement file in the 1C format.")

    def _learn(self, name: str) -> str:
        """Normalise a key met for the first time. The memory is bounded against a file of invented keys."""
        if len(self._keys) >= _REMEMBERED:
            self._keys.clear()
        visible = name.translate(_CONTROLS).strip()
        key = self._keys[name] = normal_key(visible)
        self.spelling.setdefault(key, visible)
        return key

    def _turn(self, key: str, title: str | None, line: int) -> Iterator[RawSection]:
        """Open or close a section; gives the one that has ended by it."""
        ended, self._open = self._open, None
        if key in _ENDS:
            if ended is None:
                self._log.add(WarningCode.STRAY_END, line, text=key)
            elif ended.is_document is not _ENDS[key]:
                self._log.add(WarningCode.UNCLOSED, ended.line, section=ended.title)
        else:
            if ended is not None:
                self._log.add(WarningCode.UNCLOSED, ended.line, section=ended.title)
            is_document = key == _DOCUMENT_SECTION
            if is_document and title is None:
                self._log.add(WarningCode.NO_EQUALS, line, text=self.spelling[key])
            kind = (title or "")[:_SHOWN].translate(_CONTROLS)
            self._open = RawSection(is_document, self._values.setdefault(kind, kind), line)
        if ended is not None:
            yield self._closed(ended)

    def _closed(self, section: RawSection) -> RawSection:
        if not section.is_document:
            account = next((section.fields[key] for key in section.fields if key in _ACCOUNT_KEYS), "")
            self._note_account(account)
        if len(self._values) >= _REMEMBERED:
            self._values.clear()
        return section

    def _note_account(self, account: str) -> None:
        if account:
            self.accounts.setdefault(squeeze(account))

    def _repeat(self, fields: dict[str, str], key: str, value: str, line: int) -> None:
        """Take a key that has stood before: the last value that says something wins."""
        if fields is self.header and key in _REPEATED_KEYS:
            self._note_account(value if key in _ACCOUNT_KEYS else "")
            return
        first = fields[key]
        if first and value and first != value:
            values = {"key": self.spelling[key], "first": first[:_SHOWN], "second": value[:_SHOWN]}
            self._log.add(WarningCode.DUPLICATE_KEY, line, **values)
        fields[key] = value or first

    def _new_value(self, key: str, value: str, line: int) -> str:
        """Take out control characters, which databases and spreadsheets refuse; tell of lost letters."""
        clean = value
        if not value.isprintable():
            clean = value.translate(_CONTROLS).strip()
        if "\ufffd" in value:
            self._log.add(WarningCode.BAD_CHARACTERS, line, key=self.spelling[key])
        if key not in _UNSHARED_KEYS:
            self._values[value] = clean
        return clean

    def _finish(self, *, ended: bool) -> Iterator[RawSection]:
        section, self._open = self._open, None
        if section is not None and ended:
            self._log.add(WarningCode.UNCLOSED, section.line, section=section.title)
            yield self._closed(section)
        elif section is not None:
            values = {"section": section.title, "number": section.fields.get("номер", "")[:_SHOWN]}
            self._log.add(WarningCode.TRUNCATED, section.line, **values)
        elif not ended:
            self._log.add(WarningCode.NO_EOF)
        for number, line in self._lines:
            if normal_key(line.partition("=")[0]) == _DOCUMENT_SECTION:
                self._log.add(WarningCode.CONTENT_AFTER_END, number)
                return
