"""Webhooks of telephone exchanges, and the pages to which their calls lead."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.access import LoginSession
from app.models.calls import CallState, PhoneCall
from app.models.clients import ContactPhone
from app.models.interactions import Direction, Interaction
from app.models.staff import Employee
from app.permissions import Role
from app.reports.calls import RINGS_FOR
from app.views.calls import view, webhooks
from app.views.security import visitors
from tests.conftest import ClientAs
from tests.factories import NOON, make_client, make_contact, make_phone_call
from tests.factories.telephony import SECRET, generic, mango, zadarma

RINGING = {"call_id": "15", "event": "ringing", "direction": "in", "number": "+74951234567"}


@pytest.fixture
def exchange(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody who has the secret of the webhooks; forms need their token, as in production."""
    monkeypatch.setattr(webhooks, "_secret", lambda: SECRET)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app.test_client()


def post(exchange: Any, body: Any, **signed: Any) -> int:
    raw, headers = generic(body, **{"stamp": int(utc_now().timestamp())} | signed)
    return int(exchange.post("/webhooks/telephony/generic", data=raw, headers=headers).status_code)


def calls(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PhoneCall)) or 0


def test_a_call_is_taken_in_once_and_written_down(exchange: Any, session: Session) -> None:
    make_contact(session, phones=[ContactPhone(number="+74951234567")])
    session.commit()
    ended = RINGING | {"event": "ended", "talk_seconds": 60}
    assert [post(exchange, RINGING), post(exchange, ended), post(exchange, ended)] == [200, 200, 200]
    session.expire_all()
    assert calls(session) == 1
    assert session.scalar(select(func.count()).select_from(Interaction)) == 1


def test_what_is_not_signed_or_says_nothing_is_refused(exchange: Any, session: Session) -> None:
    assert post(exchange, RINGING, secret="another-secret-1234") == 403
    assert post(exchange, RINGING, stamp=1) == 403
    for body in (b"", b"{", b"\xff\xfe", b'{"call_id": 1e999}', {"call_id": "\0", "event": "ringing"}):
        assert post(exchange, body) == 400
    assert post(exchange, b"x" * (webhooks.LARGEST_BODY + 1)) == 413
    assert exchange.post("/webhooks/telephony/unknown").status_code == 404
    assert exchange.post("/webhooks/telephony/mango/events/call", data={"json": "{}"}).status_code == 403
    assert exchange.post("/webhooks/telephony/zadarma", data={"event": "\0"}).status_code == 400
    assert calls(session) == 0


def test_the_other_exchanges_speak_in_their_own_way(exchange: Any, session: Session) -> None:
    stamp = int(utc_now().timestamp())
    said = {"entry_id": "a", "call_state": "Appeared", "timestamp": stamp, "from": {"number": "79160000000"}}
    assert exchange.post("/webhooks/telephony/mango/events/call", data=mango(said)).status_code == 200
    assert exchange.post("/webhooks/telephony/mango/ping", data=mango("")).status_code == 200
    form = {"event": "NOTIFY_RECORD", "pbx_call_id": "b", "call_id_with_rec": "1"}
    headers = zadarma(form, "pbx_call_id", "call_id_with_rec")
    assert exchange.post("/webhooks/telephony/zadarma", data=form, headers=headers).status_code == 200
    assert calls(session) == 2
    echo = exchange.get("/webhooks/telephony/zadarma?zd_echo=abc-1")
    assert (echo.text, echo.mimetype) == ("abc-1", "text/plain")
    assert exchange.get("/webhooks/telephony/zadarma?zd_echo=<b>").status_code == 400


def test_without_a_secret_there_are_no_webhooks(app: Flask) -> None:
    assert app.test_client().post("/webhooks/telephony/generic").status_code == 404
    assert app.test_client().get("/webhooks/telephony/zadarma?zd_echo=a").status_code == 400


def test_a_call_opens_the_card_or_the_registration(client_as: ClientAs, session: Session) -> None:
    anna: Any = client_as(Role.SALES)
    me = session.get_one(Employee, anna.employee_id)
    client = make_client(session, responsible=me)
    known = make_phone_call(session, client=client)
    unknown = make_phone_call(session, number="+74950000009", employee=me)
    foreign = make_phone_call(session, client=make_client(session))
    session.commit()
    assert anna.get(f"/calls/{known.id}").location == f"/clients/card/{client.id}"
    assert anna.get(f"/calls/{unknown.id}").location == "/clients/quick/?phone=%2B74950000009"
    assert anna.get(f"/calls/{foreign.id}").status_code == 404
    client.phone = "8 495 000-00-09"
    session.commit()
    assert anna.get(f"/calls/{unknown.id}").location == f"/clients/card/{client.id}"
    engineer: Any = client_as(Role.ENGINEER)
    unknown.employee_id, client.phone = engineer.employee_id, None
    session.commit()
    assert engineer.get(f"/calls/{unknown.id}").location == "/calls/"


