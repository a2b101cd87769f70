import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from app.services.files import store as store_module
from app.services.files.store import FileStore, FolderStore, RemoteStore, hash_of, hash_of_stream, open_store

CONTENT = b"content of a file"


@pytest.fixture(params=["folder", "file address", "remote"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    addresses = {
        "folder": str(tmp_path / "files"),
        "file address": f"file://{tmp_path}/other",
        "remote": "memory://kontora/files",
    }
    yield open_store(addresses[request.param])
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def test_kept_content_is_read_back(store: FileStore) -> None:
    sha256 = store.keep(CONTENT)

    with store.open(sha256) as content:
        assert content.read() == CONTENT
        content.seek(3)
        assert content.read(4) == CONTENT[3:7]


def test_same_content_is_kept_once(store: FileStore) -> None:
    assert store.keep(CONTENT) == store.keep(CONTENT) == hash_of(CONTENT)
    assert [kept.sha256 for kept in store.contents()] == [hash_of(CONTENT)]


def test_contents_tell_size_and_time(store: FileStore) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    store.keep(CONTENT)

    (kept,) = store.contents()

    assert kept.size == len(CONTENT)
    assert kept.written_at is not None
    assert kept.written_at >= before


def test_empty_store_holds_nothing(store: FileStore) -> None:
    assert list(store.contents()) == []


def test_removed_content_is_gone(store: FileStore) -> None:
    sha256 = store.keep(CONTENT)
    store.remove(sha256)
    store.remove(sha256)

    with pytest.raises(FileNotFoundError):
        store.open(sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n", "a" * 65])
def test_only_a_hash_becomes_a_path(store: FileStore, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_what_is_not_content_is_left_out(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    sha256 = store.keep(CONTENT)
    (tmp_path / sha256[:2] / ".new-half").write_bytes(b"half")
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / "README").write_text("words")

    assert [kept.sha256 for kept in store.contents()] == [sha256]


def test_what_is_not_content_is_left_out_of_a_remote_store() -> None:
    MemoryFileSystem().pipe("/kontora/strange/ab/README", b"words")

    assert list(RemoteStore("memory://kontora/strange").contents()) == []
    MemoryFileSystem.store.clear()


def test_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    store = FolderStore(tmp_path)

    with pytest.raises(OSError, match="No space left"):
        store.keep(CONTENT)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_content_is_on_the_disk_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acts: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (acts.append("fsync"), real_fsync(descriptor))[1])

    def replace(path: Path, target: Path) -> Path:
        acts.append("rename")
        return real_replace(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    FolderStore(tmp_path).keep(CONTENT)

    assert acts == ["fsync", "rename", "fsync"]


def test_stream_is_hashed_piece_by_piece() -> None:
    content = b"x" * (2 * 1024 * 1024 + 5)

    assert hash_of_stream(io.BytesIO(content)) == hash_of(content)


@pytest.mark.parametrize(
    ("facts", "moment"),
    [
        ({"mtime": 0}, datetime(1970, 1, 1, tzinfo=UTC)),
        ({"LastModified": datetime(2026, 1, 2, tzinfo=UTC)}, datetime(2026, 1, 2, tzinfo=UTC)),
        ({"created": datetime(2026, 1, 2)}, datetime(2026, 1, 2, tzinfo=UTC)),  # noqa: DTZ001 (as some stores say it)
        ({"size": 5}, None),
    ],
)
def test_time_of_writing_is_read_from_what_the_store_says(facts: dict[str, Any], moment: datetime | None) -> None:
    assert store_module._moment(facts) == moment
