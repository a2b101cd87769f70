"""What a statement holds: accounts with their turnovers, and documents (payments)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.integrations.bank.parties import Party
from app.integrations.bank.problems import StatementWarning, UnreadDocument, WarningCode


class Direction(StrEnum):
    """Where the money went, seen from the own accounts."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"  # between own accounts: in no turnover of the company
    FOREIGN = "foreign"  # no own account on either side: to be refused


def normal_key(text: str) -> str:
    """Bring a key to the form it is compared in: no blanks around, lower case, ё as е."""
    return text.strip().lower().replace("ё", "е")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """The keys of a document, shared by all documents with the same: as written, and where each stands."""

    names: tuple[str, ...]
    places: dict[str, int]


class RawFields(Mapping[str, str]):
    """The fields of a document as they stood in the file, for audit; keys are found in any case, ё or е.

    An empty key is kept, of a repeated one the last value that is not empty. `dict(raw)` is ready for JSON.
    """

    __slots__ = ("_shape", "_values")

    def __init__(self, shape: FieldShape, values: tuple[str, ...]) -> None:
        self._shape = shape
        self._values = values

    def __getitem__(self, key: str) -> str:
        return self._values[self._shape.places[normal_key(key)]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shape.names)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class AccountSection:
    """One «СекцияРасчСчет»: balances and turnovers of an account over a period, in the account's currency.

    Some banks write one section per day. None means that the bank did not say, or wrote it unreadably.
    """

    account: str
    date_from: date | None = None
    date_to: date | None = None
    opening: Decimal | None = None
    received: Decimal | None = None
    withdrawn: Decimal | None = None
    closing: Decimal | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One payment of a statement.

    `kind` is the bank's own word («Платежное поручение», «Банковский ордер», …), kept when unknown.
    `posting_date` is the day the money moved: ДатаПоступило of an incoming, ДатаСписано of an outgoing
    payment, else the document's date. `amount` has two decimals, is never negative and is in `currency`
    (ISO 4217, by the own account). `own_account` of a transfer between own accounts is the payer's. `key`
    tells the payment from every other across statements (SHA-256, see `natural_key`); `ordinal` is 2, 3, …
    for repeats in one file.
    """

    kind: str
    number: str
    document_date: date
    posting_date: date
    amount: Decimal
    direction: Direction
    own_account: str
    payer: Party
    payee: Party
    purpose: str
    currency: str
    key: str
    ordinal: int
    line: int
    raw: RawFields = field(compare=False, repr=False)

    @property
    def other(self) -> Party:
        """The other side: who paid an incoming or foreign document, who got any other one."""
        return self.payer if self.direction in (Direction.IN, Direction.FOREIGN) else self.payee

    @property
    def operation(self) -> str:
        """ВидОплаты: 01 payment order, 02 demand, 06 collection order, 16 payment warrant, 17 bank order."""
        return self.raw.get("ВидОплаты", "")

    @property
    def uin(self) -> str:
        """Unique identifier of the payment or accrual (Код, УИП/УИН); «0» in the file means none."""
        code = self.raw.get("Код", "")
        return code if code.strip("0") else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as read.

    `encoding` is the one found, not the one declared; `accounts` are those the file names as its own; the
    period is of the header, or of the account sections when the header's is broken. `header` is keyed by
    normalised keys (lower case, ё as е). `file_hash` is the SHA-256 of the bytes.
    """

    encoding: str
    file_hash: str
    accounts: tuple[str, ...]
    date_from: date | None
    date_to: date | None
    sections: tuple[AccountSection, ...]
    documents: tuple[Document, ...]
    unread: tuple[UnreadDocument, ...]
    warnings: tuple[StatementWarning, ...]
    header: Mapping[str, str]

    @property
    def truncated(self) -> bool:
        """Whether the file breaks off inside a section, so that payments are missing for certain."""
        return any(warning.code is WarningCode.TRUNCATED for warning in self.warnings)

    @property
    def document_count(self) -> int:
        """How many whole documents the file holds, the unread ones among them."""
        return len(self.documents) + len(self.unread)

    def of(self, direction: Direction) -> Iterator[Document]:
        """Give the documents of one direction in the file's order."""
        return (document for document in self.documents if document.direction is direction)

    def total(self, direction: Direction) -> Decimal:
        """Add the amounts of one direction, two decimals, whatever the currencies of the accounts."""
        return sum((document.amount for document in self.of(direction)), Decimal("0.00"))


def natural_key(identity: tuple[str, ...], ordinal: int) -> str:
    """Hash what tells a payment from all others, so that overlapping statements give it the same key.

    `identity` is: own account, direction, document date, number, amount, the other side's account and INN;
    `ordinal` which one it is among equal ones of the file. A number alone repeats: each payer counts his own.
    """
    return hashlib.sha256("\x1f".join((*identity, str(ordinal))).encode()).hexdigest()
