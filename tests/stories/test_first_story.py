"""What a stranger does on the first day: the director looks, the bank statement comes in, sales and service work."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from app.models.agreements import Contract
from app.models.catalogue import Product
from app.models.clients import Client
from app.models.files import Attachment, AttachmentKind
from app.models.service import Equipment, ServiceRequest, Visit
from app.models.staff import Employee
from app.services.demo.company import PASSWORD
from app.services.money_words import amount_in_words
from tests.stories.conftest import BrowserAs, Screen, Site, Watch

SPACES = re.compile(r"[\s\u00a0\u202f]+")


def plain(text: str) -> str:
    """The text with ordinary single spaces."""
    return SPACES.sub(" ", text).strip()


def amount_in(text: str) -> Decimal:
    """The first amount of money in a text: «Всего 1 234,50 ₽» gives 1234.50."""
    found = re.search(r"\d[\d ]*,\d\d", plain(text))
    assert found, f"no amount in {text!r}"
    return Decimal(found.group().replace(" ", "").replace(",", "."))


# --- the director ---------------------------------------------------------------------------------------------------


def test_the_director_signs_in_and_sees_overdue_debts_in_red(browser_as: BrowserAs, site: Site) -> None:
    page = browser_as("")
    page.goto("/")
    page.locator("#username").fill("director")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Показатели")
    debts = page.get_by_role("region", name="Просроченные долги")
    first = debts.locator(".chip-danger").first
    expect(first).to_contain_text(re.compile(r"Просрочено .*₽, \d+ д"))
    assert is_red(first)


def test_receivables_say_in_red_who_is_late_and_by_how_many_days(browser_as: BrowserAs) -> None:
    page = browser_as("director")

    page.goto("/receivables/?tab=overdue")

    rows = page.locator("tbody tr")
    expect(rows.first.locator(".chip-danger")).to_contain_text(re.compile(r"Просрочено.* \d+ д"))
    assert is_red(rows.first.locator(".chip-danger"))
    assert rows.count() == page.locator("tbody tr.is-danger").count() > 0


def test_the_list_of_clients_shows_debtors_in_red(browser_as: BrowserAs) -> None:
    page = browser_as("director")

    page.goto("/clients/list/")

    late = page.locator("tbody tr.is-danger")
    expect(late.first.locator(".chip-danger")).to_contain_text("Просрочено")
    assert 0 < late.count() < page.locator("tbody tr").count()


def is_red(words: Locator) -> bool:
    """Tell whether the words are written in a red that nobody takes for another colour."""
    colour = words.evaluate("element => getComputedStyle(element).color")
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return bool(red > 120 and red > 2 * green and red > 2 * blue)


# --- the accountant -------------------------------------------------------------------------------------------------


def owed(page: Page) -> Decimal:
    """What all clients owe, from the last line of receivables."""
    page.goto("/receivables/")
    heads = page.locator("[data-list] thead th").all_inner_texts()
    return amount_in(page.locator("[data-list] tfoot td").nth(heads.index("Всего")).inner_text())


def upload(page: Page, file: Path) -> None:
    """The first step of the wizard."""
    page.goto("/bank/import/")
    page.get_by_label("Файл выписки").set_input_files(file)
    page.get_by_role("button", name="Проверить файл").click()
    page.wait_for_url("**/check")


def fact(page: Page, label: str) -> str:
    """The value beside a label of the step's figures."""
    return plain(page.locator(".bank-facts .fact", has_text=label).locator("dd").inner_text())


def test_a_loaded_statement_pays_debts_once_and_can_be_taken_back(browser_as: BrowserAs, statement_file: Path) -> None:
    page = browser_as("accountant")
    before = owed(page)

    upload(page, statement_file)
    documents = int(fact(page, "Документы"))
    assert documents > 10
    page.get_by_role("link", name="К сопоставлению").click()
    page.locator(".tabs a", has_text="Сопоставлено").click()
    page.wait_for_url("**state=*")
    matched = sum((amount_in(text) for text in settled(page)), Decimal(0))
    assert matched > 0
    page.get_by_role("button", name="Провести").click()
    expect(page.get_by_role("status").filter(has_text="Проведено")).to_be_visible()
    assert owed(page) == before - matched

    upload(page, statement_file)
    assert (fact(page, "Документы"), fact(page, "Загружено раньше")) == (str(documents), str(documents))
    expect(page.get_by_role("link", name="К сопоставлению")).to_have_count(0)
    assert owed(page) == before - matched

    take_back(page)
    assert owed(page) == before


