"""A client is registered by INN without a mouse, a second card of a company is not made, and two cards become one."""

import re
from datetime import date
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.integrations.companies import CompanyFacts
from app.models.clients import Client
from app.models.staff import Employee
from app.services.companies import load_register
from app.working import work_on
from tests import factories as make
from tests.stories.conftest import BrowserAs, Site, Watch
from tests.stories.keyboard import arrive, assert_focused, fill, go, press, tab_to

INN, TAKEN = "7707083893", "7736050003"
DAY = date(2026, 11, 2)


def employee_of(session: Session, login: str) -> Employee:
    return session.scalars(select(Employee).where(Employee.user.has(username=login))).one()


def commit(site: Site, act: Any) -> Any:
    def done(session: Session) -> Any:
        answer = act(session)
        session.commit()
        return answer

    return site.ask(done)


def know_company(session: Session) -> None:
    facts = CompanyFacts(INN, "ООО «Учебный насосный завод»", DAY, kpp="770701001", town="Клин", ogrn="1027700132195")
    for _counts in load_register(session, [facts], "Выписка из реестра"):
        pass


def test_a_client_is_registered_by_inn(browser_as: BrowserAs, site: Site) -> None:
    commit(site, know_company)
    page = browser_as("anna")
    page.goto("/")
    arrive(page, "**/")
    go(page, "новый клиент", "**/clients/quick/")
    assert_focused(page)

    fill(page, "ИНН", INN[:9] + "4")
    expect(page.locator("[data-inn-check]")).to_contain_text("не сходится")
    fill(page, "ИНН", INN)
    offer = page.locator("[data-offer]")
    expect(offer).to_contain_text("Учебный насосный завод")
    expect(offer).to_contain_text("Выписка из реестра")
    expect(offer).to_contain_text("02.11.2026")
    press(page, "Enter", "Enter")
    expect(page.get_by_label("Телефон").first).to_be_focused()
    page.keyboard.type("8 (496) 242-00-17")
    fill(page, "Контакт: фамилия, имя, отчество", "Выдуманный Пётр Ильич")
    page.keyboard.press("Control+Enter")

    arrive(page, re.compile(r"/clients/card/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Учебный насосный завод")
    made = site.ask(lambda session: session.scalars(select(Client).where(Client.inn == INN)).one())
    assert (made.kpp, made.town, made.phone) == ("770701001", "Клин", "+74962420017")


def test_a_second_card_of_a_company_is_met_while_typing(browser_as: BrowserAs, site: Site, watch: Watch) -> None:
    watch.expected.append("status of 422")

    def two(session: Session) -> tuple[int, str]:
        mine = make.make_client(session, name="ООО «Метизный двор»", responsible=employee_of(session, "anna"))
        other = make.make_employee(session)
        make.make_client(session, name="ООО «Чужая тайна»", inn=TAKEN, responsible=other)
        return mine.id, str(other)

    mine, other = commit(site, two)
    page = browser_as("anna")
    page.goto("/")
    arrive(page, "**/")
    go(page, "новый клиент", "**/clients/quick/")
    alike = page.locator("[data-matches]")

    fill(page, "ИНН", TAKEN)
    expect(alike).to_contain_text(other)
    expect(alike).not_to_contain_text("Чужая тайна")
    fill(page, "Наименование", "Чужая фирма")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#error-summary")).to_be_focused()

    fill(page, "ИНН", "")
    fill(page, "Наименование", "метизный двор ооо")
    expect(alike.get_by_role("link", name="Метизный двор")).to_be_visible()
    tab_to(page, alike.get_by_role("button", name="Использовать").first)
    page.keyboard.press("Enter")

    arrive(page, re.compile(rf"/clients/card/{mine}$"))


def test_two_cards_become_one_and_are_parted_again(browser_as: BrowserAs, site: Site) -> None:
    def twins(session: Session) -> tuple[int, int]:
        kept = make.make_client(session, name="ООО «Двойной завод»", inn="5008041299", phone="+74957770001")
        gone = make.make_client(session, name="Двойной завод", inn="5008041299", town="Тверь")
        make.make_contact(session, client=gone, family_name="Переезжаев")
        return kept.id, gone.id

    kept, gone = commit(site, twins)
    page = browser_as("saleshead")
    page.goto("/clients/duplicates/")
    page.get_by_role("button", name="Искать дубли").click()
    page.wait_for_url(re.compile(r"/jobs/\d+$"))
    work_on(site.app, int(page.url.rpartition("/")[2]))  # as the worker does, a process of its own beside the pages
    page.goto("/clients/duplicates/")
    row = page.locator("tbody tr").filter(has_text="Двойной завод").first
    row.locator("a", has_text=re.compile("Объединить")).click()

    stays = page.locator("input[name=kept]").input_value()
    name = page.locator("label[for=confirm]").inner_text().rpartition(": ")[2].rstrip(" *")
    page.get_by_label(re.compile("^Для подтверждения")).fill(name)
    page.locator(".save-bar .btn-primary").click()
    page.wait_for_url(f"**/clients/card/{stays}")
    left = gone if int(stays) == kept else kept
    page.goto(f"/clients/card/{left}")
    page.wait_for_url(f"**/clients/card/{stays}")
    page.goto(f"/clients/card/{stays}?tab=contacts")
    expect(page.locator("main")).to_contain_text("Переезжаев")

    page.goto("/clients/duplicates/")
    with page.expect_response(re.compile("/part$")):
        page.locator("tr").filter(has_text="Двойной завод").locator("button[formaction$='/part']").first.click()
    page.goto(f"/clients/card/{left}")
    expect(page).to_have_url(re.compile(rf"/clients/card/{left}$"))
    page.goto(f"/clients/card/{gone}?tab=contacts")
    expect(page.locator("main")).to_contain_text("Переезжаев")
