"""A day's work without a mouse: every act is done by keys, and the focus never falls off the page."""

import re
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models.clients import Client
from app.models.staff import Employee
from tests.stories.conftest import BrowserAs, Site
from tests.stories.keyboard import arrive, assert_focused, fill, go, pick, press, tab_to

NEXT_YEAR = datetime.now(UTC).year + 1


def start(browser_as: BrowserAs, login: str) -> Page:
    """The start page of a person."""
    page = browser_as(login)
    page.goto("/")
    return page


def test_a_client_is_registered(browser_as: BrowserAs) -> None:
    page = start(browser_as, "anna")

    go(page, "yjdsq rkbtyn", "**/clients/quick/")  # «новый клиент» in the other layout
    assert_focused(page)
    fill(page, "Наименование", "ООО «Клавиатурный завод»")
    fill(page, "Телефон", "8 (495) 765-43-21")
    fill(page, "Город", "Клин")
    page.keyboard.press("Control+Enter")

    arrive(page, re.compile(r"/clients/card/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("ООО «Клавиатурный завод»")


def test_a_call_is_logged_with_the_next_step(browser_as: BrowserAs, site: Site) -> None:
    page = start(browser_as, "anna")
    anna = select(Employee.id).where(Employee.user.has(username="anna")).scalar_subquery()
    name = site.ask(lambda session: session.scalars(select(Client.name).where(Client.responsible_id == anna)).first())

    go(page, "новое взаимодействие", "**/interactions/add")
    pick(page, "Клиент", name)
    fill(page, "Телефон или e-mail", "+7 495 765-43-21")
    fill(page, "Тема", "Звонок без мыши")
    fill(page, "Результат", "Ждут предложение")
    fill(page, "Следующий контакт", f"1212{NEXT_YEAR}")
    page.keyboard.press("Control+Enter")

    arrive(page, "**/interactions/show/*")
    expect(page.locator("main")).to_contain_text(f"12.12.{NEXT_YEAR}")
    expect(page.get_by_role("link", name=name).first).to_be_visible()


def test_a_deal_is_moved(browser_as: BrowserAs) -> None:
    page = start(browser_as, "anna")
    go(page, "сделки", "**/deals/list/")
    tab_to(page, page.get_by_role("link", name="Воронка"))
    press(page, "Enter")
    arrive(page, "**/deals/board**")
    column = page.locator("[data-column]").first
    card = column.locator("[data-card] .board-title").first
    title, before = card.inner_text(), column.get_attribute("data-count")

    tab_to(page, card)
    press(page, "Alt+ArrowRight")

    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("[data-column]").nth(1).get_by_text(title, exact=True)).to_be_visible()
    assert column.get_attribute("data-count") == str(int(before or 0) - 1)
    assert_focused(page)


def test_a_visit_is_planned(browser_as: BrowserAs, site: Site) -> None:
    page = start(browser_as, "servicehead")
    name = site.ask(lambda session: session.scalars(select(Client.name).order_by(Client.id)).first())
    go(page, "график", "**/schedule/")
    tab_to(page, page.locator(".page-head a, .tabs a", has_text="Список").first)
    press(page, "Enter")
    arrive(page, "**view=list**")
    tab_to(page, page.get_by_role("link", name="Позже").first)  # on a Friday evening this week has nothing free
    press(page, "Enter")
    arrive(page, "**/schedule/?day=*")
    tab_to(page, page.get_by_role("link", name="Занять окно").first)
    press(page, "Enter")
    arrive(page, "**/schedule/book**")

    pick(page, "Клиент", name)
    tab_to(page, page.locator("#work_kind"))
    press(page, "ArrowDown")
    fill(page, "Что нужно сделать", "Осмотреть компрессор")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".message.is-ok").first).to_be_visible()
    assert "/schedule/book" not in page.url


