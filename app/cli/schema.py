"""Which migrations a database has had and which it waits for."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.cli.group import MIGRATIONS


def alembic_config(url: str = "") -> Config:
    """Alembic's settings for our migrations; without a URL the database of Kontora's own settings is used."""
    config = Config(MIGRATIONS / "alembic.ini")
    config.attributes["url"] = url
    return config


def pending(engine: Engine) -> list[str]:
    """Revisions that the database has not had yet, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    with engine.connect() as connection:
        had = MigrationContext.configure(connection).get_current_heads()
    return [script.revision for script in scripts.iterate_revisions("heads", had or "base")][::-1]


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision."""
    command.upgrade(alembic_config(url), revision)


def stamp(url: str) -> None:
    """Note in a database that it has every table already, made without migrations."""
    command.stamp(alembic_config(url), "head")
