"""The page of the radar: lines with their rule and button, putting off, whose they are, the rules' screen."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.deals import Deal
from app.models.radar import RadarCode, RadarOwner, RadarRule, RadarSnooze
from app.models.staff import Employee
from app.permissions import Role
from app.views.radar.words import SENTENCES
from config import Settings
from tests import factories as make
from tests.conftest import ClientAs
from tests.reports.radar import making
from tests.reports.radar.test_rules import CASES

DAY = timedelta(days=1)


@pytest.fixture
def today():
    return day_of(utc_now(), Settings.read({"KONTORA_SECRET_KEY": "x" * 40}).timezone)


@pytest.fixture
def anna(client_as: ClientAs) -> Any:
    return client_as(Role.SALES)


@pytest.fixture
def late(anna: Any, session: Session, today) -> Deal:
    me = session.get(Employee, anna.employee_id)
    client = make.make_client(session, responsible=me, name="ООО «Ромашка»")
    made = make.make_deal(session, client=client, title="Поставка насоса", next_step_on=today - 4 * DAY)
    session.commit()
    return made


def put(client: FlaskClient, deal: Deal, until: Any, **changes: Any) -> Any:
    data = {"code": "deal_step_late", "record": deal.id, "until": str(until), "reason": "ждём бюджет"} | changes
    return client.post("/radar/put-off", data=data, follow_redirects=True)


def test_every_rule_has_its_words():
    assert set(SENTENCES) == set(RadarCode)


def test_a_line_names_its_rule_how_late_it_is_and_the_button_that_mends_it(anna: FlaskClient, late: Deal):
    shown = anna.get("/radar/").text

    for words in ("Просрочен шаг по сделке", "Поставка насоса", "ООО «Ромашка»", "Просрочено 4 дн."):
        assert words in shown, words
    assert f"/deals/edit/{late.id}?fields=next_step,next_step_on" in shown


def test_a_rule_says_its_threshold(client_as: ClientAs, session: Session):
    make.make_radar_rule(session, code=RadarCode.DEAL_STEP_LATE, days=2)
    make.make_radar_rule(session, code=RadarCode.QUOTE_EXPIRING, days=9)
    make.make_quote(session, status="sent", valid_to=make.TODAY + 8 * DAY)
    make.make_deal(session, next_step_on=make.TODAY - 30 * DAY)
    session.commit()

    shown = client_as(Role.DIRECTOR).get("/radar/?who=team").text

    assert "Порог — 2 дн." in shown


def test_a_line_is_put_off_with_a_reason_shown_to_its_head_and_brought_back(
    anna: Any, late: Deal, client_as: ClientAs, today
):
    said = put(anna, late, today + 7 * DAY).text
    assert "Отложено до" in said
    assert "Поставка насоса" not in said

    assert "ждём бюджет" in client_as(Role.DIRECTOR).get("/radar/?who=team&rule=deal_step_late").text
    assert "ждём бюджет" in anna.get("/radar/?who=later").text
    back = anna.post("/radar/take-up", data={"code": "deal_step_late", "record": late.id}, follow_redirects=True)
    assert "Поставка насоса" in back.text


@pytest.mark.parametrize(
    ("until", "reason"), [("", "ждём"), ("2020-01-01", "ждём"), ("2099-01-01", "ждём"), (None, "")]
)
def test_a_wrong_day_or_no_reason_is_refused_in_words(
    anna: FlaskClient, late: Deal, session: Session, today, until, reason
):
    shown = put(anna, late, until if until is not None else today + DAY, reason=reason).text

    assert "Поставка насоса" in shown
    assert session.scalar(select(RadarSnooze.id)) is None


def test_what_one_may_not_see_cannot_be_put_off(
    anna: FlaskClient, late: Deal, session: Session, client_as: ClientAs, today
):
    foreign = make.make_deal(session)
    session.commit()

    assert put(anna, foreign, today + DAY).status_code == 404
    assert put(anna, late, today + DAY, code="unknown").status_code == 404
    assert put(anna, late, today + DAY, record="x").status_code == 400
    assert put(client_as(Role.ENGINEER), late, today + DAY).status_code == 404


def test_one_rule_is_shown_page_by_page(
    anna: Any, late: Deal, session: Session, today, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.views.radar.view.PAGE", 1)
    monkeypatch.setattr("app.views.radar.view.SHOWN", 1)
    second = make.make_deal(session, client=late.client, title="Второй насос", next_step_on=today - DAY)
    session.commit()

    assert "и ещё 1" in anna.get("/radar/").text
    first = anna.get("/radar/?rule=deal_step_late").text
    assert "Показать следующие" in first
    assert second.title not in first
    place = f"since={late.next_step_on.isoformat()}&after={late.id}"
    assert second.title in anna.get(f"/radar/?rule=deal_step_late&{place}").text
    for wrong in ("since=x&after=1", "since=2026-01-01&after=x"):
        assert anna.get(f"/radar/?rule=deal_step_late&{wrong}").status_code == 400
    assert anna.get("/radar/?rule=unknown").status_code == 404


def test_a_head_looks_at_the_team_or_at_one_of_its_people(client_as: ClientAs, late: Deal, session: Session):
    head = client_as(Role.SALES_HEAD)
    session.commit()

    assert "Поставка насоса" in head.get("/radar/").text, "the team comes first"
    assert "Поставка насоса" not in head.get("/radar/?who=mine").text
    assert "Поставка насоса" in head.get(f"/radar/?who=team&manager={late.responsible_id}").text
    assert "Поставка насоса" not in head.get(f"/radar/?who=team&manager={head.employee_id}").text  # type: ignore[attr-defined]


def test_people_of_another_department_are_not_shown_to_a_head(client_as: ClientAs, session: Session):
    top, below = make.make_department(session), make.make_department(session)
    head: Any = client_as(Role.SALES_HEAD)
    session.get(Employee, head.employee_id).department = below
    below.parent = top
    stranger = make.make_employee(session, department=top)
    session.commit()

    assert head.get(f"/radar/?who=team&manager={stranger.id}").status_code == 404


def test_nothing_forgotten_is_said(client_as: ClientAs):
    shown = client_as(Role.ENGINEER).get("/radar/").text

    assert "За этим следят правила" in shown
    assert "/radar/rules/list/" not in shown


def test_who_may_do_no_more_opens_the_record(client_as: ClientAs, session: Session, today):
    deal = make.make_deal(session, next_step_on=today - DAY)
    session.commit()

    shown = client_as(Role.ACCOUNTANT).get("/radar/?who=team&rule=deal_step_late").text

    assert f"/deals/edit/{deal.id}" not in shown
    assert "Открыть" in shown


def test_every_rule_is_shown_with_a_way_to_mend_it(
    client_as: ClientAs, session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.views.radar.view.today", lambda: making.TODAY)
    for code, wrong, _right in CASES:
        wrong[0](session)
        assert code
    session.commit()

    shown = client_as(Role.ADMIN).get("/radar/?who=team").text

    missing = [code.value for code in RadarCode if f'id="radar-{code.value}"' not in shown]
    assert missing == []


def test_heads_set_the_rules(client_as: ClientAs, session: Session):
    rule = make.make_radar_rule(session, code=RadarCode.DEBT_LATE, owner=RadarOwner.CLIENT)
    session.commit()
    head = client_as(Role.SALES_HEAD)
    form = {"version": rule.version, "is_on": "1", "days": "5", "owner": "client"}

    assert "Просрочен этап оплаты" in head.get("/radar/rules/list/").text
    assert head.post(f"/radar/rules/edit/{rule.id}", data=form | {"owner": "record"}).status_code == 422
    assert head.post(f"/radar/rules/edit/{rule.id}", data=form).status_code == 302
    session.expire_all()
    assert session.get(RadarRule, rule.id).days == 5
    assert client_as(Role.SALES).get("/radar/rules/list/").status_code == 403


def test_a_talk_is_begun_with_the_topic_of_the_line(anna: FlaskClient, late: Deal):
    shown = anna.get(f"/interactions/add?client={late.client_id}&topic=КП № 5: что решили").text

    assert 'value="КП № 5: что решили"' in shown


def test_every_page_can_ask_how_much_slips(anna: FlaskClient, late: Deal, session: Session, today):
    assert anna.get("/radar/waiting").json == {"badge": "1", "words": "без внимания: 1"}
    assert "data-slips" in anna.get("/").text

    put(anna, late, today + DAY)

    assert anna.get("/radar/waiting").json == {"badge": "", "words": ""}


def test_what_slips_is_counted_to_a_hundred(anna: FlaskClient, late: Deal, session: Session):
    for _number in range(110):
        make.make_deal(session, client=late.client, next_step_on=late.next_step_on)
    session.commit()

    assert anna.get("/radar/waiting").json["badge"] == "99+"
