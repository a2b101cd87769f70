"""One file with everything: the database as it was at one moment, and the files that it names.

A tar archive, packed: `about.json` (what it is, with the SHA-256 of each part), `database` (a copy of the SQLite file,
or a dump of PostgreSQL in its custom format), `files/…` where files lie in a folder. Files in S3 are not inside: the
store has its own versions.
"""

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import func, inspect, select

from app.cli import dumps
from app.cli.group import finish, json_option, refuse, settings
from app.clock import utc_now
from app.database import User, db
from config import Settings

FORMAT = 1
DATABASE = "database"
ABOUT = "about.json"


class ArchiveError(Exception):
    """The archive cannot be used; the text says why."""


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@with_appcontext
def backup(file: Path, as_json: bool) -> None:
    """Write the database and the files into FILE; people may go on working meanwhile."""
    if file.exists():
        refuse(f"{file} is there already")
    try:
        about = write_archive(settings(), file)
    except dumps.DumpError as error:
        refuse(str(error))
    finish({"file": file, "bytes": file.stat().st_size, "files": len(about["parts"]) - 1}, as_json)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of the data that are there; they are lost.")
@json_option
@with_appcontext
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Bring back the database and the files from FILE. Stop the server first."""
    if not replace and has_people():
        refuse("the database is not empty; --replace puts the backup in its place")
    db.session.remove()
    db.engine.dispose()
    try:
        about = read_archive(settings(), file)
    except (ArchiveError, dumps.DumpError, tarfile.TarError) as error:
        refuse(f"{file}: {error}")
    finish({"made": about["made"], "files": len(about["parts"]) - 1}, as_json)


def has_people() -> bool:
    """Tell whether anybody can sign in: then there is something to lose."""
    if not inspect(db.engine).has_table(User.__tablename__):
        return False
    return bool(db.session.scalar(select(func.count()).select_from(User)))


def write_archive(own: Settings, target: Path) -> dict[str, Any]:
    """Make the archive beside its place and put it there when it is whole; gives what about.json says."""
    unfinished = target.with_name(target.name + ".part")
    with TemporaryDirectory(prefix="kontora-backup-") as folder:
        dump = Path(folder) / DATABASE
        # The database first: files are never changed, so that every file it names is still there afterwards.
        dumps.dump(own.database_url, dump)
        parts = {DATABASE: dump, **{f"files/{path}": whole for path, whole in _files(own)}}
        about = {
            "format": FORMAT,
            "made": utc_now().isoformat(),
            "dialect": dumps.dialect(own.database_url),
            "parts": {name: sha256_of(path) for name, path in parts.items()},
        }
        (Path(folder) / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        unfinished.touch(mode=0o600)  # everything is in it
        with tarfile.open(unfinished, "w:gz", compresslevel=1) as archive:
            archive.add(Path(folder) / ABOUT, ABOUT)
            for name, path in parts.items():
                archive.add(path, name, recursive=False)
    unfinished.replace(target)
    return about


def read_archive(own: Settings, source: Path) -> dict[str, Any]:
    """Check the whole archive, and only then touch the data. Raises ArchiveError."""
    with _unpacked(source) as folder:
        about = _checked(folder)
        if about["dialect"] != dumps.dialect(own.database_url):
            raise ArchiveError(f"it holds a {about['dialect']} database, the settings name another kind")
        _put_files(own, folder / "files")
        dumps.load(own.database_url, folder / DATABASE)
    return about


def sha256_of(path: Path) -> str:
    """The fingerprint of a file's content."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="kontora-restore-") as folder, tarfile.open(source, "r:gz") as archive:
        archive.extractall(folder, filter="data")
        yield Path(folder)


def _checked(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        parts = dict(about["parts"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ArchiveError("this is not a backup of Kontora") from None
    if about.get("format") != FORMAT:
        raise ArchiveError(f"format {about.get('format')} is unknown")
    damaged = [name for name, sum_ in parts.items() if not _has_sum(folder / name, sum_)]
    if damaged:
        raise ArchiveError(f"damaged: {', '.join(damaged[:5])}")
    return about


def _has_sum(path: Path, expected: str) -> bool:
    return path.is_file() and sha256_of(path) == expected


def _files(own: Settings) -> Iterator[tuple[str, Path]]:
    if "://" in own.files_url:
        return
    root = Path(own.files_url)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path


def _put_files(own: Settings, folder: Path) -> None:
    """Lay the files in their places; a file that is there already has the same content by its name."""
    if "://" in own.files_url or not folder.is_dir():
        return
    for path in folder.rglob("*"):
        target = Path(own.files_url) / path.relative_to(folder)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_name(target.name + ".part")
            unfinished.write_bytes(path.read_bytes())
            unfinished.replace(target)
