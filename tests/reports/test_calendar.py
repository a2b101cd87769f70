from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlalchemy.orm import Session

from app.models.claims import ClaimStatus
from app.models.deals import StageOutcome
from app.models.interactions import InteractionKind, InteractionState
from app.models.service import EquipmentStatus, VisitStatus
from app.permissions import Scope, Viewer
from app.reports import calendar
from app.reports.calendar import Event, EventKind, Wanted, events_between, overdue_by_person, overdue_events
from app.reports.home import Clock
from app.reports.rendering.ics import calendar_feed
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_client,
    make_deal,
    make_deal_stage,
    make_employee,
    make_equipment,
    make_interaction,
    make_visit,
)

MOSCOW = ZoneInfo("Europe/Moscow")
CLOCK = Clock(TODAY, NOON, MOSCOW)
EVERY = frozenset({"Interactions", "Visits", "Deals", "Claims", "Equipment"})
YESTERDAY = TODAY - timedelta(days=1)


def wanted(*areas: str, employee_id: int | None = None) -> Wanted:
    return Wanted(CLOCK, frozenset(areas) or EVERY, employee_id)


def found(session: Session, *areas: str, first: date = TODAY, last: date = TODAY) -> list[Event]:
    return list(events_between(session, wanted(*areas), first, last).rows)


def make_one_of_each(session: Session, day: date, **mine) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    client = make_client(session)
    make_interaction(session, client=client, starts_at=at, **mine)
    make_visit(session, client=client, starts_at=at, **({"employee": mine["responsible"]} if mine else {}))
    make_deal(session, client=client, next_step="Позвонить", next_step_on=day, **mine)
    make_claim(session, client=client, registered_on=day, answer_due_on=day, **mine)
    make_equipment(session, client=client, next_maintenance_on=day)


def test_a_day_holds_one_event_of_every_kind(session: Session) -> None:
    make_one_of_each(session, TODAY)

    kinds = [event.kind for event in found(session)]

    assert kinds == [EventKind.CLAIM, EventKind.MAINTENANCE, EventKind.STEP, EventKind.CALL, EventKind.VISIT]
    assert all(event.days_late == 0 for event in found(session))


@pytest.mark.parametrize("area", sorted(EVERY))
def test_only_the_asked_areas_are_read(session: Session, area: str) -> None:
    make_one_of_each(session, TODAY)
    assert [event.area for event in found(session, area)] == [area]


