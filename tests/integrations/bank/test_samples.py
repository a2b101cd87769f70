"""Every sample statement gives the counts, sums and warnings that a person finds in it."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.integrations.bank import Direction, ErrorCode, StatementError, WarningCode, read_statement
from tests.integrations.bank.statements import OWN, SAMPLES, SECOND_OWN, codes


@dataclass(frozen=True)
class Expected:
    """What a sample holds: documents with the unread ones, sums per direction, counts, warnings."""

    name: str
    documents: int
    sum_in: str = "0.00"
    sum_out: str = "0.00"
    internal: int = 0
    foreign: int = 0
    unread: tuple[str, ...] = ()
    sections: int = 0
    encoding: str = "cp1251"
    warnings: tuple[WarningCode, ...] = ()


MISMATCH = (WarningCode.ENCODING_MISMATCH,)
SAMPLE_FILES = (
    Expected("utf8_bom", 1, "1220.00", sections=1, encoding="utf-8"),
    Expected("dos_cp866", 1, "1220.00", sections=1, encoding="cp866"),
    Expected("declares_windows_but_utf8", 1, "1220.00", encoding="utf-8", warnings=MISMATCH),
    Expected("declares_utf8_but_cp1251", 1, "1220.00", warnings=MISMATCH),
    Expected("encoding_line_windows-1251_lowercase", 1, "1220.00"),
    Expected("truncated_mid_document", 1, "1220.00", warnings=(WarningCode.TRUNCATED,)),
    Expected("no_end_of_file_marker", 2, "1720.00", warnings=(WarningCode.NO_EOF,)),
    Expected("amount_formats", 8, "181661.00", unread=("7", "8")),
    Expected("multi_account_internal_transfer", 2, "1220.00", internal=1, sections=2),
    Expected("daily_account_sections", 1, "1220.00", sections=2),
    Expected("overlap_a", 2, "300.00"),
    Expected("overlap_b", 2, "500.00"),
    Expected("same_number_two_payers", 2, "2000.00"),
    Expected("identical_twice_in_one_file", 2, "2000.00", warnings=(WarningCode.REPEATED_DOCUMENT,)),
    Expected("messy_lines", 1, "1220.00", warnings=(WarningCode.NO_EQUALS,)),
    Expected("purpose_in_parts", 1, "1220.00"),
    Expected("bank_order_fee_and_incasso", 2, sum_out="983.23"),
    Expected("refund_and_wrong_account", 2, "500.00", foreign=1),
    Expected("currency_account_840", 1, "100.00"),
    Expected("empty_statement", 0, sections=1),
    Expected("zero_inn", 1, "1220.00"),
    Expected("odooru_kl_to_1c", 1, "0.00", "108159.12", sections=1, warnings=(WarningCode.UNKNOWN_CURRENCY,)),
    # Its author hid the own account on the payer's side, so that outgoing payments belong to nobody.
    Expected(
        "kilylabs_one_day_cp1251",
        13,
        "40000.00",
        foreign=10,
        sections=1,
        warnings=(WarningCode.WITHDRAWN_MISMATCH,),
    ),
)


@pytest.mark.parametrize("expected", SAMPLE_FILES, ids=lambda expected: expected.name)
def test_sample_gives_what_a_person_counts_in_it(expected: Expected) -> None:
    with (SAMPLES / f"{expected.name}.txt").open("rb") as file:
        statement = read_statement(file)
    found = Expected(
        expected.name,
        statement.document_count,
        str(statement.total(Direction.IN)),
        str(statement.total(Direction.OUT)),
        len(list(statement.of(Direction.INTERNAL))),
        len(list(statement.of(Direction.FOREIGN))),
        tuple(document.number for document in statement.unread),
        len(statement.sections),
        statement.encoding,
        tuple(codes(statement)),
    )
    assert found == expected


def test_every_sample_file_is_expected_by_a_test() -> None:
    listed = {expected.name for expected in SAMPLE_FILES} | {"not_1c"}
    assert listed == {path.stem for path in SAMPLES.glob("*.txt")}


def test_web_page_saved_in_place_of_a_statement_is_refused() -> None:
    with pytest.raises(StatementError) as refusal:
        read_statement((SAMPLES / "not_1c.txt").read_bytes())
    assert refusal.value.code is ErrorCode.NOT_1C
    assert not refusal.value.retry


def test_hidden_own_account_given_by_the_caller_makes_the_day_agree_to_the_kopeck() -> None:
    data = (SAMPLES / "kilylabs_one_day_cp1251.txt").read_bytes()
    statement = read_statement(data, own_accounts=["12312312312312312"])
    # Payments of others carry the same hidden number: they look like transfers between own accounts.
    assert statement.total(Direction.OUT) == Decimal("41184.00")
    assert statement.total(Direction.INTERNAL) == Decimal("40000.00")


def test_overlapping_statement_brings_one_new_document() -> None:
    first, second = (
        {document.key for document in read_statement((SAMPLES / name).read_bytes()).documents}
        for name in ("overlap_a.txt", "overlap_b.txt")
    )
    assert len(second - first) == 1
    assert len(second & first) == 1


def test_currency_of_a_dollar_account_is_the_dollar() -> None:
    statement = read_statement((SAMPLES / "currency_account_840.txt").read_bytes())
    assert [document.currency for document in statement.documents] == ["USD"]


def test_transfer_between_own_accounts_belongs_to_the_paying_one() -> None:
    statement = read_statement((SAMPLES / "multi_account_internal_transfer.txt").read_bytes())
    assert statement.accounts == (OWN, SECOND_OWN)
    (transfer,) = statement.of(Direction.INTERNAL)
    assert (transfer.own_account, transfer.other.account) == (OWN, SECOND_OWN)
    assert transfer.amount == Decimal("300.00")


def test_zero_inn_and_kpp_mean_none() -> None:
    (document,) = read_statement((SAMPLES / "zero_inn.txt").read_bytes()).documents
    assert (document.payer.inn, document.payer.kpp) == ("", "")
    assert document.payer.name == "Иванов Иван Иванович"


def test_messy_lines_still_give_name_inn_purpose_and_raw_fields() -> None:
    (document,) = read_statement((SAMPLES / "messy_lines.txt").read_bytes()).documents
    assert (document.payer.inn, document.payer.name) == ("7707083893", 'ООО "Альфа"')
    assert document.purpose == "Аванс = 50% по счёту №77; a=b"
    assert document.kind == "Платёжное поручение"
    assert document.raw["СовсемНеизвестныйКлюч"] == "1"
    assert document.raw["Номер"] == "7"
    assert next(iter(document.raw)) == "номер"


def test_purpose_in_parts_is_joined_by_blanks() -> None:
    (document,) = read_statement((SAMPLES / "purpose_in_parts.txt").read_bytes()).documents
    assert document.purpose == "Оплата по счету № 123 от 01.02.2026 за товар В т.ч. НДС 22%"


def test_document_dated_before_its_posting_keeps_both_dates() -> None:
    (document,) = read_statement((SAMPLES / "odooru_kl_to_1c.txt").read_bytes()).documents
    assert f"{document.document_date:%d.%m} {document.posting_date:%d.%m}" == "31.03 03.04"
    assert document.payer.bank == "Банк ГПБ (АО)"
