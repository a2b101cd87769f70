from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.errors import RuleError
from app.models.money import MatchState, PayerAlias
from app.services.statements import choose, match_lines, post_statement, propose_for, reconsider, skip, take_back
from tests.factories import TODAY, make_client
from tests.services.statements.files import PAYER, paid, spent

# --- choosing --------------------------------------------------------------------------------------------------


def test_chosen_client_gets_the_proposal_and_the_payer_is_learnt(matched, owe, session, client):
    item = owe()
    line = matched(paid(ПлательщикИНН="7736050003"))

    choose(session, line, client)

    assert (line.state, line.client_id) == (MatchState.MATCHED, client.id)
    assert line.proposal["parts"] == [{"due_item": item.id, "number": "КС-2026-000015", "amount": "1220.00"}]
    learnt = session.execute(select(PayerAlias.payer, PayerAlias.client_id)).all()
    assert {tuple(row) for row in learnt} == {(PAYER, client.id), ("7736050003", client.id)}


def test_choosing_twice_learns_once(matched, session, client):
    line = matched(paid(ПлательщикИНН="7736050003"))

    choose(session, line, client)
    choose(session, line, client)

    assert session.scalar(select(func.count(PayerAlias.id))) == 2


def test_own_inn_of_the_client_is_not_learnt_as_a_strangers(matched, session, client):
    choose(session, matched(paid()), client)

    assert session.scalars(select(PayerAlias.payer)).all() == [PAYER]


def test_nothing_is_learnt_when_not_wanted_or_not_known(matched, session, client):
    choose(session, matched(paid()), client, learn=False)
    choose(session, matched(paid("2", ПлательщикСчет="", ПлательщикРасчСчет="")), client)

    assert session.scalars(select(PayerAlias)).all() == []


def test_payment_is_split_as_the_person_says(matched, owe, session, client):
    first, second = owe("КС-2026-000015"), owe("КС-2026-000016")
    line = matched(paid())

    choose(session, line, client, [(first.id, Decimal(200)), (second.id, Decimal("1000.50"))])

    assert [part["amount"] for part in line.proposal["parts"]] == ["200", "1000.50"]
    assert line.proposal["advance"] == "19.50"


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1500", "owes less"), ("-1", "above zero"), ("0.001", "above zero")],
)
def test_wrong_part_is_refused(matched, owe, session, client, amount, words):
    item = owe()
    line = matched(paid(amount="2000.00"))

    with pytest.raises(RuleError, match=words):
        choose(session, line, client, [(item.id, Decimal(amount))])


def test_parts_above_the_payment_are_refused(matched, owe, session, client):
    item = owe()
    line = matched(paid(amount="100.00"))

    with pytest.raises(RuleError, match="more than the payment"):
        choose(session, line, client, [(item.id, Decimal(200))])


def test_debt_of_another_client_is_refused(matched, owe, session, client):
    foreign = owe(client=make_client(session))
    line = matched(paid())

    with pytest.raises(RuleError, match="one client"):
        choose(session, line, client, [(foreign.id, Decimal(10))])


def test_line_without_a_client_is_nobodys_income(matched, session, account, post):
    line = matched(paid(НазначениеПлатежа="Прочее"))

    choose(session, line, None)

    assert (line.state, line.client_id, line.proposal["article"]) == (MatchState.MATCHED, None, "other_in")


def test_posted_line_cannot_be_chosen_anew(load, owe, post, session, client):
    owe()
    statement = load(paid())
    post(statement)

    with pytest.raises(RuleError, match="posted already"):
        choose(session, statement.lines[0], client)


def test_line_of_a_statement_taken_back_cannot_be_chosen(load, session, client):
    statement = load(paid())
    take_back(session, statement)

    with pytest.raises(RuleError, match="taken back"):
        choose(session, statement.lines[0], client)


def test_line_left_out_is_not_posted(load, session, account):
    statement = load(spent())
    skip(session, statement.lines[0])

    with pytest.raises(RuleError, match="nothing to post"):
        post_statement(session, statement, today=TODAY)


def test_decision_may_be_taken_back(matched, owe, session, client):
    owe()
    line = matched(paid())
    skip(session, line)

    reconsider(session, line)

    assert (line.state, line.client_id) == (MatchState.MATCHED, client.id)


def test_proposal_for_another_client_can_be_seen_before_choosing(matched, owe, session, client):
    item = owe()
    line = matched(paid(ПлательщикИНН="7736050003"))

    assert [(debt.id, part) for debt, part in propose_for(session, line, client).parts] == [(item.id, Decimal(1220))]


def test_only_chosen_lines_are_left_alone_when_matching_again(load, session, client, account):
    statement = load(paid())
    choose(session, statement.lines[0], client)

    match_lines(session, statement)

    assert statement.lines[0].proposal["chosen"]
