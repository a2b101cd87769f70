"""Invoices for payment (счета на оплату): posting with due dates, shipment, cancelling.

Posting makes the client owe the total by the agreement's payment stages, each with its due date. A stage
counted from the shipment has no due date until the goods are shipped. Without an agreement the whole is due
on the day printed in the invoice, or five banking days after its date. Advances are taken at once.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.database import ALL_ROWS
from app.errors import NotVisibleError, RuleError
from app.models.agreements import Agreement, PaymentEvent
from app.models.ledger import DocumentKind, DueItem, SettlementMovement
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import BankAccount
from app.services.agreements import schedule_of
from app.services.allocations import release, take_advances
from app.services.documents import check_contract_of, check_lines, check_terms, fill_lines, give_number, recalculate
from app.services.ledger import Registrar, SettlementEntry, lock_registers, reverse, write_settlements
from app.services.schedules import DueStage, due_dates
from app.services.working_days import WorkingCalendar
from app.texts import _

BANKING_DAYS_WITHOUT_TERMS = 5
"""When an invoice without terms of sale and without a day to pay until falls due; custom of the trade."""


def fill_from_terms(session: Session, invoice: Invoice, today: date) -> None:
    """Fill what is still empty from the terms of sale, the client and the products, then recalculate.

    Terms come from the contract when the invoice names none. Lines without a price get the one of the
    terms' price type on the invoice's day, with the terms' discount, the product's name and VAT. A line
    whose product has no such price keeps zero: posting will ask for it.
    """
    with session.no_autoflush:
        invoice.day = invoice.day or today
        if invoice.agreement_id is None and invoice.agreement is None and invoice.contract is not None:
            invoice.agreement = invoice.contract.agreement
        if invoice.responsible is None:
            invoice.responsible = invoice.client.responsible
        if invoice.bank_account is None:
            invoice.bank_account = _usual_account(session, invoice)
        if invoice.agreement is not None:
            invoice.price_includes_vat = invoice.agreement.price_type.includes_vat
        fill_lines(session, invoice)
    recalculate(invoice)


def check_invoice(invoice: Invoice, today: date) -> None:
    """Raises RuleError, saying what to correct, when the invoice cannot be posted."""
    if invoice.day > today:
        raise RuleError(_("The invoice is dated in the future; correct its date."))
    if invoice.valid_to is not None and invoice.valid_to < invoice.day:
        raise RuleError(_("The day to pay until is before the date of the invoice."))
    check_lines(invoice, invoice.shipped_on or invoice.day)
    _check_account(invoice)
    check_contract_of(invoice)
    check_terms(invoice)


def post_invoice(session: Session, invoice_id: int, *, today: date, calendar: WorkingCalendar) -> Invoice:
    """Post an invoice (провести). Posting again changes nothing; a cancelled one may be posted again.

    Gives the number, makes the client owe the total by stages and takes the client's advances, oldest first.
    Raises NotVisibleError, or RuleError from `check_invoice`.
    """
    invoice = _locked(session, invoice_id)
    if invoice.status is DocumentStatus.POSTED:
        return invoice
    with session.no_autoflush:  # the table would refuse a wrong total before we could say what is wrong
        recalculate(invoice)
        check_invoice(invoice, today)
    give_number(session, invoice, DocumentKind.INVOICE)
    invoice.status = DocumentStatus.POSTED
    session.flush()
    lock_registers(session, clients=[invoice.client_id])
    items = _write_due_items(session, invoice, _stages(invoice, calendar))
    take_advances(session, items, _("Advance taken automatically, oldest first"))
    return invoice


def cancel_invoice(session: Session, invoice_id: int) -> Invoice:
    """Cancel an invoice (отменить проведение): the client owes nothing by it. A second time changes nothing.

    As in 1C, payments stay: what they settled of this invoice becomes advances again, which the next invoice
    takes. The invoice keeps its number. Raises NotVisibleError.
    """
    invoice = _locked(session, invoice_id)
    if invoice.status is DocumentStatus.CANCELLED:
        return invoice
    lock_registers(session, clients=[invoice.client_id])
    release(session, DocumentKind.INVOICE, invoice.id)
    reverse(session, DocumentKind.INVOICE, invoice.id)
    invoice.status = DocumentStatus.CANCELLED
    session.flush()
    return invoice


def ship_invoice(
    session: Session, invoice_id: int, day: date | None, *, today: date, calendar: WorkingCalendar
) -> Invoice:
    """Note when the goods were shipped (None: not yet); stages counted from the shipment fall due from then.

    The terms are those of the agreement now. Raises RuleError when its stages no longer give the amounts that were
    posted, for a day that has not come yet, and for a cancelled invoice; raises NotVisibleError.
    """
    if day is not None and day > today:
        raise RuleError(_("A shipment is noted when it has happened: the day cannot be later than today."))
    invoice = _locked(session, invoice_id)
    if invoice.status is DocumentStatus.CANCELLED:
        raise RuleError(_("The invoice is cancelled: nothing is shipped by it."))
    invoice.shipped_on = day
    if invoice.status is DocumentStatus.POSTED:
        lock_registers(session, clients=[invoice.client_id])
        _move_due_dates(session, invoice, _stages(invoice, calendar))
    session.flush()
    return invoice


def _locked(session: Session, invoice_id: int) -> Invoice:
    """The invoice that the viewer sees, read anew and held until the transaction ends.

    Its terms, contract and lines are read past the viewer's rows: a stage that they may not see is due all the same.
    """
    if session.scalars(select(Invoice.id).where(Invoice.id == invoice_id)).first() is None:
        raise NotVisibleError(_("There is no such invoice."))
    invoice = select(Invoice).where(Invoice.id == invoice_id).with_for_update(key_share=True)
    parts = (
        selectinload(Invoice.lines),
        selectinload(Invoice.contract),
        selectinload(Invoice.agreement).selectinload(Agreement.stages),
    )
    options = ALL_ROWS | {"populate_existing": True}
    return session.scalars(invoice.options(*parts), execution_options=options).one()


def _usual_account(session: Session, invoice: Invoice) -> BankAccount:
    """The organisation's first active account in roubles."""
    accounts = select(BankAccount).where(
        BankAccount.organisation_id == invoice.organisation.id,
        BankAccount.is_active,
        BankAccount.currency == "RUB",
    )
    found = session.scalars(accounts.order_by(BankAccount.id)).first()
    if found is None:
        raise RuleError(_("%(organisation)s has no bank account; add one.", organisation=invoice.organisation))
    return found


