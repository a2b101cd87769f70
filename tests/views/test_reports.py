"""What every report offers: page, filters, files."""

import subprocess
from datetime import date

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.deals import DealStageChange
from app.models.interactions import InteractionState, InteractionSubject
from app.permissions import Role
from app.views.reports.periods import month_of, quarter_of, year_of
from tests import factories as make
from tests.conftest import ClientAs


@pytest.fixture
def head(client_as: ClientAs, session: Session) -> FlaskClient:
    signed_in = client_as(Role.SALES_HEAD)
    deal = make.make_deal(session, stage=make.make_deal_stage(session, name="Осмотр объекта", position=900))
    session.add(DealStageChange(deal_id=deal.id, to_id=deal.stage_id))
    session.commit()
    return signed_in


def test_the_funnel_is_shown_and_leads_to_the_deals(head: FlaskClient):
    shown = head.get("/reports/funnel/").text

    assert "Осмотр объекта" in shown
    assert "/deals/list/?tab=all&amp;f_stage=" in shown
    assert shown.count("<progress") >= 1


def test_the_filters_narrow_it(head: FlaskClient):
    assert "Осмотр объекта" in head.get("/reports/funnel/?from=2020-01-01&to=2020-02-01&manager=1").text
    for wrong in ("from=x", "from=2026-02-01&to=2026-01-01", "from=1990-01-01", "manager=x", "format=doc"):
        assert head.get(f"/reports/funnel/?{wrong}").status_code == 400, wrong


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_same_as_a_sheet(head: FlaskClient, kind: str):
    answer = head.get(f"/reports/funnel/?format={kind}")

    assert answer.status_code == 200
    if kind == "csv":
        assert "Осмотр объекта;1;" in answer.data.decode("utf-8-sig")
    else:
        assert answer.data.startswith(b"PK")


def test_the_same_on_paper(head: FlaskClient, session: Session):
    person = make.make_employee(session)
    session.commit()

    pdf = head.get(f"/reports/funnel/?format=pdf&manager={person.id}").data

    text = subprocess.run(["/usr/bin/pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "Осмотр объекта" in text
    assert person.family_name in text


def test_a_manager_sees_no_choice_of_managers(client_as: ClientAs):
    shown = client_as(Role.SALES).get("/reports/funnel/").text

    assert 'name="manager"' not in shown
    assert client_as(Role.ENGINEER).get("/reports/funnel/").status_code == 403


def test_usual_periods():
    assert month_of(date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert quarter_of(date(2026, 12, 31)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of(date(2026, 2, 28)) == (date(2026, 1, 1), date(2026, 3, 31))
    assert year_of(date(2026, 5, 5)) == (date(2026, 1, 1), date(2026, 12, 31))


def test_interest_leads_to_the_talks_about_the_product(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    product, other = make.make_product(session, name="Насос шестерённый"), make.make_product(session)
    now = utc_now()
    for subject, topic in ((product, "Спрашивал насос"), (other, "Спрашивал другое")):
        talk = make.make_interaction(session, state=InteractionState.DONE, starts_at=now, topic=topic)
        talk.subjects = [InteractionSubject(product=subject)]
    session.commit()

    page = lxml.html.fromstring(head.get("/reports/interest/").text)
    row = page.xpath("//tr[th[contains(., 'Насос шестерённый')]]")[0]
    talks = head.get(row.xpath(".//td//a/@href")[0]).text

    assert row.xpath("th//a/@href") == [f"/products/show/{product.id}"]
    assert "Спрашивал насос" in talks
    assert "Спрашивал другое" not in talks
    assert "Насос шестерённый" in talks, "the chip of the filter"


def test_interest_by_groups_of_products(client_as: ClientAs, session: Session):
    talk = make.make_interaction(session, state=InteractionState.DONE, starts_at=utc_now())
    talk.subjects = [InteractionSubject(product=make.make_product(session))]
    session.commit()

    shown = client_as(Role.DIRECTOR).get("/reports/interest/?by=group").text

    assert "Без группы" in shown
