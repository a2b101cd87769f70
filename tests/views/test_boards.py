from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.claims import Claim, ClaimEvent, ClaimReason, ClaimStatus
from app.models.deals import Deal, DealStage, DealStageChange, LossReason, StageOutcome
from app.models.staff import Employee
from app.permissions import Role
from app.reports import boards
from tests.conftest import ClientAs
from tests.factories import make_claim, make_client, make_deal, make_deal_stage

JSON = {"Accept": "application/json"}
YEARS_AGO = datetime(2020, 3, 2, tzinfo=UTC).date()


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


@pytest.fixture
def head(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES_HEAD)


@pytest.fixture
def me(session: Session, sales: FlaskClient) -> Employee:
    return session.get_one(Employee, sales.employee_id)  # type: ignore[attr-defined]


@pytest.fixture
def own(session: Session, me: Employee) -> Any:
    return make_client(session, name="ООО «Своё»", responsible=me)


@pytest.fixture
def lost(session: Session) -> DealStage:
    return make_deal_stage(session, name="Проиграна", outcome=StageOutcome.LOST, position=900)


def page_of(client: FlaskClient, address: str) -> lxml.html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.get_data(as_text=True))


def cards_of(page: lxml.html.HtmlElement, key: Any) -> list[str]:
    return page.xpath(f'//*[@data-column="{key}"]//*[@data-card]/@data-card')


# --- what is shown -------------------------------------------------------------------------------------------


def test_the_board_opens_on_ones_own_deals(sales: FlaskClient, session: Session, own, me: Employee) -> None:
    stage = make_deal_stage(session)
    mine = make_deal(session, client=own, stage=stage)
    make_deal(session, client=own, stage=stage, responsible=make_client(session).responsible)
    make_deal(session, stage=stage)

    page = page_of(sales, "/deals/board/")

    assert cards_of(page, stage.id) == [str(mine.id)]
    assert len(cards_of(page_of(sales, "/deals/board/?tab=all"), stage.id)) == 2


def test_a_head_opens_on_everybodys_deals_and_narrows_them(head: FlaskClient, session: Session) -> None:
    stage = make_deal_stage(session)
    wanted = make_deal(session, stage=stage, client=make_client(session, name="ООО «Вымысел»"))
    make_deal(session, stage=stage)

    assert len(cards_of(page_of(head, "/deals/board/"), stage.id)) == 2
    of_one = page_of(head, f"/deals/board/?f_responsible={wanted.responsible_id}")
    assert cards_of(of_one, stage.id) == [str(wanted.id)]
    assert cards_of(page_of(head, "/deals/board/?q=вымысел"), stage.id) == [str(wanted.id)]


@pytest.mark.parametrize("query", ["tab=team", "f_responsible=x", "f_responsible=-1"])
def test_impossible_arguments_are_refused(head: FlaskClient, query: str) -> None:
    assert head.get(f"/deals/board/?{query}").status_code == 400


def test_a_board_is_narrowed_to_a_period_and_its_list_as_well(head: FlaskClient, session: Session) -> None:
    stage = make_deal_stage(session, name="Согласование", position=800)
    soon, later = (
        make_deal(session, stage=stage, expected_on=day) for day in (YEARS_AGO, YEARS_AGO.replace(year=2021))
    )
    claims = [make_claim(session, registered_on=day) for day in (YEARS_AGO, YEARS_AGO.replace(year=2021))]
    session.commit()
    bounds = {"from": "2020-01-01", "to": "2020-12-31"}

    asked = "&".join(f"f_expected_on_{end}={day}" for end, day in bounds.items())
    page = page_of(head, f"/deals/board/?{asked}")
    assert cards_of(page, stage.id) == [str(soon.id)]
    assert str(later.id) in cards_of(page_of(head, "/deals/board/"), stage.id)
    assert page.xpath("//input[@type='date']/@value") == list(bounds.values())
    assert all(f"f_expected_on_{end}={day}" in page.xpath("//a[.='Список']/@href")[0] for end, day in bounds.items())

    asked = "&".join(f"f_registered_on_{end}={day}" for end, day in bounds.items())
    assert cards_of(page_of(head, f"/claims/board/?{asked}"), "registered") == [str(claims[0].id)]


