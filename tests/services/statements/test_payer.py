from decimal import Decimal

import pytest

from app.models.clients import ClientBankAccount
from app.models.money import MatchState, PayerAlias
from tests.factories import make_bank_account, make_client
from tests.services.statements.files import PAYER, PAYER_INN, SECOND, moved, paid, spent
from tests.services.statements.proposals import OTHER_INN, offered, parts, reasons

# --- who paid --------------------------------------------------------------------------------------------------


def test_branches_of_one_inn_are_told_apart_by_the_kpp(matched, client, session):
    branch = make_client(session, inn=PAYER_INN, kpp="540701001")

    line = matched(paid(ПлательщикКПП="540701001"))

    assert (line.client_id, reasons(line)[0]) == (branch.id, "inn_kpp")


def test_branches_are_told_apart_by_a_known_account(matched, client, session):
    branch = make_client(session, inn=PAYER_INN, kpp="540701001")
    session.add(ClientBankAccount(client=branch, account=PAYER, bik="044525225"))

    line = matched(paid(ПлательщикКПП="0"))

    assert (line.client_id, reasons(line)[0]) == (branch.id, "inn_account")


def test_branches_are_told_apart_by_what_was_learnt(matched, client, session):
    branch = make_client(session, inn=PAYER_INN, kpp="540701001")
    session.add(PayerAlias(payer=PAYER, client_id=branch.id))

    line = matched(paid(ПлательщикКПП="0"))

    assert (line.client_id, reasons(line)[0]) == (branch.id, "inn_learnt")


def test_branches_that_nothing_tells_apart_are_offered_with_facts(matched, client, session):
    make_client(session, name="Ромашка Север", inn=PAYER_INN, kpp="540701001", town="Омск")

    line = matched(paid(ПлательщикКПП="0"))

    assert (line.state, line.client_id, reasons(line)) == (MatchState.TO_CHOOSE, None, ["several_payers"])
    assert {candidate["name"]: candidate["town"] for candidate in line.proposal["candidates"]} == {
        client.name: "",
        "Ромашка Север": "Омск",
    }


def test_payer_without_an_inn_is_known_by_the_account(matched, client, session):
    session.add(ClientBankAccount(client=client, account=PAYER, bik="044525225"))

    line = matched(paid(ПлательщикИНН="0"))

    assert (line.client_id, reasons(line)[0]) == (client.id, "account")


def test_account_of_a_client_with_the_inn_of_another_is_left_to_a_person(matched, client, session):
    session.add(ClientBankAccount(client=client, account=PAYER, bik="044525225"))

    line = matched(paid(ПлательщикИНН=OTHER_INN))

    assert (line.state, line.client_id, reasons(line)) == (MatchState.TO_CHOOSE, None, ["account_of_another"])
    assert offered(line) == [(client.name, "account")]


def test_payer_learnt_before_is_known(matched, client, session, owe):
    owe()
    session.add(PayerAlias(payer=OTHER_INN, client_id=client.id))

    line = matched(paid(ПлательщикИНН=OTHER_INN))

    assert (line.state, line.client_id, reasons(line)[0]) == (MatchState.MATCHED, client.id, "learnt")


def test_payer_learnt_for_two_clients_is_left_to_a_person(matched, client, session):
    other = make_client(session)
    session.add_all(PayerAlias(payer=OTHER_INN, client_id=key) for key in (client.id, other.id))

    line = matched(paid(ПлательщикИНН=OTHER_INN))

    assert (line.state, reasons(line), len(offered(line))) == (MatchState.TO_CHOOSE, ["several_payers"], 2)


def test_inn_of_the_bank_on_an_account_of_a_person_does_not_decide(matched, client):
    line = matched(paid(ПлательщикСчет="40817810800000000111", ПлательщикРасчСчет="40817810800000000111"))

    assert (line.state, line.client_id, reasons(line)) == (MatchState.TO_CHOOSE, None, ["bank_inn"])


def test_person_whose_account_is_known_is_found_behind_the_inn_of_the_bank(matched, client, session):
    personal = "40817810800000000111"
    person = make_client(session)
    session.add(PayerAlias(payer=personal, client_id=person.id))

    line = matched(paid(ПлательщикСчет=personal, ПлательщикРасчСчет=personal))

    assert (line.client_id, reasons(line)[0]) == (person.id, "learnt")


def test_unknown_payer_is_unknown(matched, account):
    line = matched(paid())

    assert (line.state, reasons(line)) == (MatchState.UNKNOWN, ["unknown_payer"])


def test_same_name_is_offered_and_never_taken(matched, session):
    alike = make_client(session, name='ООО "РОМАШКА"', inn=OTHER_INN, company_key="ромашка")

    line = matched(paid())

    assert (line.state, line.client_id, offered(line)) == (MatchState.TO_CHOOSE, None, [(alike.name, "same_name")])


