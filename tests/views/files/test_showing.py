import io

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from app.models.agreements import Contract
from app.permissions import Role
from app.services.files import FileStore
from app.views.files import TABLES, disposition
from tests.conftest import ClientAs
from tests.factories import make_contract, make_visit
from tests.factories.files import make_office, make_pdf, make_picture
from tests.views.files.sending import address, attached

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
