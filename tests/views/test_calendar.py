from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.database import User
from app.models.access import AuditEntry, CalendarToken
from app.models.deals import StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.models.staff import Employee
from app.permissions import PLAN, READ, Role, Scope, Viewer
from app.views.calendar.asked import areas_of, period_of
from tests.conftest import ClientAs
from tests.factories import (
    make_claim,
    make_client,
    make_deal,
    make_deal_stage,
    make_equipment,
    make_interaction,
    make_visit,
)

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = day_of(utc_now(), MOSCOW)
TEN = datetime(2024, 3, 13, 7, 30, tzinfo=UTC)
"""Half past ten in Moscow on a Wednesday long past."""
DAY = TEN.date()


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


@pytest.fixture
def head(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES_HEAD)


@pytest.fixture
def me(session: Session, sales: FlaskClient) -> Employee:
    return session.get_one(Employee, sales.employee_id)  # type: ignore[attr-defined]


@pytest.fixture
def own(session: Session, me: Employee) -> Any:
    return make_client(session, name="ООО «Своё»", responsible=me)


def page_of(client: FlaskClient, **query: Any) -> lxml.html.HtmlElement:
    answer = client.get("/calendar/", query_string={"day": DAY.isoformat()} | query)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.get_data(as_text=True))


def titles(page: lxml.html.HtmlElement) -> list[str]:
    return [link.text_content() for link in page.xpath('//main//a[@class="cal-title"]')]


# --- what is shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["month", "week", "day", "list"])
def test_every_view_shows_the_event_with_its_card(sales: FlaskClient, session: Session, own, view: str) -> None:
    interaction = make_interaction(session, client=own, topic="Обсудить цену", starts_at=TEN)
    page = page_of(sales, view=view, whose="mine")
    (link,) = page.xpath('//main//a[@class="cal-title"]')
    assert (link.text_content(), link.get("href")) == ("Обсудить цену", f"/interactions/show/{interaction.id}")
    assert page.xpath('//main//*[@class="cal-time"]')[0].text_content() == "10:30"


def test_the_calendar_opens_on_ones_own_events(sales: FlaskClient, session: Session, own) -> None:
    make_interaction(session, client=own, topic="Моё", starts_at=TEN)
    colleague = make_client(session).responsible
    make_interaction(session, client=own, topic="Коллеги", starts_at=TEN, responsible=colleague)
    make_interaction(session, topic="Чужое", starts_at=TEN)
    assert titles(page_of(sales)) == ["Моё"]
    assert sorted(titles(page_of(sales, whose="all"))) == ["Коллеги", "Моё"]


def test_a_head_narrows_the_calendar_to_one_person(head: FlaskClient, session: Session) -> None:
    wanted = make_interaction(session, topic="Нужное", starts_at=TEN)
    make_interaction(session, topic="Другое", starts_at=TEN)
    assert sorted(titles(page_of(head, whose="all"))) == ["Другое", "Нужное"]
    assert titles(page_of(head, whose="all", who=wanted.responsible_id)) == ["Нужное"]


def test_the_view_looked_at_last_is_remembered(sales: FlaskClient) -> None:
    page_of(sales, view="week", whose="all")
    page = page_of(sales)
    current = page.xpath('//main//*[@aria-current="page" or @aria-current="true"]/@href')
    assert ["view=week" in href for href in current] == [True, True]
    assert "whose=all" in current[0]


def test_a_broken_memory_counts_for_nothing(sales: FlaskClient) -> None:
    sales.set_cookie("kontora_calendar", "year.ours")
    assert page_of(sales).xpath('//table[contains(@class, "cal-month")]')


@pytest.mark.parametrize("query", ["view=year", "whose=team", "day=tomorrow", "day=0001-01-01", "whose=all&who=x"])
def test_impossible_arguments_are_refused(sales: FlaskClient, query: str) -> None:
    assert sales.get(f"/calendar/?{query}").status_code == 400


def test_a_full_day_of_the_month_leads_to_the_day(sales: FlaskClient, session: Session, own) -> None:
    for _number in range(6):
        make_interaction(session, client=own, starts_at=TEN)
    page = page_of(sales, view="month")
    (more,) = page.xpath('//a[@class="cal-more"]')
    assert len(titles(page)) == 4
    assert more.text_content().startswith("ещё 2") or "2" in more.text_content()
    assert "view=day" in more.get("href")
    assert f"day={DAY}" in more.get("href")


