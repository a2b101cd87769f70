from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.deals import StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.permissions import Role
from tests.conftest import ClientAs
from tests.factories import make_deal, make_deal_stage, make_equipment, make_interaction
from tests.views.calendar.pages import DAY, MOSCOW, TEN, TODAY, page_of

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