def test_an_overdue_step_says_so_in_words(sales: FlaskClient, session: Session, own) -> None:
    make_deal(session, client=own, next_step="Позвонить", next_step_on=YEARS_AGO)
    make_deal(session, client=own)
    (chip,) = page_of(sales, "/deals/board/").xpath(
        '//*[contains(@class, "board-card is-danger")]//*[contains(@class, "chip-danger")]'
    )
    assert chip.text_content().strip()


def test_the_step_of_today_is_marked(sales: FlaskClient, session: Session, own) -> None:
    make_deal(session, client=own, next_step_on=day_of(utc_now(), ZoneInfo("Europe/Moscow")))
    assert page_of(sales, "/deals/board/").xpath('//*[contains(@class, "board-due")]//*[contains(@class, "chip-warn")]')


def test_ended_deals_are_folded_until_asked_for(sales: FlaskClient, session: Session, own, lost: DealStage) -> None:
    deal = make_deal(session, client=own, stage=lost, closed_on=YEARS_AGO)
    assert cards_of(page_of(sales, "/deals/board/"), lost.id) == []
    assert cards_of(page_of(sales, "/deals/board/?ended=1"), lost.id) == [str(deal.id)]


def test_the_rest_of_a_long_column_is_in_the_list(
    sales: FlaskClient, session: Session, own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "MOST_CARDS", 1)
    stage = make_deal_stage(session)
    for _number in range(3):
        make_deal(session, client=own, stage=stage)

    (more,) = page_of(sales, "/deals/board/").xpath('//a[@class="board-more"]')

    assert more.get("href") == f"/deals/list/?tab=mine&f_stage={stage.id}"
    assert len(page_of(sales, more.get("href")).xpath("//tr[@data-key]")) == 3


@pytest.mark.parametrize(("table", "key"), [("deals", "stage"), ("claims", "status")])
def test_list_and_board_lead_to_each_other(head: FlaskClient, table: str, key: str) -> None:
    assert page_of(head, f"/{table}/list/").xpath(f'//main//a[@href="/{table}/board/"]')
    assert page_of(head, f"/{table}/board/").xpath(f'//main//a[starts-with(@href, "/{table}/list/")]')


def test_mine_of_a_login_without_an_employee_is_nothing(head: FlaskClient, session: Session) -> None:
    session.get_one(Employee, head.employee_id).user_id = None  # type: ignore[attr-defined]
    make_deal(session)
    assert not page_of(head, "/deals/board/?tab=mine").xpath("//*[@data-card]")


def test_the_line_of_the_menu_is_marked_on_the_board(head: FlaskClient) -> None:
    (line,) = page_of(head, "/deals/board/").xpath('//nav[@id="sections"]//a[@aria-current="page"]')
    assert line.get("href") == "/deals/list/"


def test_who_may_only_read_moves_nothing(client_as: ClientAs, session: Session) -> None:
    buyer = client_as(Role.PURCHASING)
    deal = make_deal(session)
    page = page_of(buyer, "/deals/board/?tab=all")
    assert page.xpath("//*[@data-card]")
    assert not page.xpath("//main//*[@data-card]//select")
    answer = buyer.post(f"/deals/board/move/{deal.id}", data={"to": make_deal_stage(session).id}, headers=JSON)
    assert answer.status_code in {302, 403}
    assert session.get_one(Deal, deal.id).stage_id == deal.stage_id


@pytest.mark.parametrize("table", ["deals", "claims"])
def test_a_board_takes_few_questions(head: FlaskClient, session: Session, table: str, count_queries) -> None:
    client = make_client(session)
    for _number in range(10):
        make_deal(session, client=client)
        make_claim(session, client=client)
    head.get(f"/{table}/board/")
    with count_queries() as queries:
        head.get(f"/{table}/board/?ended=1")
    assert len(queries) <= 12


# --- moving deals ---------------------------------------------------------------------------------------------


def move(client: FlaskClient, record: Any, to: Any, table: str = "deals", **data: Any) -> Any:
    sent = {"to": to, "version": record.version} | data
    return client.post(f"/{table}/board/move/{record.id}", data=sent, headers=JSON)


