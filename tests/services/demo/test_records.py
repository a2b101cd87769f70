import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import start_of
from app.errors import RuleError
from app.integrations.bank import Direction, read_statement
from app.models.agreements import Agreement, Contract, ContractStatus
from app.models.catalogue import VatCode
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.companies import RegisterCompany
from app.models.deals import Deal
from app.models.duplicates import DuplicatePair, PairState
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.handover import Handover
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import DueItem
from app.models.money import MatchState, Payment
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.models.service import Equipment, RequestStatus, ServiceRequest, Visit, VisitStatus
from app.models.staff import BankAccount, Employee, Organisation
from app.services.agreements import check_agreement, check_contract
from app.services.claims import check_claim
from app.services.clients import check_client, check_contact
from app.services.deals import check_deal
from app.services.demo import demo_statement
from app.services.demo.people import all_family_names
from app.services.files import open_store
from app.services.interactions import check_interaction
from app.services.invoices import cancel_invoice, check_invoice
from app.services.ledger import check_registers
from app.services.payments import cancel_payment
from app.services.requisites import is_valid_account, is_valid_inn, is_valid_kpp, is_valid_ogrn
from app.services.service.cards import check_request_card, check_visit_card
from app.services.statements.load import check_file
from app.services.statements.match import match_lines
from tests.factories import make_bank_account
from tests.services.demo.orders import TODAY, ZONE, Built, count, of_login, overdue_between


def test_registers_agree_with_their_movements(kept: Session) -> None:
    assert check_registers(kept) == []


def test_cards_entered_twice_wait_for_a_decision(kept: Session) -> None:
    waiting = select(DuplicatePair.table_name, func.count()).where(DuplicatePair.state == PairState.NEW)
    pairs = dict(kept.execute(waiting.group_by(DuplicatePair.table_name)).all())
    assert pairs["client"] >= 3
    assert pairs["contact"] >= 1


def test_a_register_knows_companies_that_are_no_clients_yet(kept: Session) -> None:
    known = kept.scalars(select(RegisterCompany.inn)).all()
    assert len(known) == 3
    assert all(is_valid_inn(inn) for inn in known)
    assert kept.scalars(select(Client.id).where(Client.inn.in_(known))).all() == []


def test_documents_of_the_demo_company_are_cancelled_like_any_other(kept: Session) -> None:
    clients = kept.scalars(select(DueItem.client_id).where(DueItem.balance > 0).distinct().limit(5)).all()
    for payment_id in kept.scalars(select(Payment.id).where(Payment.client_id.in_(clients))).all():
        cancel_payment(kept, payment_id)
    for invoice_id in kept.scalars(select(Invoice.id).where(Invoice.client_id.in_(clients))).all():
        cancel_invoice(kept, invoice_id)
    left = select(func.count()).where(DueItem.client_id.in_(clients), DueItem.balance != 0)
    assert (kept.scalar(left), check_registers(kept)) == (0, [])


def test_money_on_no_account_was_ever_below_zero(kept: Session) -> None:
    for account in kept.scalars(select(BankAccount)).all():
        balance = account.opening_balance
        payments = select(Payment).where(
            Payment.status == DocumentStatus.POSTED,
            (Payment.account_id == account.id) | (Payment.payer_account == account.account),
        )
        for payment in kept.scalars(payments.order_by(Payment.day)):
            came = payment.account_id != account.id or payment.direction.value == "in"
            balance += payment.amount if came else -payment.amount
            assert balance >= 0


# --- what must be seen red ---


def moment(days: int) -> Any:
    return start_of(TODAY + timedelta(days=days), ZONE)


