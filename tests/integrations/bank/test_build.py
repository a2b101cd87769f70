from datetime import date
from decimal import Decimal

import pytest

from app.integrations.bank import Direction, Statement, UnreadReason, WarningCode
from tests.integrations.bank.statements import (
    END,
    HEADER,
    OTHER,
    OWN,
    SECOND_OWN,
    codes,
    document,
    outgoing,
    read,
    read_documents,
    section,
)

STRANGER = "40702810000000000999"


def directions(statement: Statement) -> list[Direction]:
    return [document.direction for document in statement.documents]


def test_direction_is_told_by_the_side_of_the_own_account() -> None:
    statement = read_documents(*document(), *outgoing(), *document(ПолучательСчет=STRANGER))
    assert directions(statement) == [Direction.IN, Direction.OUT, Direction.FOREIGN]
    assert [found.other.account for found in statement.documents] == [OTHER, OTHER, OTHER]


def test_accounts_given_by_the_caller_are_own_too() -> None:
    lines = outgoing(ПолучательСчет=SECOND_OWN)
    assert directions(read_documents(*lines)) == [Direction.OUT]
    assert directions(read_documents(*lines, own_accounts=("40702 810 2 00000000008",))) == [Direction.INTERNAL]


def test_statement_of_other_accounts_than_the_given_is_read() -> None:
    statement = read_documents(*document(), own_accounts=(STRANGER,))
    assert directions(statement) == [Direction.IN]
    assert statement.accounts == (OWN,)


def test_without_any_own_account_the_dates_tell_the_direction() -> None:
    statement = read(
        HEADER[0],
        *document(ДатаПоступило="03.02.2026"),
        *document(ДатаСписано="03.02.2026"),
        *document(ДатаПоступило="", ДатаСписано=""),
        *END,
    )
    assert directions(statement) == [Direction.IN, Direction.OUT, Direction.FOREIGN]
    assert [found.own_account for found in statement.documents] == [OWN, OTHER, ""]


def test_dates_do_not_tell_the_direction_when_an_own_account_is_known() -> None:
    statement = read_documents(*document(ПолучательСчет=STRANGER, ДатаПоступило="03.02.2026"))
    assert directions(statement) == [Direction.FOREIGN]


DATES = {"ДатаСписано": "03.02.2026", "ДатаПоступило": "04.02.2026"}


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (document(**DATES), 4),
        (outgoing(**DATES), 3),
        (document(ДатаПоступило=""), 2),
        (document(ДатаСписано="03.02.2026"), 2),
        (outgoing(ПолучательСчет=SECOND_OWN, **DATES), 3),
        (outgoing(ПолучательСчет=SECOND_OWN, ДатаПоступило="04.02.2026"), 4),
        (document(ПолучательСчет=STRANGER, ДатаСписано="03.02.2026"), 3),
    ],
)
def test_posting_date_is_of_the_own_side(lines: list[str], day: int) -> None:
    (found,) = read_documents(*lines, own_accounts=(SECOND_OWN,)).documents
    assert found.posting_date == date(2026, 2, day)


def test_broken_posting_date_is_replaced_by_the_documents_date_with_a_warning() -> None:
    statement = read_documents(*document(ДатаПоступило="завтра"))
    assert statement.documents[0].posting_date == date(2026, 2, 2)
    assert [warning.values for warning in statement.warnings] == [{"number": "1", "text": "завтра"}]


def test_document_with_an_unreadable_amount_or_date_is_set_aside() -> None:
    statement = read_documents(
        *document(Сумма="сто"),
        *document(Номер="2", Дата="31.02.2026"),
        *document(Номер="3"),
        "СекцияДокумент=X",
    )
    assert [(found.number, found.reason, found.line, found.text) for found in statement.unread] == [
        ("1", UnreadReason.BAD_AMOUNT, 5, "сто"),
        ("2", UnreadReason.BAD_DATE, 12, "31.02.2026"),
        ("", UnreadReason.BAD_AMOUNT, 26, ""),
    ]
    assert [found.number for found in statement.documents] == ["3"]
    assert statement.document_count == 4


def test_whole_purpose_is_preferred_to_its_parts() -> None:
    (found,) = read_documents(*document(НазначениеПлатежа="Целое", НазначениеПлатежа1="Часть")).documents
    assert found.purpose == "Целое"


@pytest.mark.parametrize(("code", "uin"), [("", ""), ("0", ""), ("18810123456789012345", "18810123456789012345")])
def test_zero_identifier_of_payment_means_none(code: str, uin: str) -> None:
    (found,) = read_documents(*document(Код=code, ВидОплаты="17")).documents
    assert (found.uin, found.operation) == (uin, "17")


def test_missing_operation_and_identifier_are_empty() -> None:
    (found,) = read_documents(*document()).documents
    assert (found.uin, found.operation) == ("", "")


