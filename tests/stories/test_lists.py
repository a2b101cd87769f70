"""A day in a list without a mouse: walking, opening, copying, choosing; and a view that is there again tomorrow."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect
from sqlalchemy import func, select

from app.models.clients import Client
from tests.stories.conftest import BrowserAs, Screen, Site
from tests.stories.test_accessibility import DARK_PHONE, LIGHT, barriers, named


def focused(page: Page) -> str:
    """The address that the focus stands on."""
    return str(page.evaluate("document.activeElement.getAttribute('href') ?? ''"))


def names(page: Page) -> list[str]:
    """The names of the rows."""
    return page.locator("tbody .k-name a").all_inner_texts()


def test_a_list_is_worked_by_keyboard(browser_as: BrowserAs) -> None:
    page = browser_as("anna")
    page.goto("/clients/list/?tab=all")
    addresses = [str(link.get_attribute("href")) for link in page.locator("tbody .k-name a").all()]

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert focused(page) == addresses[1]
    page.keyboard.press("End")
    assert focused(page) == addresses[-1]
    page.keyboard.press("Home")
    assert focused(page) == addresses[0]

    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("Выбрано: 1")
    page.keyboard.press("Control+A")
    expect(page.locator("[data-chosen]")).to_have_text(f"Выбрано: {len(addresses)}")

    page.keyboard.press("Shift+F10")
    menu = page.locator("#row-menu")
    expect(menu).to_be_visible()
    assert menu.locator(".menu-item:visible").all_inner_texts() == ["Открыть", "Изменить", "Скопировать"]
    page.keyboard.press("Escape")
    assert focused(page) == addresses[0]


def test_keys_of_a_row_lead_to_its_form_its_copy_and_its_card(browser_as: BrowserAs) -> None:
    page = browser_as("anna")
    page.goto("/clients/list/?tab=all")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("F9")
    page.wait_for_url("**/clients/add?copy=*")
    expect(page.locator("#inn")).to_have_value("")
    assert page.locator("#name").input_value()
    page.go_back()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    page.wait_for_url("**/clients/edit/*")
    page.go_back()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clients/card/*")
    page.go_back()
    page.keyboard.press("Insert")
    page.wait_for_url("**/clients/quick/")


def test_delete_asks_and_deletes_nothing_when_the_answer_is_no(browser_as: BrowserAs, site: Site) -> None:
    page = browser_as("saleshead")
    kept = site.ask(lambda session: session.scalar(select(func.count(Client.id))))
    page.goto("/clients/list/?tab=all")
    name = names(page)[0]

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")

    question = page.locator("dialog[open]")
    expect(question).to_contain_text(f"«{name}»")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    assert site.ask(lambda session: session.scalar(select(func.count(Client.id)))) == kept


def test_what_is_typed_narrows_the_list_without_leaving_the_page(browser_as: BrowserAs) -> None:
    page = browser_as("anna")
    page.goto("/clients/list/?tab=all")
    word = names(page)[0].split()[-1].strip("«»")[:6]
    page.evaluate("window.isTheSamePage = true")

    page.keyboard.press("Slash")
    page.keyboard.type(word)

    expect(page.locator("mark").first).to_have_text(re.compile(word, re.IGNORECASE))
    assert parse_qs(urlsplit(page.url).query)["q"] == [word]
    expect(page.locator(".filter-chip")).to_contain_text(word)
    assert page.evaluate("window.isTheSamePage")


def test_count_and_totals_come_after_a_page_that_did_not_wait_for_them(browser_as: BrowserAs) -> None:
    """The company is small: the page is made to look as it does with more rows than are counted at once."""
    page = browser_as("director")
    page.goto("/invoices/list/?tab=all")
    count, totals = page.locator("[data-part=count]").inner_text(), page.locator("tfoot").inner_text()

    def as_of_many(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace('data-figures=""', 'data-figures="/invoices/list/?tab=all&amp;figures=1"')
        body = re.sub(r'(<tfoot data-part="totals">).*?(</tfoot>)', r"\1\2", body, flags=re.DOTALL)
        route.fulfill(response=answer, body=body.replace(count, "более 3 000 записей"))

    page.route(re.compile(r"/invoices/list/\?tab=all$"), as_of_many)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "figures=1" in request.url else None)
    page.reload()
    expect(page.locator("[data-part=count]")).to_have_text(count)
    expect(page.locator("[data-part=count-below]")).to_have_text(count)
    expect(page.locator("tfoot")).to_have_text(re.sub(r"\s+", " ", totals).strip(), use_inner_text=True)
    assert len(asked) == 1
    page.locator("[data-choose-all]").check()
    expect(page.locator("[data-chosen]")).to_contain_text("Выбрано")


def test_a_filter_is_set_in_its_drawer_and_kept_by_the_search(browser_as: BrowserAs) -> None:
    page = browser_as("anna")
    page.goto("/clients/list/?tab=all")
    filters = page.locator("[data-drawer=filters]")
    filters.locator("summary").click()
    filters.get_by_label("Статус").select_option(label="Действующий")
    filters.get_by_role("button", name="Применить").click()
    page.wait_for_url("**f_status=active**")
    chips = page.locator(".filter-chip")
    expect(chips).to_have_text(re.compile("Статус: Действующий"))

    page.keyboard.press("Slash")
    page.keyboard.type("маяк")
    expect(chips).to_have_count(2)
    page.locator("[data-drawer=filters] summary").click()
    expect(filters.get_by_label("Статус")).to_have_value("active")
    filters.get_by_label("Статус").select_option(label="Потерян")
    filters.get_by_role("button", name="Применить").click()
    page.wait_for_url("**f_status=lost**")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["маяк"], "tab": ["all"], "f_status": ["lost"]}


def test_a_saved_view_is_there_tomorrow(browser_as: BrowserAs) -> None:
    page = browser_as("anna")
    page.goto("/contacts/list/")
    page.locator("[data-drawer=columns] summary").click()
    page.locator("[data-column]", has_text="Роль").get_by_role("checkbox").check()
    page.get_by_role("button", name="Применить").locator("visible=true").click()
    page.wait_for_url("**columns=**")
    page.locator("thead a", has_text="Должность").click()
    page.wait_for_url("**sort=position**")

    page.locator("[data-part=views] summary").click()
    page.get_by_label("Название вида").fill("По должностям")
    page.get_by_label("Закрепить в панели").check()
    page.keyboard.press("Enter")

    page.wait_for_url("**/contacts/list/?view=*")
    expect(page.locator("[data-part=views] summary")).to_contain_text("По должностям")
    expect(page.locator("thead th[aria-sort=ascending]")).to_contain_text("Должность")
    tomorrow = browser_as("anna")
    tomorrow.goto("/")
    tomorrow.locator("[data-section=favourites] summary").click()
    tomorrow.get_by_role("link", name="По должностям").click()
    expect(tomorrow.locator("thead")).to_contain_text("Роль")

    tomorrow.locator(".filter-chips").get_by_role("link", name="Сбросить").click()
    expect(tomorrow.locator("thead th[aria-sort=ascending]")).to_contain_text("Фамилия")


def test_the_width_of_a_column_is_dragged_and_changed_by_keys_and_is_there_tomorrow(browser_as: BrowserAs) -> None:
    page = browser_as("office")
    page.goto("/invoices/list/?tab=all")
    number, client = page.locator("th[data-col=number]"), page.locator("th[data-col=client]")
    before = width_of(number)
    drag(page, number, 40)
    assert width_of(number) == before + 40
    assert urlsplit(page.url).query == "tab=all"  # the edge is no link that sorts

    number.get_by_role("link").focus()
    with page.expect_response(kept("number", before + 72)):
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
            page.keyboard.press(f"Shift+{key}")
    assert width_of(number) == before + 72
    expect(page.get_by_role("status").filter(has_text=f"ширина {before + 72} пикс.")).to_have_count(1)
    narrower = width_of(client) - 16
    page.locator("[data-drawer=columns] summary").click()
    with page.expect_response(kept("client", narrower)):
        page.get_by_role("button", name="Уже: Клиент").click()

    page = browser_as("office")
    page.goto("/invoices/list/?tab=all")
    number, client = page.locator("th[data-col=number]"), page.locator("th[data-col=client]")
    assert (width_of(number), width_of(client)) == (before + 72, narrower)
    page.keyboard.press("Slash")
    page.keyboard.type("1")
    page.wait_for_url("**q=1**")
    assert width_of(number) == before + 72

    page.locator("[data-drawer=columns] summary").click()
    with page.expect_response(kept("", 0)):
        page.get_by_role("button", name="Обычная ширина").click()
    page.goto("/invoices/list/?tab=all")
    assert width_of(number) == before


def drag(page: Page, heading: Locator, by: int) -> None:
    """Drag the edge of a heading to the right, and wait until the width is kept."""
    place = heading.bounding_box()
    assert place
    at, line = place["x"] + place["width"] - 4, place["y"] + place["height"] / 2
    with page.expect_response(kept(str(heading.get_attribute("data-col")), width_of(heading) + by)):
        page.mouse.move(at, line)
        page.mouse.down()
        page.mouse.move(at + by, line, steps=4)
        page.mouse.up()


def kept(column: str, width: int) -> Callable[[Response], bool]:
    """Tells the answer to keeping this width of a column."""
    words = f"&column={column}&width={width}"
    return lambda answer: answer.url.endswith("/views/width") and (answer.request.post_data or "").endswith(words)


def width_of(heading: Locator) -> int:
    """How wide a column is, in pixels."""
    return int(heading.evaluate("heading => heading.offsetWidth"))


def test_the_chosen_invoices_are_printed_as_one_document(browser_as: BrowserAs) -> None:
    page = browser_as("office")
    page.goto("/invoices/list/?tab=all")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("Выбрано: 2")

    printed = page.locator("#bulk [data-command=print]")
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/invoices/action_post")) as answer:
        printed.press("Enter")

    assert answer.value.status == 200
    assert answer.value.headers["content-type"] == "application/pdf"
    expect(page.locator("[data-chosen]")).to_have_text("Выбрано: 2")  # it came in a page of its own


def test_a_phone_has_the_list_its_views_and_its_columns(browser_as: BrowserAs) -> None:
    page = browser_as("anna", Screen(390, "dark"))
    page.goto("/clients/list/?tab=all")

    page.locator("[data-drawer=columns] summary").click()
    expect(page.locator(".column-list")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.locator("[data-drawer=columns] summary").click()
    page.locator("[data-more]").first.click()
    expect(page.locator("#row-menu")).to_be_visible()


@pytest.mark.parametrize("screen", [LIGHT, DARK_PHONE], ids=named)
def test_what_opens_over_a_list_has_no_barriers(browser_as: BrowserAs, screen: Screen) -> None:
    page = browser_as("saleshead", screen)
    page.goto("/clients/list/?tab=all&f_responsible=me")
    found = []
    for part in ("[data-drawer=columns]", "[data-part=views]"):
        page.locator(f"{part} > summary").click()
        found += barriers(page)
        page.locator(f"{part} > summary").click()
    page.goto("/clients/list/?tab=all&size=25")
    page.locator("[data-more]").first.click()
    found += barriers(page)
    page.keyboard.press("Escape")
    if not screen.is_phone:
        page.locator("[data-choose-all]").check()
        page.locator(".bulk-change > summary").click()
        found += barriers(page)

    assert not found, "\n".join(found)
