"""A file becomes records: found by INN, name, number or the file's own id; the same file twice changes nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.catalogue import Product, ProductKind, VatCode
from app.models.clients import Client, ClientKind, ClientStatus, Contact, ResponsibilityChange
from app.models.imports import ExternalId, ImportMode, ImportState, TableImport
from app.models.jobs import Job, JobState
from app.models.service import Equipment
from app.permissions import Role, Scope, Viewer
from app.services.batches import Counts, undo_batch
from app.services.files import FileStore, open_store
from app.services.imports import TABLES, check_now, load_now, row_problems, running, take_file
from app.services.jobs import run_job
from tests import factories as make
from tests.factories.access import make_role
from tests.factories.jobs import workshop
from tests.factories.sheets import make_xlsx

INN = "7707083893"
OTHER_INN = "7736050003"
HEAD = ("Название", "ИНН", "КПП", "Город", "Расчетный счет", "БИК")


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_store(str(tmp_path))


@pytest.fixture(autouse=True)
def _manager(session: Session) -> None:
    """Whoever loads is a manager: new clients are theirs."""
    user = make.make_user(session, roles=[make_role(session, Role.BACK_OFFICE)])
    employee = make.make_employee(session, user=user, family_name="Орлова", given_name="Анна", patronymic="Игоревна")
    session.info["viewer"] = Viewer(user.id, employee.id, Scope.ALL)


class Wizard:
    """The steps of an import without their pages."""

    def __init__(self, session: Session, store: FileStore, folder: Path) -> None:
        self.session, self.store, self.folder = session, store, folder

    def take(self, table: str, *rows: Any, mode: ImportMode = ImportMode.BOTH, **changes: Any) -> TableImport:
        content = make_xlsx(*rows, **changes)
        found = take_file(self.session, TABLES[table], content, "таблица.xlsx", folder=self.store)
        found.mode = mode
        return found

    def check(self, table: str, *rows: Any, **changes: Any) -> TableImport:
        found = self.take(table, *rows, **changes)
        assert check_now(self.session, found, folder=self.store) is None
        return found

    def load(self, table: str, *rows: Any, **changes: Any) -> TableImport:
        found = self.take(table, *rows, **changes)
        job = load_now(self.session, found)
        self.session.commit()
        run_job(workshop(self.session, self.folder), job.id, "one")
        self.session.expire_all()
        assert job.state is JobState.DONE, job.result_text
        return found


@pytest.fixture
def wizard(session: Session, store: FileStore, tmp_path: Path) -> Wizard:
    return Wizard(session, store, tmp_path)


def counts(found: TableImport) -> dict[str, int]:
    return {name: number for name, number in found.counts.items() if number}


def reasons(found: TableImport) -> list[str]:
    return [f"{header}: {text}" if header else text for _number, header, text in found.problems]


def clients(session: Session) -> int:
    return session.scalar(select(func.count(Client.id))) or 0


def test_new_clients_are_made_and_found_again(session: Session, wizard: Wizard) -> None:
    rows = HEAD, ("ООО «Ромашка»", INN, "773601001", "Тверь", None, None), ("ИП Иванов", None, None, "Клин", None, None)
    found = wizard.load("clients", *rows)
    assert counts(found) == {"created": 2}
    assert found.state is ImportState.LOADED
    client = session.scalars(select(Client).where(Client.inn == INN)).one()
    assert (client.name, client.town, client.kind) == ("ООО «Ромашка»", "Тверь", ClientKind.COMPANY)
    assert client.responsible.family_name == "Орлова"
    assert session.scalars(select(ResponsibilityChange.to_id).where(ResponsibilityChange.client_id == client.id)).all()

    again = wizard.load("clients", *rows)
    assert counts(again) == {"same": 2}
    assert clients(session) == 2

    changed = wizard.load("clients", HEAD, ("Ромашка", INN, None, "Дмитров", None, None))
    assert counts(changed) == {"updated": 1}
    assert (client.name, client.town, client.kpp) == ("Ромашка", "Дмитров", "773601001"), "empty cells change nothing"


def test_an_import_is_taken_back_as_a_whole(session: Session, wizard: Wizard) -> None:
    old = make.make_client(session, name="Старый", inn=INN, town="Тверь")
    found = wizard.load(
        "clients", HEAD, ("Старый", INN, None, "Клин", None, None), ("Новый", None, None, None, None, None)
    )
    assert counts(found) == {"created": 1, "updated": 1}
    assert found.batch is not None
    result = undo_batch(session, found.batch, utc_now())
    assert isinstance(result, Counts)
    assert result.stayed == 0
    session.expire_all()
    assert (clients(session), old.town) == (1, "Тверь")


def test_trying_writes_nothing(session: Session, wizard: Wizard) -> None:
    old = make.make_client(session, inn=INN, town="Тверь")
    found = wizard.check(
        "clients", HEAD, ("Старый", INN, None, "Клин", None, None), ("Новый", None, None, None, None, None)
    )
    assert counts(found) == {"created": 1, "updated": 1}
    assert found.state is ImportState.CHECKED
    session.expire_all()
    assert (clients(session), old.town) == (1, "Тверь")


def test_each_refusal_names_the_row_the_column_and_the_reason(session: Session, wizard: Wizard) -> None:
    make.make_client(session, name="Двойник"), make.make_client(session, name="ООО Двойник")
    found = wizard.check(
        "clients",
        (*HEAD, "Ответственный", "Вид"),
        ("Съеденный ноль", 770708389, None, None, None, None, None, None),
        ("Неверный", "7707083890", None, None, None, None, None, None),
        ("Округлённый", None, None, None, 40702810000000000001.0, "044525225", None, None),
        ("Текстом", None, None, None, "4,07E+19", "044525225", None, None),
        ("Чей-то", None, None, None, None, None, "Петров Пётр", None),
        ("Двойник", None, None, None, None, None, None, None),
        (None, OTHER_INN, None, None, None, None, None, None),
        ("Чужой вид", None, None, None, None, None, None, "Завод"),
        ("Один", None, None, None, None, None, None, None),
        ("ООО «Один»", None, None, None, None, None, None, None),
        ("Без банка", None, None, None, "40702810900000000001", None, None, None),
        ("=1+1", None, None, None, None, None, None, None),
        ("я" * 201, None, None, None, None, None, None, None),
    )
    assert counts(found) == {"created": 1, "refused": 12}
    assert [number for number, _header, _text in found.problems] == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14]
    texts = reasons(found)
    for text, words in zip(
        texts,
        ("eaten a zero", "INN", "rounded", "rounded", "There is no «Петров", "2 records fit", "Not filled: Name",
         "Завод", "Row 10", "needs its BIK", "formula", "Longer than 200"),
        strict=True,
    ):  # fmt: skip
        assert words in text
    assert row_problems(found)[2].startswith("ИНН: ")


def test_a_double_of_a_client_that_one_may_not_see_is_not_made(session: Session, wizard: Wizard) -> None:
    make.make_client(session, inn=INN)
    viewer = session.info["viewer"]
    session.info["viewer"] = Viewer(viewer.user_id, viewer.employee_id, Scope.OWN_CLIENTS)
    found = wizard.check("clients", HEAD, ("Чужой", INN), ("Свой", None))
    assert counts(found) == {"created": 1, "refused": 1}
    assert "not yours" in reasons(found)[0]


def test_modes_pass_rows_over(session: Session, wizard: Wizard) -> None:
    make.make_client(session, inn=INN, town="Тверь")
    rows = HEAD, ("Старый", INN, None, "Клин", None, None), ("Новый", None, None, None, None, None)
    assert counts(wizard.check("clients", *rows, mode=ImportMode.CREATE)) == {"created": 1, "skipped": 1}
    assert counts(wizard.check("clients", *rows, mode=ImportMode.UPDATE)) == {"updated": 1, "skipped": 1}


def test_the_files_own_id_finds_a_renamed_client(session: Session, wizard: Wizard) -> None:
    head = ("Код", "Название")
    wizard.load("clients", head, ("К-1", "Ромашка"))
    assert counts(wizard.load("clients", head, ("К-1", "Лютик"))) == {"updated": 1}
    client = session.scalars(select(Client)).one()
    assert client.name == "Лютик"
    doubled = wizard.check("clients", head, ("К-1", "Лютик"), ("К-1", "Клевер"))
    assert counts(doubled) == {"same": 1, "refused": 1}
    external = session.scalars(select(ExternalId)).one()
    external.record_id = 0
    session.flush()
    assert counts(wizard.check("clients", head, ("К-1", "Астра"))) == {"created": 1}, "a lost id is forgotten"


def test_accounts_are_added_once(session: Session, wizard: Wizard) -> None:
    head = ("Название", "ИНН", "Вид", "Статус", "Р/с", "БИК", "Банк", "Сегмент")
    make.make_client(session, name="Есть", inn=INN)
    from app.services.requisites import account_key

    key = account_key("40702810000000000001", "044525225")
    account = f"40702810{key}00000000001"
    row = ("Есть", INN, "company", "active", account, "044525225", "Сбербанк", None)
    assert counts(wizard.load("clients", head, row)) == {"updated": 1}
    assert counts(wizard.load("clients", head, row)) == {"same": 1}
    client = session.scalars(select(Client)).one()
    assert client.status is ClientStatus.ACTIVE
    assert [kept.account for kept in client.bank_accounts] == [account]


def test_contacts_come_with_their_client_phones_and_dates(session: Session, wizard: Wizard) -> None:
    client = make.make_client(session, name="Ромашка", inn=INN)
    make.make_client(session, name="Лютик")
    head = ("Клиент", "Фамилия", "Имя", "Телефон", "Почта", "Основной", "Комментарий")
    row = (INN, "Ивлев", "Олег", "8 (916) 123-45-67; 8 495 000-00-00", "OLEG@romashka.ru", "да", None)
    found = wizard.load("contacts", head, row, ("Лютик", "Ким", None, None, None, "нет", "Звонить утром"))
    assert (counts(found), reasons(found)) == ({"created": 2}, [])
    contact = session.scalars(select(Contact).where(Contact.client_id == client.id)).one()
    assert [phone.number for phone in contact.phones] == ["+79161234567", "+74950000000"]
    assert [email.address for email in contact.emails] == ["oleg@romashka.ru"]
    assert contact.is_main
    assert counts(wizard.load("contacts", head, row)) == {"same": 1}
    refused = wizard.check(
        "contacts", head, (None, "Ивлев", None, None, None, None, None), (INN, None, None, None, None, None, None)
    )
    assert counts(refused) == {"refused": 2}


def test_products_are_goods_in_pieces_unless_told_otherwise(session: Session, wizard: Wizard) -> None:
    make.make_product(session)
    head = ("Артикул", "Номенклатура", "НДС", "Активен")
    found = wizard.load("products", head, ("A-1", "Ремень", "20 %", "да"), (None, "Без артикула", None, None))
    assert counts(found) == {"created": 1, "refused": 1}
    product = session.scalars(select(Product).where(Product.sku == "A-1")).one()
    assert (product.kind, product.vat) == (ProductKind.GOODS, VatCode.VAT20)
    assert counts(wizard.load("products", head, ("A-1", "Ремень", None, None))) == {"same": 1}


def test_a_product_needs_its_unit_where_pieces_are_unknown(session: Session, wizard: Wizard) -> None:
    found = wizard.check("products", ("Артикул", "Наименование"), ("A-1", "Ремень"))
    assert "unit" in reasons(found)[0]


def test_equipment_is_found_by_serial_number_or_place(session: Session, wizard: Wizard) -> None:
    client = make.make_client(session, name="Ромашка")
    product = make.make_product(session)
    head = ("Клиент", "Модель", "Серийный номер", "Место установки", "Дата установки", "Период ТО", "Номенклатура")
    rows = (
        ("Ромашка", "ВК-20", "S-1", "Цех 1", 45000, 6, product.sku),
        ("Ромашка", "ВК-30", None, "Цех 2", "31.12.2025", "12", product.name),
        ("Ромашка", "ВК-40", None, None, date(2026, 2, 1), None, None),
    )
    assert counts(wizard.load("equipment", head, *rows)) == {"created": 3}
    assert counts(wizard.load("equipment", head, *rows)) == {"same": 3}
    machine = session.scalars(select(Equipment).where(Equipment.serial_number == "S-1")).one()
    assert (machine.installed_on, machine.maintenance_months) == (date(2023, 3, 15), 6)
    assert (machine.client, machine.product) == (client, product)
    bad = ("Ромашка", "ВК", "S-2", None, "вчера", "полгода", "нет такого")
    assert len(wizard.check("equipment", head, bad, (None, "ВК", "S-3", None, None, 0, None)).problems) == 4


def test_merged_cells_count_for_every_row(session: Session, wizard: Wizard) -> None:
    make.make_client(session, name="Ромашка")
    head = ("Клиент", "Фамилия")
    found = wizard.check("contacts", head, ("Ромашка", "Ивлев"), (None, "Ким"), merged=["A2:A3"])
    assert counts(found) == {"created": 2}


def test_a_long_file_is_tried_by_a_job(
    session: Session, wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHECK_AT_ONCE", 1)
    found = wizard.take("clients", HEAD, ("Первый", None), ("Второй", None))
    job = check_now(session, found, folder=wizard.store)
    assert isinstance(job, Job)
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    session.expire_all()
    assert (job.state, found.state, counts(found)) == (JobState.DONE, ImportState.CHECKED, {"created": 2})
    assert clients(session) == 0


def test_a_file_is_loaded_once(session: Session, wizard: Wizard) -> None:
    found = wizard.load("clients", HEAD, ("Первый", None))
    with pytest.raises(RuleError, match="already"):
        load_now(session, found)


def test_a_file_that_is_gone_or_no_table_is_refused_in_words(session: Session, wizard: Wizard) -> None:
    found = wizard.take("clients", HEAD, ("Первый", None))
    found.file = None
    with pytest.raises(RuleError, match="not kept"):
        check_now(session, found, folder=wizard.store)
    with pytest.raises(RuleError, match="no rows"):
        wizard.take("clients", HEAD)
    with pytest.raises(RuleError, match="no table"):
        take_file(session, TABLES["clients"], b"%PDF-1.4", "a.xlsx", folder=wizard.store)


def test_without_a_viewer_the_file_must_say_who_is_responsible(session: Session, wizard: Wizard) -> None:
    session.info.clear()
    head = ("Название", "Ответственный")
    found = wizard.check(
        "clients", head, ("Первый", None), ("Второй", "Орлова А.И."), ("Третий", "Орлова Анна Игоревна")
    )
    assert counts(found) == {"created": 2, "refused": 1}
    assert found.owner_id is None


def test_what_the_database_refuses_is_told_and_leaves_the_other_rows_alone(
    session: Session, wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_product(session, sku="A-2")
    head = ("Код", "Артикул", "Наименование")
    assert counts(wizard.load("products", head, ("1", "A-1", "Ремень"))) == {"created": 1}
    found = wizard.check("products", head, ("1", "A-2", "Ремень"), ("2", "A-3", "Фильтр"))
    assert counts(found) == {"created": 1, "refused": 1}
    assert "already such a record" in reasons(found)[0]

    def refuse(_session: Session, _record: Any) -> None:
        raise StatementError("too large", None, None, ValueError())

    monkeypatch.setitem(TABLES, "products", replace(TABLES["products"], check=refuse))
    assert "too large" in reasons(wizard.check("products", head, ("3", "A-4", "Ротор")))[0]


def test_a_name_that_several_bear_must_be_said_fully(session: Session, wizard: Wizard) -> None:
    make.make_employee(session, family_name="Ким", given_name="Олег")
    make.make_employee(session, family_name="Ким", given_name="Юлия")
    head = ("Название", "Ответственный", "ИНН", "БИК", "Вид")
    found = wizard.load(
        "clients",
        head,
        ("Первый", "Ким", None, None, None),
        ("Второй", "Ким Юлия", "500100732259", None, None),
        ("Третий", "Ким Олег", OTHER_INN, None, "company"),
    )
    assert counts(found) == {"created": 2, "refused": 1}
    assert "Several records" in reasons(found)[0]
    kinds = dict(session.execute(select(Client.name, Client.kind)).all())
    assert kinds == {"Второй": ClientKind.ENTREPRENEUR, "Третий": ClientKind.COMPANY}


def test_a_machine_keeps_what_the_row_does_not_say(session: Session, wizard: Wizard) -> None:
    client = make.make_client(session, name="Ромашка", inn=INN)
    make.make_equipment(session, client=client, model="ВК-20", serial_number="S-1")
    found = wizard.check("equipment", ("Клиент", "Серийный номер"), (INN, "S-1"), ("Никто", "S-2"))
    assert counts(found) == {"same": 1, "refused": 1}


def test_a_service_with_its_unit_needs_no_guess(session: Session, wizard: Wizard) -> None:
    unit = make.make_product(session).unit
    head = ("Артикул", "Наименование", "Вид", "Единица")
    assert counts(wizard.check("products", head, ("У-1", "Выезд", "service", unit.name))) == {"created": 1}
