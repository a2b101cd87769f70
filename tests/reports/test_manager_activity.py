"""What managers did in a period, cut into weeks, months or quarters."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.interactions import InteractionKind, InteractionState
from app.models.ledger import ActivityKind
from app.models.service import VisitPurpose, VisitStatus
from app.reports.manager_activity import Activity, ActivityQuestion, Cut, manager_activity, pieces_of
from app.services.activity import count_contract, count_interaction, count_quote, count_visit
from tests import factories as make

MOSCOW = ZoneInfo("Europe/Moscow")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def manager(session: Session) -> Any:
    return make.make_employee(session)


def talk(session: Session, who: Any, day: int, **changes: Any) -> Any:
    usual = {"responsible": who, "starts_at": at(day), "state": InteractionState.DONE, "result": "Договорились"}
    made = make.make_interaction(session, **usual | changes)
    count_interaction(session, made, zone=MOSCOW)
    return made


def quote(session: Session, who: Any, day: int, **changes: Any) -> Any:
    usual = {"responsible": who, "sent_on": date(2026, 11, day), "status": "sent", "total": Decimal(100)}
    made = make.make_quote(session, **usual | changes)
    count_quote(session, made)
    return made


def rows(session: Session, who: Any = None, **changes: Any) -> tuple[Activity, ...]:
    key = who.id if who is not None else None
    asked = {"first": FIRST, "last": LAST, "zone": MOSCOW, "employee_id": key} | changes
    return manager_activity(session, ActivityQuestion(**asked)).rows


def test_everything_is_counted_once_on_its_day(session: Session, manager: Any):
    client = make.make_client(session)
    talk(session, manager, 3, client=client)
    talk(session, manager, 4, client=client)
    talk(session, manager, 5)
    talk(session, manager, 6, kind=InteractionKind.MEETING)
    talk(session, manager, 7, kind=InteractionKind.LETTER)
    quote(session, manager, 8, total=Decimal("120.50"))
    quote(session, manager, 9, edition=2)
    count_contract(session, make.make_contract(session, responsible=manager, signed_on=date(2026, 11, 10)))
    seen = {"employee": manager, "purpose": VisitPurpose.MANAGER, "status": VisitStatus.DONE}
    count_visit(session, make.make_visit(session, starts_at=at(11), ends_at=at(11, 10), **seen), zone=MOSCOW)

    (mine,) = rows(session, manager)

    assert mine.counts == {
        ActivityKind.CALL: 3,
        ActivityKind.MEETING: 1,
        ActivityKind.LETTER: 1,
        ActivityKind.QUOTE: 1,
        ActivityKind.CONTRACT: 1,
        ActivityKind.VISIT: 1,
    }
    assert (mine.clients_called, mine.quoted) == (2, Decimal("120.50"))
    assert (mine.employee, mine.first, mine.last) == (str(manager), FIRST, LAST)


def test_what_is_taken_back_or_lies_outside_does_not_count(session: Session, manager: Any):
    called_off = talk(session, manager, 3)
    called_off.state = InteractionState.CANCELLED
    count_interaction(session, called_off, zone=MOSCOW)
    talk(session, manager, 3, starts_at=datetime(2026, 10, 31, 20, tzinfo=UTC))
    quote(session, manager, 3, sent_on=date(2026, 12, 1))

    assert rows(session, manager) == ()


def test_flaws_are_told(session: Session, manager: Any):
    talk(session, manager, 3, result=None)
    talk(session, manager, 4, result="")
    talk(session, manager, 5, kind=InteractionKind.LETTER, result=None)
    quote(session, manager, 8, lines=[])

    (mine,) = rows(session, manager)

    assert (mine.calls_without_result, mine.quotes_without_lines) == (2, 1)


@pytest.mark.parametrize("cut", [Cut.WEEK, Cut.MONTH])
def test_a_period_is_cut_into_pieces_that_add_up(session: Session, manager: Any, cut: Cut):
    client = make.make_client(session)
    for day in (2, 9, 10):
        talk(session, manager, day, client=client, result=None)
        quote(session, manager, day)

    found = rows(session, manager, cut=cut, first=date(2026, 10, 1))

    calls = [each.counts[ActivityKind.CALL] for each in found]
    assert calls == ([1, 2] if cut is Cut.WEEK else [3])
    assert [each.quoted for each in found] == [Decimal(100 * number) for number in calls]
    assert [each.calls_without_result for each in found] == calls
    assert [each.clients_called for each in found] == [1] * len(calls), "one client in each piece"
    assert [each.first for each in found] == sorted(each.first for each in found)


def test_the_total_adds_up_and_counts_a_client_once(session: Session, manager: Any):
    other, client = make.make_employee(session), make.make_client(session)
    talk(session, manager, 3, client=client)
    talk(session, other, 4, client=client)
    quote(session, other, 5, lines=[])

    found = manager_activity(session, ActivityQuestion(FIRST, LAST, MOSCOW, Cut.WEEK))

    assert {each.employee_id for each in found.rows} == {manager.id, other.id}
    assert found.total.counts[ActivityKind.CALL] == 2
    assert found.total.clients_called == 1
    assert (found.total.quoted, found.total.quotes_without_lines) == (Decimal(100), 1)
    only = manager_activity(session, ActivityQuestion(FIRST, LAST, MOSCOW, Cut.WHOLE, manager.id))
    assert only.total.counts[ActivityKind.CALL] == 1


@pytest.mark.parametrize(
    ("cut", "ends"),
    [
        (Cut.WHOLE, [date(2027, 1, 5)]),
        (Cut.QUARTER, [date(2026, 12, 31), date(2027, 1, 5)]),
        (Cut.MONTH, [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 5)]),
    ],
)
def test_pieces_follow_the_calendar_and_end_with_the_period(cut: Cut, ends: list[date]):
    pieces = pieces_of(ActivityQuestion(date(2026, 11, 18), date(2027, 1, 5), MOSCOW, cut))

    assert [last for _first, last in pieces] == ends
    assert pieces[0][0] == date(2026, 11, 18)


def test_weeks_begin_on_monday():
    weeks = pieces_of(ActivityQuestion(date(2026, 11, 18), date(2026, 11, 24), MOSCOW, Cut.WEEK))

    assert weeks == [(date(2026, 11, 18), date(2026, 11, 22)), (date(2026, 11, 23), date(2026, 11, 24))]


def test_too_fine_a_cut_is_refused():
    with pytest.raises(RuleError):
        pieces_of(ActivityQuestion(date(2020, 1, 1), date(2026, 1, 1), MOSCOW, Cut.WEEK))


def test_six_questions_are_asked_however_fine_the_cut(session: Session, manager: Any, count_queries: Any):
    talk(session, manager, 3)
    session.flush()
    with count_queries() as queries:
        rows(session, cut=Cut.WEEK, first=date(2026, 1, 1))
    assert len(queries) == 6
