"""From the fields of a section to an account section or a document."""

from datetime import date
from decimal import Decimal

from app.integrations.bank.amounts import (
    ROUBLE,
    currency_of,
    read_amount,
    read_balance,
    read_date,
    squeeze,
)
from app.integrations.bank.documents import (
    AccountSection,
    Direction,
    Document,
    FieldShape,
    RawFields,
    natural_key,
)
from app.integrations.bank.parties import Party, PartyReader
from app.integrations.bank.problems import UnreadDocument, UnreadReason, WarningCode, WarningLog
from app.integrations.bank.scan import RawSection

_SHOWN = 100
# Which date is the posting date, first of all those that may stand in.
_POSTING_KEYS = {
    Direction.IN: ("датапоступило",),
    Direction.OUT: ("датасписано",),
    Direction.INTERNAL: ("датасписано", "датапоступило"),
    Direction.FOREIGN: ("датапоступило", "датасписано"),
}
_PURPOSE = "назначениеплатежа"
_PURPOSE_PARTS = tuple(f"{_PURPOSE}{part}" for part in range(1, 7))
# Turnovers from the bank's point of view: an account's debit is money written off.
_RECEIVED = ("всегопоступило", "кредитоборот")
_WITHDRAWN = ("всегосписано", "дебетоборот")


def read_section(section: RawSection, accounts: list[str], log: WarningLog) -> AccountSection:
    """Read balances and turnovers. A section without an account belongs to the only one of the file."""
    fields = section.fields
    account = squeeze(fields.get("расчсчет") or fields.get("номерсчета") or "")
    if not account and len(accounts) == 1:
        account = accounts[0]
    if not account:
        log.add(WarningCode.SECTION_WITHOUT_ACCOUNT, section.line)

    def balance(*keys: str) -> Decimal | None:
        key = next((key for key in keys if fields.get(key)), None)
        if key is None:
            return None
        value = read_balance(fields[key])
        if value is None:
            values = {"account": account[:_SHOWN], "key": key, "text": fields[key][:_SHOWN]}
            log.add(WarningCode.BAD_SECTION_VALUE, section.line, **values)
        return value

    return AccountSection(
        account=account,
        date_from=read_date(fields.get("датаначала", "")),
        date_to=read_date(fields.get("датаконца", "")),
        opening=balance("начальныйостаток"),
        received=balance(*_RECEIVED),
        withdrawn=balance(*_WITHDRAWN),
        closing=balance("конечныйостаток"),
        line=section.line,
    )


class DocumentBuilder:
    """Builds documents one after another; remembers sides, keys already given and shapes of fields."""

    def __init__(self, spelling: dict[str, str], log: WarningLog) -> None:
        self._spelling = spelling
        self._log = log
        self._payers = PartyReader("Плательщик")
        self._payees = PartyReader("Получатель")
        self._shapes: dict[tuple[str, ...], FieldShape] = {}
        self._times_seen: dict[str, int] = {}
        self._unknown_currencies: set[str] = set()

    def build(self, section: RawSection, own: frozenset[str]) -> Document | UnreadDocument:
        """Build the document, or tell why its amount or date cannot be read."""
        fields = section.fields
        amount = read_amount(fields.get("сумма", ""))
        if amount is None:
            return _unread(section, UnreadReason.BAD_AMOUNT, "сумма")
        document_date = read_date(fields.get("дата", ""))
        if document_date is None:
            return _unread(section, UnreadReason.BAD_DATE, "дата")
        payer, payee = self._payers.read(fields), self._payees.read(fields)
        direction, own_account = _direct(payer, payee, fields, own)
        number = fields.get("номер", "")
        other = payer if direction in (Direction.IN, Direction.FOREIGN) else payee
        identity = (
            own_account,
            direction.value,
            document_date.isoformat(),
            number,
            str(amount),
            other.account,
            other.inn or other.kio,
        )
        key, ordinal = self._identify(identity)
        return Document(
            kind=section.title,
            number=number,
            document_date=document_date,
            posting_date=self._posting_date(section, direction) or document_date,
            amount=amount,
            direction=direction,
            own_account=own_account,
            payer=payer,
            payee=payee,
            purpose=_purpose(fields),
            currency=self._currency(own_account or payee.account, section.line),
            key=key,
            ordinal=ordinal,
            line=section.line,
            raw=self._raw(fields),
        )

    def _identify(self, identity: tuple[str, ...]) -> tuple[str, int]:
        """Give the key and which of equal payments this is; they are counted under the first one's key."""
        first = natural_key(identity, 1)
        ordinal = self._times_seen[first] = self._times_seen.get(first, 0) + 1
        return (first if ordinal == 1 else natural_key(identity, ordinal)), ordinal

    def _posting_date(self, section: RawSection, direction: Direction) -> date | None:
        for key in _POSTING_KEYS[direction]:
            text = section.fields.get(key)
            if not text:
                continue
            if day := read_date(text):
                return day
            values = {"number": section.fields.get("номер", "")[:_SHOWN], "text": text[:_SHOWN]}
            self._log.add(WarningCode.BAD_POSTING_DATE, section.line, **values)
        return None

    def _currency(self, account: str, line: int) -> str:
        """Tell the currency; roubles, with one warning per account, when the account does not say it."""
        currency = currency_of(account)
        if currency is None and account not in self._unknown_currencies:
            self._unknown_currencies.add(account)
            self._log.add(WarningCode.UNKNOWN_CURRENCY, line, account=account[:_SHOWN])
        return currency or ROUBLE

    def _raw(self, fields: dict[str, str]) -> RawFields:
        keys = tuple(fields)
        shape = self._shapes.get(keys)
        if shape is None:
            places = {key: place for place, key in enumerate(keys)}
            shape = self._shapes[keys] = FieldShape(tuple(self._spelling[key] for key in keys), places)
        return RawFields(shape, tuple(fields.values()))


def _direct(payer: Party, payee: Party, fields: dict[str, str], own: frozenset[str]) -> tuple[Direction, str]:
    """Tell the direction and the own account by which side's account is the company's.

    Only when no own account is known at all do the dates decide: ДатаПоступило means in, ДатаСписано out.
    """
    paying, paid = payer.own_account(own), payee.own_account(own)
    if paying and paid:
        return Direction.INTERNAL, paying
    if paying or paid:
        return (Direction.OUT, paying) if paying else (Direction.IN, paid)
    if not own and fields.get("датапоступило"):
        return Direction.IN, payee.account
    if not own and fields.get("датасписано"):
        return Direction.OUT, payer.account
    return Direction.FOREIGN, ""


def _purpose(fields: dict[str, str]) -> str:
    """Give the purpose of payment; its numbered parts are joined only when the whole is empty."""
    whole = fields.get(_PURPOSE)
    return whole or " ".join(filter(None, map(fields.get, _PURPOSE_PARTS)))


def _unread(section: RawSection, reason: UnreadReason, key: str) -> UnreadDocument:
    number, text = section.fields.get("номер", ""), section.fields.get(key, "")
    return UnreadDocument(section.line, number[:_SHOWN], reason, text[:_SHOWN])
