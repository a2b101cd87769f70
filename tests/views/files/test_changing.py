import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.agreements import Contract
from app.models.clients import Client
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import FileStore, check_files
from tests.conftest import ClientAs
from tests.factories import make_contract, make_engineer, make_equipment, make_payment, make_visit
from tests.factories.files import LAUNCH, make_pdf, make_pdf_with, make_photograph, make_picture
from tests.views.files.sending import address, attached, names, send

# --- Rights ---


def test_foreign_file_is_not_found(session: Session, store: FileStore, anna: FlaskClient) -> None:
    foreign = make_contract(session)
    attachment = attached(session, store, foreign, make_pdf(), "чужой.pdf")

    for path in (address(attachment), f"{address(attachment)}?thumbnail=1"):
        assert anna.get(path).status_code == 404
    assert anna.post(f"/files/delete/{attachment.id}").status_code == 404
    assert send(anna, foreign, (make_pdf(), "a.pdf")).status_code == 404
    assert names(session) == ["чужой.pdf"]


def test_stranger_is_sent_to_the_login(
    session: Session, store: FileStore, client: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_picture(), "фото.jpg")
    answer = client.get(address(attachment))

    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


def test_file_is_closed_without_the_right_on_its_area(
    session: Session, store: FileStore, client_as: ClientAs, own_client: Client
) -> None:
    payment = make_payment(session, client=own_client)
    attachment = attached(session, store, payment, make_pdf(), "платёжка.pdf")

    assert client_as(Role.SERVICE_HEAD).get(address(attachment)).status_code == 404
    answer = client_as(Role.ACCOUNTANT).get(address(attachment))
    assert answer.status_code == 200
    answer.close()


def test_engineer_sees_photographs_of_own_visits_only(session: Session, store: FileStore, client_as: ClientAs) -> None:
    engineer: Any = client_as(Role.ENGINEER)
    mine = make_visit(session, employee=session.get(Employee, engineer.employee_id))
    other = make_visit(session, employee=make_engineer(session))
    answer = engineer.get(address(attached(session, store, mine, make_picture(), "a.jpg")))

    assert answer.status_code == 200
    answer.close()
    assert engineer.get(address(attached(session, store, other, make_picture(), "b.jpg"))).status_code == 404


def test_reader_neither_adds_nor_deletes(session: Session, store: FileStore, client_as: ClientAs) -> None:
    contract = make_contract(session)
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")
    director = client_as(Role.DIRECTOR)

    assert send(director, contract, (make_pdf(2), "b.pdf")).status_code == 403
    assert director.post(f"/files/delete/{attachment.id}").status_code == 403
    assert names(session) == ["a.pdf"]


@pytest.mark.parametrize("key", ["0", "x", "-1", "../1", "9" * 18])
def test_unknown_file_is_not_found(store: FileStore, anna: FlaskClient, key: str) -> None:
    assert anna.get(f"/files/{key}/a.pdf").status_code == 404


@pytest.mark.parametrize("table", ["ab_user", "stored_file", "nonsense"])
def test_files_belong_only_to_known_tables(store: FileStore, anna: FlaskClient, table: str) -> None:
    assert anna.post(f"/files/upload/{table}/1").status_code == 404


def test_attachment_of_an_unknown_table_is_not_found(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")
    attachment.record_table = "ab_user"
    session.flush()

    assert anna.get(address(attachment)).status_code == 404


def test_deleting_by_a_link_is_impossible(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")

    assert anna.get(f"/files/delete/{attachment.id}").status_code in {404, 405}
    assert names(session) == ["a.pdf"]


@pytest.mark.usefixtures("csrf")
def test_adding_needs_the_token(session: Session, client: FlaskClient) -> None:
    assert send(client, make_contract(session), (make_pdf(), "a.pdf")).status_code == 400


# --- Adding and deleting ---


def test_several_files_are_added(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    answer = send(anna, contract, (make_pdf(), "a.pdf"), (make_picture(), "b.jpg"), kind="signed", caption="Подписан")

    assert answer.status_code == 302
    assert names(session) == ["a.pdf", "b.jpg"]
    found = session.scalars(select(Attachment)).all()
    assert {(file.kind, file.caption) for file in found} == {(AttachmentKind.SIGNED, "Подписан")}
    assert check_files(session, store).is_whole


def test_refused_file_does_not_stop_the_others(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    answer = send(anna, contract, (b"MZ\x90\x00", "virus.exe"), (make_pdf(), "a.pdf"))

    assert names(session) == ["a.pdf"]
    page = anna.get(answer.headers["Location"]).text
    assert "virus.exe" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "page.html"),
        (b"<html><script>alert(1)</script></html>", "page.pdf"),
        (b"<html><script>alert(1)</script></html>", "page.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.png"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "setup.exe"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "setup.pdf"),
        (b"GIF89a<script>alert(1)</script>", "a.gif"),
        (make_pdf_with(LAUNCH), "launch.pdf"),
        (make_picture(), "photo.html"),
        (make_pdf(), "doc.svg"),
        (b"", "empty.pdf"),
    ],
)
def test_wrong_kinds_are_refused(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract, content: bytes, name: str
) -> None:
    send(anna, contract, (content, name))

    assert names(session) == []
    assert list(store.contents()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/cron.d/a.pdf", "a.pdf"),
        ("C:/windows/a.pdf", "a.pdf"),
        ("я" * 400 + ".pdf", "я" * 196 + ".pdf"),
        ("CON.pdf", "_CON.pdf"),
    ],
)
def test_name_leads_nowhere(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract, tmp_path: Path, given: str, kept: str
) -> None:
    send(anna, contract, (make_pdf(), given))

    assert names(session) == [kept]
    assert {path.parent.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "files"}


def test_place_of_shooting_is_gone_for_everybody(
    session: Session, store: FileStore, anna: FlaskClient, own_client: Client
) -> None:
    send(anna, make_equipment(session, client=own_client), (make_photograph(), "IMG_1.jpg"), kind="photo")
    attachment = session.scalars(select(Attachment)).one()
    answer = anna.get(address(attachment))

    assert not Image.open(io.BytesIO(answer.data)).getexif()
    assert attachment.taken_at is not None
    answer.close()


def test_too_large_upload_is_refused(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract, app: Flask
) -> None:
    answer = anna.post(
        f"/files/upload/contract/{contract.id}",
        input_stream=io.BytesIO(b"--x"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(app.config["MAX_CONTENT_LENGTH"] + 1)},
    )

    assert answer.status_code == 413
    assert names(session) == []


def test_nothing_and_too_many_files_are_refused(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    send(anna, contract)
    send(anna, contract, *((f"text {number}".encode(), f"{number}.txt") for number in range(21)))

    assert names(session) == []


def test_unknown_kind_is_refused(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    assert send(anna, contract, (make_pdf(), "a.pdf"), kind="nonsense").status_code == 400


def test_file_is_taken_off_its_record(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")

    assert anna.post(f"/files/delete/{attachment.id}").status_code == 302
    assert names(session) == []
    assert session.scalars(select(StoredFile.sha256)).all() == [c.sha256 for c in store.contents()]


def test_files_stand_on_the_card_of_their_record(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    send(anna, contract, (make_pdf(), "Скан.pdf"), kind="signed", caption="Экземпляр клиента")
    page = anna.get(f"/contracts/show/{contract.id}").text

    assert "Экземпляр клиента" in page
    assert f"/files/upload/contract/{contract.id}" in page
