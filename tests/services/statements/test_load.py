import threading
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app.integrations.bank import StatementError
from app.models.money import MoneyDirection, StatementLine, StatementStatus
from app.services.statements import check_file, left_out_text, take_back, warning_text
from tests.factories import make_bank_account
from tests.services.statements.files import OWN, PAYER, SECOND, moved, paid, spent, statement_file


@pytest.fixture
def check(session, account):
    def made(*documents, **changes):
        return check_file(session, statement_file(*documents, **changes), "kl_to_1c.txt")

    return made


def codes(statement):
    return [warning["code"] for warning in statement.warnings]


def lines(session, statement):
    return session.scalars(select(StatementLine).where(StatementLine.statement_id == statement.id)).all()


def test_checked_statement_says_what_the_file_holds(check, session):
    statement = check(paid(), spent())

    assert (statement.file_name, statement.encoding, statement.status) == (
        "kl_to_1c.txt",
        "utf-8",
        StatementStatus.CHECKED,
    )
    assert (statement.incoming, statement.outgoing) == (Decimal("1220.00"), Decimal("100.00"))
    assert (statement.documents, statement.already) == (2, 0)
    assert len(lines(session, statement)) == 2


def test_line_keeps_the_other_side_the_days_and_the_raw_fields(check, session):
    (line,) = lines(session, check(paid(Дата="19.11.2026", Особое="да")))

    assert line.direction is MoneyDirection.IN
    assert (line.document_day.day, line.posting_day.day) == (19, 20)
    assert (line.other_inn, line.other_kpp, line.other_account) == ("7707083893", "770701001", PAYER)
    assert line.raw["Особое"] == "да"


def test_same_file_again_brings_nothing_new_and_says_so(check, session):
    first = check(paid(), spent())

    second = check(paid(), spent())

    assert (second.already, lines(session, second)) == (2, [])
    assert codes(second) == ["all_known", "already_in"]
    assert second.warnings[1]["values"] == {"statement": str(first.id), "name": "kl_to_1c.txt", "count": "2"}


def test_overlapping_file_brings_only_its_new_lines(check, session):
    check(paid("1"), paid("2"))

    second = check(paid("2"), paid("3"))

    assert [line.number for line in lines(session, second)] == ["3"]
    assert second.already == 1


def test_two_equal_payments_of_one_file_are_both_kept_and_known_the_next_time(check, session):
    first = check(paid(), paid())

    assert len(lines(session, first)) == 2
    assert check(paid(), paid()).already == 2


def test_lines_of_a_statement_taken_back_may_be_loaded_again(check, session):
    take_back(session, check(paid()))

    assert len(lines(session, check(paid()))) == 1


def test_account_that_is_not_ours_is_left_out_with_words(check, session):
    strange = "40702810100000000099"

    statement = check(
        paid(), paid("2", ПолучательСчет=strange), paid("3", ПолучательСчет=strange), accounts=(OWN, strange)
    )

    assert len(lines(session, statement)) == 1
    (entry,) = statement.unread
    assert (entry["reason"], entry["text"], entry["count"]) == ("unknown_account", strange, 2)
    assert left_out_text(entry).startswith(f"2 documents: Account {strange} is not among our accounts")


def test_document_of_two_strangers_is_left_out(check):
    statement = check(paid(ПолучательСчет="40702810100000000099"))

    assert [entry["reason"] for entry in statement.unread] == ["foreign"]
    assert statement.incoming == 0


def test_unreadable_amount_is_left_out_and_the_rest_taken_in(check, session):
    statement = check(paid(), paid("7", "1,2.3"))

    assert len(lines(session, statement)) == 1
    assert left_out_text(statement.unread[0]).startswith("Document 7, line")


def test_payment_of_nothing_is_left_out(check):
    assert [entry["reason"] for entry in check(paid(amount="0.00")).unread] == ["zero_amount"]


def test_account_in_another_currency_is_left_out(check, session):
    dollars = make_bank_account(session, account="40702840100000000009", currency="USD").account

    statement = check(paid(ПолучательСчет=dollars), accounts=(dollars,))

    assert [entry["reason"] for entry in statement.unread] == ["foreign_currency"]


