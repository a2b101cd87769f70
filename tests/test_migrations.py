"""Migrations make what the models say, in both directions, with rows in the tables, on the database under test."""

from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.cli.schema import alembic_config, pending, upgrade
from app.models import guards, trigrams
from app.models.access import PersonalSetting
from app.models.service import Visit, VisitStatus
from app.services.access.personal import recent_of
from tests.conftest import Databases
from tests.factories import make_client, make_contact, make_engineer, make_invoice, make_user, make_visit


@pytest.fixture
def migrated(databases: Databases) -> str:
    url = databases.empty()
    upgrade(url)
    return url


def connect(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def test_the_newest_migration_equals_the_models(migrated: str) -> None:
    command.check(alembic_config(migrated))


def test_nothing_is_pending_after_an_upgrade(migrated: str, databases: Databases) -> None:
    assert pending(connect(migrated)) == []
    assert pending(connect(databases.empty())) != []


@pytest.mark.uncounted
def test_migrations_go_up_down_and_up_again(databases: Databases) -> None:
    url = databases.empty()
    upgrade(url)
    first = describe(url)
    command.downgrade(alembic_config(url), "base")
    assert set(inspect(connect(url)).get_table_names()) <= {"alembic_version"}
    upgrade(url)
    assert describe(url) == first


@pytest.mark.uncounted
def test_migrations_and_models_make_the_same_tables(migrated: str, template: str, databases: Databases) -> None:
    assert describe(migrated) == describe(databases.copy_of(template))


@pytest.mark.uncounted
def test_the_way_down_and_up_is_free_with_rows_in_the_tables(migrated: str) -> None:
    with Session(connect(migrated)) as session:
        client = make_client(session, name="ООО «Ёлка»")
        make_contact(session, client=client)
        make_invoice(session, client=client)
        make_visit(session, client=client)
        session.commit()
    before = count_rows(migrated)
    upgrade(migrated)
    assert count_rows(migrated) == before
    assert (before["invoice_line"], before["visit"]) == (1, 1)
    command.downgrade(alembic_config(migrated), "base")
    upgrade(migrated)
    assert set(count_rows(migrated).values()) == {0}


@pytest.mark.uncounted
def test_the_records_opened_last_keep_their_order_on_the_way_into_rows(migrated: str) -> None:
    command.downgrade(alembic_config(migrated), "3bde43851fa8")
    kept = {"recent": [["deal", 7], ["client", 5]], "theme": "dark"}
    with Session(connect(migrated)) as session:
        person = make_user(session).id
        session.add_all(PersonalSetting(user_id=person, name=name, value=value) for name, value in kept.items())
        session.commit()

    upgrade(migrated)

    with Session(connect(migrated)) as session:
        assert recent_of(session, person) == [("deal", 7), ("client", 5)]
        assert session.scalars(select(PersonalSetting.name)).all() == ["theme"]


def describe(url: str) -> dict[str, Any]:
    """Tables with columns, keys, constraints and indexes; and triggers, as the database tells them."""
    with connect(url).connect() as connection:
        return _describe(connection)


def _describe(connection: Connection) -> dict[str, Any]:
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for table in inspector.get_table_names():
        found[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"]) for c in sorted(inspector.get_columns(table), key=_name)
            ],
            "keys": sorted((k["name"] or "", k["constrained_columns"]) for k in inspector.get_foreign_keys(table)),
            "unique": sorted((u["name"] or "", u["column_names"]) for u in inspector.get_unique_constraints(table)),
            "checks": sorted(str(c["name"]) for c in inspector.get_check_constraints(table)),
            "indexes": sorted(str(i["name"]) for i in inspector.get_indexes(table)),
        }
    found["triggers"] = connection.execute(text(_TRIGGERS[connection.dialect.name])).scalars().all()
    if connection.dialect.name == "sqlite":
        made = "select count(*) from sqlite_master where type = 'table' and sql like '%AUTOINCREMENT%'"
        found["keys never reused"] = connection.execute(text(made)).scalar_one()
    return found