def test_an_overdue_event_says_so_in_words(sales: FlaskClient, session: Session, own) -> None:
    make_interaction(session, client=own, starts_at=TEN)
    done = make_interaction(session, client=own, starts_at=TEN, state=InteractionState.DONE, result="Да")
    page = page_of(sales, view="week")
    assert len(page.xpath('//*[contains(@class, "cal-event is-danger")]//*[contains(@class, "chip-danger")]')) == 1
    assert page.xpath(f'//a[@href="/interactions/show/{done.id}"]/ancestor::li[contains(@class, "is-ok")]')


def test_an_empty_period_says_so(sales: FlaskClient) -> None:
    assert page_of(sales, view="day").xpath('//main//*[contains(@class, "empty")]//h2')


def test_only_what_the_person_may_move_is_movable(client_as: ClientAs, session: Session) -> None:
    buyer = client_as(Role.PURCHASING)
    make_deal(session, next_step_on=DAY)
    make_claim(session, registered_on=DAY, answer_due_on=DAY)
    page = page_of(buyer, whose="all", view="week")
    assert len(titles(page)) == 2
    assert not page.xpath("//*[@data-event]")


def test_a_visit_of_several_days_stands_in_each(sales: FlaskClient, session: Session, own, me: Employee) -> None:
    make_visit(session, client=own, employee=me, starts_at=TEN, ends_at=TEN + timedelta(days=2))
    assert len(titles(page_of(sales, view="week"))) == 3


