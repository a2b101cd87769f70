from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import PersonalDataAccess
from app.models.clients import Client, ClientComment, ClientTurnover
from app.models.files import AttachmentKind
from app.models.interactions import InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus
from app.models.service import VisitPurpose
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import attach, open_store, store_file
from app.views.client_card.people import age_on
from tests.factories import (
    make_claim,
    make_client,
    make_contact,
    make_contract,
    make_deal,
    make_equipment,
    make_interaction,
    make_invoice,
    make_organisation,
    make_payment,
    make_visit,
)
from tests.factories.files import make_pdf, make_picture

TABS = ("overview", "contacts", "timeline", "deals", "contracts", "equipment", "visits", "debts", "map")
ClientAs = Callable[[Role], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def person(client_as: ClientAs) -> Any:
    return client_as(Role.SALES)


@pytest.fixture
def full_client(app: Flask, session: Session, person: Any) -> Client:
    """A client of the signed-in manager with something in every tab, some of it overdue."""
    manager = session.get(Employee, person.employee_id)
    client = make_client(session, name="ООО «Полный»", responsible=manager, inn="7707083893", phone="8 495 123-45-67")
    store = open_store(app.config["KONTORA"].files_url)
    make_contact(session, client=client, birth_date=date(1980, 2, 29), portrait="Решает быстро", is_main=True)
    make_interaction(session, client=client, topic="Уточнить сроки")
    make_deal(session, client=client, next_step_on=date(2020, 1, 1), next_step="Выслать КП")
    make_invoice(session, client=client, number="15")
    make_payment(session, client=client, status=DocumentStatus.POSTED)
    make_claim(session, client=client)
    contract = make_contract(session, client=client, number="Д-77")
    attach(session, contract, store_file(session, make_pdf(2), "Договор Д-77.pdf", folder=store), AttachmentKind.SIGNED)
    machine = make_equipment(session, client=client, model="ВК-77", next_maintenance_on=date(2020, 1, 1))
    visit = make_visit(session, client=client, equipment=machine)
    make_visit(session, client=client, purpose=VisitPurpose.MANAGER, site="Цех № 5")
    photo = store_file(session, make_picture(), "фото.jpg", folder=store)
    attach(session, visit, photo, AttachmentKind.PHOTO_BEFORE)
    session.add(ClientTurnover(client=client, year=2025, amount=Decimal("987654321.00")))
    session.add(ClientComment(client=client, text="Звонить после обеда"))
    session.add(
        DueItem(
            client=client,
            organisation=make_organisation(session),
            document_kind=DocumentKind.INVOICE,
            document_id=999_001,
            document_number="15",
            stage=1,
            document_day=date(2020, 1, 1),
            due_on=date.today() - timedelta(days=40),  # noqa: DTZ011 (any day long past will do)
            balance=Decimal("834000.00"),
        )
    )
    session.flush()
    return client


def opened(person: FlaskClient, client: Client, tab: str, **given: Any) -> str:
    answer = person.get(f"/clients/card/{client.id}", query_string={"tab": tab, **given})
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("overview", ("Звонить после обеда", "7707083893")),
        ("contacts", ("Контактов", "ортрет")),
        ("timeline", ("Уточнить сроки", "Оборудование пришло")),
        ("deals", ("Выслать КП", "15", "1 220,00")),
        ("contracts", ("Д-77", "Договор Д-77.pdf", "<iframe")),
        ("equipment", ("ВК-77", "thumbnail=1")),
        ("visits", ("Цех № 5",)),
        ("debts", ("834 000,00",)),
        ("map", ("client-map-title",)),
    ],
)
def test_every_tab_shows_its_part(person: FlaskClient, full_client: Client, tab: str, words: tuple[str, ...]) -> None:
    page = opened(person, full_client, tab)

    assert [word for word in words if str(word) not in page] == []


def test_head_shows_what_must_not_be_missed(person: FlaskClient, full_client: Client) -> None:
    page = opened(person, full_client, "overview")

    assert page.count("chip chip-danger") >= 2
    assert "834 000,00 ₽" in page
    assert 'href="tel:+74951234567"' in page
    assert 'data-copy="7707083893"' in page


def test_our_turnover_and_the_clients_own_stand_apart(person: FlaskClient, full_client: Client) -> None:
    page = opened(person, full_client, "overview")

    assert "987 654 321,00 ₽" in page


@pytest.mark.parametrize("tab", TABS)
def test_tab_asks_few_questions(
    person: FlaskClient, full_client: Client, count_queries: Counting, session: Session, tab: str
) -> None:
    opened(person, full_client, tab)
    session.expire_all()
    assert full_client.id, "read before the counting begins"
    with count_queries() as queries:
        opened(person, full_client, tab)

    assert len(queries) <= 11, "\n".join(queries)


@pytest.mark.uncounted
@pytest.mark.once
@pytest.mark.parametrize("tab", ["timeline", "deals", "contracts", "equipment", "visits", "contacts", "overview"])
def test_more_records_ask_no_more_questions(
    person: FlaskClient, full_client: Client, count_queries: Counting, session: Session, tab: str
) -> None:
    opened(person, full_client, tab)
    session.expire_all()
    assert full_client.id, "read before the counting begins"
    with count_queries() as few:
        opened(person, full_client, tab)
    for number in range(12):
        make_invoice(session, client=full_client)
        make_deal(session, client=full_client)
        make_contract(session, client=full_client)
        make_visit(session, client=full_client, equipment=make_equipment(session, client=full_client))
        make_contact(session, client=full_client)
        session.add(ClientComment(client=full_client, text=str(number)))
    session.flush()
    session.expire_all()
    assert full_client.id, "as before"
    with count_queries() as many:
        opened(person, full_client, tab)

    assert len(many) <= len(few), "\n".join(many)