_TRIGGERS = {
    "sqlite": "select name from sqlite_master where type = 'trigger' order by name",
    "postgresql": "select tgname from pg_trigger where not tgisinternal order by tgname",
}


def _name(column: Any) -> str:
    return str(column["name"])


def count_rows(url: str) -> dict[str, int]:
    metadata = MetaData()
    with connect(url).connect() as connection:
        metadata.reflect(connection)
        return {
            name: len(connection.execute(select(table)).all())
            for name, table in metadata.tables.items()
            if name != "alembic_version" and name not in trigrams.mirror_tables()
        }


# --- guards -----------------------------------------------------------------------------------------------------


def test_laying_the_guards_again_changes_nothing(migrated: str) -> None:
    before = describe(migrated)
    with connect(migrated).begin() as connection:
        guards.install(connection)
    assert describe(migrated) == before


def test_guards_are_laid_on_the_tables_that_exist() -> None:
    assert not any("visit" in statement for statement in guards.statements("sqlite", {"client"}))
    assert not any("on visit" in statement for statement in guards.statements("postgresql", {"client"}))
    for dialect in ("postgresql", "sqlite"):
        laid = " ".join(guards.statements(dialect, {"client"}))
        assert "client_search_key_trigram" in laid
        assert "contact_search_key_trigram" not in laid


def test_the_database_refuses_to_send_somebody_to_two_places_at_once(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer)
    with pytest.raises(IntegrityError, match=guards.VISIT_OVERLAP):
        make_visit(session, employee=engineer)


def test_the_database_refuses_to_move_a_visit_over_another(session: Session) -> None:
    engineer = make_engineer(session)
    first = make_visit(session, employee=engineer)
    second = make_visit(session, employee=engineer, starts_at=first.ends_at)
    second.starts_at, second.ends_at = first.starts_at, first.ends_at
    with pytest.raises(IntegrityError, match=guards.VISIT_OVERLAP):
        session.flush()


def test_visits_may_follow_each_other_without_a_pause(session: Session) -> None:
    engineer = make_engineer(session)
    first = make_visit(session, employee=engineer)
    assert make_visit(session, employee=engineer, starts_at=first.ends_at).id


def test_a_cancelled_visit_leaves_its_time_free(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, status=VisitStatus.CANCELLED)
    other = make_visit(session, employee=engineer)
    make_visit(session)
    assert session.get(Visit, other.id) is other
    other.status = VisitStatus.DONE
    session.flush()


@pytest.mark.parametrize("statement", ["update {} set id = id + 1", "delete from {}"])
@pytest.mark.parametrize("table", guards.APPEND_ONLY)
def test_the_database_keeps_what_was_written(own_database: str, table: str, statement: str) -> None:
    with connect(own_database).connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("set session_replication_role = replica"))
        _put_any_row(connection, table)
        if connection.dialect.name == "postgresql":
            connection.execute(text("set session_replication_role = origin"))
        with pytest.raises(IntegrityError, match=f"{table} {guards.APPEND_ONLY_REFUSAL}"):
            connection.execute(text(statement.format(table)))


def _put_any_row(connection: Any, table: str) -> None:
    columns = inspect(connection).get_columns(table)
    values = {column["name"]: _any_value(column["type"]) for column in columns}
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"insert into {table} ({names}) values ({places})"), values)  # noqa: S608 (own names)


def _any_value(kind: Any) -> object:
    if "JSON" in str(kind):
        return "{}"
    return {int: 1, str: "x", bool: False}.get(kind.python_type, "2026-11-23")


def test_a_table_of_movements_cannot_be_emptied_at_once(own_database: str) -> None:
    with connect(own_database).connect() as connection:
        if connection.dialect.name == "sqlite":
            pytest.skip("SQLite has no TRUNCATE")
        with pytest.raises(IntegrityError, match=guards.APPEND_ONLY_REFUSAL):
            connection.execute(text("truncate cash_movement cascade"))
