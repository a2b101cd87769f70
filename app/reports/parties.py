"""The sides of a printed document, from the tables: requisites, bank accounts, the name of the file."""

import re
from datetime import date

from app.models.clients import Client, ClientBankAccount
from app.models.staff import BankAccount, Organisation
from app.reports.rendering.invoice_form import Bank, Party
from app.services.files import safe_name
from app.services.names import format_phone

_QUOTED = re.compile(r"«(.+)»|\"(.+)\"|“(.+)”")
_TOWN = re.compile(r"(?:^|[\s,])(?:г\.|г|город)\s*([А-ЯЁ][А-Яа-яЁё\- ]*[а-яё])")


def organisation_party(organisation: Organisation) -> Party:
    """Our own side."""
    return Party(
        name=organisation.full_name or organisation.name,
        inn=organisation.inn,
        kpp=organisation.kpp or "",
        address=organisation.address,
        phone=organisation.phone or "",
    )


def client_party(client: Client) -> Party:
    """The client's side; without a legal address the actual one stands."""
    return Party(
        name=client.full_name or client.name,
        inn=client.inn or "",
        kpp=client.kpp or "",
        address=client.legal_address or client.actual_address or "",
        phone=format_phone(client.phone) if client.phone else "",
    )


def organisation_bank(account: BankAccount) -> Bank:
    """Where to pay us."""
    return Bank(account.bank_name, account.bik, account.correspondent_account or "", account.account)


def client_bank(account: ClientBankAccount) -> Bank:
    """The client's account; its correspondent account is not kept."""
    return Bank(account.bank_name or "", account.bik, "", account.account)


def town_of(address: str) -> str:
    """The town in an address («101000, г. Москва, …»); '' where it is not named with «г.»."""
    found = _TOWN.search(address)
    return found.group(1).strip() if found else ""


def file_name(kind: str, number: str, day: date, client: Client) -> str:
    """«Счёт 15 от 2026-11-23 Ромашка.pdf»: the client without its legal form where the name is in quotes."""
    quoted = _QUOTED.search(client.name)
    who = next(filter(None, quoted.groups())) if quoted else client.name
    name = f"{kind} {number} от {day.isoformat()} {who}".replace("/", "-")
    return safe_name(f"{name.rstrip('. ')}.pdf")
