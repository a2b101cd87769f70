from datetime import date
from decimal import Decimal

from app.models.money import MatchState
from app.services.statements import match_lines, reason_text, skip
from tests.factories import make_agreement, make_client, make_contract
from tests.services.statements.files import PAYER_INN, paid
from tests.services.statements.proposals import parts, reasons, thirds

# --- what is settled -------------------------------------------------------------------------------------------


def test_invoice_named_with_its_exact_sum_is_surest(matched, owe, client):
    item = owe()

    line = matched(paid(НазначениеПлатежа="Оплата по счету № КС-2026-000015 от 23.11.2026"))

    assert (line.state, line.client_id, line.proposal["confidence"]) == (MatchState.MATCHED, client.id, 99)
    assert parts(line) == [(item.id, Decimal("1220.00"))]
    assert reasons(line) == ["inn", "number", "sum"]


def test_number_without_our_prefix_and_zeros_is_found(matched, owe):
    item = owe()

    line = matched(paid(НазначениеПлатежа="Оплата по счету 2026-15"))

    assert parts(line) == [(item.id, Decimal("1220.00"))]


def test_number_without_the_word_invoice_is_found_among_the_open_ones(matched, owe):
    item = owe(number="УТ-4521")
    owe(number="УТ-4522")

    line = matched(paid(НазначениеПлатежа="За компрессор по документу 4521"))

    assert parts(line) == [(item.id, Decimal("1220.00"))]
    assert "number" in reasons(line)


def test_part_of_the_named_invoice_is_matched_to_it(matched, owe):
    item = owe()

    line = matched(paid(amount="500.00", НазначениеПлатежа="Частичная оплата по счету КС-2026-000015"))

    assert (line.state, parts(line), reasons(line)[-1]) == (
        MatchState.MATCHED,
        [(item.id, Decimal("500.00"))],
        "partial",
    )


def test_sum_of_one_stage_of_the_named_invoice_is_said_to_be_so(matched, owe, session, account):
    agreement = thirds(session, account)
    item = owe(agreement=agreement)

    line = matched(paid(amount="366.00", НазначениеПлатежа="Аванс 30% по счету КС-2026-000015"))

    assert parts(line) == [(item.id, Decimal("366.00"))]
    assert reasons(line)[-1] == "stage_sum"


def test_more_than_the_named_invoice_owes_is_left_to_a_person(matched, owe):
    item = owe()

    line = matched(paid(amount="2000.00", НазначениеПлатежа="по счету КС-2026-000015"))

    assert (line.state, line.proposal["advance"]) == (MatchState.TO_CHOOSE, "780.00")
    assert parts(line) == [(item.id, Decimal("1220.00"))]
    assert reasons(line)[-1] == "sum_above"


def test_several_invoices_that_add_up_are_matched(matched, owe):
    first, second = owe("КС-2026-000015"), owe("КС-2026-000016")

    line = matched(paid(amount="2440.00", НазначениеПлатежа="по счетам № КС-2026-000015, № КС-2026-000016"))

    assert (line.state, line.proposal["confidence"]) == (MatchState.MATCHED, 97)
    assert [item for item, _ in parts(line)] == [first.id, second.id]


def test_several_invoices_that_do_not_add_up_are_left_to_a_person(matched, owe):
    owe("КС-2026-000015")
    owe("КС-2026-000016")

    line = matched(paid(amount="2000.00", НазначениеПлатежа="по счетам № КС-2026-000015, № КС-2026-000016"))

    assert (line.state, reasons(line)[-1]) == (MatchState.TO_CHOOSE, "sums_differ")


def test_invoices_of_one_number_are_told_apart_by_the_date(matched, owe):
    owe("СЧ-15", day=date(2026, 11, 19))
    item = owe("15", day=date(2026, 11, 20))

    line = matched(paid(НазначениеПлатежа="по счету 15 от 20.11.26"))

    assert [key for key, _ in parts(line)] == [item.id]


def test_another_date_than_the_invoice_has_is_said(matched, owe):
    owe()

    line = matched(paid(НазначениеПлатежа="по счету КС-2026-000015 от 01.02.2026"))

    assert line.state is MatchState.MATCHED
    assert "number_date_differs" in reasons(line)


def test_exact_sum_of_the_only_such_invoice_is_matched(matched, owe):
    item = owe()
    owe("КС-2026-000016", price="999.00")

    line = matched(paid(НазначениеПлатежа="Оплата за оборудование"))

    assert (line.state, line.proposal["confidence"]) == (MatchState.MATCHED, 85)
    assert parts(line) == [(item.id, Decimal("1220.00"))]
    assert reasons(line) == ["inn", "exact_sum"]


def test_exact_sum_of_a_stage_is_matched(matched, owe, session, account):
    agreement = thirds(session, account)
    item = owe(agreement=agreement)

    line = matched(paid(amount="366.00"))

    assert parts(line) == [(item.id, Decimal("366.00"))]
    assert reasons(line) == ["inn", "exact_stage"]


