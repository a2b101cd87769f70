"""Anna is told that a colleague has named her: the bell counts it, she opens it by keys, and says how she wants it."""

import re

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.notices import Delivery, NoticeKind
from app.models.staff import Employee
from tests.stories.conftest import BrowserAs, Site
from tests.stories.keyboard import arrive, press, tab_to
from tests.stories.test_accessibility import barriers

WORDS = "Просят перезвонить до обеда"


def client_of_anna(session: Session) -> tuple[int, str]:
    anna = select(Employee.id).where(Employee.user.has(username="anna")).scalar_subquery()
    key, name = session.execute(
        select(Client.id, Client.name).where(Client.responsible_id == anna).order_by(Client.id.desc()).limit(1)
    ).one()
    return key, name


def bell(page: Page) -> Locator:
    return page.locator(".top").get_by_role("link", name="Уведомления")


def unread(page: Page) -> int:
    """What the bell counts."""
    badge = bell(page).locator(".badge")
    return int(badge.inner_text()) if badge.count() else 0


def comment(page: Page, client: int) -> None:
    """Write a comment that names Anna into the client's timeline, by keys."""
    page.goto(f"/clients/card/{client}?tab=timeline")
    arrive(page, re.compile(r"tab=timeline"))
    kind, written = page.locator("form[data-composer] [name=kind]"), page.locator(".feed-body", has_text=WORDS)
    before = written.count()  # two stories write it, on one company or on two
    tab_to(page, page.locator("form[data-composer] [name=kind]:checked"))
    for _each in range(kind.count()):
        if page.locator("[name=kind][value=comment]").is_checked():
            break
        press(page, "ArrowRight")
    tab_to(page, page.locator("#talk-text"))
    page.keyboard.type(f"{WORDS}: @ann")
    expect(page.get_by_role("listbox", name="Кого упомянуть")).to_be_visible()
    press(page, "Enter")
    page.keyboard.press("Control+Enter")
    expect(written).to_have_count(before + 1)


def test_a_mention_is_told_opened_and_read(browser_as: BrowserAs, site: Site) -> None:
    client, name = site.ask(client_of_anna)
    page = browser_as("anna")
    page.goto("/")
    before = unread(page)

    comment(browser_as("saleshead"), client)

    page.reload()
    expect(bell(page).locator(".badge")).to_have_text(str(before + 1))
    tab_to(page, bell(page))
    press(page, "Enter")
    arrive(page, re.compile(r"/notifications/$"))
    tab_to(page, page.locator(".tabs a", has_text="Все"))
    press(page, "Enter")
    arrive(page, "**/notifications/?tab=all")
    line = page.locator("[data-notices] > li").filter(has_text="Вас упомянули").filter(has_text=name).first
    expect(line).to_have_class("is-unread")
    expect(line.get_by_role("link")).to_contain_text("не прочитано")
    assert barriers(page) == []

    tab_to(page, line.locator("a[data-open]"))
    page.keyboard.press("Enter")

    arrive(page, re.compile(rf"/clients/card/{client}"))
    assert unread(page) == before
    page.goto("/notifications/?tab=all")
    expect(line).not_to_have_class("is-unread")
    expect(line.locator("a[data-open]")).to_have_count(0)


def test_a_kind_that_is_switched_off_is_told_no_more(browser_as: BrowserAs, site: Site) -> None:
    client, _name = site.ask(client_of_anna)
    page = browser_as("anna")
    page.goto("/notifications/settings")
    arrive(page, "**/notifications/settings")
    kind = page.locator(f"#kind-{NoticeKind.MENTION.value}")
    assert kind.locator("option").evaluate_all("options => options.map((option) => option.value)") == [
        way.value for way in Delivery
    ]
    choose(page, Delivery.NONE)

    before = unread(page)
    comment(browser_as("saleshead"), client)
    page.reload()
    expect(kind).to_have_value(Delivery.NONE)
    assert unread(page) == before

    choose(page, Delivery.BELL)


def choose(page: Page, way: Delivery) -> None:
    """Choose how to hear of being named, by keys, and keep it."""
    kind = page.locator(f"#kind-{NoticeKind.MENTION.value}")
    tab_to(page, kind)
    while kind.input_value() != way.value:
        page.keyboard.press("ArrowDown" if way is Delivery.NONE else "ArrowUp")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.is-ok")).to_contain_text("Записано")
    arrive(page, "**/notifications/settings")
    expect(kind).to_have_value(way)