RED = {
    "debts up to 30 days": overdue_between(1, 30),
    "debts up to 60 days": overdue_between(31, 60),
    "debts up to 90 days": overdue_between(61, 90),
    "older debts": overdue_between(91, 999),
    "debts of anna's clients": of_login("anna"),
    "debts of boris's clients": of_login("boris"),
    "advances": count(DueItem.balance < 0),
    "debts without a due date": count(DueItem.balance > 0, DueItem.due_on.is_(None)),
    "forgotten interactions": count(Interaction.state == InteractionState.PLANNED, Interaction.starts_at < moment(0)),
    "interactions of today": count(Interaction.starts_at >= moment(0), Interaction.starts_at < moment(1)),
    "interactions ahead": count(Interaction.starts_at >= moment(1)),
    "overdue steps of deals": count(Deal.closed_on.is_(None), Deal.next_step_on < TODAY),
    "overdue maintenance": count(Equipment.next_maintenance_on < TODAY),
    "maintenance ahead": count(Equipment.next_maintenance_on >= TODAY),
    "forgotten visits": count(Visit.status == VisitStatus.PLANNED, Visit.starts_at < moment(0)),
    "visits of today": count(Visit.starts_at >= moment(0), Visit.starts_at < moment(1)),
    "visits ahead": count(Visit.starts_at >= moment(1)),
    "visits done in part": count(Visit.status == VisitStatus.PARTLY_DONE),
    "requests that wait too long": count(ServiceRequest.status == RequestStatus.NEW, ServiceRequest.desired_on < TODAY),
    "requests in work": count(ServiceRequest.status == RequestStatus.IN_WORK),
    "contracts that ended unnoticed": count(Contract.status == ContractStatus.SIGNED, Contract.valid_to < TODAY),
    "contracts that end soon": count(
        Contract.status == ContractStatus.SIGNED, Contract.valid_to.between(TODAY, TODAY + timedelta(days=30))
    ),
    "hand-overs that wait for a signature": count(Handover.in_force.is_(True), Handover.received_at.is_(None)),
    "hand-overs that were received": count(Handover.in_force.is_(True), Handover.received_at.is_not(None)),
    "drafts of invoices": count(Invoice.status == DocumentStatus.DRAFT),
    "cancelled invoices": count(Invoice.status == DocumentStatus.CANCELLED),
    "invoices that are not shipped": count(Invoice.status == DocumentStatus.POSTED, Invoice.shipped_on.is_(None)),
    **{f"claims, {status.value}": count(Claim.status == status) for status in ClaimStatus},
    **{
        f"late answers to claims, {status.value}": count(Claim.status == status, Claim.answer_due_on < TODAY)
        for status in ClaimStatus
        if status is not ClaimStatus.CLOSED
    },
}


@pytest.mark.parametrize("state", RED)
def test_every_state_that_must_be_seen_is_there(kept: Session, state: str) -> None:
    assert kept.scalar(RED[state]) > 0


# --- what the records are like ---


def test_every_record_keeps_the_rules_of_its_kind(kept: Session) -> None:
    checks: dict[type[Any], Callable[[Any], object]] = {
        Client: check_client,
        Contact: check_contact,
        Agreement: check_agreement,
        Contract: check_contract,
        Interaction: check_interaction,
        Claim: check_claim,
        Visit: check_visit_card,
        ServiceRequest: check_request_card,
        Deal: lambda deal: check_deal(deal, today=TODAY),
        Invoice: lambda invoice: check_invoice(invoice, TODAY),
    }
    with kept.no_autoflush:
        for model, check in checks.items():
            for record in kept.scalars(select(model)).all():
                check(record)


def test_requisites_are_shaped_rightly_and_belong_to_nobody(kept: Session) -> None:
    owners = [*kept.scalars(select(Client).where(Client.inn.is_not(None))), *kept.scalars(select(Organisation))]
    for owner in owners:
        assert is_valid_inn(owner.inn)
        assert owner.inn[2:4] == "99"
        assert is_valid_ogrn(owner.ogrn or "")
        assert owner.kpp is None or is_valid_kpp(owner.kpp)
    for account in kept.scalars(select(BankAccount)):
        assert is_valid_account(account.account, account.bik)


def test_people_bear_invented_names_only(kept: Session) -> None:
    names = {*kept.scalars(select(Employee.family_name)), *kept.scalars(select(Contact.family_name))}
    heads = {name.split()[0] for name in kept.scalars(select(Client.head_name)) if name}
    assert names | heads <= all_family_names()