def test_a_payment_is_matched(browser_as: BrowserAs, statement_file: Path) -> None:
    page = start(browser_as, "accountant")
    page.on("filechooser", lambda _chooser: None)  # whoever begins to listen with the key may be too late
    go(page, "загрузка выписки", "**/bank/import/")
    tab_to(page, page.get_by_label("Файл выписки"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(statement_file)
    tab_to(page, page.get_by_role("button", name="Проверить файл"))
    page.keyboard.press("Enter")
    arrive(page, "**/check")
    tab_to(page, page.get_by_role("link", name="К сопоставлению"))
    press(page, "Enter")
    arrive(page, "**/lines")
    tab_to(page, page.locator(".tabs a", has_text="На выбор"))
    press(page, "Enter")
    arrive(page, "**state=to_choose")
    tab_to(page, page.locator("tbody a").first)
    press(page, "Enter")
    arrive(page, "**/lines/*")
    tab_to(page, page.locator(".bank-list a").first)
    press(page, "Enter")
    arrive(page, "**client=*")
    tab_to(page, page.get_by_role("button", name="Подтвердить выбор"))
    page.keyboard.press("Enter")

    arrive(page, re.compile(r"/lines(\?|$)"))
    tab_to(page, page.locator(".tabs a", has_text="Сопоставлено"))
    expect(page.locator(".tabs a", has_text="На выбор")).to_contain_text("0")
    take_back(page)


def take_back(page: Page) -> None:
    """Take the load back, so that the next story finds the debts as they were."""
    go(page, "загрузка выписки", "**/bank/import/")
    tab_to(page, page.get_by_role("button", name="Отменить загрузку").first)
    press(page, "Enter")
    question = page.get_by_role("dialog")
    expect(question).to_be_visible()
    tab_to(page, question.get_by_role("button", name="Отменить загрузку"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="отменена")).to_be_visible()


def test_an_invoice_is_found_and_printed(browser_as: BrowserAs) -> None:
    page = start(browser_as, "anna")
    go(page, "cxtnf", "**/invoices/list/")  # «счета» in the other layout
    press(page, "Slash")
    expect(page.get_by_role("searchbox", name="Быстрый поиск")).to_be_focused()
    press(page, "ArrowDown", "ArrowDown", "Enter")
    arrive(page, "**/invoices/show/*")
    first = page.url
    page.keyboard.press("Control+Alt+ArrowLeft")
    page.wait_for_url(lambda url: url != first)
    arrive(page, "**/invoices/show/*")

    with page.context.expect_page() as opened:
        page.keyboard.press("Control+KeyP")
    opened.value.wait_for_load_state()
    assert "/print/" in opened.value.url


def test_the_palette_offers_what_was_opened_at_another_desk(browser_as: BrowserAs, site: Site) -> None:
    anna = select(Employee.id).where(Employee.user.has(username="anna")).scalar_subquery()
    own = select(Client.id, Client.name).where(Client.responsible_id == anna).order_by(Client.id)
    key, name = site.ask(lambda session: session.execute(own).first())
    page = browser_as("anna")
    page.goto(f"/clients/card/{key}")
    arrive(page, f"**/clients/card/{key}")

    other = start(browser_as, "anna")
    other.keyboard.press("Control+KeyK")
    recent = other.locator(".chooser").get_by_role("group", name="Недавние")
    expect(recent.get_by_role("option").first).to_contain_text(name)
    other.keyboard.press("Enter")
    arrive(other, f"**/clients/card/{key}")


def test_esc_steps_back_from_a_card_to_its_place_in_the_list(browser_as: BrowserAs) -> None:
    page = browser_as("saleshead")
    page.goto("/clients/list/?tab=all&size=25")
    arrive(page, re.compile(r"size=25$"))
    row = page.locator("tbody tr[data-key]").nth(17)
    tab_to(page, row.locator(".k-name a"), key="ArrowDown")
    press(page, "Enter")
    arrive(page, re.compile(r"/clients/card/\d+$"))

    press(page, "Control+KeyK")
    expect(page.locator("dialog[open]")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    more = page.locator("main .commands [popovertarget]").first
    tab_to(page, more)
    press(page, "Enter")
    menu = page.locator(".menu:popover-open")
    expect(menu).to_be_visible()
    press(page, "Escape")
    expect(menu).to_have_count(0)
    assert "/clients/card/" in page.url

    press(page, "Escape")
    arrive(page, re.compile(r"/clients/list/\?tab=all&size=25$"))
    expect(row.locator(".k-name a")).to_be_focused()
    expect(row).to_be_in_viewport()


def test_esc_leaves_what_is_edited_and_asks_when_something_was_typed(browser_as: BrowserAs, site: Site) -> None:
    anna = select(Employee.id).where(Employee.user.has(username="anna")).scalar_subquery()
    own = select(Client.id).where(Client.responsible_id == anna).order_by(Client.id)
    key = site.ask(lambda session: session.scalars(own).first())
    page = browser_as("anna")
    page.goto(f"/clients/card/{key}")
    pencil = page.get_by_role("link", name="Изменить здесь: Реквизиты")
    tab_to(page, pencil)
    press(page, "Enter")
    fill(page, "Руководитель", "Напрасно Набранный")

    press(page, "Escape")
    question = page.get_by_role("dialog")
    expect(question).to_be_visible()
    press(page, "Escape")
    expect(question).to_have_count(0)
    expect(page.get_by_label("Руководитель", exact=True)).to_have_value("Напрасно Набранный")
    press(page, "Escape")
    expect(question).to_be_visible()
    tab_to(page, question.locator("[value=yes]"))
    press(page, "Enter")
    expect(page.get_by_label("Руководитель", exact=True)).to_have_count(0)
    expect(pencil).to_be_focused()

    press(page, "F2")
    arrive(page, f"**/clients/edit/{key}**")
    press(page, "Escape")  # nothing was typed: nothing is asked
    arrive(page, f"**/clients/card/{key}**")


def test_esc_clears_the_search_and_then_the_filters_one_by_one(browser_as: BrowserAs) -> None:
    page = browser_as("anna")
    page.goto("/clients/list/?tab=all&f_responsible=me")
    arrive(page, "**/clients/list/**")
    chips = page.locator(".filter-chip")
    expect(chips).to_have_count(1)
    rows = page.locator("tbody tr[data-key]")
    before = rows.count()
    press(page, "Slash")
    page.keyboard.type("такого клиента нет")
    expect(chips).to_have_count(2)
    expect(rows).to_have_count(0)

    press(page, "Escape")
    expect(chips).to_have_count(1)
    expect(rows).to_have_count(before)
    expect(page.get_by_role("searchbox", name="Быстрый поиск")).to_be_focused()
    tab_to(page, page.locator("[data-drawer=columns] > summary"))
    press(page, "Enter", "Tab", "Escape")
    expect(page.locator("[data-drawer=columns] > summary")).to_be_focused()
    expect(page.locator("[data-drawer=columns][open]")).to_have_count(0)
    expect(chips).to_have_count(1)

    press(page, "Escape")
    expect(chips).to_have_count(0)
    assert "f_responsible" not in page.url
    assert "tab=all" in page.url
