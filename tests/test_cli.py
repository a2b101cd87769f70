"""Commands do their work, print a summary and end with 0, 1 or 2."""

import json
import os
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from werkzeug.security import generate_password_hash

from app.cli import COMMANDS, dumps, kontora
from app.cli.group import acting, finish
from app.cli.start import DEMO_PASSWORD, key_problems
from app.database import User
from app.errors import RuleError
from app.factory import create_app
from app.models.clients import Client
from tests.conftest import Databases, make_settings
from tests.factories import make_client, make_invoice, make_user

STRONG = "f3a9c1d27be84650918c7d2e4fab6035"
PASSWORD = "Зелёный-компрессор-42"
Run = Callable[..., Result]


@pytest.fixture
def settled(tmp_path: Path, own_database: str) -> Flask:
    """An application on a database of its own, with the schema and no rows."""
    return create_app(make_settings(tmp_path, own_database, SECRET_KEY=STRONG))


@pytest.fixture
def run(settled: Flask) -> Run:
    return runner(settled)


def runner(app: Flask) -> Run:
    def run_command(*arguments: str, input: str | None = None) -> Result:
        return app.test_cli_runner().invoke(args=["kontora", *arguments], input=input)

    return run_command


def rows(app: Flask) -> Session:
    return Session(create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool))


def test_the_help_lists_every_command(run: Run) -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    assert all(name in answer.output for name in ("prepare", "preflight", "check", "backup", "restore", "create-user"))


def test_wrong_use_ends_with_two(run: Run) -> None:
    assert run("nonsense").exit_code == 2
    assert run("create-user", "ivan").exit_code == 2
    assert run("check", "--nonsense").exit_code == 2


def test_all_commands_can_answer_in_json() -> None:
    context = click.Context(kontora)
    commands = [kontora.get_command(context, name) for name in COMMANDS]
    assert all(command and "--json" in [o for p in command.params for o in p.opts] for command in commands)


def test_a_refused_rule_ends_with_one_and_keeps_nothing(settled: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def make_and_refuse() -> None:
        with acting() as session:
            make_user(session)
            raise RuleError("так нельзя")

    with settled.app_context(), pytest.raises(SystemExit) as ended:
        make_and_refuse()
    assert ended.value.code == 1
    assert "Kontora: так нельзя" in capsys.readouterr().err
    with rows(settled) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_lists_are_shown_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    finish({"new": 2, "warnings": ["one", "two"], "errors": []}, as_json=False)
    assert capsys.readouterr().out == "new: 2\nwarnings: \n  one\n  two\nerrors: -\n"


# --- prepare ----------------------------------------------------------------------------------------------------


def test_the_first_start_makes_everything_and_the_second_nothing(tmp_path: Path, databases: Databases) -> None:
    folder = tmp_path / "data"
    app = create_app(make_settings(folder, databases.empty(), SECRET_KEY=STRONG))
    first = json.loads(runner(app)("prepare", "--json").stdout)
    assert first["database"].startswith("upgraded")
    assert first["rights"] > 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert json.loads(runner(app)("prepare", "--json").stdout) == {"database": "up to date"}


def test_a_trial_gets_a_key_of_its_own(tmp_path: Path, own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    app = create_app(make_settings(tmp_path, own_database, SECRET_KEY=""))
    assert runner(app)("prepare").exit_code == 0
    assert make_settings(tmp_path, own_database, SECRET_KEY="").is_secret_generated


# --- preflight --------------------------------------------------------------------------------------------------


def ready(app: Flask) -> dict[str, Any]:
    answer = runner(app)("preflight", "--json")
    found: dict[str, Any] = json.loads(answer.stdout)
    assert answer.exit_code == (0 if found["ready"] else 1)
    return found


def test_a_sound_installation_may_serve(settled: Flask, database_is_durable: bool) -> None:
    problems = ready(settled)["problems"]
    assert problems == [] if database_is_durable else ["fsync" in p or "full_page_writes" in p for p in problems]


@pytest.fixture
def database_is_durable(own_database: str) -> bool:
    """The PostgreSQL of the tests is told not to wait for the disk; SQLite always waits."""
    return own_database.startswith("sqlite")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "short",
        "a" * 64,
        "0123456789" * 3,
        "please-change-me-" * 3,
        "my-secret-key-0123456789-abcdefgh",
        "kontora" * 8,
    ],
)
def test_a_missing_or_weak_key_is_refused(tmp_path: Path, key: str) -> None:
    problems = key_problems(make_settings(tmp_path, "sqlite:///x.db", SECRET_KEY=key))
    assert len(problems) == 1
    assert problems[0].startswith("KONTORA_SECRET_KEY is ")
    assert key == "" or key not in problems[0]


