import io
from collections.abc import Callable
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
from app.services.files import FileStore, attach, check_files, open_store, store_file
from app.views.files import TABLES, disposition
from tests.factories import make_client, make_contract, make_engineer, make_equipment, make_payment, make_visit
from tests.factories.files import LAUNCH, make_office, make_pdf, make_pdf_with, make_photograph, make_picture

ClientAs = Callable[[Role], FlaskClient]


@pytest.fixture
def store(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    made = open_store(str(tmp_path / "files"))
    monkeypatch.setattr("app.views.attachments.open_store", lambda _url: made)
    return made


@pytest.fixture
def anna(client_as: ClientAs) -> Any:
    return client_as(Role.SALES)


@pytest.fixture
def own_client(session: Session, anna: Any) -> Client:
    return make_client(session, responsible=session.get(Employee, anna.employee_id))


@pytest.fixture
def contract(session: Session, own_client: Client) -> Contract:
    return make_contract(session, client=own_client)


def attached(session: Session, store: FileStore, record: Any, content: bytes, name: str) -> Attachment:
    made = attach(session, record, store_file(session, content, name, folder=store))
    session.flush()
    return made


def address(attachment: Attachment) -> str:
    return f"/files/{attachment.id}/{attachment.name}"


def send(client: FlaskClient, record: Any, *files: tuple[bytes, str], **fields: str) -> Any:
    data = {"file": [(io.BytesIO(content), name) for content, name in files], **fields}
    return client.post(
        f"/files/upload/{record.__tablename__}/{record.id}", data=data, content_type="multipart/form-data"
    )


def names(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.scalars(select(Attachment.name)))


# --- Showing ---


def test_pdf_is_shown_in_the_browser(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    answer = anna.get(address(attached(session, store, contract, make_pdf(), "Договор № 5.pdf")))

    assert answer.status_code == 200
    assert answer.data == make_pdf()
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert "filename*=UTF-8''%D0%94%D0%BE%D0%B3" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    answer.close()


def test_picture_is_shown_in_a_sandbox(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    answer = anna.get(address(attached(session, store, contract, make_picture(), "фото.jpg")))

    assert answer.mimetype == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()


def test_office_document_and_text_are_only_saved(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    for content, name in ((make_office(), "письмо.docx"), (b"a;b", "table.csv")):
        answer = anna.get(address(attached(session, store, contract, content, name)))
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        answer.close()


def test_thumbnail_is_small(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    attachment = attached(session, store, contract, make_picture("PNG"), "фото.png")
    answer = anna.get(f"{address(attachment)}?thumbnail=1")

    assert answer.mimetype == "image/jpeg"
    assert Image.open(io.BytesIO(answer.data)).size == (320, 213)
    answer.close()


def test_what_is_no_picture_has_no_thumbnail(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")

    assert anna.get(f"{address(attachment)}?thumbnail=1").status_code == 404


def test_part_of_a_file_is_sent(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")
    answer = anna.get(address(attachment), headers={"Range": "bytes=5-9"})

    assert answer.status_code == 206
    assert answer.data == make_pdf()[5:10]
    assert answer.headers["Content-Range"] == f"bytes 5-9/{len(make_pdf())}"
    answer.close()


def test_impossible_part_is_refused(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")

    assert anna.get(address(attachment), headers={"Range": "bytes=999999-"}).status_code == 416


def test_head_sends_no_content(session: Session, store: FileStore, anna: FlaskClient, contract: Contract) -> None:
    answer = anna.head(address(attached(session, store, contract, make_pdf(), "a.pdf")))

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(make_pdf()))


def test_unchanged_file_is_not_sent_again(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")
    first = anna.get(address(attachment))
    again = anna.get(address(attachment), headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert "private" in first.headers["Cache-Control"]
    first.close()


def test_lost_content_answers_not_found(
    session: Session, store: FileStore, anna: FlaskClient, contract: Contract
) -> None:
    attachment = attached(session, store, contract, make_pdf(), "a.pdf")
    store.remove(attachment.file.sha256)

    assert anna.get(address(attachment)).status_code == 404


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_with_files_is_ruled_by_its_record(table: str) -> None:
    model, area = TABLES[table]

    assert model.__tablename__ == table
    assert area


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


# --- Names in headers ---


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "inline; filename=a.pdf"),
        ("a b.pdf", 'inline; filename="a b.pdf"'),
        (
            "Счёт «15».pdf",
            "inline; filename=\"____ _15_.pdf\"; filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82%20%C2%AB15%C2%BB.pdf",
        ),
        ('a"\\b.pdf', "inline; filename=a__b.pdf; filename*=UTF-8''a%22%5Cb.pdf"),
    ],
)
def test_name_is_given_in_both_ways(name: str, header: str) -> None:
    assert disposition(name, inline=True) == header


# --- Printed forms ---


def test_contract_is_printed_by_its_rights(session: Session, anna: FlaskClient, contract: Contract) -> None:
    answer = anna.get(f"/print/contract/{contract.id}.pdf")

    assert answer.data.startswith(b"%PDF-")
    assert "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80" in answer.headers["Content-Disposition"]
    assert anna.get(f"/print/contract/{make_contract(session).id}.pdf").status_code == 404
    assert anna.get(f"/print/nonsense/{contract.id}.pdf").status_code == 404
    assert anna.get("/print/contract/x.pdf").status_code == 404


def test_act_of_a_visit_is_printed(session: Session, anna: FlaskClient, contract: Contract) -> None:
    visit = make_visit(session, client=contract.client)

    assert anna.get(f"/print/visit_act/{visit.id}.pdf").data.startswith(b"%PDF-")


def test_form_is_closed_without_the_right_on_its_area(session: Session, client_as: ClientAs) -> None:
    visit = make_visit(session)

    assert client_as(Role.PURCHASING).get(f"/print/visit_act/{visit.id}.pdf").status_code == 404
