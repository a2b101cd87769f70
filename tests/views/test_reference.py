"""Reference tables: who may open them, what is made, changed and deleted there, and how refusals are worded."""

from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.clients import Segment
from app.models.service import WorkKind
from app.permissions import READ, ROLES, Role
from app.views.reference import TABLES
from tests import factories as make
from tests.conftest import ClientAs

ADDRESSES = [f"/reference/{address}/" for _model, address, _label, _names in TABLES]


@pytest.fixture
def admin(client_as: ClientAs) -> FlaskClient:
    """The administrator."""
    return client_as(Role.ADMIN)


@pytest.mark.parametrize("role", Role)
def test_only_roles_with_the_right_open_reference_tables(role: Role, client_as: ClientAs) -> None:
    expected = 200 if (READ, "Reference") in ROLES[role] else 403
    client = client_as(role)
    assert {client.get(address).status_code for address in ("/reference/", *ADDRESSES)} == {expected}


def test_strangers_are_sent_to_sign_in(client: FlaskClient) -> None:
    for address in ("/reference/", "/reference/segments/", "/reference/segments/new/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/")


def test_the_back_office_writes_but_does_not_delete(session: Session, client_as: ClientAs) -> None:
    office = client_as(Role.BACK_OFFICE)
    segment = Segment(name="Заводы")
    session.add(segment)
    session.commit()
    assert office.post("/reference/segments/new/", data={"name": "Магазины"}).status_code == 302
    assert office.post("/reference/segments/delete/", data={"id": segment.id}).status_code == 403
    assert session.scalar(select(func.count()).select_from(Segment)) == 2


def test_a_record_is_made_changed_and_deleted(session: Session, admin: FlaskClient) -> None:
    session.commit()
    assert admin.post("/reference/work-kinds/new/", data={"name": "Пуск", "usual_minutes": "90"}).status_code == 302
    kind = session.scalars(select(WorkKind)).one()
    assert (kind.name, kind.usual_minutes, kind.is_maintenance) == ("Пуск", 90, False)
    address = f"/reference/work-kinds/edit/?id={kind.id}"
    assert "Пуск" in admin.get(address).text
    changed = {"name": "Пуск и наладка", "usual_minutes": "120", "is_maintenance": "y"}
    assert admin.post(address, data=changed).status_code == 302
    session.expire_all()
    assert (kind.name, kind.usual_minutes, kind.is_maintenance) == ("Пуск и наладка", 120, True)
    assert "Пуск и наладка" in admin.get("/reference/work-kinds/").text
    assert admin.post("/reference/work-kinds/delete/", data={"id": kind.id}).status_code == 302
    session.expunge_all()
    assert session.scalar(select(func.count()).select_from(WorkKind)) == 0


@pytest.mark.parametrize("data", [{"name": ""}, {"name": "x" * 1000}, {"name": "a\x01b"}])
def test_a_wrong_record_is_not_made(data: dict[str, str], session: Session, admin: FlaskClient) -> None:
    session.commit()
    answer = admin.post("/reference/segments/new/", data=data)
    assert answer.status_code == 200
    assert session.scalar(select(func.count()).select_from(Segment)) == 0


def test_a_duplicate_is_refused_in_words(session: Session, admin: FlaskClient) -> None:
    session.add(Segment(name="Заводы"))
    session.commit()
    answer = admin.post("/reference/segments/new/", data={"name": "Заводы"})
    assert answer.status_code == 200
    assert "UNIQUE" not in answer.text
    assert lxml.html.fromstring(answer.text).xpath("//*[@role='alert']")
    assert session.scalar(select(func.count()).select_from(Segment)) == 1


def test_a_record_in_use_stays_and_the_person_is_told(session: Session, admin: FlaskClient) -> None:
    segment = Segment(name="Заводы")
    make.make_client(session, segment=segment)
    session.commit()
    answer = admin.post("/reference/segments/delete/", data={"id": segment.id}, follow_redirects=True)
    assert "FOREIGN KEY" not in answer.text
    assert lxml.html.fromstring(answer.text).xpath("//*[@role='alert']")
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Segment)) == 1


@pytest.mark.usefixtures("csrf")
def test_nothing_is_written_without_the_forms_token(
    session: Session, client_as: ClientAs, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    admin = client_as(Role.ADMIN)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    segment = Segment(name="Заводы")
    session.add(segment)
    session.commit()
    asked = (
        ("new/", {"name": "Иначе"}),
        (f"edit/?id={segment.id}", {"name": "Иначе"}),
        ("delete/", {"id": segment.id}),
    )
    for address, data in asked:
        assert admin.post(f"/reference/segments/{address}", data=data).status_code == 400
    assert admin.get("/reference/segments/delete/", query_string={"id": segment.id}).status_code == 405
    session.expire_all()
    assert session.scalars(select(Segment.name)).all() == ["Заводы"]


@pytest.mark.parametrize(
    "arguments",
    ["page=abc", "page=-1", "page=99999999999999", "sort=abc", "sort=99", "sort=-1", "desc=x", "search=((", "flt0_0=x"],
)
def test_no_argument_is_an_error_of_ours(arguments: str, admin: FlaskClient) -> None:
    for address in ("/reference/segments/", "/reference/deal-stages/", "/reference/absences/"):
        assert admin.get(f"{address}?{arguments}").status_code in {200, 302, 400, 404}


@pytest.mark.parametrize("key", ["", "abc", "0", "-1", "999999999999999999999", "1,2", "١"])
def test_a_key_that_is_none_is_not_found(key: str, admin: FlaskClient) -> None:
    for act in ("edit", "details"):
        assert admin.get(f"/reference/segments/{act}/?id={key}").status_code in {302, 404}
    assert admin.post("/reference/segments/delete/", data={"id": key}).status_code in {302, 404}


@pytest.mark.parametrize("address", ["/reference/", *ADDRESSES, *(f"{address}new/" for address in ADDRESSES)])
def test_a_page_loads_nothing_from_elsewhere_and_stands_in_our_frame(address: str, admin: FlaskClient) -> None:
    answer = admin.get(address)
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.text)
    loaded = page.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src | //iframe/@src")
    assert [found for found in loaded if "//" in found] == []
    assert [script for script in page.xpath("//script") if not script.get("nonce")] == []
    assert page.xpath("//main[@id='main']")


def test_bulk_acts_export_and_inline_saving_of_the_framework_are_off(session: Session, admin: FlaskClient) -> None:
    segment = Segment(name="Заводы")
    session.add(segment)
    session.commit()
    chosen = {"action": "delete", "rowid": segment.id}
    assert admin.post("/reference/segments/action/", data=chosen).status_code in {302, 404}
    assert (
        admin.post("/reference/segments/ajax/update/", data={"list_form_pk": segment.id, "name": "x"}).status_code
        == 404
    )
    assert admin.get("/reference/segments/export/csv/").status_code in {302, 404}
    session.expire_all()
    assert session.scalars(select(Segment.name)).all() == ["Заводы"]