def test_more_than_can_be_shown_says_so(
    sales: FlaskClient, session: Session, own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.calendar.MOST_EVENTS", 1)
    make_interaction(session, client=own, starts_at=TEN)
    assert page_of(sales).xpath('//main//*[contains(@class, "message is-warn")]')


@pytest.mark.parametrize("view", ["month", "week", "day", "list", "overdue"])
def test_the_calendar_takes_few_questions(head: FlaskClient, session: Session, view: str, count_queries) -> None:
    for number in range(4):
        at = TEN + timedelta(days=number)
        make_interaction(session, starts_at=at)
        make_visit(session, starts_at=at)
        make_deal(session, next_step_on=at.date())
        make_equipment(session, next_maintenance_on=at.date())
    head.get("/calendar/")
    with count_queries() as queries:
        page_of(head, view=view, whose="all")
    assert len(queries) <= 12


def test_maintenance_is_of_those_who_serve() -> None:
    def person(scope: Scope, *rights: tuple[str, str], roles: tuple[str, ...] = ()) -> Viewer:
        every = frozenset({(READ, "Equipment"), (READ, "Deals"), *rights})
        return Viewer(1, 1, scope, every, frozenset(roles))

    assert areas_of(person(Scope.OWN_CLIENTS), "mine") == {"Deals"}
    assert areas_of(person(Scope.OWN_CLIENTS), "all") == {"Deals", "Equipment"}
    for servant in (
        person(Scope.OWN_VISITS),
        person(Scope.ALL, (PLAN, "Schedule")),
        person(Scope.OWN_CLIENTS, roles=(Role.ENGINEER,)),
    ):
        assert areas_of(servant, "mine") == {"Deals", "Equipment"}


@pytest.mark.parametrize(
    ("view", "first", "last"),
    [
        ("month", date(2026, 10, 26), date(2026, 12, 6)),
        ("week", date(2026, 11, 23), date(2026, 11, 29)),
        ("day", date(2026, 11, 25), date(2026, 11, 25)),
        ("list", date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_a_period_is_made_of_whole_weeks(view: str, first: date, last: date) -> None:
    assert period_of(view, date(2026, 11, 25)) == (first, last)


# --- moving ----------------------------------------------------------------------------------------------------


def move(client: FlaskClient, event: str, version: int, day: date | str) -> Any:
    return client.post("/calendar/move", json={"event": event, "version": version, "day": str(day)})


def test_a_dragged_interaction_keeps_its_time(sales: FlaskClient, session: Session, own) -> None:
    ends_at = TEN + timedelta(minutes=45)
    interaction = make_interaction(session, client=own, starts_at=TEN, ends_at=ends_at)

    answer = move(sales, f"Interactions-{interaction.id}", interaction.version, DAY + timedelta(days=2))

    session.refresh(interaction)
    assert answer.status_code == 200
    assert answer.json["version"] == interaction.version
    assert (interaction.starts_at, interaction.ends_at) == (TEN + timedelta(days=2), ends_at + timedelta(days=2))


def test_the_step_of_a_deal_is_dragged_too(sales: FlaskClient, session: Session, own) -> None:
    deal = make_deal(session, client=own, next_step_on=DAY)
    assert move(sales, f"Deals-{deal.id}", deal.version, TODAY).status_code == 200
    session.refresh(deal)
    assert deal.next_step_on == TODAY


def test_what_is_over_cannot_be_moved(sales: FlaskClient, session: Session, own) -> None:
    done = make_interaction(session, client=own, starts_at=TEN, state=InteractionState.DONE, result="Да")
    won = make_deal(session, client=own, stage=make_deal_stage(session, outcome=StageOutcome.WON), next_step_on=DAY)
    for event, version in ((f"Interactions-{done.id}", done.version), (f"Deals-{won.id}", won.version)):
        answer = move(sales, event, version, TODAY)
        assert answer.status_code == 409
        assert answer.json["refused"]
    session.refresh(done)
    assert done.starts_at == TEN


def test_a_deal_without_a_step_has_nothing_to_move(sales: FlaskClient, session: Session, own) -> None:
    deal = make_deal(session, client=own)
    assert move(sales, f"Deals-{deal.id}", deal.version, TODAY).status_code == 409


def test_an_event_that_somebody_changed_meanwhile_is_refused(sales: FlaskClient, session: Session, own) -> None:
    interaction = make_interaction(session, client=own, starts_at=TEN)
    assert move(sales, f"Interactions-{interaction.id}", interaction.version + 1, TODAY).status_code == 409
    session.refresh(interaction)
    assert interaction.starts_at == TEN


def test_a_foreign_event_is_not_found(sales: FlaskClient, session: Session) -> None:
    foreign = make_interaction(session, starts_at=TEN)
    assert move(sales, f"Interactions-{foreign.id}", foreign.version, TODAY).status_code == 404
    assert sales.get(f"/calendar/interaction/{foreign.id}").status_code == 404
    data = {"event": f"Interactions-{foreign.id}", "day": TODAY.isoformat()}
    assert sales.post("/calendar/reschedule", data=data).status_code == 404
    assert session.get_one(Interaction, foreign.id).starts_at == TEN


def test_moving_needs_the_right_to_write(client_as: ClientAs, session: Session) -> None:
    buyer = client_as(Role.PURCHASING)
    deal = make_deal(session, next_step_on=DAY)
    assert move(buyer, f"Deals-{deal.id}", deal.version, TODAY).status_code == 403


@pytest.mark.parametrize("event", ["", "Visits-1", "Interactions-x", "Interactions", "Claims-1"])
def test_an_unknown_event_is_refused(sales: FlaskClient, event: str) -> None:
    assert move(sales, event, 1, TODAY).status_code == 400


@pytest.mark.parametrize("day", ["", "tomorrow", "3000-01-01"])
def test_an_impossible_day_is_refused(sales: FlaskClient, session: Session, own, day: str) -> None:
    interaction = make_interaction(session, client=own, starts_at=TEN)
    assert move(sales, f"Interactions-{interaction.id}", interaction.version, day).status_code == 400


def test_what_is_no_json_is_refused(sales: FlaskClient) -> None:
    assert sales.post("/calendar/move", data="x").status_code == 400
    assert sales.post("/calendar/move", json=[1]).status_code == 400


@pytest.mark.usefixtures("csrf")
def test_a_drag_needs_the_token_of_the_page(client_as: ClientAs, session: Session, app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    head = client_as(Role.SALES_HEAD)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    interaction = make_interaction(session, starts_at=TEN)
    sent = {"event": f"Interactions-{interaction.id}", "version": interaction.version, "day": str(TODAY)}

    assert head.post("/calendar/move", json=sent).status_code == 400

    token = page_of(head).xpath('//form[@id="act"]/input[@name="csrf_token"]/@value')[0]
    assert head.post("/calendar/move", json=sent, headers={"X-CSRFToken": token}).status_code == 200


def test_the_form_moves_an_interaction(sales: FlaskClient, session: Session, own) -> None:
    interaction = make_interaction(session, client=own, starts_at=TEN)
    address = f"/calendar/interaction/{interaction.id}"
    assert 'value="2024-03-13T10:30"' in sales.get(address).get_data(as_text=True)

    answer = sales.post(address, data={"starts_at": "2024-03-14T16:00"})

    assert answer.headers["Location"] == "/calendar/?day=2024-03-14"
    session.refresh(interaction)
    assert interaction.starts_at == datetime(2024, 3, 14, 13, tzinfo=UTC)


def test_the_form_says_what_is_wrong(sales: FlaskClient, session: Session, own) -> None:
    planned = make_interaction(session, client=own, starts_at=TEN)
    done = make_interaction(session, client=own, starts_at=TEN, state=InteractionState.DONE, result="Да")
    for record, sent in ((planned, ""), (planned, "tomorrow"), (done, "2024-03-14T16:00")):
        answer = sales.post(f"/calendar/interaction/{record.id}", data={"starts_at": sent})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.get_data(as_text=True)
        session.refresh(record)
        assert record.starts_at == TEN


# --- what is overdue ---------------------------------------------------------------------------------------------


def test_overdue_events_are_put_off_together(sales: FlaskClient, session: Session, own) -> None:
    interaction = make_interaction(session, client=own, starts_at=TEN)
    deal = make_deal(session, client=own, next_step_on=DAY)
    left = make_interaction(session, client=own, starts_at=TEN)
    keys = page_of(sales, view="overdue").xpath('//input[@name="event"]/@value')
    assert set(keys) == {f"Interactions-{interaction.id}", f"Interactions-{left.id}", f"Deals-{deal.id}"}

    data = {"event": [f"Interactions-{interaction.id}", f"Deals-{deal.id}"], "day": TODAY.isoformat(), "whose": "all"}
    answer = sales.post("/calendar/reschedule", data=data)

    assert answer.headers["Location"] == "/calendar/?view=overdue&whose=all"
    for record in (interaction, deal, left):
        session.refresh(record)
    local = interaction.starts_at.astimezone(MOSCOW)
    assert (local.date(), f"{local:%H:%M}") == (TODAY, "10:30")
    assert deal.next_step_on == TODAY
    assert left.starts_at == TEN


@pytest.mark.parametrize(
    ("keys", "day"), [("none", TODAY.isoformat()), ("own", "2024-03-20"), ("own", ""), ("done", TODAY.isoformat())]
)
def test_putting_off_is_refused_in_words(sales: FlaskClient, session: Session, own, keys: str, day: str) -> None:
    planned = make_interaction(session, client=own, starts_at=TEN)
    done = make_interaction(session, client=own, starts_at=TEN, state=InteractionState.DONE, result="Да")
    chosen = {"none": [], "own": [planned], "done": [planned, done]}[keys]
    data = {"event": [f"Interactions-{record.id}" for record in chosen], "day": day}

    page = sales.post("/calendar/reschedule", data=data, follow_redirects=True).get_data(as_text=True)

    assert 'class="message is-danger" role="alert"' in page
    session.refresh(planned)
    assert planned.starts_at == TEN, "all or none"


def test_too_many_at_once_are_refused(sales: FlaskClient) -> None:
    assert sales.post("/calendar/reschedule", data={"event": ["Interactions-1"] * 201}).status_code == 400


def test_a_head_sees_who_is_late_and_how_much(head: FlaskClient, session: Session) -> None:
    interaction = make_interaction(session, starts_at=TEN)
    make_equipment(session, next_maintenance_on=DAY)
    who = interaction.responsible
    who.dismissed_on = DAY
    session.flush()

    page = page_of(head, view="overdue", whose="all")

    rows = page.xpath('//section[@aria-labelledby="late-title"]//tbody/tr')
    assert len(rows) == 2
    assert any(str(who) in row.text_content() for row in rows), "those who left are named too"
    assert page.xpath(f'//section[@aria-labelledby="late-title"]//a[contains(@href, "who={who.id}")]')


def test_nothing_overdue_is_said(sales: FlaskClient) -> None:
    page = page_of(sales, view="overdue")
    assert page.xpath('//main//*[contains(@class, "empty")]')
    assert not page.xpath('//input[@name="event"]')


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
