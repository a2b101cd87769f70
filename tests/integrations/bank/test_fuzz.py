"""Whatever the bytes are, the reader answers with a Statement or with a StatementError."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.integrations.bank import ErrorCode, Statement, StatementError, read_statement
from tests.integrations.bank.statements import END, HEADER, OWN, SAMPLES, document, read_documents

FILES = [path.read_bytes() for path in sorted(SAMPLES.glob("*.txt"))]
WORDS = [
    "СекцияДокумент", "СекцияРасчСчет", "КонецДокумента", "КонецРасчСчет", "КонецФайла", "РасчСчет", "Номер",
    "Дата", "Сумма", "ДатаНачала", "ДатаКонца", "Кодировка", "ПлательщикСчет", "ПолучательСчет", "Плательщик",
    "ПлательщикИНН", "ДатаПоступило", "ДатаСписано", "НазначениеПлатежа", "НазначениеПлатежа3", "Код",
    "НачальныйОстаток", "ВсегоПоступило", "ВсегоСписано", "КонечныйОстаток", "ДебетОборот", "НомерСчета", "",
]  # fmt: skip
VALUES = st.sampled_from(["", OWN, "100.00", "-1", "02.02.2026", "31.02.2026", "ИНН 7734660892 Ветер", "0"])
LINES = st.builds(
    lambda key, sign, value: f"{key}{sign}{value}",
    st.sampled_from(WORDS) | st.text(max_size=8),
    st.sampled_from(["=", "=", "=", "", " = "]),
    VALUES | st.text(max_size=20),
)


def answer(data: bytes) -> Statement | ErrorCode:
    """Read, or tell why not."""
    try:
        return read_statement(data)
    except StatementError as refusal:
        return refusal.code


def check(data: bytes) -> None:
    """Read, and look into what must hold of any answer."""
    statement = answer(data)
    if not isinstance(statement, Statement):
        # «Unreadable» would mean that an error of the reader itself was taken for one of the disk.
        assert statement in (ErrorCode.EMPTY, ErrorCode.NOT_1C)
        return
    assert len({found.key for found in statement.documents}) == len(statement.documents)
    assert all(found.amount >= Decimal(0) for found in statement.documents)
    assert all("\x00" not in found.purpose for found in statement.documents)
    assert read_statement(data) == statement


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_crash(data: bytes) -> None:
    check(data)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_after_the_mark_never_crash(data: bytes) -> None:
    check(b"1CClientBankExchange\r\n" + data)


@settings(max_examples=200)
@given(st.data())
def test_damaged_samples_never_crash(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from(FILES)))
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(damaged)))
        length = data.draw(st.integers(0, 40))
        damaged[start : start + length] = data.draw(st.binary(max_size=20))
    check(bytes(damaged))


@settings(max_examples=200)
@given(st.lists(LINES, max_size=60), st.sampled_from(["utf-8", "cp1251", "cp866", "utf-16"]))
def test_soup_of_keys_and_values_never_crashes(lines: list[str], encoding: str) -> None:
    check("\r\n".join([*HEADER, *lines]).encode(encoding, "replace"))


@settings(max_examples=50)
@given(st.lists(st.integers(1, 4), max_size=12), st.integers(0, 12))
def test_longer_statement_holds_every_key_of_its_beginning(numbers: list[int], length: int) -> None:
    def keys(some: list[int]) -> list[str]:
        lines = [line for number in some for line in document(Номер=str(number))]
        return [found.key for found in read_documents(*lines).documents]

    assert keys(numbers)[:length] == keys(numbers[:length])


@given(st.integers(0, 600))
def test_file_cut_anywhere_loses_only_its_end(length: int) -> None:
    lines = [*HEADER, *document(), *document(Номер="2"), *END]
    data = "\r\n".join(lines).encode()
    whole = [found.number for found in read_statement(data).documents]
    start = len(HEADER[0]) + 2
    found = read_statement(data[: start + length])
    assert [document.number for document in found.documents] == whole[: len(found.documents)]
