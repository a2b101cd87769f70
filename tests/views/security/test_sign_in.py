"""Signing in and out: what the cookie holds, when a sign-in ends, what too many failures bring."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import User
from app.models.access import AuditEntry, LoginAttempt, LoginSession
from app.permissions import Role
from app.services.access.passwords import set_password
from app.views.security import manager as manager_module
from tests.factories import make_user
from tests.factories.access import PASSWORD, PASSWORD_HASH, make_role


def who(client: FlaskClient) -> int | None:
    return client.get("/probe").json["viewer"]


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, address: str = "127.0.0.1") -> Any:
    return client.post("/login/", data={"username": login, "password": password}, environ_base={"REMOTE_ADDR": address})


def by_api(client: FlaskClient, login: str, password: str = PASSWORD, **more: Any) -> Any:
    body = {"username": login, "password": password, "provider": "db", "refresh": True} | more
    return client.post("/api/v1/security/login", json=body)


@pytest.fixture
def anna(session: Session) -> User:
    made = make_user(session, username="anna", password=PASSWORD_HASH, roles=[make_role(session, Role.SALES)])
    session.commit()
    return made


# --- the cookie ---


def test_cookie_holds_a_random_token_and_nothing_of_the_person(client_as, cookie_of):
    client = client_as(Role.SALES)

    held = cookie_of(client)

    assert set(held) == {"login"}
    assert len(held["login"]) >= 40


def test_database_does_not_hold_the_token_itself(client_as, cookie_of, session: Session):
    token = cookie_of(client_as(Role.SALES))["login"]

    assert token not in set(session.scalars(select(LoginSession.token_hash)))


def test_a_session_planted_before_the_sign_in_is_thrown_away(client, anna, cookie_of):
    with client.session_transaction() as planted:
        planted["login"] = planted["left_by"] = "attacker"
    sign_in(client, "anna")

    held = cookie_of(client)

    assert set(held) == {"login"}
    assert held["login"] != "attacker"


def test_marks_of_the_framework_in_a_cookie_sign_nobody_in(client, anna):
    with client.session_transaction() as forged:
        forged["_user_id"], forged["_fresh"] = str(anna.id), True

    assert who(client) is None


@pytest.mark.parametrize("token", ["", "unknown", 5, ["x"]])
def test_an_unknown_token_signs_nobody_in(client, token):
    with client.session_transaction() as held:
        held["login"] = token

    assert who(client) is None


def test_the_sign_in_page_leads_on_when_signed_in(client_as):
    assert client_as(Role.SALES).get("/login/?next=/probe").headers["Location"] == "/probe"


def test_the_sign_in_page_leads_to_no_other_site(client, anna):
    answer = client.post("/login/?next=https://evil.example/", data={"username": "anna", "password": PASSWORD})

    assert answer.headers["Location"] == "/"


# --- the end of a sign-in ---


def test_a_copied_cookie_is_refused_after_signing_out(client_as, replay):
    client = client_as(Role.SALES)
    thief = replay(client)
    assert who(thief) == client.user_id

    assert client.post("/logout/").status_code == 302

    assert who(thief) is None
    assert who(client) is None


def test_asking_for_the_sign_out_page_does_not_sign_out(client_as):
    client = client_as(Role.SALES)

    assert client.get("/logout/").status_code == 200
    assert who(client) == client.user_id


@pytest.mark.usefixtures("csrf")
def test_signing_out_needs_the_forms_token(client, anna, app):
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, "anna")
    app.config["WTF_CSRF_ENABLED"] = True

    assert client.post("/logout/").status_code == 400
    assert who(client) == anna.id


def test_signing_out_twice_does_no_harm(client):
    assert client.post("/logout/").status_code == 302


def test_other_sign_ins_of_the_person_stay_after_signing_out(app, anna):
    first, second = app.test_client(), app.test_client()
    sign_in(first, "anna")
    sign_in(second, "anna")
    first.post("/logout/")

    assert who(second) == anna.id


def change_password(session: Session, user: User) -> None:
    set_password(user, "совсем-другой-7")


def deactivate(session: Session, user: User) -> None:
    user.active = False


def take_role(session: Session, user: User) -> None:
    user.roles = []


def take_role_from_the_other_side(session: Session, user: User) -> None:
    role = make_role(session, Role.SALES)
    role.user.remove(user)
    session.flush()


CHANGES = [change_password, deactivate, take_role, take_role_from_the_other_side]


@pytest.mark.parametrize("change", CHANGES)
def test_sign_ins_end_when_access_changes(change, client, anna, session: Session, replay):
    sign_in(client, "anna")
    thief = replay(client)
    change(session, anna)
    session.commit()

    assert (who(client), who(thief)) == (None, None)


@pytest.mark.parametrize("change", CHANGES)
def test_tokens_of_the_api_end_when_access_changes(change, client, anna, session: Session):
    tokens = by_api(client, "anna").json
    assert client.get("/probe/api", headers=bearer(tokens["access_token"])).json["viewer"] == anna.id
    change(session, anna)
    session.commit()

    assert client.get("/probe/api", headers=bearer(tokens["access_token"])).status_code == 401
    refreshed = client.post("/api/v1/security/refresh", headers=bearer(tokens["refresh_token"]))
    assert refreshed.status_code == 401


def test_a_change_of_the_name_ends_nothing(client, anna, session: Session):
    sign_in(client, "anna")
    anna.first_name = "Анна"
    session.commit()

    assert who(client) == anna.id


def test_a_sign_in_ends_when_it_is_not_used(client, anna, session: Session, app):
    sign_in(client, "anna")
    session.execute(update(LoginSession).values(seen_at=utc_now() - app.config["LOGIN_IDLE"]))

    assert who(client) is None


def test_a_sign_in_ends_after_its_longest_time(client, anna, session: Session, app):
    sign_in(client, "anna")
    session.execute(update(LoginSession).values(started_at=utc_now() - app.config["LOGIN_LIFETIME"]))

    assert who(client) is None


# --- failures ---


def test_the_eleventh_failure_is_refused_even_with_the_right_password(client, anna):
    for _each in range(10):
        assert sign_in(client, "anna", "wrong").status_code == 302

    answer = sign_in(client, "anna")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert who(client) is None


def test_failures_of_page_and_api_count_together(client, anna):
    for _each in range(5):
        sign_in(client, "anna", "wrong")
        assert by_api(client, "ANNA", "wrong").status_code == 401

    assert by_api(client, "anna").status_code == 429
    assert "message" in by_api(client, "anna").json


def test_login_and_email_count_as_one_account(client, anna):
    for _each in range(5):
        sign_in(client, "anna", "wrong")
        sign_in(client, anna.email, "wrong")

    assert sign_in(client, "anna").status_code == 429


def test_an_attacker_does_not_lock_out_the_owner_who_comes_from_elsewhere(app, anna):
    for _each in range(12):
        sign_in(app.test_client(), "anna", "wrong", "203.0.113.7")
    owner = app.test_client()

    assert sign_in(owner, "anna", address="198.51.100.9").status_code == 302
    assert who(owner) == anna.id


@pytest.mark.uncounted
def test_many_accounts_from_one_address_are_refused_after_fifty(client, anna):
    codes = [sign_in(client, f"somebody{number}", "wrong").status_code for number in range(60)]

    assert codes == [302] * 50 + [429] * 10
    assert sign_in(client, "anna").status_code == 429


def test_a_success_starts_the_count_anew(client, anna, app):
    for _round in range(2):
        for _each in range(9):
            sign_in(client, "anna", "wrong")
        assert sign_in(app.test_client(), "anna").headers["Location"] == "/"


def test_failures_are_forgiven_after_a_while(client, anna, session: Session):
    for _each in range(10):
        sign_in(client, "anna", "wrong")
    session.execute(update(LoginAttempt).values(at=utc_now() - timedelta(minutes=16)))

    assert sign_in(client, "anna").headers["Location"] == "/"


def test_unknown_inactive_and_wrong_are_answered_alike_and_at_equal_cost(
    client, anna, session: Session, monkeypatch: pytest.MonkeyPatch
):
    make_user(session, username="left", password=PASSWORD_HASH, active=False)
    session.commit()
    checked: list[str] = []
    real = manager_module.check_password_hash
    monkeypatch.setattr(
        manager_module, "check_password_hash", lambda kept, given: checked.append(given) or real(kept, given)
    )
    cases = [("anna", "wrong"), ("nobody", "wrong"), ("left", PASSWORD)]

    answers = [sign_in(client, *case) for case in cases]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, "/login/?next=/")}
    assert len(checked) == 3
    assert {by_api(client, *case).status_code for case in cases} == {401}


@pytest.mark.parametrize("password", ["", "\0", "x" * 100_000])
def test_odd_passwords_are_refused_without_an_error(password, client, session: Session):
    make_user(session, username="open", password="")
    session.commit()

    assert sign_in(client, "open", password).status_code in (200, 302, 400)
    assert who(client) is None


@pytest.mark.parametrize("login", ["", " ", "x" * 5000, "' or 1=1 --", "%"])
def test_odd_logins_are_refused_without_an_error(login, client, anna):
    assert sign_in(client, login).status_code in (200, 302)
    assert who(client) is None


def test_login_is_found_in_any_case_and_by_email(app, anna):
    for typed in ("ANNA", " anna ", anna.email):
        client = app.test_client()
        sign_in(client, typed)
        assert who(client) == anna.id


# --- the API ---


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_acts_on_behalf_of_its_person_with_their_rows(client, anna, session: Session):
    tokens = by_api(client, "anna").json

    seen = client.get("/probe/api", headers=bearer(tokens["access_token"])).json

    assert (seen["viewer"], seen["in_session"], seen["clients"]) == (anna.id, True, 0)
    assert seen["reads_clients"]


def test_a_refreshed_token_works(client, anna):
    tokens = by_api(client, "anna").json
    fresh = client.post("/api/v1/security/refresh", headers=bearer(tokens["refresh_token"])).json

    assert client.get("/probe/api", headers=bearer(fresh["access_token"])).json["viewer"] == anna.id


def test_a_token_without_a_sign_in_is_refused(client, anna, app):
    from flask_jwt_extended import create_access_token

    with app.test_request_context():
        token = create_access_token(identity=str(anna.id))

    assert client.get("/probe/api", headers=bearer(token)).status_code == 401


def test_a_cookie_does_not_open_the_api(client_as):
    assert client_as(Role.ADMIN).get("/probe/api").status_code == 401


def test_no_refresh_token_is_given_unasked(client, anna):
    assert set(by_api(client, "anna", refresh=False).json) == {"access_token"}


@pytest.mark.parametrize("body", [{}, [], {"username": "anna"}, {"username": 1, "password": 2, "provider": "db"}])
def test_unfit_requests_to_the_api_are_refused(body, client):
    assert client.post("/api/v1/security/login", json=body).status_code == 400


def test_other_ways_of_signing_in_are_off(client, anna):
    assert by_api(client, "anna", provider="ldap").status_code == 400
    assert client.post("/api/v1/security/login", data="x").status_code == 400


# --- the history ---


def test_signing_in_and_out_and_failing_are_in_the_history(client, anna, session: Session):
    sign_in(client, "anna", "wrong")
    sign_in(client, "stranger", "wrong")
    sign_in(client, "anna")
    client.post("/logout/")

    found = session.scalars(
        select(AuditEntry).where(AuditEntry.act.in_(("login", "login_failed", "logout"))).order_by(AuditEntry.id)
    )

    assert [(entry.act, entry.record_id, entry.changes) for entry in found] == [
        ("login_failed", anna.id, {"address": "127.0.0.1"}),
        ("login_failed", 0, {"address": "127.0.0.1"}),
        ("login", anna.id, {"address": "127.0.0.1"}),
        ("logout", anna.id, {"address": "127.0.0.1"}),
    ]
