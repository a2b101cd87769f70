"""A served demo company and a real browser in front of it.

`site` is built and served once per test process. `browser_as(login)` opens a page of a signed-in person and fails
the test when that page asks anybody outside, throws, complains or breaks the content policy.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    StorageState,
    expect,
    sync_playwright,
)
from sqlalchemy.orm import Session

from app.cli.demo import build
from app.clock import day_of, utc_now
from app.database import db
from app.factory import create_app
from app.services.demo.company import PASSWORD
from app.services.demo.statement import demo_statement
from app.services.security_setup import init_security
from config import Settings
from tests.conftest import Databases, make_settings
from tests.stories.serving import HOST

ROOT = Path(__file__).parents[2]
CLIENTS = 40
OWN_SCHEMES = frozenset({"data", "blob", "about", "chrome", "chrome-extension"})
"""What leaves the machine for nobody; Chromium's viewer of PDF is an extension of its own."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
LONGEST_WAIT = 15_000
"""Milliseconds for anything on a page; two busy cores are slow."""
NOBODYS_POST = "smtp://127.0.0.1:9?from=office@kontora.example"
"""A mail server is named, so that pages offer letters; nobody answers there, and no worker sends any."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# --- the served company -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A running Kontora with its demo company."""

    app: Flask
    address: str
    states: dict[str, StorageState] = field(default_factory=dict)
    """Login -> the cookies of somebody who has signed in."""

    def ask(self, question: Callable[[Session], Any]) -> Any:
        """Ask the database as nobody in particular: all rows are seen."""
        with self.app.app_context():
            return question(db.session())


@pytest.fixture(scope="session")
def site(databases: Databases, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo company on its own database and folder, served by a process of its own."""
    if databases.server:
        pytest.skip("stories are told on SQLite; the rules beneath are tested on both databases")
    folder = tmp_path_factory.mktemp("site")
    settings = make_settings(folder, databases.copy_of(template), SMTP_URL=NOBODYS_POST)
    app = create_app(settings)
    with app.app_context():
        session = db.session()
        init_security(session)
        build(session, settings, clients=CLIENTS)
        session.commit()
    with serving(settings) as address:
        yield Site(app, address)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve in another process, as in production; gives the address."""
    own = {
        "KONTORA_DATA_DIR": str(settings.data_dir),
        "KONTORA_DATABASE_URL": settings.database_url,
        "KONTORA_SECRET_KEY": settings.secret_key,
        "KONTORA_SMTP_URL": settings.smtp_url,
        "KONTORA_WEBHOOK_SECRET": settings.webhook_secret,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KONTORA_", "COV_"))}
    command = [sys.executable, "-m", "tests.stories.serving"]
    with (
        (settings.data_dir / "server.log").open("wb") as log,
        Popen(command, stdin=PIPE, stdout=PIPE, stderr=log, cwd=ROOT, env=kept | own, text=True) as server,
    ):
        assert server.stdin
        assert server.stdout
        port = server.stdout.readline().strip()
        assert port, f"the server did not start, see {log.name}"
        yield f"http://{HOST}:{port}"
        server.stdin.close()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def statement_file(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bank statement of the demo company's yesterday."""
    path = tmp_path_factory.mktemp("statement") / "kl_to_1c.txt"
    today = day_of(utc_now(), site.app.config["KONTORA"].timezone)
    path.write_bytes(site.ask(lambda session: demo_statement(session, today)))
    return path


# --- the browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium with a fresh profile for all tests of the process."""
    with sync_playwright() as playwright:
        path = os.environ.get("KONTORA_TEST_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """Collects what a page must not do."""

    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of messages that belong to the story: a form refused with 422 is an error to the console."""

    def over(self, context: BrowserContext) -> None:
        """Watch every page and frame of the context."""
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))

    def found(self) -> list[str]:
        """The troubles that nobody expected."""
        return [text for text in self.troubles if not any(part in text for part in self.expected)]

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and parts.hostname != HOST:
            self.troubles.append(f"outside request: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            page = message.page.url if message.page else ""
            self.troubles.append(f"console on {page}: {message.text} ({message.location.get('url', '')})")


@dataclass(frozen=True)
class Screen:
    """How the page is looked at."""

    width: int = 1440
    theme: str = "light"
    language: str = "ru"

    @property
    def is_phone(self) -> bool:
        """Tell whether it is a telephone's."""
        return self.width < 640


BrowserAs = Callable[..., Page]


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test did wrong so far; `watch.expected` takes what belongs to the story."""
    return Watch()


@pytest.fixture
def browser_as(site: Site, chromium: Browser, watch: Watch) -> Iterator[BrowserAs]:
    """Opens a page of a person: `browser_as("anna", Screen(390, "dark"))`; nobody's with an empty login."""
    contexts: list[BrowserContext] = []

    def open_page(login: str, screen: Screen | None = None) -> Page:
        shown = screen or Screen()
        context = _context(chromium, site, login, shown)
        contexts.append(context)
        watch.over(context)
        page = context.new_page()
        page.set_default_timeout(LONGEST_WAIT)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.found(), "\n".join(watch.found())


def _context(chromium: Browser, site: Site, login: str, screen: Screen) -> BrowserContext:
    key = f"{login} {screen.language}"
    if login and key not in site.states:
        site.states[key] = _sign_in(chromium, site, login, screen.language)
    return chromium.new_context(
        base_url=site.address,
        locale="ru-RU" if screen.language == "ru" else "en-GB",
        timezone_id="Europe/Moscow",
        viewport={"width": screen.width, "height": 844 if screen.is_phone else 900},
        has_touch=screen.is_phone,
        color_scheme="dark" if screen.theme == "dark" else "light",
        reduced_motion="reduce",
        storage_state=site.states[key] if login else None,
    )


def _sign_in(chromium: Browser, site: Site, login: str, language: str) -> StorageState:
    """Sign in by the form and choose the language by its command; the cookies serve all later pages."""
    context = chromium.new_context(base_url=site.address, locale="ru-RU")
    page = context.new_page()
    page.goto("/login/")
    page.locator("#username").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("form[name=login] [type=submit]").click()
    page.wait_for_url(f"{site.address}/")
    if language != "ru":
        page.locator(".person-button").click()
        page.locator(f"#person-menu [lang={language}]").click()
        expect(page.locator(f"html[lang={language}]")).to_be_attached()
    state = context.storage_state()
    context.close()
    return state
