"""`flask kontora import-bank`: what it counts, writes and refuses."""

import json

import pytest
from sqlalchemy import func, select

from app.cli import kontora
from app.models.money import Payment, StatementLine
from tests.factories import make_bank_account, make_client
from tests.services.statements.files import OWN, PAYER_INN, moved, paid, spent, statement_file

KEYS = [
    "encoding", "accounts", "documents", "in", "out", "internal", "foreign", "unread", "warnings", "new", "already",
    "matched", "to_match",
]  # fmt: skip


@pytest.fixture
def run(app, tmp_path):
    """Runs the command on a file of these bytes; gives the code, the object printed, and the words."""

    def made(data, *options):
        file = tmp_path / "kl_to_1c.txt"
        file.write_bytes(data)
        result = app.test_cli_runner().invoke(kontora, ["import-bank", str(file), *options])
        printed = json.loads(result.stdout) if "--json" in options and result.stdout else None
        return result.exit_code, printed, result.output

    return made


def stored(session, table=StatementLine):
    return session.scalar(select(func.count(table.id)))


def test_dry_run_reads_an_unknown_account_and_writes_nothing(run, session):
    code, found, _ = run(
        statement_file(paid(), spent("2"), paid("7", "1,2.3")), "--account", OWN, "--dry-run", "--json"
    )

    assert code == 0
    assert list(found) == KEYS
    assert (found["documents"], found["in"], found["out"], found["unread"]) == (3, "1220.00", "100.00", ["7"])
    assert (found["new"], found["already"], found["matched"], found["to_match"]) == (2, 0, 0, 2)
    assert stored(session) == 0


def test_statement_is_loaded_and_matched(run, session):
    make_bank_account(session, account=OWN)
    make_client(session, inn=PAYER_INN)

    code, found, _ = run(statement_file(paid(), spent("2")), "--account", OWN, "--json")

    assert (code, found["new"], found["matched"], found["to_match"]) == (0, 2, 1, 1)
    assert (stored(session), stored(session, Payment)) == (2, 0)


def test_second_load_brings_nothing_new(run, session):
    make_bank_account(session, account=OWN)
    run(statement_file(paid()))

    assert run(statement_file(paid()), "--dry-run", "--json")[1]["already"] == 1
    assert run(statement_file(paid()), "--json")[1]["new"] == 0


def test_matched_lines_may_be_posted_at_once(run, session):
    make_bank_account(session, account=OWN)

    code, _, _ = run(statement_file(spent(day="20.11.2020")), "--post")

    assert (code, stored(session, Payment)) == (0, 1)


def test_nothing_to_post_is_said_and_the_lines_stay(run, session):
    make_bank_account(session, account=OWN)

    code, _, words = run(statement_file(paid()), "--post")

    assert (code, stored(session)) == (0, 1)
    assert "Kontora:" in words


def test_transfer_and_strangers_are_counted_apart(run, session):
    data = statement_file(moved(), paid(ПолучательСчет="40702810100000000099"), accounts=(OWN, "40702810200000000008"))

    found = run(data, "--dry-run", "--json")[1]

    assert (found["internal"], found["foreign"], found["in"]) == (1, 1, "0.00")


def test_unknown_account_is_refused(run, session):
    code, _, words = run(statement_file(paid()), "--account", OWN)

    assert code == 1
    assert OWN in words
    assert stored(session) == 0


def test_statement_of_another_account_is_refused(run, session):
    other = make_bank_account(session).account

    assert run(statement_file(paid()), "--account", other)[0] == 1


def test_file_that_is_no_statement_is_refused(run):
    assert run(b"<html>")[0] == 1
    assert run(b"<html>", "--json")[1]["error"] == "not_1c"


def test_missing_file_is_wrong_use(app):
    assert app.test_cli_runner().invoke(kontora, ["import-bank", "nowhere.txt"]).exit_code == 2
