"""Pages fit every screen, can be hit with a finger, and lose nothing without colour or motion; on paper neither."""

from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.stories.conftest import BrowserAs, Screen
from tests.stories.visiting import menu_of

WIDTHS = (320, 390, 768, 1440)
PAGES = (
    "/",
    "/clients/list/",
    "/invoices/add",
    "/clients/card/2",
    "/deals/board/?tab=all",
    "/calendar/",
    "/schedule/",
    "/receivables/",
    "/audit/",
    "/users/list/",
    "/reference/units/",
)
MORE = (
    "/clients/card/2?tab=timeline",
    "/clients/card/2?tab=debts",
    "/claims/board/?tab=all",
    "/calendar/?view=week",
    "/calendar/?view=list",
    "/calendar/?view=overdue&whose=all",
    "/schedule/?view=week",
    "/schedule/?view=list",
    "/roles/show/1",
    "/roles/edit/1",
    "/users/add",
    "/my/recent",
    "/search/?q=ооо",
)
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """
(least) => {
  const found = [];
  const pressed = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  for (const element of document.querySelectorAll(pressed)) {
    const own = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    // Links within a line of text are as high as the line; a link that covers its whole row is as large as the row.
    if (!own.width || !own.height || style.display === "inline") continue;
    if (getComputedStyle(element, "::after").position === "absolute") continue;
    if (element.closest(".visually-hidden, .skip-link")) continue;
    const around = element.closest("label")?.getBoundingClientRect() ?? own;
    const width = Math.max(own.width, around.width), height = Math.max(own.height, around.height);
    if (width < least - 0.5 || height < least - 0.5) {
      const size = `${width.toFixed()}x${height.toFixed()}`;
      found.push(`${element.tagName}.${element.className} ${size} ${element.textContent.trim()}`);
    }
  }
  return [...new Set(found)];
}
"""
PRIMARY = ".btn-primary, .bottom-bar a, .bottom-bar button, .save-bar .btn, .top .btn"
PRIMARY_SIZES = """
(selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility())
  .map((each) => [each.textContent.trim(), each.getBoundingClientRect().height]).filter(([, height]) => height < 43.5)
"""


def unfit(page: Page, addresses: tuple[str, ...] | list[str]) -> list[str]:
    """Pages wider than the screen, and what is too small to be hit."""
    found = []
    for address in addresses:
        page.goto(address)
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{address}: {wide} px too wide")
        small: list[str] = page.evaluate(TOO_SMALL, 24)
        found += [f"{address}: too small: {each}" for each in small]
    return found


@pytest.mark.parametrize("width", [320, 768])
def test_pages_fit_the_screen_and_can_be_hit(browser_as: BrowserAs, width: int) -> None:
    found = unfit(browser_as("admin", Screen(width)), PAGES)

    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_the_screen_and_can_be_hit(browser_as: BrowserAs, width: int) -> None:
    page = browser_as("admin", Screen(width))

    found = unfit(page, [*menu_of(page), *MORE])

    assert not found, "\n".join(found)


def test_what_is_pressed_most_is_as_large_as_a_finger(browser_as: BrowserAs) -> None:
    page = browser_as("director", Screen(390))
    small: dict[str, Any] = {}
    for address in ("/", "/clients/list/", "/clients/add", "/clients/card/2", "/calendar/"):
        page.goto(address)
        small |= {f"{address} {text}": height for text, height in page.evaluate(PRIMARY_SIZES, PRIMARY)}

    assert small == {}


def test_a_page_twice_as_large_still_fits(browser_as: BrowserAs) -> None:
    """A browser that shows 200 % gives the page half of its width."""
    found = unfit(browser_as("admin", Screen(720)), ("/", "/clients/list/", "/invoices/add", "/deals/board/?tab=all"))

    assert not found, "\n".join(found)


STATUSES = """
() => [...document.querySelectorAll(".chip, .badge, [aria-current], .is-danger > :first-child")]
  .filter((each) => each.checkVisibility())
  .filter((each) => {
    const style = getComputedStyle(each);
    const edge = parseFloat(style.borderTopWidth) || parseFloat(style.outlineWidth);
    return !each.textContent.trim() && !each.querySelector("input, a") && !edge;
  }).length
"""
MOVING = """
() => [...document.querySelectorAll("*")].flatMap((each) => each.getAnimations())
  .filter((motion) => Number(motion.effect.getComputedTiming().duration) > 50).length
"""


def test_forced_colours_and_reduced_motion_hide_nothing(browser_as: BrowserAs) -> None:
    page = browser_as("director")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    for address in ("/", "/invoices/list/?tab=overdue", "/deals/board/"):
        page.goto(address)
        assert page.locator(".chip, .badge, .count").locator("visible=true").count() > 0
        assert page.evaluate(STATUSES) == 0, address
        assert page.evaluate(MOVING) == 0, address


def printed(page: Page, address: str) -> str:
    """The text of a page on paper."""
    page.goto(address)
    return " ".join(text.extract_text() for text in PdfReader(BytesIO(page.pdf(format="A4"))).pages)


def test_a_list_and_a_card_on_paper_are_their_contents_alone(browser_as: BrowserAs) -> None:
    page = browser_as("director", Screen(theme="dark"))
    found = printed(page, "/invoices/list/?tab=overdue")
    card = printed(page, "/clients/card/2")

    assert "Счета на оплату" in found
    assert "Просрочено" in found
    assert "Действующий" in card or "Просрочено" in card
    for text in (found, card):
        for bar in ("Создать", "Свернуть панель", "Отборы", "Избранное", "Показать"):
            assert bar not in text.split(), bar
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
