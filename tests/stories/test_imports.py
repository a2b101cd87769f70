"""The office loads clients from a sheet: columns, a trial that shows the error, the work, and the way back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.working import work_on
from tests.factories.sheets import make_xlsx
from tests.stories.conftest import LONGEST_WAIT, BrowserAs, Site
from tests.stories.keyboard import arrive, press, tab_to
from tests.stories.test_accessibility import barriers

NAMES = ("ООО «Таблица первая»", "ООО «Таблица вторая»")


@pytest.fixture
def clients_file(tmp_path: Path) -> Path:
    """A sheet with a right row, and one whose INN has lost its zero."""
    path = tmp_path / "клиенты.xlsx"
    path.write_bytes(
        make_xlsx(
            ("Клиент", "ИНН", "Наш город"),
            (NAMES[0], "7707083893", "Тверь"),
            (NAMES[1], "770708389", "Клин"),
        )
    )
    return path


def loaded(session: Session) -> list[tuple[str, str | None]]:
    """The loaded clients with their towns."""
    found = select(Client.name, Client.town).where(Client.name.in_(NAMES))
    return [(name, town) for name, town in session.execute(found)]


def upload(page: Page, path: Path) -> None:
    """Go from the list of clients to the columns of the file, by keys."""
    page.on("filechooser", lambda _chooser: None)  # whoever begins to listen with the key may be too late
    page.goto("/import/clients/")
    tab_to(page, page.locator("#import-file"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)
    tab_to(page, page.get_by_role("button", name="К сопоставлению столбцов"))
    page.keyboard.press("Enter")
    arrive(page, re.compile(r"/import/columns/\d+$"))


def mapping(page: Page) -> list[str]:
    """Where the columns go."""
    return [page.locator(f"#column-{place}").input_value() for place in range(3)]


def test_a_sheet_is_tried_loaded_and_taken_back(browser_as: BrowserAs, site: Site, clients_file: Path) -> None:
    page = browser_as("office")
    upload(page, clients_file)
    assert mapping(page) == ["name", "inn", ""]
    assert barriers(page) == []

    result = check(page)
    assert site.ask(loaded) == []

    load(page, site)
    arrive(page, result)
    expect(page.locator(".import-created")).to_have_text("1")
    expect(page.locator(".import-refused")).to_have_text("1")
    assert site.ask(loaded) == [(NAMES[0], "Тверь")]

    upload(page, clients_file)
    assert mapping(page) == ["name", "inn", "town"]

    page.goto(result)
    tab_to(page, page.get_by_role("link", name="Вернуть как было"))
    press(page, "Enter")
    arrive(page, re.compile(r"/batches/\d+$"))
    take_back(page)
    assert site.ask(loaded) == []


def check(page: Page) -> str:
    """Say where the town goes and try the rows: the lost zero is shown by its row and column. Gives the address."""
    page.locator("#column-2").select_option("town")
    tab_to(page, page.get_by_role("button", name="Проверить строки"))
    press(page, "Enter")
    arrive(page, re.compile(r"/import/result/\d+$"))
    expect(page.locator(".import-created")).to_have_text("1")
    expect(page.locator(".import-refused")).to_have_text("1")
    problem = page.locator("[aria-labelledby=problems] tbody tr").first
    expect(problem.locator("td")).to_contain_text(["3", "ИНН", "Excel отбросил ноль"])
    return page.url


def load(page: Page, site: Site) -> None:
    """Load the rows: the page of the job waits, sees the work go on and leads to the result."""
    tab_to(page, page.get_by_role("button", name="Загрузить", exact=True))
    page.keyboard.press("Enter")
    arrive(page, re.compile(r"/jobs/\d+$"))
    expect(page.locator("#job .job-bar")).to_be_visible()
    work_on(site.app, int(page.url.rpartition("/")[2]))  # as the worker does, a process of its own beside the pages
    expect(page.locator("#job .job-percent")).to_have_text(re.compile(r"100\s%"), timeout=LONGEST_WAIT)
    tab_to(page, page.get_by_role("link", name="Показать результат"))
    press(page, "Enter")


def take_back(page: Page) -> None:
    """Take the whole batch back, by keys."""
    tab_to(page, page.locator(".save-bar .btn-danger"))
    press(page, "Enter")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("клиенты.xlsx")
    tab_to(page, question.locator(".btn-danger"))
    page.keyboard.press("Enter")
    expect(page.locator(".message", has_text="Осталось: 0.")).to_be_visible()