def test_a_card_is_moved_and_the_move_is_noted(sales: FlaskClient, session: Session, own) -> None:
    deal = make_deal(session, client=own)
    stage = make_deal_stage(session, name="Договор")

    answer = move(sales, deal, stage.id)

    session.refresh(deal)
    assert (answer.status_code, deal.stage_id) == (200, stage.id)
    assert answer.json["version"] == deal.version
    assert answer.json["may_return"] is True
    assert "Договор" in answer.json["said"]
    (change,) = session.scalars(select(DealStageChange))
    assert (change.to_id, change.by_user_id) == (stage.id, sales.user_id)  # type: ignore[attr-defined]


def test_the_form_moves_without_a_script(sales: FlaskClient, session: Session, own) -> None:
    deal = make_deal(session, client=own)
    stage = make_deal_stage(session)
    data = {f"to-{deal.id}": stage.id, "to-999": 1, "version": deal.version, "kept-tab": "all", "kept-q": "ооо"}

    answer = sales.post(f"/deals/board/move/{deal.id}", data=data)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/deals/board/?tab=all&q=%D0%BE%D0%BE%D0%BE"
    session.refresh(deal)
    assert deal.stage_id == stage.id


def test_a_lost_deal_needs_a_reason(sales: FlaskClient, session: Session, own, lost: DealStage) -> None:
    deal = make_deal(session, client=own)
    answer = move(sales, deal, lost.id)
    assert answer.status_code == 409
    assert answer.json["refused"]
    session.refresh(deal)
    assert deal.stage_id != lost.id


def test_a_deal_is_lost_with_its_reason(sales: FlaskClient, session: Session, own, lost: DealStage) -> None:
    deal = make_deal(session, client=own)
    reason = LossReason(name="Дорого")
    session.add(reason)
    session.flush()

    assert move(sales, deal, lost.id, loss_reason=reason.id).status_code == 200

    session.refresh(deal)
    assert (deal.stage_id, deal.loss_reason_id) == (lost.id, reason.id)
    assert deal.closed_on is not None


def test_the_reason_is_asked_on_a_page_where_there_is_no_script(
    sales: FlaskClient, session: Session, own, lost: DealStage
) -> None:
    deal = make_deal(session, client=own)
    session.add(LossReason(name="Дорого"))
    session.flush()
    data = {f"to-{deal.id}": lost.id, "version": deal.version, "kept-tab": "all"}

    answer = sales.post(f"/deals/board/move/{deal.id}", data=data)
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    form = next(form for form in page.forms if form.get("class") == "form")

    assert answer.status_code == 200
    assert form.fields["to"] == str(lost.id)
    answer = sales.post(form.action, data=dict(form.form_values()))
    assert answer.headers["Location"] == "/deals/board/?tab=all"
    session.refresh(deal)
    assert deal.stage_id == lost.id


def test_the_address_of_a_move_only_asks(sales: FlaskClient, session: Session, own, lost: DealStage) -> None:
    deal = make_deal(session, client=own)
    assert sales.get(f"/deals/board/move/{deal.id}?to={lost.id}").status_code == 200
    assert sales.get(f"/deals/board/move/{deal.id}?to={deal.stage_id}").status_code == 302
    session.refresh(deal)
    assert deal.stage_id != lost.id


def test_a_card_that_somebody_changed_meanwhile_is_refused(sales: FlaskClient, session: Session, own) -> None:
    deal = make_deal(session, client=own)
    stage = make_deal_stage(session)
    answer = move(sales, deal, stage.id, version=deal.version + 1)
    assert answer.status_code == 409
    assert answer.json["refused"]
    session.refresh(deal)
    assert deal.stage_id != stage.id


def test_a_refusal_is_shown_where_there_is_no_script(sales: FlaskClient, session: Session, own) -> None:
    deal = make_deal(session, client=own)
    data = {"to": deal.stage_id, "version": deal.version + 1}
    page = sales.post(f"/deals/board/move/{deal.id}", data=data, follow_redirects=True)
    assert 'class="message is-danger" role="alert"' in page.get_data(as_text=True)


