"""Which tables can be imported: their fields with the headings that files give them, and how a record is found."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.catalogue import Product, ProductKind, Unit
from app.models.clients import Client, ClientBankAccount, ClientKind, Contact, ContactEmail, ContactPhone
from app.models.service import Equipment
from app.models.staff import Employee
from app.services.clients import check_client, check_contact, note_responsibility
from app.services.duplicates import check_duplicates
from app.services.imports.declarations import EXTERNAL, Field, Table, Values, field_of
from app.services.names import company_key, email_key, phone_numbers
from app.texts import _, lazy

_PIECE = "шт"

EXTERNAL_FIELD = Field(
    EXTERNAL, "text", lazy("External ID"), ("id", "код", "внешний код", "идентификатор", "код в 1с"), length=100
)


# --- Clients ----------------------------------------------------------------------------------------------------


def _find_clients(session: Session, values: Values) -> list[Any]:
    found = select(Client).where(Client.merged_into_id.is_(None))
    if inn := values.get("inn"):
        found = found.where(Client.inn == inn)
        if kpp := values.get("kpp"):
            return list(session.scalars(found.where((Client.kpp == kpp) | Client.kpp.is_(None))))
        return list(session.scalars(found))
    key = company_key(values.get("name", ""))[:200]
    return list(session.scalars(found.where(Client.company_key == key))) if key else []


def _client_key(values: Values) -> Any:
    if inn := values.get("inn"):
        return inn, values.get("kpp")
    return company_key(values["name"]) if "name" in values else None


def _own_client(session: Session, client: Client) -> None:
    """A new client without a manager is the person's own; an INN of 12 digits is not a company's."""
    viewer = session.info.get("viewer")
    if client.responsible is None and viewer is not None and viewer.employee_id is not None:
        client.responsible = session.get_one(Employee, viewer.employee_id)
    if client.kind is None:
        client.kind = ClientKind.ENTREPRENEUR if len(client.inn or "") == 12 else ClientKind.COMPANY


def _check_client(session: Session, client: Client) -> None:
    if client.responsible is None:
        raise RuleError(_("Say who is responsible for the client."))
    check_client(client)
    check_duplicates(session, client)
    note_responsibility(session, client)


def _fill_client(client: Client, values: Values) -> bool:
    """Add the bank account that the row names, unless the client has it."""
    account, bik = values.get("account"), values.get("bik")
    if account is None and bik is None:
        return False
    if account is None or bik is None:
        raise RuleError(_("An account needs its BIK, and a BIK its account."))
    if any(kept.account == account and kept.bik == bik for kept in client.bank_accounts):
        return False
    client.bank_accounts.append(ClientBankAccount(account=account, bik=bik, bank_name=values.get("bank_name")))
    return True


CLIENTS = Table(
    name="clients",
    model=Client,
    area="Clients",
    title=lazy("Clients"),
    fields=(
        EXTERNAL_FIELD,
        field_of(
            Client,
            "name",
            "наименование",
            "клиент",
            "контрагент",
            "организация",
            "название",
            "компания",
            "краткое наименование",
        ),
        field_of(Client, "full_name", "полное наименование", "полное название", "официальное наименование"),
        field_of(Client, "kind", "вид", "вид клиента", "вид контрагента", "тип", "юр физ лицо"),
        field_of(Client, "status", "статус", "статус клиента", "состояние"),
        field_of(Client, "inn", "инн", "инн контрагента", "инн клиента", kind="digits"),
        field_of(Client, "kpp", "кпп", "кпп контрагента", kind="digits"),
        field_of(Client, "ogrn", "огрн", "огрнип", "огрн огрнип", kind="digits"),
        field_of(Client, "legal_address", "юридический адрес", "юр адрес", "юридический", "адрес юридический", "адрес"),
        field_of(
            Client,
            "actual_address",
            "фактический адрес",
            "факт адрес",
            "фактический",
            "адрес фактический",
            "адрес доставки",
        ),
        field_of(Client, "town", "город", "населенный пункт"),
        field_of(Client, "region", "регион", "область", "субъект"),
        field_of(Client, "phone", "телефон", "тел", "телефоны", "телефон организации", "номер телефона"),
        field_of(Client, "email", "e-mail", "электронная почта", "почта", "email", "e mail", "адрес почты"),
        field_of(Client, "website", "сайт", "www", "адрес сайта"),
        field_of(Client, "segment", "сегмент", "сегмент клиента", "группа"),
        field_of(Client, "responsible", "ответственный", "менеджер", "ответственный менеджер", "основной менеджер"),
        field_of(Client, "head_name", "руководитель", "директор", "генеральный директор", "фио руководителя"),
        field_of(Client, "head_position", "должность руководителя", "должность"),
        field_of(Client, "source", "откуда пришёл", "источник", "откуда пришел"),
        field_of(Client, "comment", "комментарий", "примечание", "заметки", "дополнительно"),
        field_of(
            ClientBankAccount,
            "account",
            "номер счёта",
            "расчетный счет",
            "р с",
            "рс",
            "номер расчетного счета",
            kind="digits",
        ),
        field_of(ClientBankAccount, "bik", "бик", "бик банка", kind="digits"),
        field_of(ClientBankAccount, "bank_name", "банк", "наименование банка"),
    ),
    find=_find_clients,
    key=_client_key,
    check=_check_client,
    defaults=_own_client,
    fill=_fill_client,
)


# --- Contacts ---------------------------------------------------------------------------------------------------


def _find_contacts(session: Session, values: Values) -> list[Any]:
    if "client" not in values or "family_name" not in values:
        return []
    found = select(Contact).where(
        Contact.client_id == values["client"].id, Contact.family_name == values["family_name"]
    )
    for name in ("given_name", "patronymic"):
        if name in values:
            found = found.where(getattr(Contact, name) == values[name])
    return list(session.scalars(found))


def _contact_key(values: Values) -> Any:
    if "client" not in values:
        return None
    return values["client"].id, *(values.get(name) for name in ("family_name", "given_name", "patronymic"))


def _fill_contact(contact: Contact, values: Values) -> bool:
    """Add the phones and e-mails that the row names, unless the contact has them."""
    changed = False
    for typed in _several(values.get("phones")):
        found = phone_numbers(typed)
        number = found[0].e164 if found and found[0].e164 else typed
        if not any(number in (phone.number, phone.as_typed) for phone in contact.phones):
            contact.phones.append(ContactPhone(number=typed[:30]))
            changed = True
    for typed in _several(values.get("emails")):
        if not any(email_key(typed) == email.address for email in contact.emails):
            contact.emails.append(ContactEmail(address=typed))
            changed = True
    return changed


def _several(text: str | None) -> list[str]:
    parts = (text or "").replace("\n", ";").replace(",", ";").split(";")
    return [part.strip() for part in parts if part.strip()]


CONTACTS = Table(
    name="contacts",
    model=Contact,
    area="Contacts",
    title=lazy("Contacts"),
    fields=(
        EXTERNAL_FIELD,
        field_of(Contact, "client", "клиент", "контрагент", "организация", "компания", "инн", "инн клиента"),
        field_of(Contact, "family_name", "фамилия"),
        field_of(Contact, "given_name", "имя"),
        field_of(Contact, "patronymic", "отчество"),
        field_of(Contact, "position", "должность"),
        field_of(Contact, "role", "роль", "роль контактного лица"),
        Field("phones", "list", lazy("Phones"), ("телефоны", "телефон", "тел", "мобильный", "номер телефона")),
        Field("emails", "list", lazy("E-mails"), ("почта", "электронная почта", "email", "e mail")),
        field_of(Contact, "is_main", "основной контакт", "основной", "главный"),
        field_of(Contact, "is_active", "активен"),
        field_of(Contact, "birth_date", "дата рождения", "день рождения"),
        field_of(Contact, "comment", "комментарий", "примечание"),
    ),
    find=_find_contacts,
    key=_contact_key,
    check=lambda _session, contact: check_contact(contact),
    fill=_fill_contact,
)


# --- Products and equipment -----------------------------------------------------------------------------------------


def _find_products(session: Session, values: Values) -> list[Any]:
    return list(session.scalars(select(Product).where(Product.sku == values["sku"]))) if "sku" in values else []


def _usual_product(session: Session, product: Product) -> None:
    """Goods counted in pieces, where the row does not say otherwise."""
    if product.kind is None:
        product.kind = ProductKind.GOODS
    if product.unit is None:
        unit = session.scalars(select(Unit).where(Unit.name.in_((_PIECE, f"{_PIECE}."))).limit(1)).first()
        if unit is None:
            raise RuleError(_("Say the unit of measure."))
        product.unit = unit


PRODUCTS = Table(
    name="products",
    model=Product,
    area="Products",
    title=lazy("Products and services"),
    fields=(
        EXTERNAL_FIELD,
        field_of(Product, "sku", "артикул", "артикул товара", "код товара"),
        field_of(Product, "name", "наименование", "номенклатура", "товар", "название"),
        field_of(Product, "kind", "вид", "вид номенклатуры", "тип"),
        field_of(Product, "group", "группа", "группа товаров", "категория"),
        field_of(Product, "unit", "единица", "ед", "ед изм", "единица измерения"),
        field_of(Product, "vat", "ндс", "ставка ндс"),
        field_of(Product, "barcode", "штрихкод", "штрих код", "ean", kind="digits"),
        field_of(Product, "description", "описание", "примечание", "комментарий"),
        field_of(Product, "is_active", "активен"),
    ),
    find=_find_products,
    key=lambda values: values.get("sku"),
    defaults=_usual_product,
)


def _find_equipment(session: Session, values: Values) -> list[Any]:
    if "client" not in values:
        return []
    found = select(Equipment).where(Equipment.client_id == values["client"].id)
    if serial := values.get("serial_number"):
        return list(session.scalars(found.where(Equipment.serial_number == serial)))
    found = found.where(Equipment.serial_number.is_(None), Equipment.model == values.get("model"))
    if "location" in values:
        found = found.where(Equipment.location == values["location"])
    return list(session.scalars(found))


def _equipment_key(values: Values) -> Any:
    if "client" not in values:
        return None
    own = values.get("serial_number") or (values.get("model"), values.get("location"))
    return values["client"].id, own


EQUIPMENT = Table(
    name="equipment",
    model=Equipment,
    area="Equipment",
    title=lazy("Equipment"),
    fields=(
        EXTERNAL_FIELD,
        field_of(Equipment, "client", "клиент", "контрагент", "организация", "инн", "инн клиента", "владелец"),
        field_of(Equipment, "model", "модель", "оборудование", "марка", "модель оборудования", "наименование"),
        field_of(
            Equipment, "serial_number", "серийный номер", "серийный №", "заводской номер", "зав номер", "s n", "sn"
        ),
        field_of(Equipment, "product", "номенклатура", "артикул"),
        field_of(Equipment, "status", "статус", "состояние"),
        field_of(Equipment, "is_ours", "поставлено нами", "наше"),
        field_of(Equipment, "location", "место установки", "адрес установки", "место"),
        field_of(Equipment, "installed_on", "дата установки", "дата ввода"),
        field_of(Equipment, "warranty_to", "гарантия до", "гарантия", "окончание гарантии"),
        field_of(Equipment, "maintenance_months", "период то месяцев", "период то", "интервал то"),
        field_of(Equipment, "next_maintenance_on", "следующее то", "дата то"),
        field_of(Equipment, "comment", "комментарий", "примечание"),
    ),
    find=_find_equipment,
    key=_equipment_key,
)

TABLES: dict[str, Table] = {table.name: table for table in (CLIENTS, CONTACTS, PRODUCTS, EQUIPMENT)}
