"""The text of a contract for signing, printed from its record. The signed scan is an attachment, not this."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.agreements import Agreement, AgreementStage, Contract, DayKind, PaymentEvent
from app.models.clients import Client, ClientBankAccount, ClientKind
from app.models.staff import BankAccount, Organisation
from app.reports.parties import client_bank, client_party, file_name, organisation_bank, organisation_party, town_of
from app.reports.rendering.contract_form import ContractForm, ContractParty, PaymentTerms
from app.reports.rendering.figures import percent
from app.reports.rendering.printing import print_form

BLANK = "_" * 24
"""A place to fill in by hand: what the card does not say must not be invented in a contract."""
COURT = "арбитражный суд по месту нахождения ответчика"
VAT = "Цена включает НДС по ставке, действующей на дату отгрузки."
_EVENTS = {
    PaymentEvent.ORDER: "с даты заказа",
    PaymentEvent.INVOICE: "с даты выставления счёта",
    PaymentEvent.SHIPMENT: "с даты отгрузки Товара или подписания акта об оказании Услуг",
}
_DAYS = {DayKind.CALENDAR: "календарных", DayKind.BANKING: "банковских"}


def contract_pdf(session: Session, contract: Contract) -> bytes:
    """Print the contract. Raises IntegrationError when the PDF engine fails."""
    return print_form("contract.html", contract_form(session, contract))


def contract_file_name(contract: Contract) -> str:
    """«Договор Д-15 от 2026-11-23 Ромашка.pdf»."""
    return file_name("Договор", contract.number, contract.signed_on, contract.client)


def contract_form(session: Session, contract: Contract) -> ContractForm:
    """What is printed. Payment is by the terms of sale; without terms, wholly in advance in 5 banking days."""
    return ContractForm(
        number=contract.number,
        date=contract.signed_on,
        city=town_of(contract.organisation.address) or BLANK,
        supplier=_supplier(session, contract.organisation),
        buyer=_buyer(session, contract.client),
        payment=payment_terms(contract.agreement),
        valid_until=contract.valid_to,
        court=COURT,
        vat=VAT,
        limit=contract.amount,
        prolonged=contract.is_prolonged,
    )


def _supplier(session: Session, organisation: Organisation) -> ContractParty:
    account = session.scalars(
        select(BankAccount)
        .where(BankAccount.organisation_id == organisation.id, BankAccount.is_active)
        .order_by(BankAccount.id)
        .limit(1)
    ).first()
    return ContractParty(
        party=organisation_party(organisation),
        signatory=organisation.director,
        represented_by=organisation.director_genitive or BLANK,
        authority="Устава",
        ogrn=organisation.ogrn or "",
        bank=organisation_bank(account) if account is not None else None,
    )


def _buyer(session: Session, client: Client) -> ContractParty:
    account = session.scalars(
        select(ClientBankAccount)
        .where(ClientBankAccount.client_id == client.id)
        .order_by(ClientBankAccount.id)
        .limit(1)
    ).first()
    acts_in_person = client.kind is not ClientKind.COMPANY
    return ContractParty(
        party=client_party(client),
        signatory=client.name if acts_in_person and not client.head_name else client.head_name or "",
        signatory_post="" if acts_in_person else client.head_position or "",
        represented_by="" if acts_in_person else BLANK,
        authority="" if acts_in_person else "Устава",
        ogrn=client.ogrn or "",
        email=client.email or "",
        bank=client_bank(account) if account is not None else None,
    )


def payment_terms(agreement: Agreement | None) -> PaymentTerms:
    """The schedule as shares before and after shipment, or as a clause in words where that would lose something."""
    stages = agreement.stages if agreement is not None else []
    if not stages:
        return PaymentTerms(prepayment_percent=Decimal(100), prepayment_days=5, banking_days=True)
    before = [stage for stage in stages if stage.event is not PaymentEvent.SHIPMENT]
    after = [stage for stage in stages if stage.event is PaymentEvent.SHIPMENT]
    is_simple = (
        len(before) <= 1
        and len(after) <= 1
        and len({stage.day_kind for stage in stages}) == 1
        and all(stage.event is PaymentEvent.INVOICE for stage in before)
    )
    return PaymentTerms(
        prepayment_percent=sum((stage.percent for stage in before), Decimal(0)),
        prepayment_days=max((stage.shift_days for stage in before), default=0),
        deferral_days=max((stage.shift_days for stage in after), default=0),
        banking_days=any(stage.day_kind is DayKind.BANKING for stage in stages),
        wording="" if is_simple else f"Покупатель оплачивает: {'; '.join(map(_clause, stages))}.",
    )


def payment_words(agreement: Agreement | None) -> str:
    """The stages of payment in one line; empty without terms of sale."""
    return "; ".join(_clause(stage) for stage in agreement.stages) if agreement is not None else ""


def _clause(stage: AgreementStage) -> str:
    days = f"в течение {stage.shift_days} {_DAYS[stage.day_kind]} дней"
    return f"{percent(stage.percent)} — {days} {_EVENTS[stage.event]}"
