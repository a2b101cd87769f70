"""Every change is in the history, nothing that was rolled back is, and nobody can alter it unnoticed."""

from datetime import date
from decimal import Decimal

import pytest
from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu
from sqlalchemy import create_engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import Model
from app.errors import RuleError
from app.models.access import AuditEntry, PersonalDataAccess
from app.models.clients import ContactPhone
from app.models.ledger import ActivityBalance, ActivityKind
from app.models.money import Statement
from app.models.staff import Department
from app.permissions import Scope, Viewer
from app.services.audit import FIRST_HASH, MASKED, log_access, log_event, verify_chain
from tests import factories as make


def entries(session: Session, table: str, act: str | None = None) -> list[AuditEntry]:
    session.commit()
    found = select(AuditEntry).where(AuditEntry.table_name == table).order_by(AuditEntry.id)
    return list(session.scalars(found.where(AuditEntry.act == act) if act else found))


def last(session: Session, table: str, act: str | None = None) -> AuditEntry:
    return entries(session, table, act)[-1]


def test_making_a_record_is_kept_with_its_values(session: Session):
    client = make.make_client(session, name="ООО «Новое»", debt_threshold=Decimal("12.50"))

    entry = last(session, "client")

    assert (entry.act, entry.record_id) == ("create", client.id)
    assert entry.changes["name"] == [None, "ООО «Новое»"]
    assert entry.changes["debt_threshold"] == [None, "12.50"]
    assert entry.changes["status"] == [None, "active"]
    assert "version" not in entry.changes


def test_a_change_is_kept_with_old_and_new_value(session: Session):
    client = make.make_client(session, town="Тверь")
    session.commit()
    client.town = "Тула"

    assert last(session, "client", "change").changes == {"town": ["Тверь", "Тула"]}


def test_the_old_value_is_kept_even_when_it_was_never_read(session: Session):
    client = make.make_client(session, town="Тверь")
    session.commit()
    session.expire(client)
    client.town = "Тула"

    assert last(session, "client", "change").changes == {"town": ["Тверь", "Тула"]}


def test_the_old_value_is_kept_when_only_that_field_was_not_read(session: Session):
    client = make.make_client(session, town="Тверь", comment="Прежний")
    session.commit()
    session.refresh(client)
    session.expire(client, ["town", "comment"])
    client.town, client.comment = "Тула", "Прежний"

    assert last(session, "client", "change").changes == {"town": ["Тверь", "Тула"]}


def test_an_unread_value_set_to_what_it_was_is_no_change(session: Session):
    client = make.make_client(session, comment="Прежний")
    session.commit()
    client.town, client.comment = client.town, "Прежний"
    session.commit()
    session.expire(client, ["comment"])
    client.comment = "Прежний"

    assert entries(session, "client", "change") == []


def test_a_change_through_a_relation_is_kept_by_its_key(session: Session):
    client = make.make_client(session)
    before, after = client.responsible_id, make.make_employee(session)
    session.commit()
    client.responsible = after

    assert last(session, "client", "change").changes == {"responsible_id": [before, after.id]}


def test_setting_the_same_value_is_no_change(session: Session):
    client = make.make_client(session, town="Тверь")
    session.commit()
    client.town = "Тверь"

    assert entries(session, "client", "change") == []


def test_a_deletion_is_kept_with_the_last_values(session: Session):
    contract = make.make_contract(session, number="Д-7", signed_on=date(2026, 1, 2))
    session.commit()
    key = contract.id
    session.delete(contract)

    entry = last(session, "contract", "delete")

    assert entry.record_id == key
    assert entry.changes["number"] == ["Д-7", None]
    assert entry.changes["signed_on"] == ["2026-01-02", None]


def test_a_restricted_field_is_masked(session: Session):
    contact = make.make_contact(session, portrait="Любит порядок")
    session.commit()
    contact.portrait = "Любит точность"
    contact.birth_date = date(1980, 1, 1)

    created, changed = entries(session, "contact")

    assert created.changes["portrait"] == [None, MASKED]
    assert changed.changes == {"portrait": [MASKED, MASKED], "birth_date": [None, MASKED]}


def test_a_part_of_a_record_is_kept_too(session: Session):
    contact = make.make_contact(session)
    contact.phones.append(ContactPhone(number="+74950000000"))

    assert last(session, "contact_phone").changes["number"] == [None, "+74950000000"]


def test_a_part_taken_out_of_its_record_is_kept_with_its_last_values(session: Session):
    contact = make.make_contact(session, phones=[ContactPhone(number="+74951234567")])
    session.commit()
    contact.phones = []

    entry = last(session, "contact_phone", "delete")

    assert entry.changes["number"] == ["+74951234567", None]
    assert entry.changes["contact_id"] == [contact.id, None]


def test_registers_are_not_repeated_in_the_history(session: Session):
    employee = make.make_employee(session)
    balance = ActivityBalance(day=make.TODAY, employee=employee, kind=ActivityKind.CALL)
    session.add(balance)
    session.commit()
    balance.count = 5

    assert entries(session, "activity_balance") == []


def test_the_author_is_kept(session: Session):
    user = make.make_user(session)
    session.commit()
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    make.make_client(session)

    assert last(session, "client").user_id == user.id


def test_json_and_moments_are_kept_plainly(session: Session):
    visit = make.make_visit(session)
    session.commit()
    visit.starts_at = visit.starts_at.replace(hour=8)

    assert last(session, "visit", "change").changes == {
        "starts_at": ["2026-11-23T09:00:00+00:00", "2026-11-23T08:00:00+00:00"]
    }


