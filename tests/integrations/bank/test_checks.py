from app.integrations.bank import WarningCode
from app.integrations.bank.checks import merge_days
from tests.integrations.bank.statements import (
    OTHER,
    OWN,
    SECOND_OWN,
    codes,
    document,
    outgoing,
    read_documents,
    section,
)


def totals(account: str = OWN, *, received: str = "0", withdrawn: str = "0", **values: str) -> list[str]:
    return section(account, ВсегоПоступило=received, ВсегоСписано=withdrawn, **values)


def test_agreeing_statement_has_no_warning() -> None:
    lines = totals(received="100", withdrawn="100", НачальныйОстаток="5", КонечныйОстаток="5")
    assert codes(read_documents(*lines, *document(), *outgoing())) == []


def test_documents_that_do_not_add_up_to_the_turnovers_are_told_of() -> None:
    statement = read_documents(*totals(received="300", withdrawn="50"), *document(), *outgoing())
    assert [(warning.code, warning.values) for warning in statement.warnings] == [
        (WarningCode.RECEIVED_MISMATCH, {"account": OWN, "stated": "300.00", "counted": "100.00"}),
        (WarningCode.WITHDRAWN_MISMATCH, {"account": OWN, "stated": "50.00", "counted": "100.00"}),
    ]


def test_balances_that_do_not_follow_from_turnovers_are_told_of() -> None:
    lines = totals(received="100", НачальныйОстаток="5", КонечныйОстаток="100")
    statement = read_documents(*lines, *document())
    assert [(warning.code, warning.values) for warning in statement.warnings] == [
        (WarningCode.BALANCE_MISMATCH, {"account": OWN, "stated": "100.00", "counted": "105.00"})
    ]


def test_unknown_figures_are_not_compared() -> None:
    assert codes(read_documents(*section(НачальныйОстаток="5", КонечныйОстаток="7"), *document())) == []


def test_daily_sections_are_one_account_whatever_their_order() -> None:
    days = [
        *totals(received="60", НачальныйОстаток="40", КонечныйОстаток="100", ДатаНачала="03.02.2026"),
        *totals(received="40", НачальныйОстаток="0", КонечныйОстаток="40", ДатаНачала="02.02.2026"),
    ]
    statement = read_documents(*days, *document())
    assert codes(statement) == []
    (total,) = merge_days(statement.sections)
    assert [str(figure) for figure in (total.opening, total.received, total.withdrawn, total.closing)] == [
        "0.00",
        "100.00",
        "0.00",
        "100.00",
    ]


def test_turnover_unknown_for_a_day_is_unknown_for_the_period() -> None:
    statement = read_documents(*totals(received="40"), *section(ДатаНачала="03.02.2026"))
    (total,) = merge_days(statement.sections)
    assert (total.received, total.withdrawn) == (None, None)


def test_day_that_opens_otherwise_than_the_day_before_closed_is_told_of() -> None:
    days = [
        *section(КонечныйОстаток="40", ДатаНачала="02.02.2026"),
        *section(НачальныйОстаток="50", ДатаНачала="03.02.2026"),
        *section(НачальныйОстаток="60", ДатаНачала="04.02.2026"),
    ]
    statement = read_documents(*days)
    assert [(warning.code, warning.values) for warning in statement.warnings] == [
        (
            WarningCode.DAYS_MISMATCH,
            {"account": OWN, "stated": "50.00", "counted": "40.00", "date": "2026-02-03"},
        )
    ]


def test_day_without_an_opening_balance_is_not_compared() -> None:
    days = [*section(КонечныйОстаток="40"), *section(ДатаНачала="03.02.2026")]
    assert codes(read_documents(*days)) == []


def test_transfer_counts_for_both_own_accounts() -> None:
    lines = [*totals(withdrawn="100"), *totals(SECOND_OWN, received="100")]
    assert codes(read_documents(*lines, *outgoing(ПолучательСчет=SECOND_OWN))) == []


def test_foreign_document_counts_for_nobody() -> None:
    assert codes(read_documents(*totals(), *document(ПолучательСчет=OTHER))) == []


def test_repeats_confirmed_by_the_turnover_are_two_payments() -> None:
    assert codes(read_documents(*totals(received="200"), *document(), *document())) == []


def test_repeats_refuted_by_the_turnover_are_told_of_as_doubled() -> None:
    lines = [*totals(received="100", withdrawn="100"), *document(), *document(), *outgoing(), *outgoing()]
    assert codes(read_documents(*lines))[2:] == [WarningCode.DOUBLED_DOCUMENT] * 2


def test_repeats_that_nothing_proves_are_told_of() -> None:
    statement = read_documents(*document(), *document())
    assert [(warning.code, warning.line, warning.values) for warning in statement.warnings] == [
        (WarningCode.REPEATED_DOCUMENT, 12, {"number": "1", "amount": "100.00", "account": OWN})
    ]


def test_repeats_in_a_statement_that_does_not_agree_anyway_are_told_of() -> None:
    statement = read_documents(*totals(received="500"), *document(), *document())
    assert codes(statement) == [WarningCode.RECEIVED_MISMATCH, WarningCode.REPEATED_DOCUMENT]