def test_two_invoices_of_the_sum_are_left_to_a_person(matched, owe):
    owe("КС-2026-000015")
    owe("КС-2026-000016")

    line = matched(paid())

    assert (line.state, reasons(line)) == (MatchState.TO_CHOOSE, ["inn", "equal_sums"])


def test_unknown_number_with_an_exact_sum_is_matched_with_less_confidence(matched, owe):
    owe()

    line = matched(paid(НазначениеПлатежа="Оплата по счету № 777"))

    assert (line.state, line.proposal["confidence"]) == (MatchState.MATCHED, 75)
    assert "number_not_found" in reasons(line)


def test_unknown_number_without_an_exact_sum_is_left_to_a_person(matched, owe):
    owe()

    assert matched(paid(amount="500.00", НазначениеПлатежа="Оплата по счету № 777")).state is MatchState.TO_CHOOSE


def test_payment_without_a_number_settles_the_oldest_due_first(matched, owe, session, account):
    late = make_agreement(session, organisation=account.organisation)
    late.stages[0].shift_days = 90
    second = owe("КС-2026-000015", agreement=late)
    first = owe("КС-2026-000016")

    line = matched(paid(amount="1500.00"))

    assert (line.state, reasons(line)) == (MatchState.MATCHED, ["inn", "oldest_first"])
    assert parts(line) == [(first.id, Decimal("1220.00")), (second.id, Decimal("280.00"))]


def test_contract_named_in_the_purpose_comes_first(matched, owe, session, client, account):
    contract = make_contract(session, client=client, organisation=account.organisation, number="45/26-К")
    owe("КС-2026-000015")
    item = owe("КС-2026-000016", contract=contract)

    line = matched(paid(amount="700.00", НазначениеПлатежа="Оплата по договору № 45/26-К"))

    assert parts(line) == [(item.id, Decimal("700.00"))]
    assert (line.proposal["confidence"], reasons(line)) == (70, ["inn", "contract", "oldest_first"])


def test_more_than_all_debts_is_left_to_a_person_with_the_rest_as_an_advance(matched, owe):
    owe()

    line = matched(paid(amount="5000.00"))

    assert (line.state, line.proposal["advance"]) == (MatchState.TO_CHOOSE, "3780.00")


def test_client_that_owes_nothing_is_left_to_a_person_as_an_advance(matched, client):
    line = matched(paid())

    assert (line.state, line.client_id, line.proposal["advance"]) == (MatchState.TO_CHOOSE, client.id, "1220.00")
    assert reasons(line) == ["inn", "nothing_open"]


def test_debt_taken_by_one_line_is_not_offered_to_the_next(load, owe):
    owe()

    statement = load(paid("1"), paid("2"))

    assert [line.state for line in statement.lines] == [MatchState.MATCHED, MatchState.TO_CHOOSE]
    assert parts(statement.lines[1]) == []


def test_vat_in_the_purpose_that_the_invoice_does_not_have_is_a_warning(matched, owe):
    owe()

    line = matched(paid(НазначениеПлатежа="по счету КС-2026-000015. В т.ч. НДС 20% - 203-33"))

    assert line.state is MatchState.MATCHED
    assert reasons(line)[-1] == "vat_differs"


def test_purpose_without_vat_for_an_invoice_with_vat_is_a_warning(matched, owe):
    owe()

    assert reasons(matched(paid(НазначениеПлатежа="по счету КС-2026-000015. Без НДС")))[-1] == "vat_missing"


def test_right_vat_in_the_purpose_is_no_warning(matched, owe):
    owe()

    line = matched(paid(НазначениеПлатежа="по счету КС-2026-000015. В т.ч. НДС 22% - 220-00"))

    assert reasons(line) == ["inn", "number", "sum"]


# --- matching again --------------------------------------------------------------------------------------------


def test_client_entered_after_loading_is_found_when_matching_again(load, session):
    statement = load(paid())
    client = make_client(session, inn=PAYER_INN)

    counts = match_lines(session, statement)

    assert statement.lines[0].client_id == client.id
    assert counts[MatchState.TO_CHOOSE] == 1


def test_line_left_out_stays_so_when_matching_again(load, session):
    statement = load(paid())
    skip(session, statement.lines[0])

    assert match_lines(session, statement)[MatchState.SKIPPED] == 1


def test_every_reason_has_words(matched, owe):
    owe()

    line = matched(paid(amount="2000.00", НазначениеПлатежа="по счету КС-2026-000015"))

    assert [reason_text(reason) for reason in line.proposal["reasons"]] == [
        "INN",
        "invoice no. КС-2026-000015 in the purpose",
        "more than the debt of 1\N{NO-BREAK SPACE}220,00",
    ]
