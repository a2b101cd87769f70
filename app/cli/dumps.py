"""Copying a whole database out and in, by its own means: SQLite's backup interface, pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url


class DumpError(Exception):
    """The copy could not be made or brought back; the text says why, without the password."""


def dialect(url: str) -> str:
    """'sqlite' or 'postgresql'."""
    return make_url(url).get_backend_name()


def dump(url: str, target: Path) -> None:
    """Copy the database as it is at one moment, while others work in it. Raises DumpError."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(Path(str(address.database)), target)
    else:
        _run(address, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def load(url: str, source: Path) -> None:
    """Put the copy in the place of what the database holds. All or nothing. Raises DumpError."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(source, Path(str(address.database)))
    else:
        _run(
            address,
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={address.database}",
            str(source),
        )


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise DumpError(f"there is no database {source}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target, timeout=15)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise DumpError(str(error)) from error


def _run(address: URL, program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise DumpError(f"{program} is not installed")
    done = subprocess.run(
        [path, *arguments], env=os.environ | _connection(address), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DumpError(f"{program}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}")


def _connection(address: URL) -> dict[str, str]:
    """Where to connect, by environment: arguments would show the password to everybody on the machine."""
    values = {
        "PGHOST": address.host,
        "PGPORT": str(address.port) if address.port else None,
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.database,
    }
    return {name: str(value) for name, value in values.items() if value}
