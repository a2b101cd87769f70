"""The office loads a table: file, columns, check, result; errors come back as a file; the way back is beside."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.imports import ImportState, TableImport
from app.models.jobs import Job, JobState
from app.permissions import Role
from app.services.imports import running
from tests import factories as make
from tests.conftest import ClientAs
from tests.factories.sheets import make_xlsx

INN = "7707083893"
ROWS = (("Клиент", "ИНН", "Наш город"), ("Ромашка", INN, "Тверь"), ("Лютик", "770708389", "Клин"))
Person = Any


@pytest.fixture
def office(client_as: ClientAs) -> Person:
    return client_as(Role.BACK_OFFICE)


def send(person: Person, content: bytes, table: str = "clients", name: str = "клиенты.xlsx") -> Any:
    return person.post(f"/import/{table}/", data={"file": (io.BytesIO(content), name)})


def newest(session: Session) -> TableImport:
    session.expire_all()
    return session.scalars(select(TableImport).order_by(TableImport.id.desc()).limit(1)).one()


def test_the_whole_way_from_the_list_to_the_records(session: Session, office: Person) -> None:
    assert "/import/clients/" in office.get("/clients/list/").text
    assert "Загрузить из Excel" in office.get("/clients/list/").text
    assert office.get("/import/clients/").status_code == 200
    columns = send(office, make_xlsx(*ROWS)).headers["Location"]
    page = office.get(columns).text
    assert "Тверь · Клин" in page
    assert re.search(r'<option value="inn"\s+selected', page)

    chosen = {"column-0": "name", "column-1": "inn", "column-2": "town", "mode": "both"}
    check = office.post(columns, data=chosen).headers["Location"]
    page = office.get(check).text
    assert "Excel отбросил ноль" in page
    found = newest(session)
    assert (found.state, found.counts["created"], found.counts["refused"]) == (ImportState.CHECKED, 1, 1)

    errors = load_workbook(io.BytesIO(office.get(f"{check}/errors.xlsx").data)).active
    assert errors is not None
    assert [cell.value for cell in errors[1]] == ["Клиент", "ИНН", "Наш город", "Ошибка"]
    assert [cell.value for cell in errors[2]][:3] == ["Лютик", "770708389", "Клин"]
    assert "ИНН" in str(errors["D2"].value)


def test_what_was_checked_is_loaded_and_taken_back(session: Session, office: Person) -> None:
    columns = send(office, make_xlsx(*ROWS)).headers["Location"]
    chosen = {"column-0": "name", "column-1": "inn", "column-2": "town", "mode": "both"}
    check = office.post(columns, data=chosen).headers["Location"]
    job = office.post(check).headers["Location"]
    assert "/jobs/" in job
    page = office.get(job).text
    assert check in page
    assert "Новых: 1" in page
    client = session.scalars(select(Client).where(Client.inn == INN)).one()
    assert client.town == "Тверь"
    assert client.responsible_id == office.employee_id
    batch = newest(session).batch_id
    assert f"/batches/{batch}" in office.get(check).text

    office.post(f"/batches/{batch}/undo")
    session.expire_all()
    assert session.scalars(select(Client).where(Client.inn == INN)).all() == []
    assert office.post(check).status_code == 302
    assert office.post(columns, data=chosen).status_code == 422
    assert "клиенты.xlsx" in office.get("/import/clients/").text


def test_columns_are_remembered_for_the_next_such_file(office: Person) -> None:
    columns = send(office, make_xlsx(*ROWS)).headers["Location"]
    office.post(columns, data={"column-0": "name", "column-2": "region", "mode": "create"})
    page = office.get(send(office, make_xlsx(*ROWS)).headers["Location"]).text
    assert re.search(r'<option value="region"\s+selected', page)
    assert not re.search(r'<option value="inn"\s+selected', page)


def test_a_choice_that_cannot_be_is_refused(office: Person) -> None:
    columns = send(office, make_xlsx(*ROWS)).headers["Location"]
    twice = office.post(columns, data={"column-0": "name", "column-1": "name", "mode": "both"})
    assert twice.status_code == 422
    assert "Два столбца" in twice.text
    assert office.post(columns, data={"mode": "both"}).status_code == 422
    assert office.post(columns, data={"column-0": "name", "mode": "all"}).status_code == 400
    assert office.post(columns, data={"column-0": "debt_threshold"}).status_code == 400
    result = columns.replace("/columns/", "/result/")
    assert office.get(result).headers["Location"].endswith(columns)
    assert office.post(result).status_code == 302
    assert "Сначала проверьте файл" in office.get("/import/clients/").text


def test_what_is_no_table_is_refused_in_words(office: Person) -> None:
    refused = send(office, b"%PDF-1.4", name="файл.xlsx")
    assert refused.status_code == 422
    assert "не таблица" in refused.text
    assert office.post("/import/clients/", data={}).status_code == 422


def test_a_long_file_is_tried_by_a_job(session: Session, office: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHECK_AT_ONCE", 1)
    columns = send(office, make_xlsx(*ROWS)).headers["Location"]
    answer = office.post(columns, data={"column-0": "name", "mode": "both"})
    job = session.scalars(select(Job)).one()
    assert answer.headers["Location"].endswith(f"/jobs/{job.id}")
    assert newest(session).counts["created"] == 2


def test_the_empty_file_holds_every_heading_that_may_be_filled(office: Person, client_as: ClientAs) -> None:
    def headings(person: Person) -> list[Any]:
        sheet = load_workbook(io.BytesIO(person.get("/import/contacts/template.xlsx").data)).active
        assert sheet is not None
        return [cell.value for cell in sheet[1]]

    assert "Дата рождения" in headings(client_as(Role.ADMIN))
    assert "Дата рождения" not in headings(office)


def test_others_may_neither_load_nor_see_the_import(session: Session, office: Person, client_as: ClientAs) -> None:
    columns = send(office, make_xlsx(*ROWS)).headers["Location"]
    sales = client_as(Role.SALES)
    assert sales.get("/import/clients/").status_code == 403
    assert sales.get(columns).status_code == 404
    assert "/import/clients/" not in sales.get("/clients/list/").text
    assert client_as(Role.ADMIN).get(columns).status_code == 404
    assert office.get("/import/payments/").status_code == 404
    assert "/import/" not in office.get("/maintenance/list/").text


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    table, mapping = tmp_path / "a.csv", tmp_path / "map.json"
    table.write_text("Клиент;ИНН;Кто\nРомашка;7707083893;Орлова Анна\nЛютик;1;Орлова Анна\n", "cp1251")
    mapping.write_text(json.dumps({"Клиент": "name", "2": "inn", "Кто": "Ответственный"}), "utf-8")
    return str(table), str(mapping)


def test_the_command_tries_and_loads(app: Flask, session: Session, files: tuple[str, str], tmp_path: Path) -> None:
    make.make_employee(session, family_name="Орлова", given_name="Анна", patronymic=None)
    runner = app.test_cli_runner()

    def run(*more: str) -> Any:
        return runner.invoke(args=["kontora", "import-table", "clients", files[0], "--map", files[1], *more])

    tried = json.loads(run("--dry-run", "--json").stdout)
    assert (tried["rows"], tried["created"], tried["refused"]) == (2, 1, 1)
    assert "batch" not in tried
    done = json.loads(run("--json").stdout)
    assert (done["created"], done["refused"], len(done["problems"])) == (1, 1, 1)
    assert session.scalars(select(Client.name).where(Client.inn == INN)).all() == ["Ромашка"]
    assert "same: 1" in run().stdout
    assert runner.invoke(args=["kontora", "undo", str(done["batch"])]).exit_code == 0
    session.expire_all()
    assert session.scalars(select(Client)).all() == []
    Path(files[1]).write_text("[", "utf-8")
    assert run().exit_code == 1
    Path(files[1]).write_text(json.dumps({"Нет": "name"}), "utf-8")
    assert run().exit_code == 1


def test_the_command_says_when_the_job_failed(
    app: Flask, session: Session, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(running, "_work", breaks)
    answer = app.test_cli_runner().invoke(args=["kontora", "import-table", "clients", files[0]])
    assert answer.exit_code == 1
    assert session.scalars(select(Job.state)).all() == [JobState.FAILED]