def test_mismatch_with_the_bank_totals_is_a_warning_and_not_a_refusal(check, session):
    statement = check(paid(), balances=(0, "1500", 0, "1500"))

    assert len(lines(session, statement)) == 1
    assert "received_mismatch" in codes(statement)
    assert any("1\N{NO-BREAK SPACE}500,00" in warning_text(warning) for warning in statement.warnings)


def test_balances_of_the_bank_are_kept_per_account(check):
    (facts,) = check(paid(), balances=(100, "1220", 0, "1320")).accounts

    assert (facts["account"], facts["is_known"], facts["opening"], facts["closing"]) == (OWN, True, "100.00", "1320.00")


def test_statement_that_opens_as_the_one_before_closed_is_in_order(check):
    check(paid(), balances=(0, "1220", 0, "1220"))

    following = check(
        paid("2", day="21.11.2026"), first="21.11.2026", last="21.11.2026", balances=("1220", "1220", 0, "2440")
    )

    assert codes(following) == []


def test_gap_between_two_statements_is_a_warning(check):
    check(paid(), balances=(0, "1220", 0, "1220"))

    following = check(
        paid("2", day="23.11.2026"), first="23.11.2026", last="23.11.2026", balances=("5000", "1220", 0, "6220")
    )

    assert codes(following) == ["opening_differs"]
    assert "may be missing" in warning_text(following.warnings[0])


def test_statement_of_another_account_says_nothing_about_the_opening(check, session):
    make_bank_account(session, account=SECOND)
    check(paid(ПолучательСчет=SECOND), accounts=(SECOND,), balances=(0, "1220", 0, "1220"))

    following = check(
        paid("2", day="23.11.2026"), first="23.11.2026", last="23.11.2026", balances=("5000", "1220", 0, "6220")
    )

    assert codes(following) == []


def test_transfer_in_the_statements_of_both_accounts_is_one_line(check, session):
    make_bank_account(session, account=SECOND)

    first, second = check(moved()), check(moved(), accounts=(SECOND,))

    assert [line.direction for line in lines(session, first)] == [MoneyDirection.INTERNAL]
    assert (second.already, lines(session, second)) == (1, [])


def test_transfer_standing_twice_in_a_file_of_both_accounts_is_one_line(check, session):
    make_bank_account(session, account=SECOND)

    statement = check(moved(), moved(), accounts=(OWN, SECOND))

    assert len(lines(session, statement)) == 1
    assert statement.already == 1


def test_transfer_to_an_account_of_ours_that_is_not_entered_is_left_out(check):
    statement = check(moved(), accounts=(OWN, SECOND))

    assert [(entry["reason"], entry["text"]) for entry in statement.unread] == [("unknown_account", SECOND)]


def test_transfer_loaded_as_a_payment_before_the_second_account_was_known_is_not_doubled(check, session):
    check(moved())
    make_bank_account(session, account=SECOND)

    again = check(moved())

    assert lines(session, again) == []
    assert [entry["reason"] for entry in again.unread] == ["was_not_internal"]
    assert again.already == 0


def test_file_that_is_no_statement_is_refused(session, account):
    with pytest.raises(StatementError):
        check_file(session, b"<html>", "login.html")


@pytest.mark.concurrency
def test_two_people_loading_one_file_at_once_add_each_line_once(own_database):
    engine = create_engine(own_database)
    with Session(engine) as session:
        make_bank_account(session, account=OWN)
        session.commit()
    data = statement_file(*(paid(str(number)) for number in range(50)))
    start = threading.Barrier(2)
    already = []

    def load():
        with Session(engine) as session:
            start.wait()
            already.append(check_file(session, data, "kl_to_1c.txt").already)
            session.commit()

    people = [threading.Thread(target=load) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    with Session(engine) as session:
        assert session.scalar(select(func.count(StatementLine.id))) == 50
    assert sorted(already) == [0, 50]
    engine.dispose()
