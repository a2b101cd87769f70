"""The head of sales writes down how a deal goes; a manager takes it as the plan of their own deal."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models.deals import Deal, DealStage, StageOutcome
from app.models.staff import Employee
from tests.stories.conftest import BrowserAs, Site

NAME = "Пусконаладка под ключ"
STEPS = (("Осмотреть помещение", "1"), ("Согласовать дату пуска", "4"))


def deal_of(site: Site, login: str) -> int:
    """A deal in work of a person."""
    asked = (
        select(Deal.id)
        .join(DealStage, Deal.stage_id == DealStage.id)
        .join(Employee, Deal.responsible_id == Employee.id)
        .where(DealStage.outcome == StageOutcome.OPEN, Employee.user.has(username=login))
        .order_by(Deal.id)
    )
    key: int = site.ask(lambda session: session.scalars(asked).first())
    return key


def write_template(page: Page) -> None:
    page.goto("/plan-templates/add")
    page.get_by_label("Наименование").fill(NAME)
    for number, (task, days) in enumerate(STEPS):
        if number:
            page.keyboard.press("Insert")
        line = page.locator("[data-line]").nth(number)
        line.locator("[data-column=task] input").fill(task)
        line.locator("[data-column=after_days] input").fill(days)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/plan-templates/(list|show)"))


def test_a_plan_is_written_once_and_taken_into_a_deal(browser_as: BrowserAs, site: Site) -> None:
    write_template(browser_as("saleshead"))

    page = browser_as("anna")
    page.goto(f"/deals/{deal_of(site, 'anna')}")
    choice = page.locator("#plan-template")
    choice.select_option(value=choice.locator("option", has_text=NAME).get_attribute("value"))
    page.get_by_role("button", name="Взять план из шаблона").click()

    plan = page.locator("[aria-labelledby=plan-title] .plan")
    for task, _days in STEPS:
        expect(plan.get_by_text(task, exact=True)).to_be_visible()
    expect(page.locator("#plan-template option", has_text=NAME)).to_have_count(0)  # there is nothing left to take
