"""Statement files for the tests of loading, matching and posting: short to write, as banks send them."""

from decimal import Decimal

OWN = "40702810900000000007"
SECOND = "40702810200000000008"
PAYER = "40702810800000000111"
PAYER_INN = "7707083893"


def paid(number="1", amount="1220.00", day="20.11.2026", **changes):
    """An incoming payment order; keys of the format may be changed or added."""
    fields = {
        "Номер": number,
        "Дата": day,
        "Сумма": amount,
        "ПлательщикСчет": PAYER,
        "ПлательщикИНН": PAYER_INN,
        "ПлательщикКПП": "770701001",
        "Плательщик1": "ООО Ромашка",
        "ПлательщикБИК": "044525225",
        "ПлательщикРасчСчет": PAYER,
        "ПолучательСчет": OWN,
        "ДатаПоступило": day,
        "НазначениеПлатежа": "Оплата",
    }
    return fields | changes


def spent(number="1", amount="100.00", day="20.11.2026", **changes):
    """An outgoing payment order."""
    fields = {
        "Номер": number,
        "Дата": day,
        "Сумма": amount,
        "ПлательщикСчет": OWN,
        "ДатаСписано": day,
        "ПолучательСчет": PAYER,
        "ПолучательИНН": PAYER_INN,
        "Получатель1": "ООО Ромашка",
        "НазначениеПлатежа": "Оплата за материалы",
    }
    return fields | changes


def moved(number="1", amount="300.00", day="20.11.2026", **changes):
    """A transfer from OWN to SECOND."""
    fields = {"ПолучательСчет": SECOND, "ДатаПоступило": day, "НазначениеПлатежа": "Перевод собственных средств"}
    return spent(number, amount, day) | fields | changes


def statement_file(*documents, accounts=(OWN,), first="20.11.2026", last="20.11.2026", balances=None):
    """The file; `balances` are (opening, received, withdrawn, closing) of the first account."""
    lines = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=UTF-8",
        f"ДатаНачала={first}",
        f"ДатаКонца={last}",
    ]
    lines += [f"РасчСчет={account}" for account in accounts]
    if balances:
        keys = ("НачальныйОстаток", "ВсегоПоступило", "ВсегоСписано", "КонечныйОстаток")
        lines += ["СекцияРасчСчет", f"ДатаНачала={first}", f"ДатаКонца={last}", f"РасчСчет={accounts[0]}"]
        lines += [f"{key}={Decimal(value):.2f}" for key, value in zip(keys, balances, strict=True)]
        lines += ["КонецРасчСчет"]
    for document in documents:
        lines += ["СекцияДокумент=Платежное поручение"]
        lines += [f"{key}={value}" for key, value in document.items()]
        lines += ["КонецДокумента"]
    return "\r\n".join([*lines, "КонецФайла"]).encode()
