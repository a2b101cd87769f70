import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.permissions import Scope, Viewer
from app.services.files import (
    FileStore,
    Limits,
    attach,
    attachments_of,
    attachments_of_many,
    check_files,
    detach,
    forget_unused,
    open_store,
    store_file,
    sweep_files,
)
from tests.factories import make_client, make_contract, make_user
from tests.factories.files import make_office, make_pdf, make_photograph, make_picture

LATER = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> FileStore:
    return open_store(str(tmp_path / "files"))


def read(folder: FileStore, sha256: str) -> bytes:
    with folder.open(sha256) as content:
        return content.read()


def test_file_is_kept_with_what_was_found(session: Session, folder: FileStore) -> None:
    stored = store_file(session, make_pdf(2), "../Договор.pdf", folder=folder)

    assert stored.name == "Договор.pdf"
    assert (stored.file.media_type, stored.file.pages) == ("application/pdf", 2)
    assert read(folder, stored.file.sha256) == make_pdf(2)


def test_picture_is_kept_with_its_thumbnail(session: Session, folder: FileStore) -> None:
    stored = store_file(session, io.BytesIO(make_photograph()), "фото.jpg", folder=folder)

    assert (stored.file.width, stored.file.height) == (600, 400)
    assert stored.file.thumbnail_sha256 is not None
    assert read(folder, stored.file.thumbnail_sha256).startswith(b"\xff\xd8\xff")
    assert stored.taken_at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


def test_same_content_gets_one_row(session: Session, folder: FileStore) -> None:
    user = make_user(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    first = store_file(session, make_pdf(), "a.pdf", folder=folder)
    second = store_file(session, make_pdf(), "b.pdf", folder=folder)

    assert first.file is second.file
    assert first.file.created_by_id == user.id
    assert second.name == "b.pdf"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (make_picture("PNG"), "invoice.pdf", "ends in .pdf, but the file is PNG"),
        (make_pdf(), "page.html", "ends in .html"),
        (b"plain words", "run.exe", "Only PDF"),
        (b"plain words", "noext", "Only PDF"),
        (make_office(), "book.xlsx", "ends in .xlsx"),
    ],
)
def test_name_that_lies_is_refused(session: Session, folder: FileStore, content: bytes, name: str, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        store_file(session, content, name, folder=folder)

    assert list(folder.contents()) == []


def test_name_without_extension_gets_the_true_one(session: Session, folder: FileStore) -> None:
    assert store_file(session, make_pdf(), "Договор", folder=folder).name == "Договор.pdf"


def test_stream_is_read_no_further_than_the_limit(session: Session, folder: FileStore) -> None:
    stream = io.BytesIO(b"x" * 5_000_000)

    with pytest.raises(RuleError, match="larger"):
        store_file(session, stream, "a.txt", folder=folder, limits=Limits(size=1000))

    assert stream.tell() == 1001


def test_setting_of_megabytes_becomes_the_limit() -> None:
    limits = Limits.of_megabytes(3, Limits().zone)

    assert limits.size == 3 * 1024 * 1024


def test_attached_files_are_listed_newest_first(session: Session, folder: FileStore) -> None:
    contract = make_contract(session)
    scan = store_file(session, make_pdf(), "скан.pdf", folder=folder)
    photo = store_file(session, make_photograph(), "фото.jpg", folder=folder)
    attach(session, contract, scan, AttachmentKind.SIGNED)
    attach(session, contract, photo, "photo", "  Шильдик  ")
    attach(session, make_client(session), scan)

    newest, oldest = attachments_of(session, contract)

    assert (newest.name, newest.kind, newest.caption) == ("фото.jpg", AttachmentKind.PHOTO, "Шильдик")
    assert newest.taken_at == photo.taken_at
    assert (oldest.name, oldest.caption) == ("скан.pdf", None)


def test_same_file_is_attached_to_a_record_once(session: Session, folder: FileStore) -> None:
    contract = make_contract(session)
    stored = store_file(session, make_pdf(), "a.pdf", folder=folder)

    assert attach(session, contract, stored) is attach(session, contract, stored)
    assert attach(session, contract, stored, AttachmentKind.SIGNED) is not attach(session, contract, stored)


def test_files_of_no_records_are_none(session: Session) -> None:
    assert attachments_of_many(session, "contract", []) == []


def test_store_that_agrees_with_its_rows_is_whole(session: Session, folder: FileStore) -> None:
    store_file(session, make_photograph(), "фото.jpg", folder=folder)
    report = check_files(session, folder)

    assert report.is_whole
    assert (report.checked, report.orphans) == (2, ())


def test_missing_changed_and_orphaned_content_is_found(session: Session, folder: FileStore, tmp_path: Path) -> None:
    missing = store_file(session, make_pdf(1), "a.pdf", folder=folder).file.sha256
    changed = store_file(session, make_pdf(2), "b.pdf", folder=folder).file.sha256
    orphan = folder.keep(b"left by a crash")
    folder.remove(missing)
    (tmp_path / "files" / changed[:2] / changed).write_bytes(b"somebody was here")

    report = check_files(session, folder)

    assert not report.is_whole
    assert (report.missing, report.changed, report.orphans) == ((missing,), (changed,), (orphan,))


def test_detached_file_goes_with_the_sweep(session: Session, folder: FileStore) -> None:
    contract = make_contract(session)
    kept = attach(session, contract, store_file(session, make_pdf(), "a.pdf", folder=folder))
    gone = attach(session, contract, store_file(session, make_photograph(), "b.jpg", folder=folder))
    detach(session, gone)

    assert forget_unused(session, before=LATER) == 1
    assert sweep_files(session, folder, before=LATER) == 2
    assert [content.sha256 for content in folder.contents()] == [kept.file.sha256]
    assert list(session.scalars(select(StoredFile.id))) == [kept.file_id]
    assert list(session.scalars(select(Attachment.id))) == [kept.id]


def test_sweep_leaves_alone_what_is_just_being_attached(session: Session, folder: FileStore) -> None:
    store_file(session, make_pdf(), "a.pdf", folder=folder)
    folder.keep(b"its row is not yet written")

    assert forget_unused(session, before=LONG_AGO) == 0
    assert sweep_files(session, folder, before=LONG_AGO) == 0
    assert len(list(folder.contents())) == 2
