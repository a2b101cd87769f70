"""The telephone rings at a manager's desk: the page says who calls, and one click opens the card."""

import json
from dataclasses import replace
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.staff import Employee
from tests import factories as make
from tests.factories.telephony import SECRET, generic
from tests.stories.conftest import BrowserAs, Site, serving

EXTENSION, NUMBER = "117", "+74957771122"


def ring_up(site: Site) -> int:
    """A client of anna with the number, and anna at an extension; gives the client's key."""

    def made(session: Session) -> int:
        anna = session.scalars(select(Employee).where(Employee.user.has(username="anna"))).one()
        anna.extension = EXTENSION
        key = make.make_client(session, name="ООО «Звонкий ключ»", phone=NUMBER, responsible=anna).id
        session.commit()
        return key

    key: int = site.ask(made)
    return key


def report(address: str, event: str) -> None:
    """Tell of the call as the exchange does."""
    said = {"call_id": "ring-1", "event": event, "direction": "in", "number": NUMBER, "extension": EXTENSION}
    body, headers = generic(said, stamp=int(utc_now().timestamp()))
    with urlopen(Request(f"{address}/webhooks/telephony/generic", body, headers), timeout=10) as answer:  # noqa: S310
        assert json.loads(f'"{answer.read().decode().strip()}"') == "ok"


def ask_again(page: Page) -> None:
    """Let the page's own four seconds pass at once."""
    page.clock.run_for(4000)


def test_a_call_rings_on_the_page_and_opens_the_card(browser_as: BrowserAs, site: Site) -> None:
    key = ring_up(site)
    page = browser_as("anna")
    with serving(replace(site.app.config["KONTORA"], webhook_secret=SECRET)) as address:
        page.clock.install()
        page.goto(f"{address}/deals/list/")
        rings = page.get_by_role("alert")
        report(address, "ringing")
        ask_again(page)
        expect(rings).to_contain_text("Входящий звонок")
        expect(rings).to_contain_text("Звонкий ключ")
        expect(rings).to_contain_text("+7 495 777-11-22")

        rings.get_by_role("button", name="Скрыть").click()
        expect(rings).to_be_empty()
        page.evaluate("sessionStorage.removeItem('kontora_hung_up')")
        ask_again(page)
        expect(rings).to_contain_text("Звонкий ключ")
        rings.get_by_role("link", name="Открыть карточку").click()
        page.wait_for_url(f"**/clients/card/{key}")

        expect(rings).to_contain_text("Звонкий ключ")
        report(address, "ended")
        ask_again(page)
        expect(rings).to_be_empty()
        page.goto(f"{site.address}/")
