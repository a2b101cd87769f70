"""The history of records: what is read from the log, for whom, and in which order."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.database import User, install_row_rules
from app.models.access import AuditEntry, PersonalDataAccess
from app.models.clients import ClientStatus, ContactPhone
from app.permissions import Scope, Viewer
from app.reports import history
from app.reports.history import LogQuestion, Place, all_openings, log_page, openings_page, record_history, whole_log
from app.reports.history_values import Mark, find_records, model_of, read_changes
from app.services.audit import MASKED
from app.services.visibility import ROW_RULES
from tests.factories import make_client, make_contact, make_employee, make_invoice, make_user

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
Write = Callable[..., AuditEntry]


@pytest.fixture
def write(session: Session) -> Write:
    """Puts one entry into the log as it is."""

    def made(**values: Any) -> int:
        number = len(numbers)
        numbers.append(number)
        row = {"at": AT, "user_id": None, "table_name": "client", "record_id": 1, "act": "change", "changes": {}}
        hashes = {"previous_hash": "0" * 64, "hash": f"{number:064d}"}
        return session.execute(insert(AuditEntry).values(row | hashes | values).returning(AuditEntry.id)).scalar_one()

    numbers: list[int] = []
    return made


def changes_of(session: Session, table: str, changes: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    (found,) = read_changes(session, [(table, changes)])
    return {change.name: (change.before, change.after) for change in found}


# --- values -------------------------------------------------------------------------------------------------


def test_values_come_back_in_the_type_of_their_column(session: Session) -> None:
    found = changes_of(session, "client", {"name": [None, "ООО «Ромашка»"], "debt_threshold": ["0.00", "5000.00"]})
    assert found["name"] == (None, "ООО «Ромашка»")
    assert found["debt_threshold"] == (Decimal("0.00"), Decimal("5000.00"))


def test_a_choice_a_day_and_an_instant_are_read(session: Session) -> None:
    status = next(iter(ClientStatus))
    assert changes_of(session, "client", {"status": [None, status.value]}) == {"status": (None, status)}
    assert changes_of(session, "invoice", {"day": ["2026-11-01", None]}) == {"day": (date(2026, 11, 1), None)}
    moment = "2026-11-01T09:00:00+00:00"
    found = changes_of(session, "visit", {"starts_at": [None, moment]})
    assert found == {"starts_at": (None, datetime(2026, 11, 1, 9, tzinfo=UTC))}


def test_a_value_that_no_longer_fits_its_column_is_given_as_text(session: Session) -> None:
    found = changes_of(session, "client", {"status": ["abolished", None], "debt_threshold": ["much", 7]})
    assert found["status"] == ("abolished", None)
    assert found["debt_threshold"] == ("much", Decimal(7))


def test_a_field_and_a_table_that_are_gone_are_given_as_text(session: Session) -> None:
    (found,) = read_changes(session, [("client", {"fax": [None, "123"]})])
    assert (found[0].model, found[0].name, found[0].after) == (None, "fax", "123")
    assert changes_of(session, "telex", {"number": [1, True]}) == {"number": ("1", True)}
    assert model_of("telex") is None


def test_facts_of_an_act_are_shown_as_what_came_out(session: Session) -> None:
    assert changes_of(session, "ab_user", {"address": "10.0.0.1"}) == {"address": (None, "10.0.0.1")}


def test_masked_values_are_hidden_and_three_stars_in_a_name_are_not(session: Session) -> None:
    assert changes_of(session, "contact", {"birth_date": [None, MASKED]}) == {"birth_date": (None, Mark.HIDDEN)}
    assert changes_of(session, "ab_user", {"password": [MASKED, MASKED]}) == {"password": (Mark.HIDDEN, Mark.HIDDEN)}
    assert changes_of(session, "client", {"name": [None, MASKED]}) == {"name": (None, MASKED)}


def test_a_masked_key_of_a_person_is_hidden(session: Session) -> None:
    found = changes_of(session, "claim", {"employee_at_fault_id": [None, MASKED]})
    assert found == {"employee_at_fault": (None, Mark.HIDDEN)}


def test_relations_are_named_by_their_records(session: Session) -> None:
    anna, gone = make_employee(session), 999_999
    found = changes_of(session, "client", {"responsible_id": [gone, anna.id]})
    assert found == {"responsible": (Mark.GONE, anna)}


def test_roles_of_a_user_are_a_list_of_names(session: Session) -> None:
    assert changes_of(session, "ab_user", {"roles": [[], ["Admin", "Sales"]]}) == {"roles": ("", "Admin, Sales")}


def test_many_records_are_asked_for_in_portions(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reports.history_values.MOST_KEYS", 2)
    clients = [make_client(session) for _each in range(3)]
    found = find_records(session, [("client", client.id) for client in clients] + [("telex", 1)])
    assert set(found.values()) == set(clients)


def test_a_relation_to_a_record_that_is_not_to_be_seen_is_not_named(session: Session) -> None:
    install_row_rules(ROW_RULES)
    foreign = make_client(session, responsible=make_employee(session))
    session.expunge_all()
    session.info["viewer"] = Viewer(1, make_employee(session).id, Scope.OWN_CLIENTS)
    found = changes_of(session, "deal", {"client_id": [None, foreign.id]})
    assert found == {"client": (None, Mark.GONE)}


# --- the history of one record ----------------------------------------------------------------------------------


def test_the_history_tells_who_did_what_newest_first(session: Session) -> None:
    user = make_user(session, first_name="Анна", last_name="Тестова")
    client = make_client(session, name="Было")
    session.commit()
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    client.name = "Стало"
    session.commit()
    page = record_history(session, client, Place())
    assert [entry.act for entry in page.rows] == ["change", "create"]
    newest = page.rows[0]
    assert (newest.who, newest.subject) == ("Анна Тестова", client)
    assert ("name", "Было", "Стало") in [(change.name, change.before, change.after) for change in newest.changes]
    assert page.rows[1].who == ""
    assert (page.older, page.newer) == (0, 0)


def test_parts_belong_to_the_history_of_their_record_even_when_removed(session: Session) -> None:
    contact, other = make_contact(session), make_contact(session)
    contact.phones = [ContactPhone(number="+74950000001")]
    other.phones = [ContactPhone(number="+74950000002")]
    session.commit()
    contact.phones = []
    session.commit()
    acts = [(entry.table, entry.act) for entry in record_history(session, contact, Place()).rows]
    assert acts.count(("contact_phone", "create")) == 1
    assert acts.count(("contact_phone", "delete")) == 1
    assert len(acts) == 3


def test_other_records_of_the_same_number_stay_out(session: Session, write: Write) -> None:
    client = make_client(session)
    mine = write(record_id=client.id)
    write(record_id=client.id, table_name="deal")
    write(record_id=client.id + 1)
    assert [entry.id for entry in record_history(session, client, Place()).rows] == [mine]


def test_an_invoice_has_a_history_with_its_lines(session: Session) -> None:
    invoice = make_invoice(session)
    session.commit()
    assert {entry.table for entry in record_history(session, invoice, Place()).rows} >= {"invoice"}


def test_pages_lead_back_and_forth(session: Session, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    client = make_client(session)
    keys = [write(record_id=client.id, at=AT + timedelta(minutes=number // 2)) for number in range(5)][::-1]

    def turn(place: Place) -> tuple[list[int], int, int]:
        page = record_history(session, client, place)
        return [entry.id for entry in page.rows], page.older, page.newer

    assert turn(Place()) == (keys[:2], keys[1], 0)
    assert turn(Place(older_than=keys[1])) == (keys[2:4], keys[3], keys[2])
    assert turn(Place(older_than=keys[3])) == (keys[4:], 0, keys[4])
    assert turn(Place(newer_than=keys[4])) == (keys[2:4], keys[3], keys[2])
    assert turn(Place(newer_than=keys[2])) == (keys[:2], keys[1], 0)
    assert turn(Place(newer_than=keys[0])) == ([], 0, 0)


def test_every_question_of_a_page_goes_by_an_index(
    session: Session, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan of a small table on PostgreSQL is always to read it whole")
    contact, user = make_contact(session), make_user(session)
    with count_queries() as queries:
        record_history(session, contact, Place())
        log_page(session, LogQuestion(table="contact", record_id=contact.id), Place())
        log_page(session, LogQuestion(user_id=user.id, since=AT, until=AT), Place())
        openings_page(session, LogQuestion(user_id=user.id), Place())
    for query in queries:
        plan = session.connection().exec_driver_sql("explain query plan " + query, (1,) * query.count("?"))
        assert [
            row.detail for row in plan if row.detail.startswith("SCAN audit_entry") or "SCAN person" in row.detail
        ] == []


# --- the whole log ----------------------------------------------------------------------------------------------


def test_the_log_is_narrowed_by_every_filter(session: Session, write: Write) -> None:
    user = make_user(session)
    write(table_name="deal", record_id=7, act="delete", user_id=user.id, at=AT - timedelta(days=400))
    wanted = {"table": "deal", "record_id": 7, "acts": ("delete",), "user_id": user.id}
    every = LogQuestion(**wanted, since=AT - timedelta(days=401), until=AT - timedelta(days=399))  # type: ignore[arg-type]
    assert len(log_page(session, every, Place()).rows) == 1
    for narrower in (
        LogQuestion(table="client", user_id=user.id),
        LogQuestion(record_id=8, user_id=user.id),
        LogQuestion(acts=("create",), user_id=user.id),
        LogQuestion(user_id=user.id + 1, table="deal", record_id=7),
        LogQuestion(since=AT, user_id=user.id),
        LogQuestion(until=AT - timedelta(days=400), user_id=user.id),
    ):
        assert log_page(session, narrower, Place()).rows == ()


def test_a_refused_sign_in_names_no_record(session: Session, write: Write) -> None:
    key = write(table_name="ab_user", record_id=0, act="login_failed", changes={"address": "10.0.0.1"})
    entry = next(entry for entry in log_page(session, LogQuestion(acts=("login_failed",)), Place()).rows)
    assert (entry.id, entry.who, entry.subject) == (key, "", None)


def test_a_file_gets_the_whole_log_in_portions(session: Session, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_AT_ONCE", 2)
    client = make_client(session)
    keys = [write(record_id=client.id) for _each in range(5)]
    found = list(whole_log(session, LogQuestion(table="client", record_id=client.id)))
    assert [entry.id for entry in found] == keys[::-1]


# --- opened personal data -----------------------------------------------------------------------------------------


@pytest.fixture
def opened(session: Session) -> tuple[User, int]:
    user, contact = make_user(session), make_contact(session)
    values = {"user_id": user.id, "contact_id": contact.id, "fields": "birth_date, portrait", "at": AT}
    session.add(PersonalDataAccess(**values))
    session.flush()
    return user, contact.id


def test_openings_tell_who_saw_whose_data(session: Session, opened: tuple[User, int]) -> None:
    user, contact_id = opened
    (opening,) = openings_page(session, LogQuestion(user_id=user.id), Place()).rows
    assert (opening.who, opening.contact.id) == (user.get_full_name(), contact_id)
    assert opening.fields == ("birth_date", "portrait")


def test_openings_are_narrowed_by_contact_and_go_into_a_file(session: Session, opened: tuple[User, int]) -> None:
    _user, contact_id = opened
    assert openings_page(session, LogQuestion(record_id=contact_id + 1), Place()).rows == ()
    assert [opening.contact_id for opening in all_openings(session, LogQuestion(record_id=contact_id))] == [contact_id]
