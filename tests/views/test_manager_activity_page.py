"""The report on what managers did: columns, cuts, where the figures lead, own figures only for a manager."""

import re
from html import unescape
from typing import Any

from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.interactions import InteractionState
from app.models.staff import Employee
from app.permissions import Role
from app.services.activity import count_interaction, count_quote
from tests import factories as make
from tests.conftest import ClientAs
from tests.reports.test_manager_activity import MOSCOW


def work(session: Session, who: Employee) -> Any:
    now = utc_now()
    call = make.make_interaction(
        session, responsible=who, starts_at=now, state=InteractionState.DONE, topic="Первый звонок"
    )
    count_interaction(session, call, zone=MOSCOW)
    quote = make.make_quote(
        session, client=call.client, responsible=who, status="sent", sent_on=now.astimezone(MOSCOW).date(), lines=[]
    )
    count_quote(session, quote)
    session.commit()
    return quote


def test_every_figure_leads_to_the_records_behind_it(client_as: ClientAs, session: Session):
    who = make.make_employee(session)
    quote = work(session, who)
    head = client_as(Role.SALES_HEAD)

    shown = head.get("/reports/manager-activity/").text

    links = {
        unescape(url) for url in re.findall(r'href="(/(?:interactions|quotes)/list/[^"]*f_responsible[^"]*)"', shown)
    }
    assert len(links) == 4, "quotes and their sum, calls and clients called, and both flaws"
    for url in links:
        found = head.get(url).text
        assert ("Первый звонок" if "/interactions/" in url else quote.number) in found, url
    assert 'class="is-danger"' in shown


def test_a_period_is_cut_by_choice_and_too_fine_a_cut_is_refused(client_as: ClientAs, session: Session):
    work(session, make.make_employee(session))
    head = client_as(Role.DIRECTOR)

    assert "Период</th>" in head.get("/reports/manager-activity/?by=week").text.replace("\n", "")
    assert head.get("/reports/manager-activity/?by=quarter&format=xlsx").data.startswith(b"PK")
    assert head.get("/reports/manager-activity/?by=week&from=2020-01-01&to=2026-01-01").status_code == 400
    assert head.get("/reports/manager-activity/?by=year").status_code == 400


def test_a_manager_sees_own_figures_only(client_as: ClientAs, session: Session):
    anna: Any = client_as(Role.SALES)
    other = make.make_employee(session)
    work(session, other)
    work(session, session.get(Employee, anna.employee_id))

    shown = anna.get(f"/reports/manager-activity/?manager={other.id}").text

    assert str(session.get(Employee, anna.employee_id)) in shown
    assert other.family_name not in shown
    assert client_as(Role.ENGINEER).get("/reports/manager-activity/").status_code == 403
