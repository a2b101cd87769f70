"""Logins and roles: only the administrator's; passwords meet the rules on every way."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from app.database import User
from app.errors import RuleError
from app.permissions import ROLES, Role
from app.views.security.rights import ACTS, AREAS
from tests.factories import make_user
from tests.factories.access import PASSWORD, PASSWORD_HASH, make_role

pytestmark = pytest.mark.once

GOOD = "сорок-семь-ёлок"
PAGES = ("/users/list/", "/users/add", "/users/show/1", "/users/edit/1", "/roles/list/", "/roles/show/1", "/roles/add")
WEAK = ("x", "короткий", "aaaaaaaaaaaa", "password123", "новенький-2026", "\tтабуляция-внутри")


def form_of(role_id: int, **changes: Any) -> dict[str, Any]:
    values = {
        "first_name": "Нина",
        "last_name": "Новенькая",
        "username": "новенький",
        "email": "new@example.test",
        "active": "y",
        "roles": str(role_id),
        "new_password": GOOD,
        "conf_password": GOOD,
    }
    return values | changes


def user_named(session: Session, login: str) -> User | None:
    return session.scalars(select(User).where(User.username == login)).first()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_the_administrator_opens_logins_and_roles(address, role, client_as):
    assert client_as(role).get(address).status_code == 403


@pytest.mark.parametrize("address", [*PAGES, "/users/userinfo/", "/resetmypassword/form"])
def test_a_stranger_is_sent_to_the_sign_in_page(address, client):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("address", ["/users/list/", "/users/add", "/roles/list/", "/roles/add"])
def test_the_administrator_opens_logins_and_roles(address, client_as):
    assert client_as(Role.ADMIN).get(address).status_code == 200


def test_roles_are_shown_by_their_names_for_people(client_as):
    client = client_as(Role.ADMIN)

    assert "Administrator" in client.get("/users/list/", headers={"Accept-Language": "en"}).text


def test_arguments_of_the_address_do_not_change_the_list(client_as):
    client = client_as(Role.ADMIN)

    plain = client.get("/users/list/").text.count("<tr")
    for arguments in ("psize_UserView=-1", "_oc_UserView=password", "page_UserView=abc", "_flt_0_password=x"):
        assert client.get(f"/users/list/?{arguments}").text.count("<tr") == plain


def test_the_administrator_makes_a_login(client_as, session: Session):
    client = client_as(Role.ADMIN)
    client.post("/users/add", data=form_of(make_role(session, Role.SALES).id))

    made = user_named(session, "новенький")

    assert made is not None
    assert check_password_hash(made.password, GOOD)
    assert [role.name for role in made.roles] == ["Sales"]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_makes_no_login(password, client_as, session: Session):
    client = client_as(Role.ADMIN)
    weak = {"new_password": password, "conf_password": password}
    answer = client.post("/users/add", data=form_of(make_role(session, Role.SALES).id, **weak))

    assert answer.status_code == 200
    assert user_named(session, "новенький") is None


def test_a_login_is_changed_without_a_new_password(client_as, session: Session):
    user = make_user(session, password=PASSWORD_HASH, roles=[make_role(session, Role.SALES)])
    session.commit()
    changed = form_of(make_role(session, Role.SALES).id, new_password="", conf_password="", username=user.username)
    client_as(Role.ADMIN).post(f"/users/edit/{user.id}", data=changed)

    session.refresh(user)
    assert user.first_name == "Нина"
    assert user.password == PASSWORD_HASH


@pytest.mark.parametrize(("password", "is_set"), [(GOOD, True), ("короткий", False)])
def test_the_administrator_gives_a_new_password_by_the_same_rules(password, is_set, client_as, session: Session):
    user = make_user(session, password=PASSWORD_HASH, roles=[make_role(session, Role.SALES)])
    session.commit()
    changed = form_of(make_role(session, Role.SALES).id, new_password=password, conf_password=password)
    client_as(Role.ADMIN).post(f"/users/edit/{user.id}", data=changed)

    session.refresh(user)
    assert check_password_hash(user.password, password) is is_set


@pytest.mark.parametrize("address", ["/users/delete/{}", "/roles/delete/{}"])
def test_nothing_is_deleted_by_opening_an_address(address, client_as, session: Session):
    user = make_user(session)
    session.commit()

    assert client_as(Role.ADMIN).get(address.format(user.id)).status_code == 405


@pytest.mark.usefixtures("csrf")
def test_a_login_is_not_deleted_without_the_forms_token(client_as, session: Session, app: Flask):
    user = make_user(session, username="stays")
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    client = client_as(Role.ADMIN)
    app.config["WTF_CSRF_ENABLED"] = True

    assert client.post(f"/users/delete/{user.id}").status_code == 400
    assert user_named(session, "stays") is not None


def test_a_login_without_history_is_deleted(client_as, session: Session):
    user = make_user(session, username="goes")
    session.commit()
    client_as(Role.ADMIN).post(f"/users/delete/{user.id}")

    assert user_named(session, "goes") is None


def test_the_last_administrator_stays(client_as, session: Session):
    client = client_as(Role.ADMIN)
    admin = session.get(User, client.user_id)
    sales = make_role(session, Role.SALES).id
    session.commit()
    keep = {"new_password": "", "conf_password": "", "username": admin.username}

    client.post(f"/users/delete/{admin.id}")
    client.post(f"/users/edit/{admin.id}", data=form_of(sales, **keep))
    client.post(f"/users/edit/{admin.id}", data=form_of(make_role(session, Role.ADMIN).id, **keep) | {"active": ""})

    session.expire_all()
    assert admin.active
    assert [role.name for role in admin.roles] == ["Admin"]


def test_one_of_two_administrators_may_go(client_as, session: Session):
    other = make_user(session, username="second", roles=[make_role(session, Role.ADMIN)])
    session.commit()
    client_as(Role.ADMIN).post(f"/users/delete/{other.id}")

    assert user_named(session, "second") is None


def test_the_administrators_role_stays_as_it_is(client_as, session: Session):
    role = make_role(session, Role.ADMIN)
    client = client_as(Role.ADMIN)
    count = len(role.permissions)
    client.post(f"/roles/edit/{role.id}", data={"name": "Admin"})
    client.post(f"/roles/edit/{role.id}", data={"name": "Ещё", "permissions": str(role.permissions[0].id)})
    client.post(f"/roles/delete/{role.id}")

    session.expire_all()
    assert (role.name, len(role.permissions)) == ("Admin", count)


def test_a_role_that_is_known_by_name_keeps_it_but_not_its_rights(client_as, session: Session):
    role = make_role(session, Role.SALES)
    one = role.permissions[0].id
    client = client_as(Role.ADMIN)
    client.post(f"/roles/edit/{role.id}", data={"name": "Продажи", "permissions": str(one)})
    session.expire_all()
    assert role.name == "Sales"

    client.post(f"/roles/edit/{role.id}", data={"name": "Sales", "permissions": str(one)})
    session.expire_all()
    assert [right.id for right in role.permissions] == [one]


def test_a_role_in_use_is_not_deleted_and_an_unused_one_is(client_as, session: Session):
    used, unused = make_role(session, Role.SALES), make_role(session, Role.DIRECTOR)
    make_user(session, roles=[used])
    session.commit()
    client = client_as(Role.ADMIN)
    client.post(f"/roles/delete/{used.id}")
    client.post(f"/roles/delete/{unused.id}")

    from flask_appbuilder.security.sqla.models import Role as RoleRecord

    assert set(session.scalars(select(RoleRecord.name))) >= {"Sales"}
    assert "Director" not in set(session.scalars(select(RoleRecord.name)))


def test_every_area_and_act_of_the_rights_has_words() -> None:
    known = {right for rights in ROLES.values() for right in rights}

    assert {area for _act, area in known} - set(AREAS) == set()
    assert {act for act, _area in known} - set(ACTS) == set()


def test_the_rights_of_a_role_are_a_table_of_words(client_as, session: Session):
    role = make_role(session, Role.SALES)
    client = client_as(Role.ADMIN)
    card = client.get(f"/roles/show/{role.id}").text
    form = client.get(f"/roles/edit/{role.id}").text

    assert re.search(r'<th scope="row">Клиенты</th>\s*<td class="mid"><span class="tone-ok">', card)
    assert "can_" not in card
    boxes = re.findall(r'name="permissions"\s+value="(\d+)"\s+aria-label="[^"]+"\s+checked', form)
    assert {int(key) for key in boxes} == {right.id for right in role.permissions}


def test_everybody_sees_their_own_login(client_as):
    answer = client_as(Role.ENGINEER).get("/users/userinfo/")

    assert answer.status_code == 200


# --- one's own password ---


def own_form(**changes: str) -> dict[str, str]:
    return {"current_password": PASSWORD, "password": GOOD, "conf_password": GOOD} | changes


def test_a_new_password_ends_all_sign_ins(client_as, replay, session: Session):
    client = client_as(Role.SALES)
    thief = replay(client)
    answer = client.post("/resetmypassword/form", data=own_form())

    assert answer.headers["Location"].startswith("/login/")
    assert thief.get("/probe").json["viewer"] is None
    assert check_password_hash(session.get(User, client.user_id, populate_existing=True).password, GOOD)


@pytest.mark.parametrize(
    "changes",
    [
        {"current_password": "чужой-пароль"},
        {"conf_password": "другой-пароль"},
        *({"password": weak, "conf_password": weak} for weak in ("x", "password123", "aaaaaaaaaaaa")),
    ],
)
def test_own_password_is_not_changed_when_the_form_does_not_hold(changes, client_as, session: Session):
    client = client_as(Role.SALES)

    assert client.post("/resetmypassword/form", data=own_form(**changes)).status_code == 200
    assert session.get(User, client.user_id, populate_existing=True).password == PASSWORD_HASH
    assert client.get("/probe").json["viewer"] == client.user_id


def test_a_stranger_changes_no_password(client):
    assert client.post("/resetmypassword/form", data=own_form()).status_code == 302


@pytest.mark.parametrize("password", ["x", "password123"])
def test_the_frameworks_own_ways_follow_the_rules(password, app: Flask, session: Session):
    user = make_user(session, password=PASSWORD_HASH)
    session.commit()
    with app.app_context():
        manager = app.appbuilder.sm
        with pytest.raises(RuleError):
            manager.reset_password(user.id, password)
        with pytest.raises(RuleError):
            manager.add_user("other", "О", "Т", "other@example.test", [], password)
        with pytest.raises(RuleError):
            manager.add_user("other", "О", "Т", "other@example.test", [])
        assert manager.add_user("other", "О", "Т", "other@example.test", [], GOOD)


# --- what there is ---


def test_only_known_addresses_of_security_exist(app: Flask):
    ours = ("/users", "/roles", "/login", "/logout", "/reset", "/api/v1/security")
    found = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith(ours)}

    assert found == {
        "/api/v1/security/login",
        "/api/v1/security/refresh",
        "/login/",
        "/logout/",
        "/resetmypassword/form",
        "/roles/add",
        "/roles/delete/<pk>",
        "/roles/edit/<pk>",
        "/roles/list/",
        "/roles/show/<pk>",
        "/users/add",
        "/users/delete/<pk>",
        "/users/edit/<pk>",
        "/users/list/",
        "/users/show/<pk>",
        "/users/userinfo/",
    }


@pytest.mark.parametrize("word", ["group", "register", "permission", "viewmenu", "chart", "userinfoedit", "apikey"])
def test_screens_that_are_not_used_do_not_exist(word, app: Flask):
    assert not [str(rule) for rule in app.url_map.iter_rules() if f"/{word}" in str(rule).lower()]
