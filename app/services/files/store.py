"""Where the bytes of files lie: content by its SHA-256, in a folder or anywhere that fsspec reaches.

A file is written under a temporary name, brought to the disk and renamed, so that under its own name it is either
whole or absent. The same content is kept once.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import fsspec
import fsspec.core

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptContent:
    """Something that lies in the store; `written_at` is None where the store does not tell."""

    sha256: str
    size: int
    written_at: datetime | None


class FileStore(Protocol):
    """A place for content. Nothing but a SHA-256 in lower case is ever made into a path."""

    def keep(self, content: bytes) -> str:
        """Store the content unless it is there, and give its SHA-256."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading, seekable. Raises FileNotFoundError."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove the content; what is not there is removed already."""
        ...

    def contents(self) -> Iterator[KeptContent]:
        """Everything that the store keeps."""
        ...


def open_store(files_url: str) -> FileStore:
    """The store at a folder or an address that fsspec knows (`s3://bucket/folder`)."""
    if "://" not in files_url or files_url.startswith("file://"):
        return FolderStore(Path(files_url.removeprefix("file://")))
    return RemoteStore(files_url)


def hash_of(content: bytes) -> str:
    """The SHA-256 under which content is kept."""
    return hashlib.sha256(content).hexdigest()


def hash_of_stream(stream: BinaryIO) -> str:
    """The SHA-256 of a stream, read piece by piece."""
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _place(sha256: str) -> str:
    """`ab/abcdef…`: at most 256 folders, so that none grows too long."""
    if not _HASH.fullmatch(sha256):
        raise FileNotFoundError(sha256)
    return f"{sha256[:2]}/{sha256}"


class FolderStore:
    """A folder of this machine. The folder appears with the first file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Store the content unless it is there, and give its SHA-256."""
        sha256 = hash_of(content)
        target = self._folder / _place(sha256)
        try:
            os.utime(target)  # young again: the sweep leaves alone what is just being attached
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(target, content)
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading. Raises FileNotFoundError."""
        return (self._folder / _place(sha256)).open("rb")

    def remove(self, sha256: str) -> None:
        """Remove the content."""
        (self._folder / _place(sha256)).unlink(missing_ok=True)

    def contents(self) -> Iterator[KeptContent]:
        """Everything under its own name; temporary files of a writer that died are not among it."""
        for path in self._folder.glob("??/*"):
            if _HASH.fullmatch(path.name):
                facts = path.stat()
                yield KeptContent(path.name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))


def _write_whole(target: Path, content: bytes) -> None:
    """Temporary name, fsync, rename, fsync of the folder: after a power cut the file is whole or absent."""
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class RemoteStore:
    """A file system that fsspec reaches; a write becomes visible only when it is complete."""

    def __init__(self, files_url: str) -> None:
        self._files, path = fsspec.core.url_to_fs(files_url)
        self._root = str(path).rstrip("/")

    def keep(self, content: bytes) -> str:
        """Store the content and give its SHA-256. Written again each time: the sweep goes by the time of writing."""
        sha256 = hash_of(content)
        target = self._path(sha256)
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        file = self._files.open(target, "wb", autocommit=False)
        file.write(content)
        file.close()
        file.commit()
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading. Raises FileNotFoundError."""
        return cast(BinaryIO, self._files.open(self._path(sha256), "rb"))

    def remove(self, sha256: str) -> None:
        """Remove the content."""
        path = self._path(sha256)
        if self._files.exists(path):
            self._files.rm_file(path)

    def contents(self) -> Iterator[KeptContent]:
        """Everything that the store keeps."""
        if not self._files.exists(self._root):
            return
        for path, facts in self._files.find(self._root, detail=True).items():
            name = str(path).rpartition("/")[2]
            if _HASH.fullmatch(name):
                yield KeptContent(name, int(facts["size"]), _moment(facts))

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{_place(sha256)}"


def _moment(facts: dict[str, object]) -> datetime | None:
    """When a remote file was written: file systems name it differently, S3 says LastModified."""
    found = next((facts[name] for name in ("LastModified", "mtime", "created") if name in facts), None)
    if isinstance(found, int | float):
        return datetime.fromtimestamp(found, UTC)
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
