import hashlib
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import Engine, distinct, func, select
from sqlalchemy.orm import Session

from app.cli.demo import demo, demo_statement_command
from app.database import Model, User
from app.errors import IntegrationError, RuleError
from app.models.access import Setting
from app.models.clients import Client, Segment
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Payment
from app.models.sales import Invoice
from app.models.staff import Employee
from app.services.demo import SETTING, DemoOrder, build_demo
from app.services.demo.company import PASSWORD
from app.services.demo.paper import _register_font
from app.services.demo.pictures import _font
from app.services.demo.world import World
from app.services.files import open_store
from app.services.ledger import check_registers
from tests.factories import make_organisation
from tests.services.demo.orders import LOGINS, SMALL, TODAY, ZONE, Build, Built, count, of_login, overdue_between

VOLATILE = {"created_at", "changed_at", "written_at", "learnt_at", "made_at", "loaded_at"}
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


@pytest.mark.once
def test_the_same_order_gives_the_same_company(company: Built, build: Build) -> None:
    assert digests(build(SMALL).engine) == digests(company.engine)


@pytest.mark.once
@pytest.mark.long
def test_another_seed_gives_another_company(company: Built, build: Build) -> None:
    assert digests(build(DemoOrder(TODAY, ZONE, seed=8, clients=30)).engine) != digests(company.engine)


@pytest.mark.once
@pytest.mark.parametrize("today", [pytest.param(date(2026, 1, 3), marks=pytest.mark.long), date(2027, 2, 28)])
def test_a_company_can_be_built_on_any_day(build: Build, today: date) -> None:
    built = build(DemoOrder(today, ZONE, seed=2, clients=60))
    with Session(built.engine) as session:
        assert check_registers(session) == []
        assert session.scalar(select(func.max(Payment.day))) <= today
        assert session.scalar(select(func.max(Invoice.day))) <= today


def test_the_database_says_that_it_holds_the_demo_company(kept: Session) -> None:
    assert kept.scalars(select(Setting.value).where(Setting.name == SETTING)).one() == "7"


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
    assert (built.exit_code, '"clients": 23' in built.output) == (0, True)
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
