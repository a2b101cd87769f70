"""My day: a list shows its first rows and says how many there are in all."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.permissions import Role, Scope, Viewer
from app.reports.home import Clock
from app.reports.my_day import SHOWN, events, team_of
from tests.factories import make_client, make_department, make_employee, make_interaction

ZONE = ZoneInfo("Europe/Moscow")


def test_a_long_list_is_cut_and_counted(session: Session) -> None:
    now, client = utc_now(), make_client(session)
    for hours in range(SHOWN + 1):
        make_interaction(session, client=client, starts_at=now - timedelta(days=1, hours=hours))

    part = events(session, None, Clock(day_of(now, ZONE), now, ZONE))

    assert (len(part.rows), part.total) == (SHOWN, SHOWN + 1)


def test_the_director_looks_after_the_whole_company_and_a_head_after_the_department(session: Session) -> None:
    head = make_employee(session)
    mate = make_employee(session, department=head.department)
    make_employee(session, department=make_department(session))

    assert team_of(session, Viewer(1, head.id, Scope.ALL)) == {head.id, mate.id}
    assert team_of(session, Viewer(1, head.id, Scope.ALL, roles=frozenset({Role.DIRECTOR.value}))) is None
    assert team_of(session, Viewer(1, None, Scope.ALL)) is None
