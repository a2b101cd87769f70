"""The head of sales looks after what slips: puts a line off, mends another, and opens a figure of the report."""

import re

from playwright.sync_api import expect

from tests.stories.conftest import BrowserAs


def test_the_head_puts_a_line_off_mends_another_and_opens_a_figure(browser_as: BrowserAs) -> None:
    page = browser_as("saleshead")
    page.goto("/radar/?who=team&rule=deal_step_late")
    lines = page.locator(".radar-lines > li")
    title = lines.first.locator(".radar-what > a").inner_text()
    before = int(page.locator(".radar-panel .count").inner_text())

    lines.first.locator("summary").click()
    lines.first.get_by_label("Причина").fill("Клиент в отпуске")
    lines.first.locator("form button[type=submit]").click()

    expect(page.locator(".toasts, .flash, [role=status]").filter(has_text="Отложено до").first).to_be_visible()
    expect(page.locator(".radar-panel .count")).to_have_text(str(before - 1))
    page.goto("/radar/?who=later")
    kept = page.locator(".radar-lines > li", has_text=title).filter(has_text="Клиент в отпуске")
    expect(kept.first).to_be_visible()

    page.goto("/radar/?who=team&rule=deal_no_step")
    waiting = int(page.locator(".radar-panel .count").inner_text())
    page.locator(".radar-lines > li").first.get_by_role("link", name="Запланировать шаг").click()
    page.get_by_label("Следующий шаг", exact=True).fill("Позвонить директору")
    page.get_by_label(re.compile("^Дата следующего шага|^Следующий шаг на|^Когда")).first.fill("2030-01-15")
    page.locator(".save-bar button[value=close]").click()
    page.wait_for_url(re.compile(r"/deals/\d+"))
    page.goto("/radar/?who=team&rule=deal_no_step")
    count = page.locator(".radar-panel .count")
    assert (int(count.inner_text()) if count.count() else 0) == waiting - 1

    page.goto("/reports/manager-activity/")
    figure = page.locator("tbody tr td a").first
    number = int(re.sub(r"\D", "", figure.inner_text()))
    figure.click()
    page.wait_for_url(re.compile(r"/list/"))
    expect(page.locator("body")).to_contain_text(re.compile(rf"\b{number} запис"))
