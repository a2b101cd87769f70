"""The receivables page: red rows, past days, files, rights."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from app.clock import day_of, utc_now
from app.models.ledger import DocumentKind, DueItem
from app.permissions import Role
from app.views.current import zone
from tests.factories import make_client, make_employee, make_interaction, make_organisation


@pytest.fixture
def owe(session, app):
    with app.app_context():
        now = day_of(utc_now(), zone())

    def made(client, amount="1234.50", days_ago=12, number=1):
        item = DueItem(
            client=client,
            organisation=make_organisation(session),
            document_kind=DocumentKind.INVOICE,
            document_id=client.id * 100 + number,
            stage=1,
            document_number=f"КС-{number}",
            document_day=now - timedelta(days=60),
            due_on=now - timedelta(days=days_ago),
            balance=Decimal(amount),
        )
        session.add(item)
        session.flush()
        return item

    return made


def test_overdue_client_is_marked_by_a_bar_an_icon_words_and_days(client_as, owe, session):
    owe(make_client(session, name="Завод 31"))

    page = client_as(Role.ACCOUNTANT).get("/receivables/").text

    assert 'class="is-danger"' in page
    assert "Завод 31" in page
    assert re.search("(Просрочено|Overdue by) 12", page)
    assert "1\N{NO-BREAK SPACE}234,50" in page


def test_debt_below_the_threshold_of_the_client_is_not_red(client_as, owe, session):
    owe(make_client(session, debt_threshold=Decimal(5000)))

    page = client_as(Role.ACCOUNTANT).get("/receivables/").text

    assert 'class="is-danger"' not in page


def test_nobody_owes_and_the_page_says_so(client_as):
    assert client_as(Role.ACCOUNTANT).get("/receivables/").status_code == 200


def test_manager_sees_own_clients_only(client_as, owe, session):
    owe(make_client(session, name="Чужой клиент"))

    assert "Чужой клиент" not in client_as(Role.SALES).get("/receivables/").text


def test_clients_of_a_responsible_are_shown_with_the_chip_of_the_filter(client_as, owe, session):
    anna = make_employee(session, family_name="Аннова")
    owe(make_client(session, name="Её клиент", responsible=anna))
    owe(make_client(session, name="Другой клиент"), number=2)

    page = client_as(Role.DIRECTOR).get(f"/receivables/?f_responsible={anna.id}").text

    assert "Её клиент" in page
    assert "Другой клиент" not in page
    assert "Аннова" in page


@pytest.mark.parametrize("tab", ["overdue", "mine", "all"])
@pytest.mark.parametrize("sort", ["client", "responsible", "total", "days", "overdue", "nonsense"])
def test_every_preset_and_order_is_shown(client_as, owe, session, tab, sort):
    owe(make_client(session))

    assert client_as(Role.DIRECTOR).get(f"/receivables/?tab={tab}&sort={sort}").status_code == 200


def test_last_contact_stands_in_the_row(client_as, owe, session):
    client = make_client(session)
    owe(client)
    make_interaction(session, client=client, state="done")

    assert re.search(r"\d, (звонок|call)", client_as(Role.DIRECTOR).get("/receivables/").text)


@pytest.mark.parametrize("query", ["as_of=2026-13-01", "page=x", "responsible=x", "format=doc"])
def test_malformed_question_is_answered_400(client_as, query):
    assert client_as(Role.DIRECTOR).get(f"/receivables/?{query}").status_code == 400


def test_second_page_has_a_way_back(client_as, owe, session):
    responsible = make_employee(session)
    for _ in range(51):
        owe(make_client(session, responsible=responsible))
    person = client_as(Role.DIRECTOR)

    first, second = person.get("/receivables/").text, person.get("/receivables/?page=2").text

    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_list_is_asked_in_few_questions_whatever_the_number_of_rows(client_as, owe, session, count_queries):
    person = client_as(Role.DIRECTOR)
    responsible = make_employee(session)
    for _ in range(30):
        owe(make_client(session, responsible=responsible))
    person.get("/receivables/")

    with count_queries() as queries:
        person.get("/receivables/")

    assert len(queries) <= 6, "one of them is the frame's: views that are kept"


def test_sheet_holds_the_rows_and_the_totals(client_as, owe, session):
    owe(make_client(session, name="Завод 31"))

    with client_as(Role.ACCOUNTANT).get("/receivables/?format=xlsx") as answer:
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)

    assert rows[1][0] == "Завод 31"
    assert (rows[1][2], rows[2][2]) == (1234.5, 1234.5)


def test_text_table_is_given(client_as, owe, session):
    owe(make_client(session, name="Завод 31"))

    with client_as(Role.ACCOUNTANT).get("/receivables/?format=csv") as answer:
        assert "Завод 31" in answer.data.decode("utf-8-sig")


def test_paper_is_given(client_as, owe, session):
    owe(make_client(session, name="Завод 31"))

    answer = client_as(Role.ACCOUNTANT).get("/receivables/?format=pdf&q=завод")

    assert answer.data.startswith(b"%PDF")


def test_too_many_clients_for_paper_are_refused_in_words(client_as, owe, session, monkeypatch):
    monkeypatch.setattr("app.views.receivables.MOST_PRINTED", 0)
    owe(make_client(session))

    answer = client_as(Role.ACCOUNTANT).get("/receivables/?format=pdf")

    assert answer.status_code == 409


def test_client_owes_by_document(client_as, owe, session):
    client = make_client(session, name="Завод 31")
    owe(client)

    page = client_as(Role.ACCOUNTANT).get(f"/receivables/{client.id}").text

    assert "КС-1" in page
    assert re.search("(Просрочено|Overdue by) 12", page)


def test_client_who_owes_nothing_has_a_page(client_as, session):
    assert client_as(Role.ACCOUNTANT).get(f"/receivables/{make_client(session).id}").status_code == 200


def test_foreign_client_is_not_found(client_as, session):
    assert client_as(Role.SALES).get(f"/receivables/{make_client(session).id}").status_code == 404


def test_person_without_the_right_is_turned_away(client_as):
    assert client_as(Role.ENGINEER).get("/receivables/").status_code in (302, 403)
