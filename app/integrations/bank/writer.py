"""Writes a statement file as a bank would: for the demo company, benchmarks and tests."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, TypeAlias

from app.integrations.bank.documents import AccountSection, Document, normal_key
from app.integrations.bank.parties import Party

_DECLARED = {"cp1251": "Windows", "cp866": "DOS", "utf-8": "UTF-8"}
_SIDE_KEYS = (
    ("КПП", "kpp"),
    ("1", "name"),
    ("РасчСчет", "account"),
    ("Банк1", "bank"),
    ("Банк2", "bank_city"),
    ("БИК", "bik"),
    ("Корсчет", "corr_account"),
)


@dataclass(frozen=True, slots=True)
class StatementForm:
    """The header of a file. `encoding` is Python's name: cp1251, cp866 or utf-8; the line end is CRLF."""

    date_from: date
    date_to: date
    created: datetime
    encoding: str = "cp1251"
    version: str = "1.03"
    sender: str = ""
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A payment to write. Give `debited_on` for outgoing, `credited_on` for incoming, both for internal ones.

    `extra` are further keys as the format spells them, for instance ВидОплаты or the tax block.
    """

    number: str
    document_date: date
    amount: Decimal
    payer: Party
    payee: Party
    purpose: str = ""
    kind: str = "Платежное поручение"
    debited_on: date | None = None
    credited_on: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def statement_bytes(
    form: StatementForm, sections: Iterable[AccountSection], documents: Iterable[DocumentDraft]
) -> bytes:
    """Write a statement to memory."""
    target = io.BytesIO()
    write_statement(target, form, sections, documents)
    return target.getvalue()


def write_statement(
    target: BinaryIO,
    form: StatementForm,
    sections: Iterable[AccountSection],
    documents: Iterable[DocumentDraft],
) -> None:
    """Write a statement to a binary stream, document by document; the stream is left open.

    Line breaks inside a value become blanks, letters that the encoding lacks become question marks.
    """
    known = list(sections)
    for lines in (_header(form, known), *map(_section, known)):
        _put(target, form.encoding, lines)
    for document in documents:
        _put(target, form.encoding, _document(document))
    _put(target, form.encoding, [("КонецФайла", None)])


def draft_of(document: Document) -> DocumentDraft:
    """Make a draft that writes a document already read once more, with every key it had."""
    return DocumentDraft(
        number=document.number,
        document_date=document.document_date,
        amount=document.amount,
        payer=document.payer,
        payee=document.payee,
        purpose=document.purpose,
        kind=document.kind,
        extra=document.raw,
    )


_Line: TypeAlias = tuple[str, str | None]


def _put(target: BinaryIO, encoding: str, lines: Iterable[_Line]) -> None:
    text = "".join(name + "\r\n" if value is None else f"{name}={_flat(value)}\r\n" for name, value in lines)
    target.write(text.encode(encoding, "replace"))


def _flat(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _header(form: StatementForm, sections: Iterable[AccountSection]) -> Iterator[_Line]:
    yield "1CClientBankExchange", None
    yield "ВерсияФормата", form.version
    yield "Кодировка", _DECLARED[form.encoding]
    yield "Отправитель", form.sender
    yield "Получатель", form.receiver
    yield "ДатаСоздания", _day(form.created)
    yield "ВремяСоздания", f"{form.created:%H:%M:%S}"
    yield "ДатаНачала", _day(form.date_from)
    yield "ДатаКонца", _day(form.date_to)
    for account in dict.fromkeys(section.account for section in sections):
        yield "РасчСчет", account


def _section(section: AccountSection) -> Iterator[_Line]:
    yield "СекцияРасчСчет", None
    yield "ДатаНачала", _day(section.date_from)
    yield "ДатаКонца", _day(section.date_to)
    yield "РасчСчет", section.account
    yield "НачальныйОстаток", _money(section.opening)
    yield "ВсегоПоступило", _money(section.received)
    yield "ВсегоСписано", _money(section.withdrawn)
    yield "КонечныйОстаток", _money(section.closing)
    yield "КонецРасчСчет", None


def _document(draft: DocumentDraft) -> Iterator[_Line]:
    lines = list(_keys(draft))
    written = {normal_key(key) for key, _ in lines}
    yield "СекцияДокумент", draft.kind
    yield from lines
    yield from ((key, value) for key, value in draft.extra.items() if normal_key(key) not in written)
    yield "КонецДокумента", None


def _keys(draft: DocumentDraft) -> Iterator[tuple[str, str]]:
    yield "Номер", draft.number
    yield "Дата", _day(draft.document_date)
    yield "Сумма", _money(draft.amount)
    yield from _side("Плательщик", draft.payer)
    if draft.debited_on:
        yield "ДатаСписано", _day(draft.debited_on)
    yield from _side("Получатель", draft.payee)
    if draft.credited_on:
        yield "ДатаПоступило", _day(draft.credited_on)
    yield "НазначениеПлатежа", draft.purpose


def _side(side: str, party: Party) -> Iterator[tuple[str, str]]:
    yield side + "Счет", party.direct_account or party.account
    yield side + "ИНН", party.inn or party.kio
    for key, attribute in _SIDE_KEYS:
        yield side + key, getattr(party, attribute)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d.%m.%Y}"


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
