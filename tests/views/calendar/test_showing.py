from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.interactions import InteractionState
from app.models.staff import Employee
from app.permissions import PLAN, READ, Role, Scope, Viewer
from app.views.calendar.asked import areas_of, period_of
from tests.conftest import ClientAs
from tests.factories import make_claim, make_client, make_deal, make_equipment, make_interaction, make_visit
from tests.views.calendar.pages import DAY, TEN, page_of, titles

# --- what is shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["month", "week", "day", "list"])
def test_every_view_shows_the_event_with_its_card(sales: FlaskClient, session: Session, own, view: str) -> None:
    interaction = make_interaction(session, client=own, topic="Обсудить цену", starts_at=TEN)
    page = page_of(sales, view=view, whose="mine")
    (link,) = page.xpath('//main//a[@class="cal-title"]')
    assert (link.text_content(), link.get("href")) == ("Обсудить цену", f"/interactions/show/{interaction.id}")
    assert page.xpath('//main//*[@class="cal-time"]')[0].text_content() == "10:30"


def test_an_event_is_planned_from_its_day(sales: FlaskClient, session: Session) -> None:
    page = page_of(sales, view="month")
    (link,) = page.xpath(f'//td[.//ul[@data-day="{DAY}"]]//a[@class="cal-add"]')
    assert link.get("href") == f"/interactions/add?day={DAY}"
    assert f'value="{DAY}T10:00"' in sales.get(link.get("href")).text
    assert sales.get("/interactions/add?day=soon").status_code == 400


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