def settled(page: Page) -> list[str]:
    """«Счёт КС-2026-000123: 294 225,20» of every matched line."""
    parts = page.locator(".bank-proposal > div", has_text=re.compile(r"^Счёт .*:"))
    return [text.rpartition(":")[2] for text in parts.all_inner_texts()]


def take_back(page: Page) -> None:
    """Take back the import that has posted payments, and answer the question."""
    page.goto("/bank/import/")
    posted = page.locator("tbody tr", has=page.locator("td.k-chip", has_text="Провед"))
    posted.get_by_role("button", name="Отменить загрузку").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("kl_to_1c.txt")
    question.get_by_role("button", name="Отменить загрузку").click()
    expect(page.get_by_role("status").filter(has_text="отменена")).to_be_visible()


# --- the client's card ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rich:
    """A client about whom the demo company knows everything that a card can show."""

    id: int
    name: str


@pytest.fixture(scope="session")
def rich(site: Site) -> Rich:
    """A client with the PDF of a contract, photographs of equipment and a place on the map."""

    def has(model: type[Contract | Equipment], kind: AttachmentKind) -> exists:  # type: ignore[valid-type]
        of_client = and_(model.client_id == Client.id, Attachment.record_id == model.id)
        table = Attachment.record_table == model.__tablename__
        return exists().where(of_client, table, Attachment.kind == kind)

    wanted = (
        select(Client.id, Client.name)
        .where(
            Client.latitude.is_not(None),
            has(Contract, AttachmentKind.SIGNED),
            has(Equipment, AttachmentKind.PHOTO),
        )
        .order_by(Client.id)
        .limit(1)
    )
    return site.ask(lambda session: Rich(*session.execute(wanted).one()))