def test_timeline_is_filtered_and_paged(person: FlaskClient, full_client: Client, session: Session) -> None:
    for number in range(36):
        make_interaction(
            session, client=full_client, topic=f"Звонок {number:02d}", state=InteractionState.DONE, result="Да"
        )
    first = opened(person, full_client, "timeline", kind="interaction")

    assert first.count("feed-entry") == 31  # one of them planned
    after = first.split("after=")[1].split('"')[0]
    second = opened(person, full_client, "timeline", kind="interaction", after=after)
    assert second.count("feed-entry") == 6
    assert "Оборудование пришло" not in second


@pytest.mark.parametrize(
    "given",
    [
        {"tab": "timeline", "kind": "nonsense"},
        {"tab": "timeline", "after": "x"},
        {"tab": "timeline", "after": "99999999999999-visit-1"},
        {"tab": "contracts", "file": "x"},
    ],
)
def test_nonsense_in_the_address_is_refused(person: FlaskClient, full_client: Client, given: dict[str, str]) -> None:
    assert person.get(f"/clients/card/{full_client.id}", query_string=given).status_code == 400


@pytest.mark.parametrize("tab", ["nonsense", "../overview"])
def test_unknown_tab_is_not_found(person: FlaskClient, full_client: Client, tab: str) -> None:
    assert person.get(f"/clients/card/{full_client.id}", query_string={"tab": tab}).status_code == 404


@pytest.mark.parametrize("key", ["999999999", "x", "-1", "9" * 30])
def test_unknown_client_is_not_found(person: FlaskClient, key: str) -> None:
    assert person.get(f"/clients/card/{key}").status_code in {400, 404}


@pytest.mark.parametrize("tab", TABS)
def test_foreign_client_is_not_found(person: FlaskClient, session: Session, tab: str) -> None:
    foreign = make_client(session)

    assert person.get(f"/clients/card/{foreign.id}", query_string={"tab": tab}).status_code == 404


def test_engineer_sees_no_money(client_as: ClientAs, session: Session, full_client: Client) -> None:
    engineer: Any = client_as(Role.ENGINEER)
    make_visit(session, client=full_client, employee=session.get(Employee, engineer.employee_id))

    page = opened(engineer, full_client, "overview")

    assert "834 000,00" not in page
    assert "tab=debts" not in page
    assert engineer.get(f"/clients/card/{full_client.id}?tab=debts").status_code == 404


def test_portrait_and_age_are_shown_only_when_asked_for_and_logged(
    person: Any, full_client: Client, session: Session
) -> None:
    page = opened(person, full_client, "contacts")
    assert "Решает быстро" not in page
    assert session.scalars(select(PersonalDataAccess)).all() == []
    address = page.split("/personal")[0].split('"')[-1]

    answer = person.post(f"{address}/personal")

    assert "Решает быстро" in answer.text
    assert "29.02.1980" in answer.text or "29 Feb 1980" in answer.text
    (noted,) = session.scalars(select(PersonalDataAccess)).all()
    assert (noted.user_id, noted.fields) == (person.user_id, "birth_date, portrait")


def test_without_the_right_nothing_personal_is_offered(
    client_as: ClientAs, full_client: Client, session: Session
) -> None:
    accountant = client_as(Role.ACCOUNTANT)
    page = opened(accountant, full_client, "contacts")
    contact = make_contact(session, client=full_client, portrait="Тайна")

    assert "/personal" not in page
    assert accountant.post(f"/clients/card/{full_client.id}/contacts/{contact.id}/personal").status_code == 403


def test_contact_of_another_client_is_not_opened(person: FlaskClient, full_client: Client, session: Session) -> None:
    contact = make_contact(session, portrait="Тайна")

    assert person.post(f"/clients/card/{full_client.id}/contacts/{contact.id}/personal").status_code == 404


@pytest.mark.parametrize(
    ("day", "age"), [(date(2025, 2, 28), 44), (date(2025, 3, 1), 45), (date(2024, 2, 29), 44), (date(1980, 2, 29), 0)]
)
def test_age_is_in_full_years(day: date, age: int) -> None:
    assert age_on(date(1980, 2, 29), day) == age


def test_script_in_any_text_is_only_text(person: FlaskClient, full_client: Client, session: Session) -> None:
    canary = "<script>alert(1)</script>"
    full_client.name = canary
    make_interaction(session, client=full_client, topic=canary, comment=canary)
    make_contact(session, client=full_client, family_name=canary, position=canary, comment=canary)
    make_deal(session, client=full_client, title=canary, next_step=canary)
    make_equipment(session, client=full_client, model=canary, location=canary)
    make_visit(session, client=full_client, task=canary, next_step=canary)
    session.add(ClientComment(client=full_client, text=canary))
    session.flush()

    for tab in TABS:
        assert canary not in opened(person, full_client, tab)
