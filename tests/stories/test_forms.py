"""Nothing typed is ever lost: a lost sign-in, a lost connection, a closed page, two people at one record."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.models.catalogue import Product
from app.models.clients import Client
from app.models.staff import Employee
from app.services.demo.company import PASSWORD
from tests.stories.conftest import BrowserAs, Site, Watch
from tests.stories.keyboard import fill, press, tab_to


@pytest.fixture
def edited(site: Site) -> int:
    """A client of anna's."""
    anna = select(Employee.id).where(Employee.user.has(username="anna")).scalar_subquery()
    own = select(Client.id).where(Client.responsible_id == anna).order_by(Client.id).limit(1)
    return site.ask(lambda session: session.scalars(own).one())


def open_form(page: Page, key: int) -> None:
    """Open the whole form of a client."""
    page.goto(f"/clients/edit/{key}")
    expect(page.get_by_label("Город")).to_be_visible()


def test_a_lost_sign_in_is_renewed_in_the_form_and_the_form_is_sent(
    browser_as: BrowserAs, edited: int, watch: Watch
) -> None:
    watch.expected.append("status of 400")
    page = browser_as("anna")
    open_form(page, edited)
    fill(page, "Город", "Клин")
    page.context.clear_cookies()

    page.keyboard.press("Control+KeyS")
    dialog = page.get_by_role("dialog", name="Войдите снова")
    expect(dialog.get_by_label("Пароль")).to_be_focused()
    page.keyboard.type("не тот пароль")
    press(page, "Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Неверный логин или пароль")
    fill(page, "Пароль", PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Записано")).to_be_visible()
    expect(page.get_by_label("Город")).to_have_value("Клин")


def test_what_could_not_be_sent_stays_and_is_sent_later(browser_as: BrowserAs, edited: int, watch: Watch) -> None:
    watch.expected += ["Failed to load resource"]
    page = browser_as("anna")
    is_broken = ["abort"]

    def answer(route: Route) -> None:
        if not is_broken or route.request.method != "POST":
            route.continue_()
        elif is_broken.pop() == "abort":
            is_broken.append("500")
            route.abort()
        else:
            route.fulfill(
                status=500, content_type="text/html", body="<main><h1>Сбой</h1><p>Номер</p><code>a1</code></main>"
            )

    # Before the page is opened: a page that stands already hears of it only some time after the browser says so.
    page.route("**/clients/edit/**", answer)
    open_form(page, edited)
    fill(page, "Город", "Руза")
    press(page, "Control+KeyS")
    failure = page.locator("[data-failure]")
    expect(failure).to_contain_text("Нет связи")
    expect(failure.get_by_role("button", name="Повторить")).to_be_focused()
    press(page, "Enter")
    expect(failure).to_contain_text(re.compile("Не записано. Сбой.*a1"))
    expect(page.get_by_label("Город")).to_have_value("Руза")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Записано")).to_be_visible()
    expect(page.get_by_label("Город")).to_have_value("Руза")


def test_a_closed_page_offers_what_was_typed_again(browser_as: BrowserAs, edited: int) -> None:
    page = browser_as("anna")
    open_form(page, edited)
    fill(page, "Город", "Верея")
    page.close(run_before_unload=False)

    again = page.context.new_page()
    open_form(again, edited)
    restore = again.get_by_role("button", name=re.compile(r"Восстановить черновик от \d{1,2}:\d\d"))
    tab_to(again, restore)
    press(again, "Enter")
    expect(again.get_by_label("Город")).to_have_value("Верея")

    again.keyboard.press("Control+KeyS")
    expect(again.get_by_role("status").filter(has_text="Записано")).to_be_visible()
    expect(again.locator(".draft-offer")).to_have_count(0)


def test_two_people_at_one_record_choose_value_by_value(browser_as: BrowserAs, edited: int, watch: Watch) -> None:
    watch.expected.append("status of 409")
    first, second = browser_as("anna"), browser_as("saleshead")
    for page in (first, second):
        open_form(page, edited)
    fill(second, "Город", "Дмитров")
    fill(second, "Регион", "Московская область")
    second.keyboard.press("Control+KeyS")
    expect(second.get_by_role("status").filter(has_text="Записано")).to_be_visible()

    fill(first, "Город", "Яхрома")
    first.keyboard.press("Control+KeyS")
    dialog = first.get_by_role("dialog", name="Пока вы вводили данные, запись изменил другой сотрудник")
    expect(dialog).to_contain_text("Дмитров")
    expect(dialog).to_contain_text("Яхрома")
    expect(dialog.locator("input[name=_keep_town][value=mine]")).to_be_checked()
    tab_to(first, dialog.locator("input[name=_keep_region][value=mine]"))
    press(first, "ArrowRight")
    expect(dialog.locator("input[name=_keep_region][value=theirs]")).to_be_checked()
    tab_to(first, dialog.get_by_role("button", name="Записать выбранное"))
    first.keyboard.press("Enter")

    expect(first.get_by_role("status").filter(has_text="Записано")).to_be_visible()
    expect(first.get_by_label("Город")).to_have_value("Яхрома")
    expect(first.get_by_label("Регион")).to_have_value("Московская область")


def test_a_group_of_the_card_is_changed_where_it_stands(browser_as: BrowserAs, edited: int) -> None:
    page = browser_as("anna")
    page.goto(f"/clients/card/{edited}")
    pencil = page.get_by_role("link", name="Изменить здесь: Реквизиты")
    tab_to(page, pencil)
    press(page, "Enter")
    fill(page, "Руководитель", "Примеров Пётр Петрович")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Примеров Пётр Петрович")).to_be_visible()
    expect(pencil).to_be_focused()
    assert page.url.endswith(f"/clients/card/{edited}")


def test_lines_come_from_a_spreadsheet_and_by_code(browser_as: BrowserAs, site: Site) -> None:
    products = site.ask(lambda session: session.execute(select(Product.sku, Product.name).limit(3)).all())
    page = browser_as("office")
    page.goto("/invoices/add")
    expect(page.locator("#client-text")).to_be_focused()
    page.locator("[data-column=product] input[type=text]").first.focus()
    pasted = "\n".join([f"{products[0].sku}\t2\t100,50", f"{products[1].name}\t3\t10"])
    page.evaluate(
        """(words) => {
          const data = new DataTransfer();
          data.setData("text/plain", words);
          const settings = { clipboardData: data, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", settings));
        }""",
        pasted,
    )
    expect(page.locator("[data-column=product] input[type=text]").nth(1)).to_have_value(products[1].name)
    expect(page.locator("[data-column=price] input").first).to_have_value("100,50")
    expect(page.locator("[data-total=total]")).to_have_text(re.compile(r"231,00"))

    page.locator("#lines-quick-text").focus()
    for _time in range(2):
        page.keyboard.type(products[2].sku)
        page.keyboard.press("Enter")
        expect(page.locator("#lines-quick-text")).to_have_value("")
    row = page.locator("tr[data-line]").nth(2)
    expect(row.locator("[data-column=quantity] input")).to_have_value("2")

    row.locator("[data-column=quantity] input").focus()
    press(page, "Control+Shift+ArrowUp", "F9")
    expect(page.locator("tr[data-line]")).to_have_count(4)
    press(page, "Control+Delete")
    expect(page.locator("tr[data-line]")).to_have_count(3)
    press(page, "F4")
    expect(page.get_by_role("combobox", name="Номенклатура").and_(page.locator(".chooser *"))).to_be_focused()
    press(page, "Escape")


def test_a_record_made_in_a_dialog_comes_back_into_the_field(browser_as: BrowserAs, edited: int) -> None:
    page = browser_as("anna")
    page.goto(f"/deals/add?client={edited}")
    expect(page.get_by_label("Название", exact=False).first).to_be_focused()
    fill(page, "Контактное лицо", "Новичкова")
    option = page.locator(".combo-list:popover-open [role=option]", has_text="Создать")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    frame = page.frame_locator("dialog iframe")
    expect(frame.get_by_label("Фамилия", exact=False).first).to_have_value("Новичкова")
    expect(frame.locator("#client-text")).not_to_have_value("")
    frame.locator("#given_name").press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#contact-text")).to_be_focused()  # Esc has left the dialog, and the form below it stands

    fill(page, "Контактное лицо", "Новичкова")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    frame.locator("#given_name").press("Control+Enter")

    expect(page.locator("#contact-text")).to_have_value("Новичкова")
    expect(page.locator("#contact-text")).to_be_focused()


def test_a_price_that_comes_late_does_not_overwrite_what_was_typed(browser_as: BrowserAs, site: Site) -> None:
    product = site.ask(lambda session: session.scalars(select(Product.sku)).first())
    page = browser_as("office")
    held: list[Route] = []
    page.route("**/invoices/price?*", lambda route: held.append(route))
    page.goto("/invoices/add")
    expect(page.locator("#client-text")).to_be_focused()
    page.locator("[data-column=product] input[type=text]").first.focus()
    page.keyboard.type(product)
    expect(page.locator(".combo-list:popover-open [role=option]").first).to_be_visible()
    press(page, "Enter")
    price, name = page.locator("[data-column=price] input"), page.locator("[data-column=name] input")
    price.fill("1500,50")
    name.focus()  # empty still: what comes is chosen whole, so that typing replaces it
    expect(page.locator("#client-text")).to_be_visible()
    held[0].continue_()

    expect(name).not_to_have_value("")
    expect(price).to_have_value("1500,50")
    page.keyboard.type("По-своему")
    expect(name).to_have_value("По-своему")
