"""A bank statement to try the import with: yesterday's payments of the demo company, sure and doubtful ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.bank import AccountSection, DocumentDraft, Party, StatementForm, statement_bytes
from app.models.clients import Client, ClientBankAccount
from app.models.ledger import CashBalance, DocumentKind, DueItem
from app.models.staff import BankAccount
from app.services.demo.numbers import DEMO_BANK, DEMO_BIK, DEMO_CORRESPONDENT, account
from app.texts import _

_PAYERS = 32
"""Of four clients two name the invoice, one only pays the exact sum, one pays some other sum."""
_STRANGERS = ("ООО «Незнакомец»", "АО «Случайность»", "ИП Неизвестнов Н. Н.")


@dataclass(frozen=True)
class _Debt:
    """An open stage with the client who owes it."""

    item: DueItem
    client: Client
    account: str


def demo_statement(session: Session, today: date) -> bytes:
    """A file in the format of 1C of about forty payments on the main account, dated with the day before `today`.

    The same database and day give the same file. Raises RuleError without a company to make it for.
    """
    own = session.scalars(select(BankAccount).order_by(BankAccount.id)).all()
    if len(own) < 2:
        raise RuleError(_("Build the demo company first: flask kontora demo."))
    day = today - timedelta(days=1)
    drafts = [*_incoming(session, own[0], day), *_outgoing(session, own[0], own[1], day)]
    received = sum((draft.amount for draft in drafts if draft.credited_on and not draft.debited_on), Decimal(0))
    withdrawn = sum((draft.amount for draft in drafts if draft.debited_on), Decimal(0))
    kept = select(CashBalance.balance).where(CashBalance.account_id == own[0].id)
    opening = session.scalars(kept).first() or own[0].opening_balance
    section = AccountSection(own[0].account, day, day, opening, received, withdrawn, opening + received - withdrawn)
    made_at = datetime.combine(day, time(20))  # a bank writes no zone
    form = StatementForm(day, day, made_at, sender=DEMO_BANK, receiver="Kontora")
    return statement_bytes(form, [section], drafts)


def _incoming(session: Session, own: BankAccount, day: date) -> Iterator[DocumentDraft]:
    us = _us(own)
    for place, debt in enumerate(_debts(session, own)):
        amount = debt.item.balance
        if place % 4 < 2:
            item = debt.item
            text = f"Оплата по счёту № {item.document_number} от {item.document_day:%d.%m.%Y}, в т. ч. НДС"
        elif place % 4 == 2:
            text = "Оплата за оборудование по договору, в т. ч. НДС"
        else:
            amount, text = amount / 2 + 1000, "Оплата за товар"
        payer = _them(debt.client.name, debt.client.inn or "", debt.account)
        yield _received(str(101 + place), day, amount.quantize(Decimal("0.01")), payer, us, text)
    for place, name in enumerate(_STRANGERS):
        stranger = _them(name, f"77990000{place}0", account("40702", 7000 + place))
        yield _received(str(301 + place), day, Decimal(12500 + 7300 * place), stranger, us, "Оплата по счёту, без НДС")


def _debts(session: Session, own: BankAccount) -> list[_Debt]:
    """One open stage of each of so many clients who owe to the organisation of the account."""
    owed = (
        select(DueItem, Client, ClientBankAccount.account)
        .join(Client, Client.id == DueItem.client_id)
        .outerjoin(ClientBankAccount, ClientBankAccount.client_id == Client.id)
        .where(
            DueItem.organisation_id == own.organisation_id,
            DueItem.document_kind == DocumentKind.INVOICE,
            DueItem.balance > 0,
            Client.inn.is_not(None),
        )
        .order_by(DueItem.document_day.desc(), DueItem.id.desc())
    )
    by_client: dict[int, _Debt] = {}
    for item, client, number in session.execute(owed):
        by_client.setdefault(client.id, _Debt(item, client, number or account("40702", 5000 + client.id)))
    return list(by_client.values())[:_PAYERS]


def _outgoing(session: Session, own: BankAccount, other: BankAccount, day: date) -> Iterator[DocumentDraft]:
    us = _us(own)
    bank = _them(DEMO_BANK, "", account("47423", 1))
    yield _spent("501", day, Decimal("2490.00"), us, bank, "Комиссия за ведение счёта")
    supplier = _them("ООО «Учебный поставщик»", "", account("40702", 8001))
    yield _spent("502", day, Decimal("384000.00"), us, supplier, "Оплата поставщику за компрессоры, в т. ч. НДС")
    debt = next(iter(_debts(session, own)), None)
    if debt is not None:
        client = _them(debt.client.name, debt.client.inn or "", debt.account)
        yield _spent("503", day, Decimal("4200.00"), us, client, "Возврат излишне уплаченных денег, в т. ч. НДС")
    yield DocumentDraft(
        "504", day, Decimal("150000.00"), us, _us(other), "Перевод собственных средств. НДС не облагается",
        debited_on=day, credited_on=day,
    )  # fmt: skip


def _received(number: str, day: date, amount: Decimal, payer: Party, us: Party, text: str) -> DocumentDraft:  # noqa: PLR0913
    return DocumentDraft(number, day, amount, payer, us, text, credited_on=day)


def _spent(number: str, day: date, amount: Decimal, us: Party, payee: Party, text: str) -> DocumentDraft:  # noqa: PLR0913
    return DocumentDraft(number, day, amount, us, payee, text, debited_on=day)


def _us(own: BankAccount) -> Party:
    owner = own.organisation
    return Party(
        name=owner.name, inn=owner.inn, kpp=owner.kpp or "", account=own.account, direct_account=own.account,
        bank=own.bank_name, bik=own.bik, corr_account=own.correspondent_account or "",
    )  # fmt: skip


def _them(name: str, inn: str, number: str) -> Party:
    return Party(
        name=name, inn=inn, account=number, direct_account=number,
        bank=DEMO_BANK, bik=DEMO_BIK, corr_account=DEMO_CORRESPONDENT,
    )  # fmt: skip