def _check_account(invoice: Invoice) -> None:
    if invoice.bank_account.organisation_id != invoice.organisation_id:
        raise RuleError(_("The account for payment belongs to another organisation."))


def _stages(invoice: Invoice, calendar: WorkingCalendar) -> list[DueStage]:
    """What falls due when, by the agreement, or at once without one."""
    terms = invoice.agreement
    if terms is None:
        due = invoice.valid_to or calendar.add_banking_days(invoice.day, BANKING_DAYS_WITHOUT_TERMS)
        return [DueStage(1, due, invoice.total, PaymentEvent.INVOICE)]
    days = {PaymentEvent.ORDER: invoice.day, PaymentEvent.INVOICE: invoice.day}
    if invoice.shipped_on is not None:
        days[PaymentEvent.SHIPMENT] = invoice.shipped_on
    return due_dates(invoice.total, schedule_of(terms), days, calendar)


def _write_due_items(session: Session, invoice: Invoice, stages: Sequence[DueStage]) -> list[DueItem]:
    """Make the due items, or take those of an earlier posting, and write what is owed by each."""
    known = {item.stage: item for item in _due_items(session, invoice)}
    items = [known.get(stage.number) or _new_due_item(invoice, stage) for stage in stages]
    for item, stage in zip(items, stages, strict=True):
        session.add(item)
        item.client_id = invoice.client_id
        item.organisation_id = invoice.organisation_id
        item.document_number = invoice.number
        item.document_day = invoice.day
        item.due_on = stage.due
    session.flush()
    entries = [SettlementEntry(item.id, invoice.day, stage.amount) for item, stage in zip(items, stages, strict=True)]
    write_settlements(session, Registrar(DocumentKind.INVOICE, invoice.id), entries)
    return items


def _new_due_item(invoice: Invoice, stage: DueStage) -> DueItem:
    return DueItem(document_kind=DocumentKind.INVOICE, document_id=invoice.id, stage=stage.number)


def _due_items(session: Session, invoice: Invoice) -> Sequence[DueItem]:
    items = select(DueItem).where(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == invoice.id)
    return session.scalars(items.order_by(DueItem.stage), execution_options=ALL_ROWS).all()


def _move_due_dates(session: Session, invoice: Invoice, stages: Sequence[DueStage]) -> None:
    row = SettlementMovement
    written = (
        select(row.due_item_id, func.sum(row.amount).label("amount"))
        .where(row.document_kind == DocumentKind.INVOICE, row.document_id == invoice.id)
        .group_by(row.due_item_id)
    )
    found = session.execute(written, execution_options=ALL_ROWS)
    posted = {each.due_item_id: each.amount for each in found}
    owed = [item for item in _due_items(session, invoice) if posted.get(item.id)]
    if [posted[item.id] for item in owed] != [stage.amount for stage in stages if stage.amount]:
        raise RuleError(_("The payment stages were changed since the invoice was posted; cancel it and post it again."))
    by_number = {stage.number: stage for stage in stages}
    for item in owed:
        item.due_on = by_number[item.stage].due
