"""One row of every ruled table, and the viewers who ask for them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    agreements,
    calls,
    claims,
    clients,
    deals,
    follow_ups,
    handover,
    interactions,
    ledger,
    letters,
    money,
    personal_data,
    plans,
    purchasing,
    sales,
    service,
    staff,
)
from app.permissions import Scope, Viewer
from app.services.visibility import ROW_RULES
from tests import factories as make


def viewer_of(employee: staff.Employee | None, scope: Scope = Scope.OWN_CLIENTS, *roles: str) -> Viewer:
    return Viewer(900, employee.id if employee else None, scope, roles=frozenset(roles))


def everything_of(session: Session, employee: staff.Employee) -> dict[type[Any], Any]:
    """One row of each ruled table that belongs to a client of the employee, who is responsible for it."""
    client = make.make_client(session, responsible=employee)
    contact = make.make_contact(session, client=client)
    made = {
        clients.Client: client,
        clients.Contact: contact,
        clients.ContactPhone: clients.ContactPhone(contact=contact, number="+74950000000"),
        clients.ContactEmail: clients.ContactEmail(contact=contact, address="a@example.test"),
        clients.ClientBankAccount: clients.ClientBankAccount(client=client, account="4" * 20, bik="0"),
        clients.ClientTurnover: clients.ClientTurnover(client=client, year=2025, amount=Decimal(5)),
        clients.ClientComment: clients.ClientComment(client=client, text="Звонить утром"),
        clients.ResponsibilityChange: clients.ResponsibilityChange(client_id=client.id, to_id=employee.id),
    }
    session.add_all(made.values())
    made |= {
        personal_data.Consent: make.make_consent(session, contact=contact),
        personal_data.Erasure: make.make_erasure(session, contact=contact),
    }
    made |= _commerce_of(session, employee, client) | _service_of(session, employee, client)
    session.flush()
    return made


def _commerce_of(session: Session, employee: staff.Employee, client: clients.Client) -> dict[type[Any], Any]:
    agreement = make.make_agreement(session, client=client, kind=agreements.AgreementKind.INDIVIDUAL)
    deal = make.make_deal(session, client=client)
    talk = make.make_interaction(session, client=client)
    subject = interactions.InteractionSubject(interaction=talk, product=make.make_product(session))
    session.add(subject)
    rule = make.make_follow_up_rule(session)
    invoice = make.make_invoice(session, client=client)
    quote = make.make_quote(session, client=client)
    order = make.make_order(session, client=client)
    purchase = make.make_purchase_order(session, deal=deal)
    payment = make.make_payment(session, client=client)
    due = ledger.DueItem(
        client=client,
        organisation=invoice.organisation,
        document_kind=ledger.DocumentKind.INVOICE,
        document_id=invoice.id,
        stage=1,
        document_day=make.TODAY,
        balance=Decimal(100),
    )
    handed = make.make_handover(session, client=client)
    work = session.scalars(select(handover.HandedWork).where(handover.HandedWork.handover_id == handed.id)).one()
    statement = money.Statement(file_name="a.txt", file_sha256="0" * 64, encoding="utf-8")
    session.add_all([due, statement])
    session.flush()
    of_invoice = {"document_kind": ledger.DocumentKind.INVOICE, "document_id": invoice.id}
    stage = session.scalars(select(deals.DealStage).limit(1)).one()
    made: dict[type[Any], Any] = {
        agreements.Agreement: agreement,
        agreements.AgreementStage: agreement.stages[0],
        agreements.Contract: make.make_contract(session, client=client),
        deals.Deal: deal,
        deals.DealStep: make.make_deal_step(session, deal=deal),
        deals.DealParticipant: deals.DealParticipant(deal=deal, employee=employee, role=deals.ParticipantRole.HELPS),
        deals.DealStageChange: deals.DealStageChange(deal_id=deal.id, to_id=stage.id),
        interactions.Interaction: talk,
        calls.PhoneCall: make.make_phone_call(session, client=client, employee=employee),
        letters.IncomingMail: make.make_incoming_mail(session, interaction=talk),
        interactions.InteractionSubject: subject,
        handover.Handover: handed,
        handover.HandedClient: handed.clients[0],
        handover.HandedWork: work,
        follow_ups.FollowUp: follow_ups.FollowUp(
            rule=rule,
            record_table="quote",
            record_id=quote.id,
            interaction=talk,
        ),
        ledger.DueItem: due,
        ledger.SettlementMovement: ledger.SettlementMovement(
            day=make.TODAY, client_id=client.id, due_item=due, amount=Decimal(100), **of_invoice
        ),
        ledger.ActivityMovement: ledger.ActivityMovement(
            day=make.TODAY,
            employee_id=employee.id,
            kind=ledger.ActivityKind.CALL,
            client_id=client.id,
            count=1,
            **of_invoice,
        ),
        ledger.ActivityBalance: ledger.ActivityBalance(
            day=make.TODAY, employee=employee, kind=ledger.ActivityKind.CALL, count=1
        ),
        plans.SalesPlan: make.make_sales_plan(session, employee=employee),
        sales.Quote: quote,
        sales.QuoteLine: quote.lines[0],
        sales.QuoteStatusChange: sales.QuoteStatusChange(quote_id=quote.id, to_status=quote.status),
        sales.Order: order,
        sales.OrderLine: order.lines[0],
        purchasing.PurchaseOrder: purchase,
        purchasing.PurchaseOrderLine: purchase.lines[0],
        sales.Invoice: invoice,
        sales.InvoiceLine: invoice.lines[0],
        money.Payment: payment,
        money.Allocation: money.Allocation(payment=payment, due_item=due, amount=Decimal(10)),
        money.StatementLine: money.StatementLine(
            statement=statement,
            direction=money.MoneyDirection.IN,
            number="1",
            document_day=make.TODAY,
            posting_day=make.TODAY,
            amount=Decimal(10),
            state=money.MatchState.MATCHED,
            client=client,
        ),
        money.PayerAlias: money.PayerAlias(payer="7702070139", client_id=client.id),
    }
    session.add_all(made.values())
    return made


def _service_of(session: Session, employee: staff.Employee, client: clients.Client) -> dict[type[Any], Any]:
    claim = make.make_claim(session, client=client)
    made: dict[type[Any], Any] = {
        service.Equipment: make.make_equipment(session, client=client),
        service.ServiceRequest: make.make_request(session, client=client),
        service.Visit: make.make_visit(session, client=client, employee=employee),
        claims.Claim: claim,
        claims.ClaimStep: claims.ClaimStep(claim=claim, task="Смотр", responsible=employee, due_on=make.TODAY),
        claims.ClaimEvent: claims.ClaimEvent(claim_id=claim.id, text="Принята"),
    }
    session.add_all(made.values())
    return made


def company_rows(session: Session) -> dict[type[Any], Any]:
    account = make.make_bank_account(session)
    made: dict[type[Any], Any] = {
        ledger.CashBalance: ledger.CashBalance(account=account, balance=Decimal(1)),
        ledger.CashMovement: ledger.CashMovement(
            day=make.TODAY,
            account_id=account.id,
            document_kind=ledger.DocumentKind.PAYMENT,
            document_id=1,
            amount=Decimal(1),
        ),
        money.Statement: money.Statement(file_name="b.txt", file_sha256="1" * 64, encoding="utf-8"),
    }
    session.add_all(made.values())
    session.flush()
    return made


COMPANY_ONLY = {ledger.CashBalance, ledger.CashMovement, money.Statement}
CLIENT_TABLES = [model for model in ROW_RULES if model not in COMPANY_ONLY]


def by_name(model: type[Any]) -> str:
    return model.__name__
