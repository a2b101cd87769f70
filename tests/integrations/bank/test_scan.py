import pytest

from app.integrations.bank import Direction, StatementError, WarningCode, read_statement, scan
from app.integrations.bank.problems import MAX_WARNINGS, WarningLog
from app.integrations.bank.scan import Scanner
from tests.integrations.bank.statements import (
    END,
    HEADER,
    OWN,
    codes,
    document,
    outgoing,
    read,
    read_documents,
    section,
)


def test_keys_are_found_in_any_case_with_yo_or_ye() -> None:
    lines = [line.replace("Номер", "НОМЕР") for line in document(ВидПлатежа="Срочно")]
    (found,) = read_documents(*lines, "отчёт=после раздела").documents
    assert found.number == "1"
    assert found.raw["видплатёжа"] == "Срочно"
    assert dict(found.raw)["НОМЕР"] == "1"
    assert len(found.raw) == 6


def test_line_ends_may_be_mixed() -> None:
    lines = [*HEADER, *document(), *document(Номер="2"), *END]
    text = "".join(line + end for line, end in zip(lines, ["\r\n", "\n", "\r"] * 10, strict=False))
    assert read_statement(text.encode()).document_count == 2


def test_mark_may_follow_blank_lines_and_end_with_a_sign() -> None:
    assert read("", "  ", "\ufeff 1cclientbankexchange=", *HEADER[1:], *document(), *END).document_count == 1


def test_file_of_the_mark_alone_is_an_empty_statement() -> None:
    statement = read("1CClientBankExchange")
    assert (statement.document_count, codes(statement)) == (0, [WarningCode.NO_EOF])


def test_mark_further_down_is_no_mark() -> None:
    with pytest.raises(StatementError, match="not a bank statement"):
        read("Добрый день", *HEADER, *END)


def test_text_after_the_end_is_ignored() -> None:
    statement = read(*HEADER, *document(), *END, "мусор", "Сумма=1")
    assert (statement.document_count, codes(statement)) == (1, [])


def test_documents_after_the_end_are_told_of() -> None:
    statement = read(*HEADER, *document(), *END, *document(), *document())
    assert (statement.document_count, codes(statement)) == (1, [WarningCode.CONTENT_AFTER_END])


def test_kind_without_a_sign_is_kept_with_a_warning() -> None:
    statement = read_documents("СекцияДокумент", *document()[1:])
    assert [found.kind for found in statement.documents] == [""]
    assert [(warning.code, warning.line) for warning in statement.warnings] == [(WarningCode.NO_EQUALS, 5)]


def test_unknown_kind_is_kept() -> None:
    statement = read_documents("СекцияДокумент=СБП", *document()[1:])
    assert [found.kind for found in statement.documents] == ["СБП"]


def test_line_without_a_key_is_told_of() -> None:
    lines = document()
    statement = read_documents(*lines[:-1], "=значение", lines[-1])
    assert [warning.values for warning in statement.warnings] == [{"text": "=значение"}]


def test_value_goes_from_the_first_sign_to_the_end() -> None:
    (found,) = read_documents(*document(НазначениеПлатежа="a=b; c=d")).documents
    assert found.purpose == "a=b; c=d"


def test_unclosed_document_is_kept_with_a_warning() -> None:
    statement = read_documents(*document()[:-1], *document(Номер="2"))
    assert [found.number for found in statement.documents] == ["1", "2"]
    assert [(warning.code, warning.line) for warning in statement.warnings] == [(WarningCode.UNCLOSED, 5)]


def test_document_closed_only_by_the_end_of_file_mark_is_kept() -> None:
    statement = read_documents(*document()[:-1])
    assert (statement.document_count, codes(statement)) == (1, [WarningCode.UNCLOSED])
    assert not statement.truncated


def test_document_closed_by_the_wrong_word_is_kept_with_a_warning() -> None:
    statement = read_documents(*document()[:-1], "КонецРасчСчет")
    assert (statement.document_count, codes(statement)) == (1, [WarningCode.UNCLOSED])


def test_closing_word_without_a_section_is_told_of() -> None:
    assert codes(read_documents("КонецДокумента")) == [WarningCode.STRAY_END]


def test_document_cut_by_the_end_of_file_is_dropped() -> None:
    statement = read(*HEADER, *document(), *document(Номер="2")[:-1])
    assert (statement.document_count, statement.truncated) == (1, True)
    assert statement.warnings[-1].values == {"section": "Платежное поручение", "number": "2"}


def test_account_section_cut_by_the_end_of_file_is_dropped() -> None:
    statement = read(*HEADER, *section()[:-1])
    assert (statement.sections, statement.truncated) == ((), True)


def test_of_a_repeated_key_the_last_filled_value_wins() -> None:
    lines = document(НазначениеПлатежа="первое")
    tail = ["НазначениеПлатежа=второе", "НазначениеПлатежа=", "Номер=1", lines[-1]]
    statement = read_documents(*lines[:-1], *tail)
    assert statement.documents[0].purpose == "второе"
    assert [warning.values for warning in statement.warnings] == [
        {"key": "НазначениеПлатежа", "first": "первое", "second": "второе"}
    ]


def test_repeated_header_keys_are_a_list_of_accounts_and_kinds() -> None:
    statement = read(*HEADER, "НомерСчета=1", "РасчСчет=", "Документ=Аккредитив", "Документ=Прочее", *END)
    assert (statement.accounts, codes(statement)) == ((OWN, "1"), [])


def test_control_characters_are_taken_out() -> None:
    (found,) = read_documents(*document(НазначениеПлатежа="Опл\x00ата\tпо\x0bсчёту")).documents
    assert found.purpose == "Оплата посчёту"


def test_warnings_of_a_spoiled_file_are_counted_not_kept() -> None:
    statement = read_documents(*["спам"] * (MAX_WARNINGS + 5))
    assert len(statement.warnings) == MAX_WARNINGS + 1
    assert statement.warnings[-1].code is WarningCode.MORE_WARNINGS
    assert statement.warnings[-1].values == {"count": "5"}


def test_memory_of_keys_and_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_REMEMBERED", 3)
    scanner = Scanner([f"{line}\n" for line in (*HEADER, *outgoing(), *outgoing(Номер="2"), *END)], WarningLog())
    assert [section.fields["номер"] for section in scanner.sections()] == ["1", "2"]


def test_own_accounts_named_after_the_documents_still_decide_the_direction() -> None:
    statement = read(HEADER[0], *document(), *section(), *END)
    assert [found.direction for found in statement.documents] == [Direction.IN]
    assert [found.own_account for found in statement.documents] == [OWN]