def test_the_card_opens_the_contract_as_a_pdf_in_the_browser(browser_as: BrowserAs, rich: Rich) -> None:
    page = browser_as("director")
    page.goto("/clients/list/")
    page.get_by_role("searchbox", name="Быстрый поиск").fill(rich.name)
    page.keyboard.press("Enter")
    page.locator("tbody tr a", has_text=rich.name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(rich.name)

    page.locator(".tabs a", has_text="Договоры").click()
    link = page.locator("#document a[target=_blank]")
    answer = page.context.request.get(str(link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert "Договор" in "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(answer.body())).pages).title()
    with page.context.expect_page() as opened:
        link.click()
    viewer = opened.value
    viewer.wait_for_load_state()
    assert viewer.evaluate("document.contentType") == "application/pdf"


def test_the_card_shows_photographs_of_equipment(browser_as: BrowserAs, rich: Rich) -> None:
    page = browser_as("director")

    page.goto(f"/clients/card/{rich.id}?tab=equipment")

    photograph = page.locator(".tile-picture img").first
    photograph.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 50", arg=photograph.element_handle())


def test_the_card_shows_the_client_on_a_map(browser_as: BrowserAs, rich: Rich) -> None:
    page = browser_as("director")

    page.goto(f"/clients/card/{rich.id}?tab=map")

    frame = page.frame_locator("iframe.map-frame")
    expect(frame.locator(".leaflet-interactive, .leaflet-marker-icon").first).to_be_visible()


def test_the_map_shows_all_clients_as_marks(browser_as: BrowserAs) -> None:
    page = browser_as("director")

    page.goto("/map/")

    marks = page.frame_locator("iframe.map-frame").locator(
        ".leaflet-marker-pane > *, .leaflet-overlay-pane .leaflet-interactive"
    )
    expect(marks.first).to_be_visible()
    assert page.locator(".map-list li").count() > 30


# --- the sales manager ----------------------------------------------------------------------------------------------


def person(login: str) -> Callable[[Session], int]:
    """The key of the employee with a login."""
    return lambda session: session.scalars(select(Employee.id).where(Employee.user.has(username=login))).one()


def test_a_manager_sees_when_engineers_are_free_but_not_whose_they_are(browser_as: BrowserAs, site: Site) -> None:
    page = browser_as("anna")
    anna = site.ask(person("anna"))
    foreign = site.ask(lambda session: set(session.scalars(select(Client.name).where(Client.responsible_id != anna))))
    next_week = datetime.now(UTC).date() + timedelta(days=7)

    page.goto(f"/schedule/?view=list&day={next_week}")

    schedule = page.locator(".schedule-list")
    expect(schedule.get_by_text("Занято", exact=True).first).to_be_visible()
    expect(schedule.get_by_role("link", name="Занять окно").first).to_be_visible()
    shown = page.content()
    assert [name for name in foreign if name in shown] == []


def test_a_manager_makes_posts_and_prints_an_invoice_by_keyboard(browser_as: BrowserAs, site: Site) -> None:
    page = browser_as("anna")
    anna = site.ask(person("anna"))
    name = site.ask(lambda session: session.scalars(select(Client.name).where(Client.responsible_id == anna)).first())
    products = site.ask(lambda session: session.scalars(select(Product.name).order_by(Product.id).limit(2)).all())

    page.goto("/invoices/add")
    expect(page.locator("#client-text")).to_be_focused(timeout=15_000)
    pick(page, name)
    page.locator("[data-column=product] input[type=text]").first.focus()  # as Tab does, field by field
    for number, product in enumerate(products):
        if number:
            page.keyboard.press("Insert")
        pick(page, product)
        for column, value in (("quantity", "2"), ("price", "1500,50")):
            field = page.locator(f"[data-column={column}] input[name^=lines-{number}-]")
            tab_to(page, field)
            page.keyboard.type(value)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/invoices/**")
    expect(page.locator(".heading .chip, .page-head .chip").first).to_contain_text("Провед")

    total = Decimal("6002.00")
    assert amount_in(page.locator("main").get_by_text("6 002,00").first.inner_text()) == total
    link = page.get_by_role("link", name="Печать")
    paper = PdfReader(BytesIO(page.context.request.get(str(link.get_attribute("href"))).body()))
    text = plain(" ".join(sheet.extract_text() for sheet in paper.pages))
    assert plain(amount_in_words(total)).lower() in text.lower()
    assert any(
        image.image.width == image.image.height for sheet in paper.pages for image in sheet.images if image.image
    )


def pick(page: Page, words: str) -> None:
    """Type into the focused picker and take the first record found."""
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    option = page.locator(".combo-list:popover-open [role=option]", has_text=words).first
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def tab_to(page: Page, field: Locator) -> None:
    """Press Tab until the field has the focus."""
    for _press in range(12):
        if field.evaluate("field => field === document.activeElement"):
            page.keyboard.press("Control+A")
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not reach the field")


# --- the engineer ---------------------------------------------------------------------------------------------------


def test_an_engineer_sees_todays_visits_on_the_telephone(browser_as: BrowserAs, site: Site) -> None:
    page = browser_as("egor", Screen(width=390))
    egor = site.ask(person("egor"))
    zone = site.app.config["KONTORA"].timezone
    start = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Visit.employee_id == egor, Visit.starts_at >= start, Visit.starts_at < start + timedelta(days=1)
    expected = site.ask(lambda session: session.scalar(select(func.count(Visit.id)).where(*own)))

    page.goto("/")

    panel = page.get_by_role("region", name="Выезды на сегодня")
    expect(panel.locator("li")).to_have_count(expected)


def test_an_engineer_finds_no_client_without_own_visits(browser_as: BrowserAs, site: Site, watch: Watch) -> None:
    page = browser_as("egor")
    egor = site.ask(person("egor"))
    never = (
        ~exists().where(Visit.client_id == Client.id, Visit.employee_id == egor),
        ~exists().where(ServiceRequest.client_id == Client.id, ServiceRequest.responsible_id == egor),
        ~exists().where(
            Visit.request_id == ServiceRequest.id, ServiceRequest.client_id == Client.id, Visit.employee_id == egor
        ),
    )
    stranger = select(Client.id, Client.name).where(*never).order_by(Client.id).limit(1)
    key, name = site.ask(lambda session: session.execute(stranger).one())
    watch.expected.append("status of 404")

    answers = [page.goto(address) for address in (f"/clients/card/{key}", f"/clients/show/{key}")]

    assert [answer.status for answer in answers if answer] == [404, 404]
    assert name not in page.content()