def test_a_foreign_card_is_not_found(sales: FlaskClient, session: Session) -> None:
    deal, claim = make_deal(session), make_claim(session)
    assert move(sales, deal, make_deal_stage(session).id).status_code == 404
    assert move(sales, claim, "investigation", "claims").status_code == 404


@pytest.mark.parametrize("data", [{}, {"to": ""}, {"to": "x"}, {"to": "999999"}, {"to": "этап"}])
def test_an_unknown_stage_is_refused(sales: FlaskClient, session: Session, own, data: dict[str, str]) -> None:
    deal = make_deal(session, client=own)
    assert sales.post(f"/deals/board/move/{deal.id}", data=data, headers=JSON).status_code == 400


def test_an_unknown_reason_is_refused(sales: FlaskClient, session: Session, own, lost: DealStage) -> None:
    deal = make_deal(session, client=own)
    assert move(sales, deal, lost.id, loss_reason="999999").status_code == 400


@pytest.mark.usefixtures("csrf")
def test_a_move_needs_the_token_of_the_page(session: Session, client_as: ClientAs, app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    head = client_as(Role.SALES_HEAD)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    deal = make_deal(session)
    stage = make_deal_stage(session)

    assert move(head, deal, stage.id).status_code == 400

    token = page_of(head, "/deals/board/").xpath('//form[@id="move"]/input[@name="csrf_token"]/@value')[0]
    assert move(head, deal, stage.id, csrf_token=token).status_code == 200


# --- moving claims ---------------------------------------------------------------------------------------------


def test_a_claim_is_offered_only_where_it_may_go(sales: FlaskClient, session: Session, own) -> None:
    claim = make_claim(session, client=own)
    options = page_of(sales, "/claims/board/").xpath(f'//*[@data-card="{claim.id}"]//option/@value')
    assert options == ["registered", "investigation", "settlement"]


def test_a_claim_moves_and_logs_it(sales: FlaskClient, session: Session, own) -> None:
    claim = make_claim(session, client=own)
    answer = move(sales, claim, "investigation", "claims")
    session.refresh(claim)
    assert (answer.status_code, claim.status) == (200, ClaimStatus.INVESTIGATION)
    assert answer.json["may_return"] is False
    (event,) = session.scalars(select(ClaimEvent))
    assert (event.from_status, event.to_status) == (ClaimStatus.REGISTERED, ClaimStatus.INVESTIGATION)


def test_a_claim_goes_back_where_the_rule_allows(sales: FlaskClient, session: Session, own) -> None:
    claim = make_claim(session, client=own, status=ClaimStatus.INVESTIGATION)
    assert move(sales, claim, "settlement", "claims").json["may_return"] is True


def test_a_claim_is_refused_a_forbidden_way_in_words(sales: FlaskClient, session: Session, own) -> None:
    claim = make_claim(session, client=own)
    answer = move(sales, claim, "closed", "claims")
    assert answer.status_code == 409
    assert "«" in answer.json["refused"]
    assert session.get_one(Claim, claim.id).status is ClaimStatus.REGISTERED


def test_a_claim_is_not_closed_without_its_result(sales: FlaskClient, session: Session, own) -> None:
    reason = ClaimReason(name="Брак")
    session.add(reason)
    claim = make_claim(session, client=own, status=ClaimStatus.SETTLEMENT, reason=reason)
    answer = move(sales, claim, "closed", "claims")
    assert answer.status_code == 409
    assert "результат, итог" in answer.json["refused"], "the reason is there"


def test_an_unknown_status_is_refused(sales: FlaskClient, session: Session, own) -> None:
    assert move(sales, make_claim(session, client=own), "burnt", "claims").status_code == 400


def test_an_overdue_claim_shows_red(sales: FlaskClient, session: Session, own) -> None:
    claim = make_claim(session, client=own, registered_on=YEARS_AGO, answer_due_on=YEARS_AGO + timedelta(days=30))
    page = page_of(sales, "/claims/board/")
    assert page.xpath(
        f'//*[@data-card="{claim.id}"][contains(@class, "is-danger")]//*[contains(@class, "chip-danger")]'
    )