def test_stranger_who_names_our_invoice_is_offered_its_client(matched, owe, client):
    item = owe()

    line = matched(paid(ПлательщикИНН=OTHER_INN, НазначениеПлатежа="по счету КС-2026-000015 за ООО Ромашка"))

    assert (line.state, line.client_id) == (MatchState.TO_CHOOSE, client.id)
    assert parts(line) == [(item.id, Decimal("1220.00"))]
    (candidate,) = line.proposal["candidates"]
    assert (candidate["because"], candidate["debt"], candidate["inn"]) == ("number", "1220.00", PAYER_INN)


def test_stranger_who_names_invoices_of_two_clients_must_be_asked(matched, owe, session):
    owe()
    owe("КС-2026-000016", client=make_client(session))

    line = matched(paid(ПлательщикИНН=OTHER_INN, НазначениеПлатежа="по счетам КС-2026-000015, № КС-2026-000016"))

    assert (line.state, line.client_id, len(offered(line))) == (MatchState.TO_CHOOSE, None, 2)


def test_client_who_names_the_invoice_of_another_is_left_to_a_person(matched, owe, client, session):
    payer = make_client(session, name="Плательщик", inn=OTHER_INN)
    owe()

    line = matched(paid(ПлательщикИНН=OTHER_INN, НазначениеПлатежа="по счету КС-2026-000015"))

    assert (line.state, line.client_id) == (MatchState.TO_CHOOSE, payer.id)
    assert "number_of_another" in reasons(line)
    assert offered(line) == [(payer.name, "inn"), (client.name, "number")]


def test_client_who_is_known_to_pay_for_another_is_matched_to_the_other(matched, owe, client, session):
    make_client(session, name="Плательщик", inn=OTHER_INN)
    session.add(PayerAlias(payer=OTHER_INN, client_id=client.id))
    owe()

    line = matched(paid(ПлательщикИНН=OTHER_INN, НазначениеПлатежа="по счету КС-2026-000015"))

    assert (line.state, line.client_id, reasons(line)[0]) == (MatchState.MATCHED, client.id, "learnt")


# --- what is no income -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "article"),
    [
        ("Возврат ошибочно перечисленных средств", "supplier_return"),
        ("Предоставление займа по договору 5", "loan"),
        ("Пополнение счета", "transfer"),
        ("Ошибочно зачисленная сумма", "other_in"),
    ],
)
def test_money_in_that_is_no_income_settles_nothing(matched, owe, purpose, article):
    owe()

    line = matched(paid(НазначениеПлатежа=purpose))

    assert (line.state, line.client_id, parts(line)) == (MatchState.NOT_INCOME, None, [])
    assert line.proposal["article"] == article


def test_open_invoice_beside_a_word_of_no_income_is_left_to_a_person(matched, owe):
    item = owe()

    line = matched(paid(НазначениеПлатежа="Оплата по счету КС-2026-000015, товар в кредит"))

    assert (line.state, reasons(line)[-1]) == (MatchState.TO_CHOOSE, "not_income_words")
    assert parts(line) == [(item.id, Decimal("1220.00"))]


@pytest.mark.parametrize(
    ("changes", "article"),
    [
        ({"НазначениеПлатежа": "Комиссия за ведение счета"}, "fee"),
        ({"НазначениеПлатежа": "По тарифу", "ВидОплаты": "17"}, "fee"),
        ({"НазначениеПлатежа": "ЕНП", "ПоказательКБК": "18201061201010000510"}, "tax"),
        ({"НазначениеПлатежа": "Страховые взносы за октябрь"}, "tax"),
        ({"НазначениеПлатежа": "Заработная плата за октябрь"}, "salary"),
        ({"НазначениеПлатежа": "Погашение кредита"}, "loan"),
        ({"НазначениеПлатежа": "Оплата за запчасти"}, "supplier"),
    ],
)
def test_article_of_money_out_is_guessed_from_the_words(matched, account, changes, article):
    line = matched(spent(**changes))

    assert (line.state, line.proposal["article"]) == (MatchState.NOT_INCOME, article)


def test_refund_to_a_client_waits_for_a_person(matched, client):
    line = matched(spent(НазначениеПлатежа="Возврат аванса по письму"))

    assert (line.state, line.client_id, line.proposal["article"]) == (MatchState.TO_CHOOSE, client.id, "refund")


def test_refund_to_a_stranger_waits_for_a_person_too(matched, account):
    line = matched(spent(НазначениеПлатежа="Возврат аванса по письму"))

    assert (line.state, line.client_id) == (MatchState.TO_CHOOSE, None)


def test_transfer_between_own_accounts_is_certain(matched, session):
    make_bank_account(session, account=SECOND)

    line = matched(moved())

    assert (line.state, line.proposal["confidence"], reasons(line)) == (MatchState.NOT_INCOME, 100, ["transfer"])