def test_a_strong_key_is_accepted(tmp_path: Path) -> None:
    assert key_problems(make_settings(tmp_path, "sqlite:///x.db", SECRET_KEY=STRONG)) == []


def test_the_key_of_a_trial_is_not_for_production(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(STRONG)
    assert key_problems(make_settings(tmp_path, "sqlite:///x.db", SECRET_KEY="")) == ["KONTORA_SECRET_KEY is not set"]


def test_demo_accounts_are_refused(settled: Flask) -> None:
    with rows(settled) as session:
        make_user(session, username="anna", password=generate_password_hash(DEMO_PASSWORD, "pbkdf2:sha256:1"))
        make_user(session, username="boris", password=generate_password_hash(PASSWORD, "pbkdf2:sha256:1"))
        make_user(session, username="egor", password="")
        session.commit()
    assert "demo accounts are present: anna" in ready(settled)["problems"]


def test_pending_migrations_are_refused(tmp_path: Path, databases: Databases) -> None:
    app = create_app(make_settings(tmp_path, databases.empty(), SECRET_KEY=STRONG))
    assert "migrations are pending (0001" in ready(app)["problems"][0]
    answer = runner(app)("check", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["right"]) == (1, False)


def test_a_postgresql_that_may_lose_data_is_refused(settled: Flask, database_is_durable: bool) -> None:
    if database_is_durable:
        pytest.skip("only PostgreSQL can be told so")
    assert {"PostgreSQL runs with fsync off", "PostgreSQL runs with full_page_writes off"} <= set(
        ready(settled)["problems"]
    )


# --- logins -----------------------------------------------------------------------------------------------------


def test_a_login_is_made_with_a_password_from_the_input(settled: Flask, run: Run) -> None:
    answer = run("create-user", "ivan", "--role", "Sales", "--password-stdin", "--json", input=f"{PASSWORD}\n")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["login"] == "ivan"
    with rows(settled) as session:
        user = session.scalars(select(User)).one()
        assert (user.username, [role.name for role in user.roles]) == ("ivan", ["Sales"])


def test_a_password_is_asked_for_twice(run: Run) -> None:
    answer = run("create-user", "ivan", "--role", "Sales", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert answer.exit_code == 0
    assert PASSWORD not in answer.output


@pytest.mark.parametrize(("role", "password"), [("Nobody", PASSWORD), ("Sales", "1"), ("Sales", "")])
def test_an_unknown_role_and_a_weak_password_are_refused(settled: Flask, run: Run, role: str, password: str) -> None:
    answer = run("create-user", "ivan", "--role", role, "--password-stdin", input=f"{password}\n")
    assert answer.exit_code == 1
    with rows(settled) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_rights_are_written_once(run: Run) -> None:
    assert json.loads(run("init-security", "--json").stdout)["roles"] == 9
    assert json.loads(run("init-security", "--json").stdout) == {"rights": 0, "roles": 0, "grants": 0}


# --- check ------------------------------------------------------------------------------------------------------


def test_right_figures_are_said_to_be_right(settled: Flask, run: Run) -> None:
    with rows(settled) as session:
        make_invoice(session)
        session.commit()
    answer = run("check", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["right"]) == (0, True)


def test_a_reference_to_nothing_is_found(settled: Flask, run: Run, database_is_durable: bool) -> None:
    if not database_is_durable:
        pytest.skip("PostgreSQL lets none arise")
    with rows(settled) as session:
        client = make_client(session)
        session.commit()
        key = client.id
    path = settled.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("delete from employee")
    connection.close()
    answer = run("check", "--json")
    assert answer.exit_code == 1
    assert f"references: client {key} -> employee" in json.loads(answer.stdout)["differences"]


# --- backup and restore -----------------------------------------------------------------------------------------


@pytest.fixture
def filled(settled: Flask) -> Flask:
    with rows(settled) as session:
        make_user(session, username="ivan")
        make_client(session, name="ООО «Ёлка»")
        session.commit()
    folder = Path(settled.config["KONTORA"].files_url) / "ab"
    folder.mkdir(parents=True)
    (folder / "abcd").write_bytes(os.urandom(5000))
    return settled


def test_a_backup_brings_everything_back(filled: Flask, tmp_path: Path) -> None:
    archive, stored = tmp_path / "backup.tar.gz", Path(filled.config["KONTORA"].files_url) / "ab" / "abcd"
    content = stored.read_bytes()
    answer = runner(filled)("backup", str(archive), "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["files"] == 1
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with rows(filled) as session:
        session.execute(text("delete from client"))
        session.commit()
    stored.unlink()
    answer = runner(filled)("restore", "--replace", str(archive))
    assert answer.exit_code == 0, answer.output
    assert stored.read_bytes() == content
    with rows(filled) as session:
        assert session.scalars(select(Client.name)).all() == ["ООО «Ёлка»"]


def test_data_are_not_overwritten_by_mistake(filled: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    assert runner(filled)("backup", str(archive)).exit_code == 0
    assert runner(filled)("backup", str(archive)).exit_code == 1
    assert runner(filled)("restore", str(archive)).exit_code == 1


def test_a_backup_goes_into_an_empty_database(filled: Flask, tmp_path: Path, databases: Databases) -> None:
    archive = tmp_path / "backup.tar.gz"
    assert runner(filled)("backup", str(archive)).exit_code == 0
    other = create_app(make_settings(tmp_path / "other", databases.empty(), SECRET_KEY=STRONG))
    answer = runner(other)("restore", str(archive))
    assert answer.exit_code == 0, answer.output
    with rows(other) as session:
        assert session.scalars(select(User.username)).all() == ["ivan"]
    assert (tmp_path / "other" / "files" / "ab" / "abcd").is_file()


def test_a_damaged_backup_touches_nothing(filled: Flask, tmp_path: Path) -> None:
    archive, damaged = tmp_path / "backup.tar.gz", tmp_path / "damaged.tar.gz"
    runner(filled)("backup", str(archive))
    with tarfile.open(archive) as whole:
        whole.extractall(tmp_path / "out", filter="data")
    (tmp_path / "out" / "database").write_bytes(b"nonsense")
    with tarfile.open(damaged, "w:gz") as made:
        for part in ("about.json", "database", "files"):
            made.add(tmp_path / "out" / part, part)
    answer = runner(filled)("restore", "--replace", str(damaged))
    assert answer.exit_code == 1
    assert "damaged: database" in answer.output
    with rows(filled) as session:
        assert session.scalar(select(func.count()).select_from(Client)) == 1


@pytest.mark.parametrize(
    "about", ["{}", "nonsense", '{"parts": {}, "format": 99}', '{"parts": {}, "format": 1, "dialect": "other"}']
)
def test_a_foreign_archive_is_refused(settled: Flask, tmp_path: Path, about: str) -> None:
    archive = tmp_path / "foreign.tar.gz"
    (tmp_path / "about.json").write_text(about)
    with tarfile.open(archive, "w:gz") as made:
        made.add(tmp_path / "about.json", "about.json")
    assert runner(settled)("restore", str(archive)).exit_code == 1


def test_something_that_is_no_archive_is_refused(settled: Flask, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nonsense")
    assert runner(settled)("restore", str(tmp_path / "x")).exit_code == 1


def test_an_archive_cannot_write_outside(settled: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar.gz"
    (tmp_path / "x").write_text("evil")
    with tarfile.open(archive, "w:gz") as made:
        made.add(tmp_path / "x", "../../evil")
    assert runner(settled)("restore", str(archive)).exit_code == 1


def test_a_missing_database_and_program_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(dumps.DumpError, match="there is no database"):
        dumps.dump(f"sqlite:///{tmp_path}/none.db", tmp_path / "out")
    (tmp_path / "broken").write_text("this is no database" * 100)
    with pytest.raises(dumps.DumpError):
        dumps.load(f"sqlite:///{tmp_path}/new.db", tmp_path / "broken")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dumps.DumpError, match="pg_dump is not installed"):
        dumps.dump("postgresql+psycopg://db/kontora", tmp_path / "out")


def test_a_password_is_not_in_the_arguments_of_a_program() -> None:
    found = dumps._connection(dumps.make_url("postgresql+psycopg://u:geheim@db:5433/kontora"))
    assert found == {
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "u",
        "PGPASSWORD": "geheim",
        "PGDATABASE": "kontora",
    }


def test_files_in_a_store_are_left_to_the_store(tmp_path: Path, own_database: str) -> None:
    app = create_app(make_settings(tmp_path, own_database, SECRET_KEY=STRONG, FILES_URL="s3://bucket/x"))
    archive = tmp_path / "backup.tar.gz"
    assert json.loads(runner(app)("backup", str(archive), "--json").stdout)["files"] == 0
    assert runner(app)("restore", "--replace", str(archive)).exit_code == 0


def test_a_database_out_of_reach_is_one_line(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path}/nowhere/kontora.db", SECRET_KEY=STRONG))

    answer = runner(app)("preflight")

    assert answer.exit_code == 1
    assert answer.output.startswith("Kontora: the database does not answer")
    assert len(answer.output.splitlines()) == 1