def test_the_day_is_that_of_the_companys_zone(session: Session) -> None:
    make_interaction(session, starts_at=datetime(2026, 11, 22, 21, 30, tzinfo=UTC))  # half past midnight in Moscow
    make_interaction(session, starts_at=datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
    assert [event.day for event in found(session, "Interactions")] == [TODAY]


def test_cancelled_and_written_off_do_not_stand_in_the_calendar(session: Session) -> None:
    make_interaction(session, state=InteractionState.CANCELLED)
    make_visit(session, status=VisitStatus.CANCELLED)
    make_deal(session, stage=make_deal_stage(session, outcome=StageOutcome.WON), next_step_on=TODAY)
    make_claim(session, status=ClaimStatus.CLOSED, result="Решено", answer_due_on=TODAY)
    make_equipment(session, status=EquipmentStatus.WRITTEN_OFF, next_maintenance_on=TODAY)
    assert found(session) == []


def test_a_visit_of_several_days_stands_in_each(session: Session) -> None:
    make_visit(session, starts_at=NOON - timedelta(days=2), ends_at=NOON + timedelta(days=2))
    (event,) = found(session, "Visits")
    assert (event.day, event.last_day) == (TODAY - timedelta(days=2), TODAY + timedelta(days=2))


def test_a_visit_that_ends_at_midnight_does_not_reach_the_next_day(session: Session) -> None:
    make_visit(session, starts_at=NOON - timedelta(days=1), ends_at=datetime(2026, 11, 22, 21, tzinfo=UTC))
    assert found(session, "Visits") == []


def test_the_end_of_a_call_written_down_days_later_does_not_stretch_it(session: Session) -> None:
    make_interaction(
        session, state=InteractionState.DONE, result="Да", starts_at=NOON, ends_at=NOON + timedelta(days=3)
    )
    (event,) = found(session, "Interactions")
    assert (event.last_day, event.ends_at, event.is_done) == (TODAY, None, True)


def test_a_meeting_keeps_its_end_and_place(session: Session) -> None:
    ends_at = NOON + timedelta(hours=1)
    make_interaction(session, kind=InteractionKind.MEETING, place="Офис", starts_at=NOON, ends_at=ends_at)
    (event,) = found(session, "Interactions")
    assert (event.kind, event.place, event.ends_at) == (EventKind.MEETING, "Офис", ends_at)


def test_a_step_without_words_is_called_by_its_deal(session: Session) -> None:
    make_deal(session, title="Поставка", next_step_on=TODAY)
    assert [event.title for event in found(session, "Deals")] == ["Поставка"]


def test_only_what_is_open_and_ours_can_be_moved(session: Session) -> None:
    make_one_of_each(session, TODAY)
    make_interaction(session, state=InteractionState.DONE, result="Да")
    movable = [(event.area, event.is_done) for event in found(session) if event.is_movable]
    assert sorted(movable) == [("Deals", False), ("Interactions", False)]


def test_events_of_one_person_leave_out_those_of_others(session: Session) -> None:
    me = make_employee(session)
    make_one_of_each(session, TODAY)
    make_one_of_each(session, TODAY, responsible=me)

    rows = events_between(session, wanted(employee_id=me.id), TODAY, TODAY).rows

    assert {event.who for event in rows if event.area != "Equipment"} == {str(me)}
    assert len(rows) == 4 + 2, "maintenance belongs to nobody"


def test_a_longer_list_than_can_be_shown_says_so(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "MOST_EVENTS", 2)
    monkeypatch.setattr(calendar, "MOST_OVERDUE", 2)
    make_interaction(session, starts_at=NOON - timedelta(days=5))
    assert not events_between(session, wanted(), TODAY - timedelta(days=9), TODAY).is_cut
    assert not overdue_events(session, wanted()).is_cut
    make_interaction(session, starts_at=NOON - timedelta(days=4))
    assert events_between(session, wanted(), TODAY - timedelta(days=9), TODAY).is_cut
    assert overdue_events(session, wanted()).is_cut


def test_what_should_have_happened_before_today_is_overdue(session: Session) -> None:
    make_one_of_each(session, YESTERDAY)
    make_one_of_each(session, TODAY)

    rows = overdue_events(session, wanted()).rows

    assert {event.area: event.days_late for event in rows} == dict.fromkeys(EVERY, 1)
    assert len(rows) == 5


def test_what_is_done_is_not_overdue(session: Session) -> None:
    day = NOON - timedelta(days=3)
    make_interaction(session, state=InteractionState.DONE, result="Да", starts_at=day)
    make_visit(session, status=VisitStatus.DONE, starts_at=day)
    make_visit(session, status=VisitStatus.IN_WORK, starts_at=day)
    assert overdue_events(session, wanted()).rows == ()
    assert {event.days_late for event in found(session, first=TODAY - timedelta(days=5))} == {0}


def test_overdue_events_are_counted_by_person(session: Session) -> None:
    me, other = make_employee(session), make_employee(session)
    make_one_of_each(session, YESTERDAY, responsible=me)
    make_interaction(session, starts_at=NOON - timedelta(days=10), responsible=other)

    counted = {late.employee_id: (late.count, late.oldest) for late in overdue_by_person(session, wanted())}

    assert counted == {
        me.id: (4, YESTERDAY),
        None: (1, YESTERDAY),
        other.id: (1, TODAY - timedelta(days=10)),
    }
    assert next(late.employee_id for late in overdue_by_person(session, wanted())) == me.id


def test_nothing_overdue_is_nobodys(session: Session) -> None:
    assert overdue_by_person(session, wanted()) == ()
    assert overdue_by_person(session, Wanted(CLOCK, frozenset())) == ()


def test_overdue_events_of_one_person_are_counted_alone(session: Session) -> None:
    me = make_employee(session)
    make_one_of_each(session, YESTERDAY)
    make_one_of_each(session, YESTERDAY, responsible=me)
    late = overdue_by_person(session, wanted("Interactions", "Deals", employee_id=me.id))
    assert [(each.employee_id, each.count) for each in late] == [(me.id, 2)]


def test_a_limited_viewer_counts_and_reads_own_rows_only(session: Session) -> None:
    me = make_employee(session)
    make_one_of_each(session, YESTERDAY)
    make_interaction(session, starts_at=NOON - timedelta(days=1), responsible=me)
    session.flush()
    session.info["viewer"] = Viewer(user_id=1, employee_id=me.id, scope=Scope.OWN_CLIENTS)

    assert [late.count for late in overdue_by_person(session, wanted())] == [1]
    (event,) = overdue_events(session, wanted()).rows
    assert (event.who, event.client) == (str(me), "")
    assert [row.record_id for row in found(session, first=YESTERDAY)] == [event.record_id]


def test_the_calendar_asks_once_for_each_kind(session: Session, count_queries) -> None:
    for number in range(5):
        make_one_of_each(session, TODAY - timedelta(days=number))
    session.flush()
    session.expunge_all()
    with count_queries() as period:
        found(session, first=TODAY - timedelta(days=9))
    with count_queries() as late:
        overdue_by_person(session, wanted())
    assert (len(period), len(late)) == (5, 1)


# --- the feed ------------------------------------------------------------------------------------------------


def feed(session: Session, first: date = TODAY) -> list[icalendar.Event]:
    body = calendar_feed(found(session, first=first), "Контора", lambda event: f"https://k/{event.record_id}")
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def test_the_feed_names_the_calendar(session: Session) -> None:
    made = icalendar.Calendar.from_ical(calendar_feed([], "Контора", lambda _event: ""))
    assert (made["version"], made["x-wr-calname"]) == ("2.0", "Контора")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in calendar_feed([], "Контора", lambda _event: "")


def test_an_instant_is_told_in_utc_with_its_sequence(session: Session) -> None:
    interaction = make_interaction(session, starts_at=NOON, place="Офис")
    interaction.topic = "Обсудить цену"
    session.flush()

    (entry,) = feed(session)

    assert entry["uid"] == f"interactions-{interaction.id}@kontora"
    assert (entry.start, entry.end) == (NOON, NOON + timedelta(minutes=15))
    assert b"DTSTART:20261123T090000Z" in entry.to_ical()
    assert entry["sequence"] == interaction.version - 1 == 1
    assert entry["dtstamp"].dt == interaction.changed_at
    assert (entry["location"], entry["url"]) == ("Офис", f"https://k/{interaction.id}")


def test_a_meeting_without_an_end_takes_an_hour(session: Session) -> None:
    make_interaction(session, kind=InteractionKind.MEETING, starts_at=NOON)
    assert [entry.end - entry.start for entry in feed(session)] == [timedelta(hours=1)]


def test_a_due_date_is_a_whole_day_that_keeps_nobody_busy(session: Session) -> None:
    make_equipment(session, next_maintenance_on=TODAY)
    (entry,) = feed(session)
    assert (entry.start, entry.end) == (TODAY, TODAY + timedelta(days=1))
    assert entry["transp"] == "TRANSPARENT"


def test_a_claim_beyond_the_rows_tells_nothing_of_its_client(session: Session) -> None:
    me = make_employee(session)
    make_claim(session, client=make_client(session, name="ООО «Тайна»"), answer_due_on=TODAY, responsible=me)
    make_equipment(session, next_maintenance_on=TODAY)
    session.flush()
    session.info["viewer"] = Viewer(user_id=1, employee_id=me.id, scope=Scope.OWN_CLIENTS)
    (entry,) = feed(session)
    assert entry["description"] == str(me)


def test_what_is_overdue_says_so_in_its_title(session: Session) -> None:
    make_interaction(session, topic="Звонок", starts_at=NOON - timedelta(days=1))
    make_interaction(session, topic="Итог", state=InteractionState.DONE, result="Да", starts_at=NOON)
    late, done = feed(session, first=YESTERDAY)
    assert late["summary"].startswith("Overdue: ")
    assert not done["summary"].startswith("Overdue")
    assert done["description"].endswith("Done")


def test_an_event_without_a_client_and_person_has_no_description() -> None:
    event = Event(
        "Equipment", EventKind.MAINTENANCE, 1, 1, NOON, "ВК-20", "", "", "", TODAY, TODAY, None, None, False, 0
    )
    body = calendar_feed([event], "Контора", lambda _event: "https://k/1")
    assert "description" not in icalendar.Calendar.from_ical(body).walk("VEVENT")[0]
