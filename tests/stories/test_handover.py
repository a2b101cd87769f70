"""The head of sales hands a colleague's clients over to Anna; she reads the pack, signs, and works on with them."""

import re
from io import BytesIO

from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.handover import Handover
from app.models.staff import Employee
from tests.stories.conftest import BrowserAs, Screen, Site
from tests.stories.test_accessibility import barriers


def employee(session: Session, login: str) -> Employee:
    return session.scalars(select(Employee).where(Employee.user.has(username=login))).one()


def client_with_a_deal(session: Session) -> tuple[int, str, str, str]:
    """A client of a colleague's with a deal in work: key, name, deal, and the colleague's full name."""
    others = Client.responsible_id.not_in([employee(session, login).id for login in ("anna", "boris")])
    found = (
        select(Client, Deal)
        .join(Deal, (Deal.client_id == Client.id) & (Deal.responsible_id == Client.responsible_id))
        .join(DealStage, DealStage.id == Deal.stage_id)
        .where(others, DealStage.outcome == StageOutcome.OPEN)
        .order_by(Client.id)
        .limit(1)
    )
    client, deal = session.execute(found).one()
    return client.id, client.name, deal.title, client.responsible.full_name


def choose(page: Page, label: str, full_name: str) -> None:
    """Type a name ahead and take the first that is offered."""
    box = page.get_by_role("combobox", name=label)
    box.fill(full_name)
    page.get_by_role("option").filter(has_text=full_name.split()[0]).first.click()


def hand_over(head: Page, name: str, former: str, anna_name: str, deal: str) -> None:
    """Choose the client in the list: from whom is known, to whom is typed ahead; leave the contracts behind."""
    head.goto("/clients/list/?size=100")
    head.get_by_role("checkbox", name=name, exact=True).check()
    head.get_by_role("button", name="Передать другому менеджеру").click()
    expect(head.get_by_role("heading", level=1)).to_have_text("Передача клиентов")
    expect(head.get_by_role("combobox", name="От кого")).to_have_value(re.compile(re.escape(former.split()[0])))
    choose(head, "Кому", anna_name)
    head.get_by_label("Причина").fill("Увольнение")
    head.get_by_role("button", name="Далее").click()
    card = head.locator("fieldset", has_text=name)
    expect(card).to_contain_text(deal)
    # What scrolls under the bar of buttons counts as too small to be hit.
    head.locator(".save-bar").evaluate("bar => { bar.style.position = 'static'; }")
    assert barriers(head) == []
    contracts = card.get_by_label(re.compile("^Договоры"))
    if contracts.count():
        contracts.uncheck()
    head.get_by_role("button", name="Передать", exact=True).click()
    expect(head.get_by_role("status").filter(has_text="Клиенты переданы")).to_be_visible()


def text_of_pack(page: Page, name: str) -> str:
    """What is printed in the pack of the client; two pages at most."""
    row = page.locator("tbody tr", has_text=name)
    expect(row).to_contain_text("Сделки в работе")
    pack = page.request.get(str(row.get_by_role("link", name="Досье").get_attribute("href")))
    pages = PdfReader(BytesIO(pack.body())).pages
    assert len(pages) <= 2
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def sign(page: Page) -> None:
    """Sign for the clients and answer the question."""
    page.get_by_role("button", name="Принял").click()
    page.get_by_role("dialog").get_by_role("button", name="Принял").click()
    expect(page.get_by_role("status").filter(has_text="Приём клиентов подписан")).to_be_visible()


def is_signed_by_anna(session: Session) -> bool:
    latest = select(func.max(Handover.id)).scalar_subquery()
    made = session.scalars(select(Handover).where(Handover.id == latest)).one()
    return made.received_by_id == employee(session, "anna").user_id


def test_clients_are_handed_over_and_signed_for(browser_as: BrowserAs, site: Site) -> None:
    key, name, deal, former = site.ask(client_with_a_deal)
    head = browser_as("saleshead")
    hand_over(head, name, former, site.ask(lambda session: employee(session, "anna").full_name), deal)
    state = head.locator(".page-top .chip").first
    expect(state).to_contain_text("Не принята")
    expect(head.get_by_role("button", name="Принял")).to_have_count(0)

    # Anna learns of it by the bell, on her phone.
    anna = browser_as("anna", Screen(390))
    anna.goto("/notifications/")
    anna.get_by_role("link", name=re.compile("Увольнение.*" + re.escape(name))).first.click()
    expect(anna.get_by_role("heading", level=1)).to_contain_text("Передача клиентов")
    pack = text_of_pack(anna, name)
    assert all(words in pack for words in (name, "Кто решает", "Долг", "Принял", "Увольнение"))
    assert barriers(anna) == []
    sign(anna)
    anna.goto(f"/clients/card/{key}")
    expect(anna.get_by_role("heading", level=1)).to_contain_text(name)

    head.reload()
    expect(state).to_contain_text("Передача принята")
    head.goto("/notifications/")
    expect(head.locator("main")).to_contain_text("Передача принята")
    assert site.ask(is_signed_by_anna)
