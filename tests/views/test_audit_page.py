"""The log of changes and of opened personal data."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.access import PersonalDataAccess, Setting
from app.models.money import Statement
from app.permissions import Role
from app.services.audit import ChainReport, log_event
from tests.conftest import ClientAs
from tests.factories import make_client, make_contact, make_user
from tests.factories.access import make_role

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def director(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.DIRECTOR)


@pytest.fixture
def changed(session: Session) -> Any:
    made = make_client(session, name="ООО «Старое»")
    session.commit()
    made.name = "ООО «Новое»"
    session.commit()
    return made


def csv_of(client: FlaskClient, address: str) -> str:
    with client.get(address) as answer:
        return answer.data.decode("utf-8-sig")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DIRECTOR, Role.SALES_HEAD, Role.ACCOUNTANT])
def test_holders_of_the_right_read_the_log(client_as: ClientAs, changed: Any, role: Role) -> None:
    page = client_as(role).get("/audit/").text
    assert "ООО «Старое» → ООО «Новое»" in page


@pytest.mark.parametrize("role", [Role.SALES, Role.ENGINEER, Role.SERVICE_HEAD, Role.PURCHASING])
def test_others_do_not(client_as: ClientAs, role: Role) -> None:
    assert client_as(role).get("/audit/").status_code in (302, 403)


def test_the_right_alone_is_not_enough_for_whoever_sees_own_rows_only(client_as: ClientAs, session: Session) -> None:
    right = next(right for right in make_role(session, Role.DIRECTOR).permissions if right.view_menu.name == "Audit")
    sales = client_as(Role.SALES)
    role = make_role(session, Role.SALES)
    role.permissions.append(right)
    session.commit()
    assert sales.get("/audit/").status_code == 403


def test_sign_ins_and_refused_ones_are_seen(director: FlaskClient, app: Any, session: Session) -> None:
    user = make_user(session)
    session.commit()
    app.test_client().post("/login/", data={"username": user.username, "password": "не тот пароль"})
    page = director.get(f"/audit/?tab=sign-ins&f_act=login_failed&f_user={user.id}").text
    assert 'class="is-danger"' in page
    assert user.get_full_name() in page
    assert "127.0.0.1" in page
    assert 'class="is-danger"' not in director.get("/audit/?tab=sign-ins&f_act=login").text


def test_a_sign_in_with_an_unknown_login_is_nobodys(director: FlaskClient, app: Any) -> None:
    app.test_client().post("/login/", data={"username": "никто", "password": "не тот пароль"})
    page = director.get("/audit/?tab=sign-ins&f_act=login_failed").text
    assert "nobody known" in page or "неизвестно" in page
    assert "никто" not in page


def test_the_log_is_narrowed_by_table_record_act_and_period(director: FlaskClient, changed: Any) -> None:
    found = f"/audit/?f_table=client&f_record={changed.id}&f_act=change"
    assert "ООО «Старое»" in director.get(found).text
    assert "ООО «Старое»" not in director.get(found.replace("change", "delete")).text
    assert "ООО «Старое»" not in director.get(f"{found}&f_at_to=2020-01-01").text
    assert "ООО «Старое»" in director.get(f"{found}&f_at_from=2020-01-01").text
    chips = director.get(f"{found}&f_at_from=2020-01-01").text
    assert chips.count('class="filter-chip"') == 4


@pytest.mark.parametrize(
    "arguments",
    [
        "tab=none",
        "f_user=x",
        "f_record=-1",
        "f_at_from=31.12.2026",
        "f_at_to=9999-12-31",
        "older=x",
        "newer=1e9",
        "format=pdf",
        "f_at_from=0001-01-01",
    ],
)
def test_arguments_without_sense_are_refused(director: FlaskClient, arguments: str) -> None:
    assert director.get(f"/audit/?{arguments}").status_code == 400


@pytest.mark.parametrize("arguments", ["f_act=нет&f_table=нет", "tab=personal&f_act=x", "tab=sign-ins&f_act=create"])
def test_unknown_words_find_what_there_is(director: FlaskClient, arguments: str) -> None:
    assert director.get(f"/audit/?{arguments}").status_code == 200


def test_a_whole_chain_is_called_whole_and_a_broken_one_broken(
    director: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_client(session)
    session.commit()
    page = director.get("/audit/").text
    assert "is-ok" not in page
    assert 'check=1"' in page
    assert "message is-ok" in director.get("/audit/?check=1").text
    monkeypatch.setattr("app.views.audit.verify_chain", lambda _session: ChainReport(3, "f" * 64, (2,)))
    assert "message is-danger" in director.get("/audit/?check=1").text


def test_the_log_turns_its_pages(director: FlaskClient, changed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reports.history.PAGE", 1)
    first = director.get("/audit/?f_table=client").text
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "f_table=client" in address
    second = director.get(address).text
    assert 'rel="prev"' in second
    assert "Старое» →" not in second


def test_long_entries_name_their_first_fields(director: FlaskClient, session: Session) -> None:
    made = make_client(session, town="Пермь", phone="+73420000000", website="https://example.test", comment="Да")
    session.commit()
    page = director.get(f"/audit/?f_table=client&f_record={made.id}&f_act=create").text
    assert "and more fields" in page or "ещё полей" in page


def test_facts_that_no_screen_shows_are_left_out(director: FlaskClient, session: Session) -> None:
    session.add(Statement(file_name="выписка.txt", file_sha256="0" * 64, encoding="cp1251", warnings=[{"code": "x"}]))
    session.commit()
    page = director.get("/audit/?f_table=statement").text
    assert "выписка.txt" in page
    assert "warnings" not in page


def test_a_record_without_a_name_is_called_by_its_number(director: FlaskClient, session: Session) -> None:
    setting, user = Setting(name="lists.page", value="50"), make_user(session, last_name="Безымянный")
    session.add(setting)
    session.commit()
    assert f" {setting.id}</td>" in director.get("/audit/?f_table=setting").text
    assert "object at" not in director.get("/audit/?f_table=setting").text
    assert "Тест Безымянный</td>" in director.get(f"/audit/?f_table=ab_user&f_record={user.id}&f_act=create").text


def test_the_log_is_given_as_a_file(director: FlaskClient, changed: Any) -> None:
    found = f"/audit/?f_table=client&f_record={changed.id}"
    with director.get(f"{found}&format=xlsx") as answer:
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)  # type: ignore[union-attr]
    assert ("ООО «Старое»", "ООО «Новое»") in [row[-2:] for row in rows]
    assert len(rows[0]) == 9
    assert "ООО «Новое»" in csv_of(director, f"{found}&format=csv")


def test_an_act_without_fields_has_a_row_in_the_file(director: FlaskClient, session: Session) -> None:
    log_event(session, "calendar_link_made", user_id=make_user(session).id, changes={})
    session.commit()
    rows = csv_of(director, "/audit/?f_act=calendar_link_made&format=csv").splitlines()
    assert len(rows) == 2


# --- opened personal data ---------------------------------------------------------------------------------------


def test_openings_show_who_saw_which_field_of_whom(director: FlaskClient, session: Session) -> None:
    user, contact = make_user(session), make_contact(session, family_name="Несуществующая")
    session.add(PersonalDataAccess(user_id=user.id, contact_id=contact.id, fields="birth_date, portrait"))
    session.add(PersonalDataAccess(user_id=user.id, contact_id=999_999, fields="abolished"))
    session.commit()
    page = director.get(f"/audit/?tab=personal&f_user={user.id}").text
    assert "Несуществующая" in page
    assert f'href="/contacts/show/{contact.id}"' in page
    assert "birth_date" not in page
    assert "999999" in page
    assert "999999" not in director.get(f"/audit/?tab=personal&f_record={contact.id}").text
    csv = csv_of(director, f"/audit/?tab=personal&f_user={user.id}&format=csv")
    assert "Несуществующая" in csv
    assert len(csv.splitlines()) == 3


def test_the_log_takes_few_questions(director: FlaskClient, session: Session, count_queries: Counting) -> None:
    for _each in range(10):
        make_client(session)
        session.commit()
    with count_queries() as queries:
        director.get("/audit/?f_table=client")
    assert len(queries) <= 12
