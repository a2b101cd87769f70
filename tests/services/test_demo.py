import hashlib
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine, Select, create_engine, distinct, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.cli.demo import demo, demo_statement_command
from app.clock import start_of
from app.database import Model, User, db
from app.errors import IntegrationError, RuleError
from app.factory import create_app
from app.integrations.bank import Direction, read_statement
from app.models.access import Setting
from app.models.agreements import Agreement, Contract, ContractStatus
from app.models.catalogue import VatCode
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client, Contact, ContactEmail, ContactPhone, Segment
from app.models.deals import Deal
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.money import MatchState, Payment
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.models.service import Equipment, RequestStatus, ServiceRequest, Visit, VisitStatus
from app.models.staff import BankAccount, Employee, Organisation
from app.services.agreements import check_agreement, check_contract
from app.services.claims import check_claim
from app.services.clients import check_client, check_contact
from app.services.deals import check_deal
from app.services.demo import SETTING, DemoOrder, DemoSummary, build_demo, demo_statement
from app.services.demo.company import PASSWORD
from app.services.demo.paper import _register_font
from app.services.demo.people import all_family_names
from app.services.demo.pictures import _font
from app.services.demo.world import World
from app.services.files import open_store
from app.services.interactions import check_interaction
from app.services.invoices import cancel_invoice, check_invoice
from app.services.ledger import check_registers
from app.services.payments import cancel_payment
from app.services.requisites import is_valid_account, is_valid_inn, is_valid_kpp, is_valid_ogrn
from app.services.service.cards import check_request_card, check_visit_card
from app.services.statements.load import check_file
from app.services.statements.match import match_lines
from tests.conftest import Databases, make_settings
from tests.factories import make_bank_account, make_organisation

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Moscow")
SMALL = DemoOrder(TODAY, ZONE, seed=7, clients=30)
LOGINS = ("admin", "director", "saleshead", "servicehead", "accountant", "buyer", "office", "anna", "boris", "egor")


@dataclass(frozen=True)
class Built:
    url: str
    engine: Engine
    files: Path
    summary: DemoSummary


Build = Callable[[DemoOrder], Built]