def test_telephones_and_addresses_reach_nobody(kept: Session) -> None:
    assert all(re.fullmatch(r"\+790\d000\d{4}", number) for number in kept.scalars(select(ContactPhone.number)))
    phones = [*kept.scalars(select(Client.phone)), *kept.scalars(select(Employee.phone))]
    assert all(re.fullmatch(r"\+7 \(90\d\) 000-\d\d-\d\d", phone or "") for phone in phones)
    addresses = [*kept.scalars(select(ContactEmail.address)), *kept.scalars(select(Client.email))]
    assert all((address or "").endswith("@example.ru") for address in addresses)


def test_clients_stand_on_the_map(kept: Session) -> None:
    places = kept.execute(select(Client.town, Client.latitude, Client.longitude)).all()
    assert all(town and latitude is not None and longitude is not None for town, latitude, longitude in places)
    assert len({town for town, _latitude, _longitude in places}) == 30


def test_the_rate_of_vat_is_that_of_the_day(kept: Session) -> None:
    rows = kept.execute(
        select(func.coalesce(Invoice.shipped_on, Invoice.day), InvoiceLine.vat).join(InvoiceLine.invoice)
    )
    found = {(day >= date(2026, 1, 1), vat) for day, vat in rows}
    assert found == {
        (False, VatCode.VAT20), (True, VatCode.VAT22), (False, VatCode.NO_VAT), (True, VatCode.NO_VAT),
    }  # fmt: skip


def test_contracts_have_papers_that_open(kept: Session, company: Built) -> None:
    store = open_store(str(company.files))
    papers = kept.execute(
        select(StoredFile.sha256, Attachment.kind)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.record_table == "contract")
    ).all()
    without_draft = kept.scalar(count(Contract.status != ContractStatus.DRAFT))
    assert len(papers) == without_draft
    for sha256, _kind in papers:
        with store.open(sha256) as file:
            reader = PdfReader(io.BytesIO(file.read()))
        assert len(reader.pages) == 2
        assert "ДОГОВОР №" in reader.pages[0].extract_text()
    assert AttachmentKind.SIGNED in {kind for _sha256, kind in papers}


def test_equipment_has_photographs_and_visits_pairs_of_them(kept: Session, company: Built) -> None:
    photos = kept.execute(
        select(Attachment.record_table, Attachment.kind, StoredFile.sha256, StoredFile.media_type).join(Attachment.file)
    ).all()
    kinds = {(table, kind) for table, kind, _sha256, media_type in photos if media_type == "image/jpeg"}
    assert kinds == {
        ("equipment", AttachmentKind.PHOTO),
        ("visit", AttachmentKind.PHOTO_BEFORE),
        ("visit", AttachmentKind.PHOTO_AFTER),
    }
    store = open_store(str(company.files))
    for _table, _kind, sha256, _type in photos:
        store.open(sha256).close()


# --- the bank statement ---


def test_the_statement_shows_every_kind_of_payment(kept: Session) -> None:
    own = kept.scalars(select(BankAccount.account).order_by(BankAccount.id)).all()
    statement = read_statement(demo_statement(kept, TODAY), own_accounts=own)
    directions = {document.direction for document in statement.documents}
    assert directions == {Direction.IN, Direction.OUT, Direction.INTERNAL}
    assert {document.posting_date for document in statement.documents} == {TODAY - timedelta(days=1)}
    assert (list(statement.warnings), list(statement.unread)) == ([], [])


def test_the_statement_gives_the_import_sure_and_doubtful_payments(kept: Session) -> None:
    statement = check_file(kept, demo_statement(kept, TODAY), "demo.txt")
    states = match_lines(kept, statement)
    assert states[MatchState.MATCHED] >= 5
    assert min(states[MatchState.TO_CHOOSE], states[MatchState.UNKNOWN], states[MatchState.NOT_INCOME]) >= 1


def test_there_is_no_statement_without_a_company(session: Session) -> None:
    with pytest.raises(RuleError, match="demo company first"):
        demo_statement(session, TODAY)


def test_a_company_to_which_nobody_owes_has_a_statement_too(session: Session) -> None:
    own = [make_bank_account(session).account for _account in range(2)]
    statement = read_statement(demo_statement(session, TODAY), own_accounts=own)
    assert [document.number for document in statement.documents] == ["301", "302", "303", "501", "502", "504"]
