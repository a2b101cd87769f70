"""What a request knows of its person: one query, rights at no query, changes effective at once, never all rows."""

from datetime import timedelta
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import db
from app.models.access import LoginSession
from app.permissions import Role, Scope
from app.services.access import sign_ins
from app.services.security_setup import create_user, init_security
from tests.factories import make_client
from tests.factories.access import make_role


def test_a_stranger_has_no_rights(client):
    assert client.get("/probe").json == {"viewer": None}


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.ADMIN, Scope.ALL), (Role.SALES, Scope.OWN_CLIENTS), (Role.ENGINEER, Scope.OWN_VISITS)]
)
def test_a_request_acts_on_behalf_of_its_person(role, scope, client_as):
    client = client_as(role)

    assert client.get("/probe").json == {
        "viewer": client.user_id,
        "employee": client.employee_id,
        "scope": scope.value,
        "roles": [role.value],
        "reads_clients": True,
        "reads_users": role is Role.ADMIN,
        "in_session": True,
    }


def test_a_request_costs_one_query_and_rights_cost_none(client_as, count_queries, session: Session):
    init_security(session)
    session.commit()
    client = client_as(Role.SALES)
    client.get("/probe")

    with count_queries() as queries:
        client.get("/probe")

    assert len(queries) == 1, queries


def test_a_right_taken_from_a_role_is_gone_with_the_next_request(client_as, session: Session):
    client = client_as(Role.SALES)
    assert client.get("/probe").json["reads_clients"]
    role = make_role(session, Role.SALES)
    role.permissions = [right for right in role.permissions if right.view_menu.name != "Clients"]
    session.commit()

    assert not client.get("/probe").json["reads_clients"]


def test_a_right_given_to_a_role_is_there_with_the_next_request(client_as, session: Session):
    admin = make_role(session, Role.ADMIN)
    client = client_as(Role.SALES)
    assert not client.get("/probe").json["reads_users"]
    role = make_role(session, Role.SALES)
    role.permissions = [*role.permissions, *(each for each in admin.permissions if each.view_menu.name == "Users")]
    session.commit()

    assert client.get("/probe").json["reads_users"]


def test_names_of_rights_are_compared_whole(client_as, session: Session):
    """The framework's own roles match by prefix: «Client» would open «ClientSecret»."""
    from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu

    role = make_role(session, Role.SALES)
    users = PermissionView(permission=Permission(name="can_rea"), view_menu=ViewMenu(name="User"))
    role.permissions = [users]
    session.commit()
    client = client_as(Role.SALES)

    assert not client.get("/probe").json["reads_users"]
    assert not client.get("/probe").json["reads_clients"]


def test_a_session_made_anew_within_a_request_shows_no_foreign_rows(client_as, session: Session):
    make_client(session)

    assert client_as(Role.DIRECTOR).get("/probe/anew").json == {"clients": 1, "kept": 1}
    assert client_as(Role.SALES).get("/probe/anew").json == {"clients": 0, "kept": 0}


def test_rights_of_a_removed_role_are_forgotten(client_as, session: Session, app):
    client = client_as(Role.SALES)
    app.extensions["kontora_rights"].clear()
    for number in range(300):
        app.extensions["kontora_rights"][("old", frozenset({number}))] = frozenset()

    assert client.get("/probe").json["reads_clients"]
    assert len(app.extensions["kontora_rights"]) < 300


def test_the_menu_is_asked_for_areas_with_any_right(app, client_as):
    client = client_as(Role.SALES)
    with client:
        client.get("/probe")
        manager = app.appbuilder.sm
        assert manager.get_user_menu_access(["Clients", "Users"]) == {"Clients"}
        assert not manager.is_item_public("can_read", "Clients")


def test_outside_of_requests_nobody_has_access(app):
    with app.app_context():
        assert not app.appbuilder.sm.has_access("can_read", "Clients")
        assert app.appbuilder.sm.get_user_menu_access(["Clients"]) == set()


# --- noting that a sign-in is in use ---


@pytest.fixture
def live(live_app) -> Any:
    with live_app.app_context():
        init_security(db.session())
        create_user(db.session(), "boss", Role.ADMIN, "длинный-пароль-7")
        db.session.commit()
    client = live_app.test_client()
    client.post("/login/", data={"username": "boss", "password": "длинный-пароль-7"})
    return client


def set_seen(app: Any, ago: timedelta) -> None:
    with app.app_context():
        db.session.execute(update(LoginSession).values(seen_at=utc_now() - ago))
        db.session.commit()


def seen_ago(app: Any) -> timedelta:
    with app.app_context():
        return utc_now() - db.session.scalars(select(LoginSession.seen_at)).one()


def test_use_is_noted_when_the_last_note_is_old(live, live_app):
    set_seen(live_app, timedelta(minutes=6))

    assert live.get("/probe").json["viewer"]

    assert seen_ago(live_app) < timedelta(minutes=1)


def test_reading_pages_writes_nothing_meanwhile(live, live_app):
    set_seen(live_app, timedelta(minutes=4))
    with live_app.app_context():
        written: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: written.append(given[2]))

    live.get("/probe")

    assert not [each for each in written if each.split()[0].upper() in ("INSERT", "UPDATE", "DELETE")]
    assert seen_ago(live_app) >= timedelta(minutes=4)


def test_a_request_is_answered_even_if_its_use_cannot_be_noted(live, live_app, monkeypatch: pytest.MonkeyPatch):
    set_seen(live_app, timedelta(minutes=6))

    def locked(*_given: Any) -> None:
        raise OperationalError("update", {}, Exception("database is locked"))

    monkeypatch.setattr(sign_ins, "touch", locked)

    assert live.get("/probe").status_code == 200
    assert seen_ago(live_app) >= timedelta(minutes=6)


def test_a_second_process_sees_changed_rights_at_once(live, live_app, own_database, tmp_path):
    from tests.views.security.conftest import build

    other = build(tmp_path / "other", own_database)
    client = other.test_client()
    client.set_cookie("kontora", live.get_cookie("kontora").value)
    assert client.get("/probe").json["reads_users"]
    with live_app.app_context():
        role = db.session.scalars(select(RoleRecord).where(RoleRecord.name == Role.ADMIN.value)).one()
        role.permissions = []
        db.session.commit()

    assert not client.get("/probe").json["reads_users"]
    with other.app_context():
        db.engine.dispose()
