from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client
from app.models.deals import Deal, StageOutcome
from app.permissions import Scope, Viewer
from app.reports import boards
from app.reports.boards import Column, claim_board, deal_board
from tests.factories import TODAY, make_claim, make_client, make_deal, make_deal_stage, make_employee


def by_key(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {column.key: column for column in columns}


def test_columns_are_the_stages_in_their_order(session: Session) -> None:
    late = make_deal_stage(session, position=2000)
    early = make_deal_stage(session, position=1000)

    keys = [column.key for column in deal_board(session, [], TODAY, with_ended=False)]

    assert keys.index(str(early.id)) < keys.index(str(late.id))


def test_a_column_counts_all_deals_and_reads_some(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "MOST_CARDS", 2)
    stage = make_deal_stage(session)
    client = make_client(session)
    for number in range(3):
        make_deal(session, client=client, stage=stage, amount=Decimal(f"{number + 1}00.50"))

    column = by_key(deal_board(session, [], TODAY, with_ended=False))[str(stage.id)]

    assert (column.count, column.amount, len(column.cards)) == (3, Decimal("601.50"), 2)


def test_an_empty_column_stands_with_nothing(session: Session) -> None:
    stage = make_deal_stage(session)
    column = by_key(deal_board(session, [], TODAY, with_ended=True))[str(stage.id)]
    assert (column.count, column.amount, column.cards) == (0, Decimal(0), ())


def test_the_step_that_is_overdue_longest_comes_first(session: Session) -> None:
    stage = make_deal_stage(session)
    client = make_client(session)
    dates = (TODAY + timedelta(days=2), None, TODAY - timedelta(days=3))
    for number, day in enumerate(dates):
        make_deal(session, client=client, stage=stage, title=f"№ {number}", next_step_on=day)

    cards = by_key(deal_board(session, [], TODAY, with_ended=False))[str(stage.id)].cards

    assert [(card.title, card.days_late) for card in cards] == [("№ 2", 3), ("№ 0", 0), ("№ 1", 0)]


def test_ended_deals_are_counted_and_read_only_when_asked(session: Session) -> None:
    lost = make_deal_stage(session, outcome=StageOutcome.LOST)
    make_deal(session, stage=lost, next_step_on=TODAY - timedelta(days=9), closed_on=TODAY - timedelta(days=1))

    folded = by_key(deal_board(session, [], TODAY, with_ended=False))[str(lost.id)]
    shown = by_key(deal_board(session, [], TODAY, with_ended=True))[str(lost.id)]

    assert (folded.count, folded.cards, folded.is_end, folded.asks_reason) == (1, (), True, True)
    assert [(card.due_on, card.days_late) for card in shown.cards] == [(TODAY - timedelta(days=1), 0)]


def test_conditions_limit_cards_and_figures_alike(session: Session) -> None:
    stage = make_deal_stage(session)
    wanted = make_deal(session, stage=stage, client=make_client(session, name="ООО «Нужный»"))
    make_deal(session, stage=stage)

    columns = deal_board(session, [Client.name.contains("Нужный")], TODAY, with_ended=False)

    column = by_key(columns)[str(stage.id)]
    assert (column.count, column.amount) == (1, wanted.amount)
    assert [(card.id, card.client) for card in column.cards] == [(wanted.id, "ООО «Нужный»")]


def test_a_limited_viewer_counts_and_reads_own_rows_only(session: Session) -> None:
    me = make_employee(session)
    stage = make_deal_stage(session)
    make_deal(session, stage=stage)
    mine = make_deal(session, stage=stage, client=make_client(session, responsible=me))
    foreign_client = make_deal(session, stage=stage, responsible=me)
    session.flush()
    session.info["viewer"] = Viewer(user_id=1, employee_id=me.id, scope=Scope.OWN_CLIENTS)

    column = by_key(deal_board(session, [], TODAY, with_ended=False))[str(stage.id)]

    assert column.count == 2
    assert {card.id: bool(card.client) for card in column.cards} == {mine.id: True, foreign_client.id: False}


def test_claims_stand_by_status_the_most_urgent_first(session: Session) -> None:
    late = make_claim(session, answer_due_on=TODAY - timedelta(days=2), amount=Decimal("10.00"))
    make_claim(session, answer_due_on=TODAY + timedelta(days=2))
    make_claim(session, status=ClaimStatus.CLOSED, result="Заменили", closed_on=TODAY, answer_due_on=date(2026, 1, 1))

    columns = by_key(claim_board(session, [], TODAY, with_ended=False))

    assert list(columns) == [status.value for status in ClaimStatus]
    registered = columns["registered"]
    assert (registered.count, registered.amount) == (2, Decimal("10.00"))
    assert [card.days_late for card in registered.cards] == [2, 0]
    assert registered.cards[0].id == late.id
    assert (columns["closed"].count, columns["closed"].cards) == (1, ())


def test_closed_claims_are_never_overdue(session: Session) -> None:
    make_claim(session, status=ClaimStatus.CLOSED, result="Заменили", closed_on=TODAY, answer_due_on=date(2026, 1, 1))
    (card,) = by_key(claim_board(session, [], TODAY, with_ended=True))["closed"].cards
    assert (card.due_on, card.days_late) == (TODAY, 0)


def test_a_claim_without_a_term_is_not_overdue(session: Session) -> None:
    make_claim(session, answer_due_on=None)
    (card,) = by_key(claim_board(session, [], TODAY, with_ended=False))["registered"].cards
    assert (card.due_on, card.days_late) == (None, 0)


def test_a_board_costs_the_same_for_many_records(session: Session, count_queries) -> None:
    client = make_client(session)
    stage = make_deal_stage(session)
    for _number in range(30):
        make_deal(session, client=client, stage=stage)
        make_claim(session, client=client)
    session.flush()
    session.expunge_all()

    with count_queries() as deals:
        deal_board(session, [Deal.amount >= 0], TODAY, with_ended=True)
    with count_queries() as claims:
        claim_board(session, [Claim.id > 0], TODAY, with_ended=True)

    assert (len(deals), len(claims)) == (3, 2)
