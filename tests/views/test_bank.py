"""The statement wizard, from the file to the result and back."""

import io
import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.models.ledger import DocumentKind, DueItem
from app.models.money import MatchState, PayerAlias, Payment, Statement, StatementLine, StatementStatus
from app.models.sales import Invoice
from app.permissions import IMPORT, Role
from tests.factories import make_bank_account, make_client, make_invoice
from tests.factories.access import make_role
from tests.services.statements.files import OWN, PAYER_INN, paid, spent, statement_file


@pytest.fixture
def account(session):
    return make_bank_account(session, account=OWN)


@pytest.fixture
def debtor(session, account):
    """A client who owes 1,220.00 by invoice КС-15 and 500.00 by КС-16."""
    client = make_client(session, name="ООО «Ромашка»", inn=PAYER_INN, kpp="770701001")
    for number, amount in (("КС-15", "1220.00"), ("КС-16", "500.00")):
        invoice = make_invoice(
            session, client=client, organisation=account.organisation, bank_account=account, number=number
        )
        item = DueItem(
            client=client, organisation=account.organisation, document_kind=DocumentKind.INVOICE,
            document_id=invoice.id, stage=1, document_number=number, document_day=invoice.day,
            due_on=invoice.day, balance=Decimal(amount),
        )  # fmt: skip
        session.add(item)
    session.flush()
    return client


@pytest.fixture
def person(client_as):
    return client_as(Role.ACCOUNTANT)


@pytest.fixture
def upload(person, session):
    """Sends a file of these documents through the form; gives the statement."""

    def made(*documents):
        data = {"file": (io.BytesIO(statement_file(*documents, first="20.11.2020", last="20.11.2020")), "kl_to_1c.txt")}
        answer = person.post("/bank/import/", data=data)
        assert answer.status_code == 302
        session.expire_all()
        return session.scalars(select(Statement).order_by(Statement.id.desc())).first()

    return made


def line_of(session, statement):
    return session.scalars(select(StatementLine).where(StatementLine.statement_id == statement.id)).one()


NAMED = {"НазначениеПлатежа": "Оплата по счету КС-15", "day": "20.11.2020"}


def test_first_step_offers_the_file_and_says_that_nothing_was_loaded(person):
    page = person.get("/bank/import/").text

    assert 'type="file"' in page
    assert 'aria-current="step"' in page


def test_file_is_checked_matched_posted_and_taken_back(person, upload, debtor, session):
    statement = upload(paid(**NAMED), spent("2", day="20.11.2020"))
    root = f"/bank/import/{statement.id}"
    assert person.get(f"{root}/check").status_code == 200
    lines = person.get(f"{root}/lines").text
    assert "КС-15" in lines
    assert re.search("99.?%", lines)

    assert person.post(f"{root}/post").headers["Location"].endswith(f"{root}/")
    assert person.get(f"{root}/").status_code == 200
    assert len(session.scalars(select(Payment)).all()) == 2

    assert person.post(f"{root}/take-back").status_code == 302
    session.expire_all()
    assert session.scalars(select(Payment)).all() == []
    assert statement.status is StatementStatus.TAKEN_BACK
    assert person.get(f"{root}/").status_code == 200
    assert person.get(f"{root}/lines").status_code == 200


def test_statement_cannot_be_taken_back_twice(person, upload, account):
    statement = upload(spent(day="20.11.2020"))
    person.post(f"/bank/import/{statement.id}/take-back")

    page = person.post(f"/bank/import/{statement.id}/take-back", follow_redirects=True).text

    assert "is-danger" in page


def test_former_imports_are_listed_with_a_button_to_take_back(person, upload, account):
    upload(spent(day="20.11.2020"))

    page = person.get("/bank/import/").text

    assert "kl_to_1c.txt" in page
    assert "/take-back" in page


def test_page_that_is_no_statement_is_refused_in_words(person, account):
    answer = person.post("/bank/import/", data={"file": (io.BytesIO(b"<html>"), "login.html")})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_form_without_a_file_is_refused_in_words(person):
    assert person.post("/bank/import/", data={}).status_code == 422


def test_odd_things_about_the_file_stand_on_the_second_step(person, upload, account):
    statement = upload(
        spent("1", day="20.11.2020"),
        paid("2", ПолучательСчет="40702810100000000099"),
        paid("3", "1,2.3"),
    )

    page = person.get(f"/bank/import/{statement.id}/check").text

    assert "1,2.3" in page


def test_nothing_to_post_is_said(person, upload, account):
    statement = upload(paid())

    page = person.post(f"/bank/import/{statement.id}/post", follow_redirects=True).text

    assert "is-danger" in page


def test_lines_may_be_matched_again(person, upload, account, session):
    statement = upload(paid())
    client = make_client(session, inn=PAYER_INN)

    person.post(f"/bank/import/{statement.id}/match")

    session.expire_all()
    assert line_of(session, statement).client_id == client.id


