"""The way through the menu, for the tests that look at every page."""

from playwright.sync_api import Page


def menu_of(page: Page) -> list[str]:
    """Addresses of all items of the sections panel and of «+ Create»."""
    page.goto("/")
    links = page.locator("#sections a, #create-menu a")
    found: list[str] = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    return list(dict.fromkeys(found))
