"""A call is written down from the client's card without a mouse: result, a colleague mentioned, the next step."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import User
from app.models.clients import Client
from app.models.interactions import Interaction, InteractionState
from app.models.notices import Notice, NoticeKind
from app.models.staff import Employee
from tests.stories.conftest import BrowserAs, Screen, Site, Watch
from tests.stories.keyboard import arrive, fill, press, tab_to
from tests.stories.test_accessibility import barriers

NEXT_YEAR = datetime.now(UTC).year + 1
TOPIC = "Звонок из карточки"


def _own_client(session: Session) -> int:
    anna = select(Employee.id).where(Employee.user.has(username="anna")).scalar_subquery()
    return session.scalars(select(Client.id).where(Client.responsible_id == anna).order_by(Client.id)).first() or 0


def test_a_call_with_a_mention_and_the_next_step_is_written_from_the_card(browser_as: BrowserAs, site: Site) -> None:
    key = site.ask(_own_client)
    page = browser_as("anna")
    page.goto(f"/clients/card/{key}?tab=timeline")
    page.wait_for_load_state("networkidle")

    fill(page, "Тема", TOPIC)
    fill(page, "Комментарий", "Просят скидку, решает @sale")
    expect(page.get_by_role("listbox", name="Кого упомянуть")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_label("Комментарий", exact=True).locator("visible=true")).to_have_value(
        re.compile(r"решает @saleshead $")
    )
    fill(page, "Результат", "Ждут ответ")
    tab_to(page, page.get_by_label("Что запланировать"))
    press(page, "ArrowDown")
    fill(page, "День", f"1212{NEXT_YEAR}")
    assert barriers(page) == []
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Записано. Следующий шаг: звонок")).to_be_visible()
    arrive(page, re.compile(rf"/clients/card/{key}\?tab=timeline$"))
    expect(page.locator(".mention", has_text="@saleshead").first).to_be_visible()
    planned = page.locator(".feed-part", has_text="Запланировано")
    expect(planned).to_contain_text(f"12.12.{NEXT_YEAR}, 10:00")
    assert barriers(page) == []
    states, told = site.ask(_written)
    assert states == [InteractionState.DONE, InteractionState.PLANNED]
    assert told == ["saleshead"]


def _written(session: Session) -> tuple[list[InteractionState], list[str]]:
    made = session.scalars(select(Interaction).where(Interaction.topic == TOPIC).order_by(Interaction.id)).all()
    told = (
        select(User.username)
        .join(Notice, Notice.user_id == User.id)
        .where(
            Notice.kind == NoticeKind.MENTION,
            Notice.record_table == "interaction",
            Notice.record_id == made[0].id,
        )
    )
    assert made[1].previous_id == made[0].id
    return [each.state for each in made], list(session.scalars(told))


def test_the_office_rule_is_proposed_on_the_telephone_and_errors_keep_what_was_typed(
    browser_as: BrowserAs, site: Site, watch: Watch
) -> None:
    key = site.ask(_own_client)
    page = browser_as("anna", Screen(390, "dark"))
    page.goto(f"/clients/card/{key}?tab=timeline")
    page.get_by_text("Подробнее: время").click()
    page.get_by_label("Итог звонка").select_option("not_reached")
    expect(page.locator("[data-proposal]")).to_contain_text("Не дозвонились")
    page.get_by_label("Тема", exact=True).locator("visible=true").first.fill("Осушитель")
    expect(page.get_by_label("О чём")).to_have_value("Осушитель")
    assert barriers(page) == []

    page.get_by_label("Комментарий", exact=True).locator("visible=true").fill("Набранное")
    watch.expected.append("422")
    page.locator(".composer-bar .btn-primary").click()

    expect(page.get_by_role("alert")).to_contain_text("результат")
    expect(page.get_by_label("Комментарий", exact=True).locator("visible=true")).to_have_value("Набранное")
    expect(page.get_by_label("О чём")).to_have_value("Осушитель")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert barriers(page) == []