def test_values_of_other_kinds_are_kept_as_json(session: Session):
    session.add(Statement(file_name="a", file_sha256="0", encoding="u", warnings=[{"строка": 5}]))

    assert last(session, "statement").changes["warnings"] == [None, [{"строка": 5}]]


def test_a_password_is_never_kept(session: Session):
    user = make.make_user(session, password="старый")
    session.commit()
    user.password = "новый"
    user.login_count = 5

    assert last(session, "ab_user", "change").changes == {"password": [MASKED, MASKED]}


def test_roles_of_a_user_and_rights_of_a_role_are_kept(session: Session):
    right = PermissionView(permission=Permission(name="can_x"), view_menu=ViewMenu(name="X"))
    role = Role(name="Особая", permissions=[right])
    user = make.make_user(session, roles=[role])
    session.commit()
    user.roles = []
    role.permissions = []

    assert last(session, "ab_user").changes == {"roles": [["Особая"], []]}
    assert last(session, "ab_role").changes == {"permissions": [["can x on X"], []]}
    assert entries(session, "ab_user", "create")[-1].changes["roles"] == [[], ["Особая"]]


def test_an_event_is_kept(session: Session):
    user = make.make_user(session)
    log_event(session, "login", user_id=user.id, changes={"address": "127.0.0.1"})
    log_event(session, "login_failed", user_id=None, changes={})

    login, failed = entries(session, "ab_user")[-2:]

    assert (login.act, login.record_id, login.user_id, login.changes) == (
        "login",
        user.id,
        user.id,
        {"address": "127.0.0.1"},
    )
    assert (failed.act, failed.record_id, failed.user_id) == ("login_failed", 0, None)


def test_what_is_rolled_back_leaves_no_entry(session: Session):
    make.make_client(session, name="Напрасный")
    session.rollback()
    make.make_department(session)

    assert entries(session, "client") == []


def test_what_a_savepoint_undid_leaves_no_entry_and_the_rest_does(session: Session):
    make.make_department(session, name="До")
    undone = session.begin_nested()
    make.make_department(session, name="Отменённый")
    undone.rollback()
    with session.begin_nested():
        make.make_department(session, name="После")

    assert [entry.changes["name"][1] for entry in entries(session, "department")] == ["До", "После"]


def test_a_session_closed_without_a_commit_leaves_no_entry(session: Session):
    make.make_client(session)
    session.close()
    make.make_department(session)

    assert entries(session, "client") == []


def test_entries_are_chained(session: Session):
    for _each in range(3):
        make.make_department(session)
        session.commit()
    found = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))

    report = verify_chain(session)

    assert report.broken == ()
    assert report.entries == len(found)
    assert report.head == found[-1].hash
    assert found[0].previous_hash == FIRST_HASH


def test_an_empty_history_is_in_order(session: Session):
    assert verify_chain(session).entries == session.query(AuditEntry).count()


@pytest.fixture
def unguarded(tmp_path):
    """A database without triggers: somebody with access to the file has taken them away."""
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    Model.metadata.create_all(engine)
    with Session(engine) as session:
        for number in range(4):
            make.make_department(session, name=f"Отдел {number}")
            session.commit()
        yield session
    engine.dispose()


def test_an_altered_entry_breaks_the_chain(unguarded: Session):
    unguarded.execute(text("update audit_entry set act = 'delete' where id = 2"))

    assert verify_chain(unguarded).broken == (2,)


def test_a_removed_entry_breaks_the_chain(unguarded: Session):
    unguarded.execute(text("delete from audit_entry where id = 2"))

    assert verify_chain(unguarded).broken == (3,)


@pytest.mark.parametrize(
    "statement",
    ["update audit_entry set act = 'x'", "delete from audit_entry", "delete from personal_data_access"],
)
def test_the_database_refuses_to_alter_the_logs(statement: str, session: Session):
    make.make_department(session)
    log_access(session, 1, ["portrait"])
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


@pytest.mark.parametrize("model", [AuditEntry, PersonalDataAccess])
def test_the_session_refuses_to_alter_the_logs(model, session: Session):
    make.make_department(session)
    log_access(session, 1, ["portrait"])
    session.commit()
    entry = session.scalars(select(model)).first()
    entry.user_id = make.make_user(session).id

    with pytest.raises(RuleError, match="cannot be altered"):
        session.flush()


@pytest.mark.parametrize("model", [AuditEntry, PersonalDataAccess])
def test_the_session_refuses_to_delete_from_the_logs(model, session: Session):
    make.make_department(session)
    log_access(session, 1, ["portrait"])
    session.commit()
    session.delete(session.scalars(select(model)).first())

    with pytest.raises(RuleError):
        session.flush()


@pytest.mark.parametrize("statement", [delete(AuditEntry), update(PersonalDataAccess).values(fields="")])
def test_the_session_refuses_to_alter_the_logs_in_bulk(statement, session: Session):
    with pytest.raises(RuleError):
        session.execute(statement)


def test_other_tables_are_changed_in_bulk_as_before(session: Session):
    make.make_department(session)

    assert session.execute(update(Department).values(name="Другой")).rowcount == 1


def test_opening_personal_data_is_logged(session: Session):
    contact, user = make.make_contact(session), make.make_user(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    log_access(session, contact.id, ["portrait", "birth_date"])

    entry = session.scalars(select(PersonalDataAccess)).one()

    assert (entry.user_id, entry.contact_id, entry.fields) == (user.id, contact.id, "birth_date, portrait")


def test_opening_personal_data_without_a_viewer_is_logged(session: Session):
    log_access(session, 5, ["portrait"])

    assert session.scalars(select(PersonalDataAccess)).one().user_id is None