def test_another_client_is_looked_at_and_chosen_with_a_split(person, upload, debtor, session):
    statement = upload(paid("1", "700.00", ПлательщикИНН="7736050003", day="20.11.2020"))
    line = line_of(session, statement)
    url = f"/bank/import/{statement.id}/lines/{line.id}"
    page = person.get(f"{url}?client={debtor.id}").text
    assert "data-lookup" in page
    items = {item.document_number: item.id for item in session.scalars(select(DueItem))}

    answer = person.post(
        url,
        data={
            "decision": "choose", "client": debtor.id, "split": "1", "learn": "1", "state": "unknown",
            f"part-{items['КС-15']}": "300,50", f"part-{items['КС-16']}": "",
        },
    )  # fmt: skip

    assert "state=unknown" in answer.headers["Location"]
    session.expire_all()
    assert [part["amount"] for part in line.proposal["parts"]] == ["300.50"]
    assert line.proposal["advance"] == "399.50"
    assert session.scalars(select(PayerAlias.client_id)).all() == [debtor.id, debtor.id]


def test_candidates_are_shown_with_facts_to_choose_by(person, upload, debtor, session):
    make_client(session, name="Ромашка Север", inn=PAYER_INN, kpp="540701001", town="Омск")
    statement = upload(paid(ПлательщикКПП="0"))

    page = person.get(f"/bank/import/{statement.id}/lines/{line_of(session, statement).id}").text

    assert "540701001" in page
    assert "Омск" in page


@pytest.mark.parametrize(
    "data",
    [
        {"decision": "choose", "client": ""},
        {"decision": "nothing of the kind"},
        {"decision": "choose", "client": "999999"},
    ],
)
def test_senseless_decision_is_refused(person, upload, account, session, data):
    statement = upload(paid())

    answer = person.post(f"/bank/import/{statement.id}/lines/{line_of(session, statement).id}", data=data)

    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("typed", ["abc", "99999", "-1"])
def test_wrong_part_is_refused_and_what_was_typed_stays(person, upload, debtor, session, typed):
    statement = upload(paid(**NAMED))
    line = line_of(session, statement)
    item = session.scalars(select(DueItem)).first()

    answer = person.post(
        f"/bank/import/{statement.id}/lines/{line.id}",
        data={"decision": "choose", "client": debtor.id, "split": "1", f"part-{item.id}": typed},
    )

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize(
    ("decision", "state"),
    [("nobody", MatchState.MATCHED), ("skip", MatchState.SKIPPED), ("reconsider", MatchState.UNKNOWN)],
)
def test_line_may_be_nobodys_left_out_or_proposed_anew(person, upload, account, session, decision, state):
    statement = upload(paid())
    line = line_of(session, statement)

    person.post(f"/bank/import/{statement.id}/lines/{line.id}", data={"decision": decision})

    session.expire_all()
    assert line.state is state
    assert person.get(f"/bank/import/{statement.id}/lines?state={state.value}").status_code == 200


def test_posted_line_leads_to_its_payment(person, upload, debtor, session):
    statement = upload(paid(**NAMED))
    person.post(f"/bank/import/{statement.id}/post")
    payment = session.scalars(select(Payment)).one()

    page = person.get(f"/bank/import/{statement.id}/lines/{line_of(session, statement).id}").text

    assert f"/payments/show/{payment.id}" in page


def test_unknown_state_is_answered_400(person, upload, account):
    statement = upload(paid())

    assert person.get(f"/bank/import/{statement.id}/lines?state=x").status_code == 400


def test_long_statement_is_shown_in_pages(person, upload, account):
    statement = upload(*(spent(str(number), day="20.11.2020") for number in range(51)))

    assert 'rel="next"' in person.get(f"/bank/import/{statement.id}/lines").text
    assert 'rel="prev"' in person.get(f"/bank/import/{statement.id}/lines?page=2").text


@pytest.mark.parametrize("address", ["999999/check", "999999/lines", "999999/", "999999/lines/1"])
def test_statement_that_is_not_there_is_not_found(person, address):
    assert person.get(f"/bank/import/{address}").status_code == 404


def test_line_of_another_statement_is_not_found(person, upload, account, session):
    line = line_of(session, upload(paid("1")))
    other = upload(paid("2"))

    assert person.get(f"/bank/import/{other.id}/lines/{line.id}").status_code == 404


def test_person_who_may_only_look_cannot_load(client_as, upload, account, session):
    statement = upload(paid())
    role = make_role(session, Role.DIRECTOR)
    role.permissions.remove(
        next(
            right
            for right in role.permissions
            if (right.permission.name, right.view_menu.name) == (IMPORT, "Statements")
        )
    )
    director = client_as(Role.DIRECTOR)

    assert 'type="file"' not in director.get("/bank/import/").text
    assert director.get(f"/bank/import/{statement.id}/lines").status_code == 200
    director.post(f"/bank/import/{statement.id}/take-back")
    session.expire_all()
    assert statement.status is StatementStatus.CHECKED


def test_manager_sees_no_statements(client_as):
    assert client_as(Role.SALES).get("/bank/import/").status_code in (302, 403)


def test_matching_table_is_asked_in_few_questions(person, upload, debtor, count_queries, session):
    statement = upload(*(paid(str(number), day="20.11.2020") for number in range(30)))
    person.get(f"/bank/import/{statement.id}/lines")

    with count_queries() as queries:
        person.get(f"/bank/import/{statement.id}/lines")

    assert len(queries) <= 7, "one of them is the frame's: what waits for the person"
    assert session.scalars(select(Invoice)).all()
