"""Walking through Kontora without a mouse: every helper presses keys, and the focus is never lost."""

import re

from playwright.sync_api import Locator, Page, expect

MOST_STEPS = 150
"""Presses of Tab on the way to one place."""


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other; the focus stays on something a person can see."""
    for key in keys:
        page.keyboard.press(key)
    assert_focused(page)


def assert_focused(page: Page) -> None:
    """The focus stands on an element, never on the page as a whole."""
    expect(page.locator(":focus").first).to_be_attached()


def arrive(page: Page, address: str | re.Pattern[str]) -> None:
    """Wait for a page that was opened by a key, until its scripts are at work."""
    page.wait_for_url(address)
    expect(page.locator("html[data-js]")).to_be_attached()
    page.wait_for_load_state("networkidle")


def go(page: Page, words: str, address: str) -> None:
    """Open a screen, form or record by the palette, typed in whichever layout."""
    page.keyboard.press("Control+KeyK")
    expect(page.get_by_role("combobox", name="Перейти, создать, найти")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator(".chooser:not([aria-busy]) .chooser-option[aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")
    arrive(page, address)


def tab_to(page: Page, goal: Locator, *, key: str = "Tab") -> None:
    """Press Tab until the goal has the focus."""
    expect(goal).to_be_visible()
    for _step in range(MOST_STEPS):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab does not reach {goal}")


def fill(page: Page, label: str, words: str) -> None:
    """Walk to the field with a label and type."""
    named = page.locator("main, dialog[open]").get_by_label(re.compile(rf"^{re.escape(label)}(\s*\*)?$"))
    tab_to(page, named.locator("visible=true").first)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def pick(page: Page, label: str, words: str) -> None:
    """Walk to a picker, type and take the first record that is found."""
    fill(page, label, words)
    expect(page.locator(".combo-list:popover-open [role=option]", has_text=words).first).to_be_visible()
    press(page, "Enter")