@pytest.fixture(scope="module")
def build(databases: Databases, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Builds a company in a database of its own."""
    engines: list[Engine] = []

    def make(order: DemoOrder) -> Built:
        url, files = databases.copy_of(template), tmp_path_factory.mktemp("files")
        engine = create_engine(url, poolclass=NullPool)
        engines.append(engine)
        with Session(engine) as session:
            summary = build_demo(session, order, open_store(str(files)))
            session.commit()
        return Built(url, engine, files, summary)

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module")
def company(build: Build) -> Built:
    """A small company; tests leave it as it is."""
    return build(SMALL)


@pytest.fixture
def kept(company: Built) -> Iterator[Session]:
    """A session on the small company; what a test changes is undone."""
    with Session(company.engine) as session:
        yield session
        session.rollback()


VOLATILE = {"created_at", "changed_at", "written_at", "learnt_at"}
LOGS = {"audit_entry", "setting", "login_session", "login_attempt"}


def digests(engine: Engine) -> dict[str, str]:
    """A digest per table of ours, without the moments at which rows were written."""
    found = {}
    with engine.connect() as connection:
        for name, table in Model.metadata.tables.items():
            if name.startswith("ab_") or name in LOGS:
                continue
            columns = [column for column in table.columns if column.name not in VOLATILE]
            rows = connection.execute(select(*columns).order_by(*table.primary_key.columns))
            found[name] = hashlib.sha256("\n".join(str(tuple(row)) for row in rows).encode()).hexdigest()
    return found


def test_the_same_order_gives_the_same_company(company: Built, build: Build) -> None:
    assert digests(build(SMALL).engine) == digests(company.engine)


def test_another_seed_gives_another_company(company: Built, build: Build) -> None:
    assert digests(build(DemoOrder(TODAY, ZONE, seed=8, clients=30)).engine) != digests(company.engine)


@pytest.mark.parametrize("today", [date(2026, 1, 3), date(2027, 2, 28)])
def test_a_company_can_be_built_on_any_day(build: Build, today: date) -> None:
    built = build(DemoOrder(today, ZONE, seed=2, clients=20))
    with Session(built.engine) as session:
        assert check_registers(session) == []
        assert session.scalar(select(func.max(Payment.day))) <= today
        assert session.scalar(select(func.max(Invoice.day))) <= today


def test_registers_agree_with_their_movements(kept: Session) -> None:
    assert check_registers(kept) == []


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


def overdue_between(first: int, last: int) -> Select[Any]:
    due = DueItem.due_on.between(TODAY - timedelta(days=last), TODAY - timedelta(days=first))
    return select(func.count(distinct(DueItem.client_id))).where(DueItem.balance > 0, due)


def of_login(login: str) -> Select[Any]:
    """Overdue clients of one manager."""
    return (
        overdue_between(1, 999)
        .join(Client, Client.id == DueItem.client_id)
        .join(Employee, Employee.id == Client.responsible_id)
        .join(User, User.id == Employee.user_id)
        .where(User.username == login)
    )


def count(*conditions: Any) -> Select[Any]:
    return select(func.count()).where(*conditions)


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


def test_the_database_says_that_it_holds_the_demo_company(kept: Session) -> None:
    assert kept.scalars(select(Setting.value).where(Setting.name == SETTING)).one() == "7"


@pytest.fixture
def app_on(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes the application on a database; its connections are closed after the test."""
    made: list[Flask] = []

    def make(url: str) -> Flask:
        made.append(create_app(make_settings(tmp_path, url)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_everyone_can_sign_in(company: Built, app_on: Callable[[str], Flask]) -> None:
    app = app_on(company.url)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    assert sorted(company.summary.logins) == sorted(LOGINS)
    for login in LOGINS:
        answer = app.test_client().post("/login/", data={"username": login, "password": company.summary.password})
        assert answer.status_code == 302, login


def test_every_login_belongs_to_an_employee(kept: Session) -> None:
    logins = kept.scalars(select(User.username).join(Employee, Employee.user_id == User.id)).all()
    assert sorted(logins) == sorted(LOGINS)


# --- what is refused ---


def test_a_database_that_holds_data_is_left_alone(session: Session, tmp_path: Path) -> None:
    make_organisation(session)
    with pytest.raises(RuleError, match="empty database"):
        build_demo(session, SMALL, open_store(str(tmp_path)))


@pytest.mark.parametrize("clients", [19, 5001])
def test_a_size_that_cannot_be_built_is_refused(session: Session, tmp_path: Path, clients: int) -> None:
    with pytest.raises(RuleError, match="20 to 5000"):
        build_demo(session, DemoOrder(TODAY, ZONE, clients=clients), open_store(str(tmp_path)))


def test_without_the_font_nothing_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(IntegrationError, match="DejaVu"):
        _register_font((tmp_path,))
    with pytest.raises(IntegrationError, match="DejaVu"):
        _font(12, (tmp_path,))


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


# --- what everything stands on ---


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return World(session, SMALL, open_store(str(tmp_path)), Random(1))


def test_an_engineer_has_four_visits_a_day_at_most(world: World) -> None:
    assert [world.free_slot(1, TODAY) for _visit in range(5)] == [9, 11, 14, 16, None]
    assert world.free_slot(2, TODAY) == 9


def test_nobody_is_sent_out_on_a_day_off_or_of_absence(world: World) -> None:
    world.away.add((1, TODAY))
    assert (world.free_slot(1, TODAY), world.free_slot(2, TODAY - timedelta(days=1))) == (None, None)


def test_a_reference_row_that_is_there_is_used(world: World) -> None:
    assert world.named(Segment, "Торговля") is world.named(Segment, "Торговля")


# --- the commands ---


def test_the_commands_build_a_company_and_write_its_statement(
    own_database: str, tmp_path: Path, app_on: Callable[[str], Flask]
) -> None:
    runner = app_on(own_database).test_cli_runner()
    built = runner.invoke(demo, ["--clients", "20", "--json"])
    assert (built.exit_code, '"clients": 20' in built.output) == (0, True)
    assert runner.invoke(demo, []).exit_code == 1
    target = tmp_path / "statement.txt"
    assert runner.invoke(demo_statement_command, [str(target)]).exit_code == 0
    assert target.read_bytes().startswith(b"1CClientBankExchange")
    assert runner.invoke(demo_statement_command, [str(target)]).exit_code == 1


@pytest.mark.long
def test_the_usual_company_is_built_within_a_minute(build: Build) -> None:
    """Counted in the processor's time: other programs of the machine must not decide."""
    begun = time.process_time()
    built = build(DemoOrder(TODAY, ZONE))
    assert time.process_time() - begun <= 60
    counts = built.summary.counts
    least = {
        "clients": 300,
        "contacts": 650,
        "contracts": 150,
        "interactions": 5000,
        "invoices": 1700,
        "equipment": 400,
    }
    assert {name: counts[name] for name, number in least.items() if counts[name] < number} == {}
    with Session(built.engine) as session:
        assert check_registers(session) == []
        for first, last in ((1, 30), (31, 60), (61, 90), (91, 999)):
            assert session.scalar(overdue_between(first, last)) >= 20
        assert min(session.scalar(of_login("anna")), session.scalar(of_login("boris"))) >= 5
        open_invoices = count(DueItem.document_kind == DocumentKind.INVOICE, DueItem.balance > 0)
        assert session.scalar(open_invoices) > 100
        assert session.scalar(select(func.count(distinct(Client.town)))) == 40
    assert built.summary.password == PASSWORD
