"""Every page of the menu, as every role sees it: no page is broken, too wide, in two languages or unformatted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from tests.stories.conftest import BrowserAs, Screen, Site
from tests.stories.visiting import menu_of

CATALOGUE = Path(__file__).parents[2] / "app/translations/ru/LC_MESSAGES/messages.po"
PHONE = Screen(width=390)
ENGLISH = Screen(language="en")
DESK = Screen()
VISITED = (
    ("admin", DESK),
    ("admin", ENGLISH),
)
VISITED_LONG = (
    ("egor", PHONE),
    ("anna", PHONE),
    *((login, DESK) for login in ("anna", "director", "egor", "accountant", "office")),
)

TEXTS = """
() => {
  const data = "td, dd, option, li, h1, .breadcrumb, .heading"
    + ", .person-button, #person-menu, .tile, .message, tbody th, .ec";
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue.replace(/\\s+/g, " ").trim();
    const place = node.parentElement;
    if (!text || place.closest("script, style, template, noscript, kbd")) continue;
    found.push({
      text,
      isCell: Boolean(place.closest("td, dd, .fact")),
      isFrame: Boolean(place.closest("th, label, button, summary, legend, h1, h2, nav, dt, caption, .btn, .menu-item")),
      isData: Boolean(place.closest(data)),
      language: place.closest("[lang]")?.lang ?? "",
    });
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
    for (const name of ["aria-label", "title", "placeholder"]) {
      const text = element.getAttribute(name)?.trim();
      const language = element.closest("[lang]")?.lang ?? "";
      if (text) found.push({ text, isCell: false, isFrame: false, isData: true, language });
    }
  }
  return found;
}
"""
RAW = {
    "a date of a program": re.compile(r"\b20\d\d-\d\d-\d\d\b"),
    "a value of a program": re.compile(r"^(True|False|None|null|undefined|NaN)$"),
    "a number of a program": re.compile(r"^-?\d+\.\d\d$"),
    "a name of a program": re.compile(r"^[a-z]+(?:_[a-z]+)+$|^[A-Z][a-z]+\.[a-z]+$"),
    "a template that was not filled": re.compile(r"%\(\w+\)s|\{\{|\{%"),
}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN = re.compile(r"[A-Za-z]{3,}")
LATIN_IN_RUSSIAN = frozenset(
    {
        "API",
        "CRM",
        "CSV",
        "Ctrl",
        "Del",
        "Enter",
        "Esc",
        "Excel",
        "CClientBankExchange",
        "English",
        "Google",
        "Home",
        "INN",
        "Ins",
    }
    | {"JSON", "KML", "PDF", "pdf", "PgDn", "PgUp", "Shift", "Space", "XLSX", "mail", "txt"}
)
"""Words that a Russian office writes in Latin letters: names of programs, formats and keys."""


@dataclass(frozen=True)
class Text:
    """A piece of text of a page and where it stands."""

    text: str
    isCell: bool  # noqa: N815 (named by the page's script)
    isFrame: bool  # noqa: N815
    isData: bool  # noqa: N815
    language: str


@cache
def english_only() -> frozenset[str]:
    """English source texts whose Russian is another: seen on a Russian page, each is a mistake."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    plain = (message for message in catalogue if isinstance(message.id, str) and message.id)
    return frozenset(message.id for message in plain if message.string != message.id)


def texts_of(page: Page) -> list[Text]:
    """All texts of the page, seen or told to a screen reader."""
    found: list[dict[str, Any]] = page.evaluate(TEXTS)
    return [Text(**each) for each in found]


def problems(page: Page, address: str, screen: Screen) -> Iterable[str]:
    """What is wrong with a page."""
    answer = page.goto(address, wait_until="load")
    if answer is None or answer.status != 200:
        yield f"{address}: answers {answer.status if answer else 'nothing'}"
        return
    if page.locator("h1").count() != 1:
        yield f"{address}: {page.locator('h1').count()} headings of level 1"
    name = "Контора" if screen.language == "ru" else "Kontora"
    if not page.title().endswith(name):
        yield f"{address}: the title is {page.title()!r}"
    if page.locator("html").get_attribute("lang") != screen.language:
        yield f"{address}: the language is {page.locator('html').get_attribute('lang')}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"{address}: {wide} px too wide"
    yield from (f"{address}: {problem}" for problem in wrong_texts(texts_of(page), screen.language))


