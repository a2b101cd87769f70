"""An engineer without a connection: the visit is written up on the phone, kept, and sent exactly once."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.files import Attachment
from app.models.service import Visit, VisitStatus
from app.models.staff import Employee
from tests.factories.files import make_picture
from tests.stories.conftest import BrowserAs, Screen, Site, Watch

LOST = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def visit_id(site: Site) -> int:
    """A planned visit of the engineer's, today or later."""

    def find(session: Session) -> int:
        egor = session.scalar(select(Employee.id).where(Employee.user.has(username="egor")))
        mine = Visit.employee_id == egor, Visit.status == VisitStatus.PLANNED
        zone = site.app.config["KONTORA"].timezone
        ahead = select(Visit).where(*mine).order_by(Visit.starts_at)
        today = day_of(utc_now(), zone)
        found = next(visit for visit in session.scalars(ahead) if day_of(visit.starts_at, zone) >= today)
        return int(found.id)

    return int(site.ask(find))


def photographs(folder: Path) -> list[Path]:
    made = []
    for name, colour in (("before", "red"), ("after", "green")):
        path = folder / f"{name}.jpg"
        path.write_bytes(make_picture(size=(2400, 1800), colour=colour))
        made.append(path)
    return made


def sign(page: Page) -> None:
    """Draw a stroke on the signature's field."""
    field = page.locator("[data-signature]")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()


def fill_in(page: Page, pictures: list[Path]) -> None:
    """Text, a photograph before and one after, the client's signature."""
    page.get_by_label("Что сделано").fill("Заменили фильтр и ремень")
    page.get_by_label("Отработано часов").fill("2")
    for name, path in zip(("before", "after"), pictures, strict=True):
        page.locator(f"#{name}").set_input_files(path)
        expect(page.locator(f"[data-photos={name}] img")).to_have_count(1)
    page.get_by_label("Кто принимает работу").fill("Примеров П. П.")
    sign(page)


def test_a_visit_written_up_without_a_connection_is_sent_once(
    browser_as: BrowserAs, site: Site, watch: Watch, tmp_path: Path, visit_id: int
) -> None:
    watch.expected += [LOST, "Failed to load resource", "net::ERR"]
    page = browser_as("egor", Screen(390))
    context, address = page.context, f"/my-day/visits/{visit_id}"
    page.goto("/my-day/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()
    context.set_offline(True)

    fill_in(page, photographs(tmp_path))
    page.get_by_role("button", name="Закрыть выезд").click()
    expect(page.get_by_text("Ждёт отправки")).to_be_visible()

    page.close()
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("Ждёт отправки")).to_be_visible()
    expect(page.locator("[data-photos] img")).to_have_count(2)
    assert state(site, visit_id)[0] is VisitStatus.PLANNED

    context.set_offline(False)
    page.reload()
    expect(page.get_by_text("Заменили фильтр и ремень")).to_be_visible()
    page.goto("/my-day/")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    status, files = state(site, visit_id)
    assert (status, files) == (VisitStatus.DONE, ["photo_after", "photo_before", "signature"])

    page.locator(".person-button").click()
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url(re.compile("/login/"))
    page.wait_for_function(
        "() => caches.keys().then((names) => !names.some((name) => name.startsWith('kontora-pages')))"
    )
    site.states.pop("egor ru", None)  # signed out: the next story signs in anew


def state(site: Site, visit_id: int) -> tuple[VisitStatus, list[str]]:
    def ask(session: Session) -> tuple[VisitStatus, list[str]]:
        named = Attachment.record_table == "visit", Attachment.record_id == visit_id
        kinds = sorted(str(kind) for kind in session.scalars(select(Attachment.kind).where(*named)))
        return session.scalars(select(Visit.status).where(Visit.id == visit_id)).one(), kinds

    found: tuple[VisitStatus, list[str]] = site.ask(ask)
    return found