def test_calls_of_unknown_numbers_are_listed_and_written_down(
    client_as: ClientAs, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "SHOWN", 2)
    office: Any = client_as(Role.BACK_OFFICE)
    older = make_phone_call(session, number="")
    call = make_phone_call(session, number="+74950000009", state=CallState.DONE, ended_at=NOON)
    make_phone_call(session, number="+74950000010")
    session.commit()
    page = office.get("/calls/").text
    assert page.count('class="letter-line-head"') == 2
    assert "phone=%2B74950000009" in page or "phone=+74950000009" in page
    assert office.get(f"/calls/?before={call.id}").text.count('class="letter-line-head"') == 1
    assert office.post(f"/calls/{older.id}/assign").location == "/calls/"

    make_client(session, phone="8 495 000-00-09")
    session.commit()
    assert f"/calls/{call.id}/assign" in office.get("/calls/").text
    office.post(f"/calls/{call.id}/assign")
    session.expire_all()
    assert call.interaction_id is not None
    buyer: Any = client_as(Role.PURCHASING)
    assert buyer.get("/calls/").status_code == 403


# --- While it rings ---


@pytest.fixture
def anna(client_as: ClientAs, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A manager of a company with a telephone exchange."""
    monkeypatch.setitem(app.config, "KONTORA", replace(app.config["KONTORA"], webhook_secret=SECRET))
    return client_as(Role.SALES)


def test_who_calls_is_said_while_it_rings(anna: Any, session: Session) -> None:
    me = session.get_one(Employee, anna.employee_id)
    client = make_client(session, name="ООО «Ромашка»", responsible=me)
    make_contact(session, client=client, family_name="Звонков", phones=[ContactPhone(number="+74950000001")])
    call = make_phone_call(session, client=client, employee=me, started_at=utc_now())
    session.commit()

    said = anna.get("/calls/ringing").json

    assert (said["id"], said["title"], said["url"]) == (call.id, "ООО «Ромашка»", f"/calls/{call.id}")
    assert said["about"].startswith("Звонков")
    assert said["about"].endswith("+7 495 000-00-01")
    assert 'data-ringing="/calls/ringing"' in anna.get("/clients/list/").text
    call.state = CallState.TALKING
    session.commit()
    assert anna.get("/calls/ringing").status_code == 204


def test_an_unknown_number_is_a_number_and_a_colleagues_client_stays_theirs(anna: Any, session: Session) -> None:
    me = session.get_one(Employee, anna.employee_id)
    make_client(session, name="ООО «Тайна»", phone="+74950000009")
    make_phone_call(session, number="+74950000009", employee=me, started_at=utc_now())
    session.commit()
    said = anna.get("/calls/ringing").json
    assert (said["title"], said["about"]) == ("+7 495 000-00-09", "По этому номеру никто не известен.")
    make_phone_call(session, number="", employee=me, started_at=utc_now())
    session.commit()
    assert anna.get("/calls/ringing").json["title"] == "номер скрыт"


def test_what_rang_long_ago_elsewhere_or_outwards_rings_no_more(anna: Any, session: Session) -> None:
    me = session.get_one(Employee, anna.employee_id)
    make_phone_call(session, employee=me, started_at=utc_now() - RINGS_FOR)
    make_phone_call(session, employee=me, direction=Direction.OUT, started_at=utc_now())
    make_phone_call(session, started_at=utc_now())
    session.commit()
    assert anna.get("/calls/ringing").status_code == 204


def test_a_page_that_asks_who_calls_keeps_nobody_signed_in(
    anna: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[int] = []
    monkeypatch.setattr(visitors.sign_ins, "touch", lambda _connection, row_id, _now: touched.append(row_id))
    monkeypatch.setattr(type(visitors.db), "engine", SimpleNamespace(begin=nullcontext))
    session.execute(update(LoginSession).values(seen_at=utc_now() - timedelta(minutes=30)))
    session.commit()
    anna.get("/calls/ringing")
    assert touched == []
    anna.get("/calls/")
    assert len(touched) == 1


def test_without_an_exchange_no_page_asks(client_as: ClientAs) -> None:
    assert "data-ringing" not in client_as(Role.SALES).get("/clients/list/").text
