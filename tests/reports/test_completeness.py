"""How well the cards of each manager are filled, and how that has changed."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.models.completeness import CompletenessSnapshot
from app.permissions import Scope, Viewer
from app.reports.completeness import completeness
from tests import factories as make

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def clients(session: Session, manager, *percents: int | None):
    for percent in percents:
        make.make_client(session, responsible=manager, completeness=percent)


def snapshot(session: Session, manager, day: date, percents: int, count: int = 2) -> None:
    session.add(CompletenessSnapshot(day=day, employee_id=manager.id, clients=count, percents=percents))
    session.flush()


def test_averages_by_manager_the_best_first(session: Session):
    first, second, third = (make.make_employee(session) for _number in range(3))
    clients(session, first, 40, 61)
    clients(session, second, 90, None)
    clients(session, third, None)

    found = completeness(session, FIRST, LAST)

    shown = {each.employee_id: (each.clients, each.poor, each.now) for each in found.managers}
    assert shown[first.id] == (2, 1, Decimal("50.5"))
    assert shown[second.id] == (2, 0, Decimal("90.0"))
    assert shown[third.id] == (1, 0, None)
    order = [each.employee_id for each in found.managers if each.employee_id in shown]
    assert order.index(second.id) < order.index(first.id) < order.index(third.id)
    assert (found.clients, found.poor, found.now) == (5, 1, Decimal("63.7"))


def test_growth_is_from_the_snapshot_before_the_period_to_the_last_one_in_it(session: Session):
    manager = make.make_employee(session)
    clients(session, manager, 80)
    for day, percents in ((date(2026, 9, 1), 50), (date(2026, 10, 20), 100), (date(2026, 11, 25), 130)):
        snapshot(session, manager, day, percents)

    (mine,) = completeness(session, FIRST, LAST, manager.id).managers

    assert (mine.before, mine.after, mine.growth) == (Decimal("50.0"), Decimal("65.0"), Decimal("15.0"))


def test_a_period_may_begin_with_its_first_snapshot(session: Session):
    manager = make.make_employee(session)
    clients(session, manager, 80)
    snapshot(session, manager, date(2026, 11, 10), 60)
    snapshot(session, manager, date(2026, 11, 20), 0, count=0)

    (mine,) = completeness(session, FIRST, LAST, manager.id).managers

    assert (mine.before, mine.after, mine.growth) == (Decimal("30.0"), None, None)


def test_a_manager_sees_own_cards_only(session: Session):
    manager = make.make_employee(session)
    clients(session, manager, 80)
    clients(session, make.make_employee(session), 10)
    session.info["viewer"] = Viewer(1, manager.id, Scope.OWN_CLIENTS)

    assert [each.employee_id for each in completeness(session, FIRST, LAST).managers] == [manager.id]


def test_nothing_is_an_average_of_nothing(session: Session):
    assert completeness(session, FIRST, LAST, 10**9).now is None