def latin_words(text: Text, language: str) -> set[str]:
    """Words in Latin letters on the frame of a Russian page, but for the few that are Russian usage."""
    is_ours = language == text.language == "ru" and text.isFrame and not text.isData
    return set(LATIN.findall(text.text)) - LATIN_IN_RUSSIAN if is_ours else set()


def wrong_texts(texts: list[Text], language: str) -> Iterable[str]:
    """Texts in the wrong language, and values as programs write them."""
    for text in dict.fromkeys(texts):
        if language == "ru" and text.language == "ru" and text.text in english_only():
            yield f"in English: {text.text!r}"
        yield from (f"in Latin letters: {word!r} in {text.text!r}" for word in latin_words(text, language))
        if language == "en" and text.isFrame and not text.isData and CYRILLIC.search(text.text):
            yield f"in Russian: {text.text!r}"
        for what, pattern in RAW.items():
            if "number" in what and (language == "en" or not text.isCell):
                continue
            if pattern.search(text.text):
                yield f"{what}: {text.text!r}"


def visit_all(page: Page, screen: Screen) -> list[str]:
    """Everything wrong with the pages of the menu."""
    addresses = menu_of(page)
    assert len(addresses) > 5
    return [problem for address in addresses for problem in problems(page, address, screen)]


def named(value: object) -> str:
    """The name of a case."""
    return f"{value.width}-{value.language}" if isinstance(value, Screen) else str(value)


@pytest.mark.parametrize(("login", "screen"), VISITED, ids=named)
def test_every_page_of_the_menu_is_whole(browser_as: BrowserAs, login: str, screen: Screen) -> None:
    found = visit_all(browser_as(login, screen), screen)

    assert not found, "\n".join(found)


@pytest.mark.parametrize("text", ["Receivables", "2026-11-23", "None", "1234.50", "%(count)s clients", "in_work"])
def test_a_wrong_text_is_noticed(text: str) -> None:
    assert list(wrong_texts([Text(text, isCell=True, isFrame=False, isData=True, language="ru")], "ru"))


def test_a_word_of_a_program_on_a_button_is_noticed() -> None:
    button = Text("Send to Engineer", isCell=False, isFrame=True, isData=False, language="ru")
    assert list(wrong_texts([button], "ru"))


@pytest.mark.long
@pytest.mark.parametrize(("login", "screen"), VISITED_LONG, ids=named)
def test_every_page_of_every_role_is_whole(browser_as: BrowserAs, login: str, screen: Screen) -> None:
    found = visit_all(browser_as(login, screen), screen)

    assert not found, "\n".join(found)


CARDS = ("overview", "contacts", "timeline", "deals", "contracts", "equipment", "visits", "debts", "map")


@pytest.mark.parametrize("screen", [DESK, pytest.param(PHONE, marks=pytest.mark.long)], ids=named)
def test_every_part_of_a_clients_card_is_whole(browser_as: BrowserAs, site: Site, screen: Screen) -> None:
    page = browser_as("director", screen)

    found = [found for tab in CARDS for found in problems(page, f"/clients/card/2?tab={tab}", screen)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", [DESK, pytest.param(PHONE, marks=pytest.mark.long)], ids=named)
def test_the_first_record_of_every_list_is_whole(browser_as: BrowserAs, screen: Screen) -> None:
    page = browser_as("director", screen)
    found = []
    for address in menu_of(page):
        if not address.endswith("/list/"):
            continue
        page.goto(address)
        rows = page.locator("tbody tr > .k-name > a")
        if rows.count():
            found += problems(page, str(rows.first.get_attribute("href")), screen)

    assert not found, "\n".join(found)
