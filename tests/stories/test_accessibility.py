"""Pages can be used by everybody: axe finds nothing serious by WCAG 2.2 AA, in both themes, on desk and telephone."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.stories.conftest import BrowserAs, Screen, Watch
from tests.stories.visiting import menu_of

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """
async (tags) => {
  const answer = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], iframes: false,
  });
  return answer.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, html }) => ({ id, impact, target: target.join(" "), html })));
}
"""
LIGHT, DARK = Screen(), Screen(theme="dark")
PHONE = Screen(width=390)
DARK_PHONE = Screen(width=390, theme="dark")
CARD_TABS = ("overview", "contacts", "timeline", "deals", "contracts", "equipment", "visits", "debts", "map")
PAGES = {
    "start": "/",
    "clients": "/clients/list/",
    **{f"card {tab}": f"/clients/card/2?tab={tab}" for tab in CARD_TABS},
    "client form": "/clients/add",
    "invoices": "/invoices/list/",
    "receivables": "/receivables/",
    "bank import": "/bank/import/",
    "schedule day": "/schedule/",
    "schedule list": "/schedule/?view=list",
    "map": "/map/",
    "reference": "/reference/",
    "users": "/users/list/",
    "search": "/search/?q=ООО",
}
BESIDE_THE_MENU = (
    "/deals/board/",
    "/claims/board/",
    "/calendar/?view=week",
    "/calendar/?view=list",
    "/calendar/?view=overdue",
    "/schedule/?view=week",
    "/reference/units/",
    "/roles/show/1",
    "/roles/edit/1",
    "/users/add",
    "/my/recent",
    "/clients/handover/",
    "/handovers/show/1",
    "/timeline/equipment/1",
    "/follow-ups/show/1",
)
ON_THE_PHONE = ("start", "clients", "card overview", "client form", "receivables", "schedule day", "map")


@cache
def axe() -> str:
    """The script of axe."""
    return AXE.read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    grave = (each for each in found if each["impact"] in ("serious", "critical"))
    return [f"{page.url} {each['id']}: {each['target']} {each['html'][:200]}" for each in grave]


LONG_DARK, LONG_PHONE, LONG_DARK_PHONE = (
    pytest.param(screen, marks=pytest.mark.long) for screen in (DARK, PHONE, DARK_PHONE)
)
"""`make test` looks at every page and state on one screen, `make test-long` on all four."""


def barriers_of(page: Page, addresses: list[str]) -> list[str]:
    """What stands in the way on each of the pages."""
    found = []
    for address in addresses:
        page.goto(address)
        found += barriers(page)
    return found


def named(screen: object) -> str:
    """The name of a case."""
    return f"{screen.width}-{screen.theme}" if isinstance(screen, Screen) else str(screen)


@pytest.mark.parametrize("screen", [LIGHT, LONG_DARK], ids=named)
def test_pages_have_no_barriers(browser_as: BrowserAs, screen: Screen) -> None:
    found = barriers_of(browser_as("admin", screen), [PAGES[name] for name in PAGES if name not in ON_THE_PHONE])

    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", [LONG_PHONE, DARK_PHONE], ids=named)
def test_pages_on_the_telephone_have_no_barriers(browser_as: BrowserAs, screen: Screen) -> None:
    found = barriers_of(browser_as("admin", screen), [PAGES[name] for name in ON_THE_PHONE])

    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE, DARK_PHONE], ids=named)
def test_no_page_of_the_menu_has_barriers(browser_as: BrowserAs, screen: Screen) -> None:
    page = browser_as("admin", screen)

    found = barriers_of(page, [*menu_of(page), *BESIDE_THE_MENU])

    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE], ids=named)
def test_the_page_of_signing_in_has_no_barriers(browser_as: BrowserAs, screen: Screen) -> None:
    found = barriers_of(browser_as("", screen), ["/login/"])

    assert not found, "\n".join(found)


def refuse_an_invoice(page: Page) -> None:
    """Send the form of an invoice without a client."""
    page.goto("/invoices/add")
    page.locator(".save-bar [value=close]").click()
    expect(page.locator("#error-summary")).to_be_focused()


def open_an_invoice(page: Page) -> None:
    """Open the card of an invoice from the list."""
    page.goto("/invoices/list/")
    page.locator("tbody tr a").first.click()
    expect(page.locator(".facts").first).to_be_visible()


def open_the_menu_of_commands(page: Page) -> None:
    """Open «+ Create»."""
    page.goto("/clients/list/")
    page.locator(".create-button, .bottom-bar .plus").locator("visible=true").first.click()
    expect(page.locator("#create-menu")).to_be_visible()


def be_asked(page: Page) -> None:
    """Let a dangerous command ask before it acts."""
    page.goto("/invoices/list/?tab=overdue")
    page.locator("tbody tr a").first.click()
    page.locator(".page-head [data-confirm]").locator("visible=true").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def find_nothing(page: Page) -> None:
    """Search for what is nowhere."""
    page.goto("/clients/list/?q=такого-клиента-нет")
    expect(page.locator(".empty")).to_be_visible()


def pick_from_a_list(page: Page) -> None:
    """Open the list of a picker."""
    page.goto("/deals/add")
    page.locator("#client-text").fill("ООО")
    expect(page.locator(".combo-list:popover-open [role=option]").first).to_be_visible()


def open_the_sections(page: Page) -> None:
    """Open the panel of sections: a drawer on a telephone, a section folded out at the desk."""
    page.goto("/clients/list/")
    drawer = page.locator(".bottom-bar [popovertarget=sections]")
    if drawer.is_visible():
        drawer.click()
    page.locator("[data-section=service] summary").click()
    expect(page.locator("[data-section=service] a").first).to_be_visible()


def open_own_menu(page: Page) -> None:
    """Open the menu with look and language."""
    page.goto("/")
    page.locator(".person-button").click()
    expect(page.locator("#person-menu")).to_be_visible()


def be_refused(page: Page) -> None:
    """Ask for a page that does not exist."""
    page.goto("/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def open_the_palette(page: Page) -> None:
    """Look for something by the one line for everything."""
    page.goto("/clients/list/")
    page.keyboard.press("Control+KeyK")
    page.keyboard.type("cxtnf")
    expect(page.locator(".chooser:not([aria-busy]) [role=option]").first).to_be_visible()


def change_in_place(page: Page) -> None:
    """Make a group of a card a form."""
    page.goto("/clients/card/2")
    page.locator("[data-edit-group]").first.click()
    expect(page.locator(".is-edited form")).to_be_visible()
    # What a fixed bar happens to cover half is no small target: nothing is covered where the whole page is in sight.
    size = page.viewport_size or {"width": 1440, "height": 900}
    page.set_viewport_size({"width": size["width"], "height": 4000})


STATES = (
    open_the_sections,
    open_own_menu,
    be_refused,
    refuse_an_invoice,
    open_an_invoice,
    open_the_menu_of_commands,
    be_asked,
    find_nothing,
    pick_from_a_list,
    open_the_palette,
    change_in_place,
)


@pytest.mark.parametrize("screen", [LIGHT, LONG_DARK, LONG_PHONE, LONG_DARK_PHONE], ids=named)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_states_of_pages_have_no_barriers(
    browser_as: BrowserAs, watch: Watch, state: Callable[[Page], None], screen: Screen
) -> None:
    page = browser_as("admin", screen)
    watch.expected += ["status of 422", "status of 404"]

    state(page)

    found = barriers(page)

    assert not found, "\n".join(found)
