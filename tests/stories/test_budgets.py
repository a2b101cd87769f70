"""Pages stay light: what a browser fetches the first time and the next time, and how much of a page there is."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.stories.conftest import BrowserAs

FETCHED = """
() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return {
    kilobytes: all.reduce((sum, entry) => sum + entry.transferSize, 0) / 1024,
    requests: all.filter((entry) => entry.transferSize > 0).length,
    elements: document.querySelectorAll("*").length,
  };
}
"""


@dataclass(frozen=True)
class Budget:
    """The most that a page may cost, kilobytes as they travel."""

    address: str
    cold: int
    warm: int
    cold_requests: int
    warm_requests: int
    elements: int
    login: str = "admin"


BUDGETS = {
    "login": Budget("/login/", 150, 8, 12, 2, 200, login=""),
    "list": Budget("/invoices/list/", 220, 25, 16, 3, 1800),
    "list of clients": Budget("/clients/list/", 220, 25, 16, 3, 1800),
    "receivables": Budget("/receivables/", 220, 25, 16, 3, 1800),
    "card": Budget("/clients/card/2", 230, 30, 18, 4, 1500),
    "form": Budget("/invoices/add", 230, 30, 18, 4, 1500),
    "board": Budget("/deals/board/?tab=all", 240, 35, 18, 3, 2500),
    "calendar": Budget("/calendar/?whose=all", 270, 50, 18, 4, 2500),
    "schedule": Budget("/schedule/", 270, 50, 18, 4, 2500),
    "start page": Budget("/", 300, 40, 20, 6, 1500),
    "map": Budget("/map/", 450, 40, 18, 5, 900),
}


def visit(page: Page, address: str) -> dict[str, Any]:
    """Open the page and wait until it asks for nothing more."""
    page.goto(address, wait_until="networkidle")
    found: dict[str, Any] = page.evaluate(FETCHED)
    return found


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_keeps_its_budget(browser_as: BrowserAs, name: str) -> None:
    budget = BUDGETS[name]
    page = browser_as(budget.login)

    cold, warm = visit(page, budget.address), visit(page, budget.address)

    over = {
        "cold kilobytes": cold["kilobytes"] - budget.cold,
        "warm kilobytes": warm["kilobytes"] - budget.warm,
        "cold requests": cold["requests"] - budget.cold_requests,
        "warm requests": warm["requests"] - budget.warm_requests,
        "elements": warm["elements"] - budget.elements,
    }
    assert {what: by for what, by in over.items() if by > 0} == {}
    assert cold["kilobytes"] > warm["kilobytes"] > 0