def test_unknown_currency_is_taken_for_roubles_with_one_warning_per_account() -> None:
    odd = "40702000900000000007"
    statement = read_documents(*document(ПолучательСчет=odd), *document(ПолучательСчет=odd, Номер="2"))
    assert {found.currency for found in statement.documents} == {"RUB"}
    assert codes(statement) == [WarningCode.UNKNOWN_CURRENCY]


def keys(*lines: str) -> list[str]:
    return [found.key for found in read_documents(*lines).documents]


def test_key_is_the_same_in_every_statement_that_holds_the_payment() -> None:
    alone = keys(*document(Номер="7", ДатаПоступило="03.02.2026"))
    among = keys(*document(), *document(Номер="7", НазначениеПлатежа="иначе", КвитанцияДата="03.02.2026"))
    assert among[1:] == alone
    assert len(alone[0]) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"Номер": "2"},
        {"Дата": "03.02.2026"},
        {"Сумма": "100.01"},
        {"ПлательщикСчет": STRANGER},
        {"ПлательщикИНН": "7702070139"},
        {"ПлательщикИНН": "12345"},
        {"ПолучательСчет": OTHER, "ПлательщикСчет": OWN},
    ],
)
def test_key_differs_when_the_payment_differs(change: dict[str, str]) -> None:
    first, second = keys(*document(), *document(**change))
    assert first != second


def test_equal_amount_written_otherwise_has_the_same_key() -> None:
    assert keys(*document(Сумма="1 100,5")) == keys(*document(Сумма="1100.50"))


def test_equal_payments_of_one_file_get_ordinals_that_repeat_on_the_next_load() -> None:
    lines = [*document(), *document(), *document()]
    found = read_documents(*lines).documents
    assert [payment.ordinal for payment in found] == [1, 2, 3]
    assert len({payment.key for payment in found}) == 3
    assert keys(*lines) == keys(*lines)
    assert keys(*document()) == keys(*lines)[:1]


def test_transfer_has_one_key_in_the_statements_of_both_accounts() -> None:
    lines = outgoing(ПолучательСчет=SECOND_OWN)
    first = read(HEADER[0], f"РасчСчет={OWN}", *lines, *END, own_accounts=(SECOND_OWN,))
    second = read(HEADER[0], f"РасчСчет={SECOND_OWN}", *lines, *END, own_accounts=(OWN,))
    assert first.documents[0].key == second.documents[0].key


def test_documents_compare_by_their_meaning_and_can_be_put_in_a_set() -> None:
    first, second = read_documents(*document()), read_documents(*document(Лишнее="1"))
    assert set(first.documents) == set(second.documents)


def test_section_is_read_with_the_usual_and_the_odd_names() -> None:
    usual = section(ДатаНачала="01.02.2026", НачальныйОстаток="-5.00", ВсегоПоступило="7", ВсегоСписано="2,00")
    odd = [line.replace("РасчСчет=", "НомерСчета=") for line in section(SECOND_OWN, ДебетОборот="2", КредитОборот="7")]
    first, second = read_documents(*usual, *odd).sections
    assert (first.account, first.date_from, first.date_to) == (OWN, date(2026, 2, 1), None)
    assert (first.opening, first.received, first.withdrawn) == (Decimal(-5), Decimal(7), Decimal(2))
    assert (second.account, second.received, second.withdrawn) == (SECOND_OWN, Decimal(7), Decimal(2))


def test_section_without_an_account_is_of_the_only_one() -> None:
    statement = read_documents("СекцияРасчСчет", "КонецРасчСчет")
    assert [found.account for found in statement.sections] == [OWN]


def test_section_without_an_account_among_two_is_nobodys() -> None:
    statement = read_documents(*section(SECOND_OWN), "СекцияРасчСчет", "КонецРасчСчет")
    assert [found.account for found in statement.sections] == [SECOND_OWN, ""]
    assert codes(statement) == [WarningCode.SECTION_WITHOUT_ACCOUNT]


def test_unreadable_balance_is_told_of_and_unknown() -> None:
    statement = read_documents(*section(КонечныйОстаток="много"))
    assert statement.sections[0].closing is None
    assert statement.warnings[0].values == {"account": OWN, "key": "конечныйостаток", "text": "много"}


def test_broken_header_date_is_replaced_by_the_sections() -> None:
    days = [
        *section(ДатаНачала="02.02.2026", ДатаКонца="02.02.2026"),
        *section(ДатаНачала="03.02.2026", ДатаКонца="03.02.2026"),
    ]
    statement = read(*HEADER, "ДатаКонца=23.08.201819202122", *days, *END)
    assert (statement.date_from, statement.date_to) == (date(2026, 2, 2), date(2026, 2, 3))
    assert [warning.values for warning in statement.warnings] == [{"key": "ДатаКонца", "text": "23.08.201819202122"}]


def test_period_of_the_header_is_preferred_and_unknown_without_any_date() -> None:
    assert read(*HEADER, "ДатаНачала=01.02.2026", *END).date_from == date(2026, 2, 1)
    assert read(*HEADER, *END).date_to is None
