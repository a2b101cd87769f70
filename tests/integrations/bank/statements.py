"""Statement texts for the tests of the bank format: short to write, complete for the reader."""

from pathlib import Path

from app.integrations.bank import Statement, WarningCode, read_statement

SAMPLES = Path(__file__).parents[2] / "data" / "bank"
OWN = "40702810900000000007"
SECOND_OWN = "40702810200000000008"
OTHER = "40702810800000000111"
HEADER = ("1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=UTF-8", f"РасчСчет={OWN}")
END = ("КонецФайла",)


def section(account: str = OWN, **values: str) -> list[str]:
    """Lines of an account section: `section(НачальныйОстаток="1000.00")`."""
    fields = {"РасчСчет": account, **values}
    return ["СекцияРасчСчет", *(f"{key}={value}" for key, value in fields.items()), "КонецРасчСчет"]


def document(**values: str) -> list[str]:
    """Lines of an incoming payment of 100 roubles; give keys to change or add them."""
    fields = {
        "Номер": "1",
        "Дата": "02.02.2026",
        "Сумма": "100.00",
        "ПлательщикСчет": OTHER,
        "ПолучательСчет": OWN,
        **values,
    }
    return [
        "СекцияДокумент=Платежное поручение",
        *(f"{key}={value}" for key, value in fields.items()),
        "КонецДокумента",
    ]


def outgoing(**values: str) -> list[str]:
    """Lines of an outgoing payment of 100 roubles."""
    return document(**{"ПлательщикСчет": OWN, "ПолучательСчет": OTHER, **values})


def read(*lines: str, own_accounts: tuple[str, ...] = ()) -> Statement:
    """Read the lines as a file in UTF-8."""
    return read_statement("\r\n".join(lines).encode(), own_accounts=own_accounts)


def read_documents(*lines: str, own_accounts: tuple[str, ...] = ()) -> Statement:
    """Read the sections between an ordinary header and the end of file."""
    return read(*HEADER, *lines, *END, own_accounts=own_accounts)


def codes(statement: Statement) -> list[WarningCode]:
    """Give the warnings' codes in order."""
    return [warning.code for warning in statement.warnings]
