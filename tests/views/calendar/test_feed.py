from datetime import timedelta
from typing import Any

import icalendar
import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import User
from app.models.access import AuditEntry, CalendarToken
from app.models.interactions import Interaction
from app.models.staff import Employee
from tests.factories import make_client, make_equipment, make_interaction
from tests.views.calendar.pages import TODAY

# --- the feed ------------------------------------------------------------------------------------------------------


def make_link(client: FlaskClient) -> str:
    page = lxml.html.fromstring(client.post("/calendar/link").get_data(as_text=True))
    address = page.xpath('//input[@id="calendar-address"]/@value')[0]
    return address.removeprefix("http://localhost")


def events_in(client: FlaskClient, address: str) -> list[icalendar.Event]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def soon(session: Session, **changes: Any) -> Interaction:
    return make_interaction(session, starts_at=utc_now() + timedelta(days=1), **changes)


def test_a_phone_reads_ones_own_events(sales: FlaskClient, client: FlaskClient, session: Session, own, me) -> None:
    interaction = soon(session, client=own, topic="Моё")
    soon(session, client=own, responsible=make_client(session).responsible, topic="Коллеги")
    make_equipment(session, client=own, next_maintenance_on=TODAY)

    (entry,) = events_in(client, make_link(sales))

    assert entry["summary"].endswith("Моё")
    assert entry.start == interaction.starts_at
    assert entry["url"] == f"http://localhost/interactions/show/{interaction.id}"
    assert entry["sequence"] == 0


def test_the_feed_tells_nothing_of_foreign_clients(
    sales: FlaskClient, client: FlaskClient, session: Session, me: Employee
) -> None:
    soon(session, responsible=me, client=make_client(session, name="ООО «Тайна»"))
    address = make_link(sales)
    assert len(events_in(client, address)) == 1
    assert "Тайна".encode() not in client.get(address).data


def test_the_feed_is_of_its_owner_whoever_asks(sales: FlaskClient, head: FlaskClient, session: Session, own) -> None:
    soon(session, client=own)
    soon(session, responsible=session.get_one(Employee, head.employee_id))  # type: ignore[attr-defined]
    assert len(events_in(head, make_link(sales))) == 1


def test_the_token_is_kept_as_a_hash_and_shown_once(sales: FlaskClient, session: Session) -> None:
    address = make_link(sales)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    (row,) = session.scalars(select(CalendarToken))
    assert len(token) >= 43
    assert token not in row.token_hash
    assert token not in sales.get("/calendar/link").get_data(as_text=True)
    assert "calendar_link_made" in set(session.scalars(select(AuditEntry.act)))


def test_a_revoked_address_is_not_found(sales: FlaskClient, client: FlaskClient, session: Session) -> None:
    address = make_link(sales)
    assert client.get(address).status_code == 200
    assert sales.post("/calendar/link/revoke").status_code == 302
    assert client.get(address).status_code == 404
    assert session.scalars(select(CalendarToken)).all() == []
    acts = [act for act in session.scalars(select(AuditEntry.act)) if act.startswith("calendar")]
    assert sorted(acts) == ["calendar_link_ended", "calendar_link_made"]
    assert sales.post("/calendar/link/revoke").status_code == 302


def test_a_new_address_ends_the_old_one(sales: FlaskClient, client: FlaskClient) -> None:
    old, new = make_link(sales), make_link(sales)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_the_address_of_somebody_deactivated_is_not_found(
    sales: FlaskClient, client: FlaskClient, session: Session
) -> None:
    address = make_link(sales)
    session.execute(update(User).where(User.id == sales.user_id).values(active=False))  # type: ignore[attr-defined]
    assert client.get(address).status_code == 404


def test_the_address_of_somebody_without_the_right_is_not_found(
    sales: FlaskClient, client: FlaskClient, session: Session
) -> None:
    address = make_link(sales)
    session.get_one(User, sales.user_id).roles = []  # type: ignore[attr-defined]
    session.flush()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["unknown", "x" * 500, "%00", "ё"])
def test_an_unknown_address_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/calendar/{token}.ics").status_code in {400, 404}


def test_strangers_have_no_calendar(client: FlaskClient) -> None:
    for address in ("/calendar/", "/calendar/link"):
        assert client.get(address).headers["Location"].startswith("/login/")
