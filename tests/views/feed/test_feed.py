"""Timelines as pages: writing into them, comments, pins, whom one may mention."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientComment, Pin
from app.models.deals import Deal
from app.models.follow_ups import FollowUp, FollowUpOutcome
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.notices import Notice, NoticeKind
from app.models.service import Equipment
from app.models.staff import Employee
from app.permissions import Role
from app.views.mentions_html import mentions
from tests.factories import (
    make_client,
    make_contact,
    make_deal,
    make_employee,
    make_equipment,
    make_follow_up_rule,
    make_interaction,
    make_product,
    make_user,
    make_visit,
)
from tests.factories.access import make_role

ClientAs = Callable[[Role], FlaskClient]
CALL = {"kind": "call", "topic": "Цена", "result": "Думают", "contact_details": "+79000000000"}


@pytest.fixture
def anna(client_as: ClientAs) -> Any:
    return client_as(Role.SALES)


@pytest.fixture
def mine(session: Session, anna: Any) -> Client:
    manager = session.get(Employee, anna.employee_id)
    return make_client(session, responsible=manager, name="ООО «Моё»", actual_address="Тверь")


@pytest.fixture
def deal(session: Session, mine: Client) -> Deal:
    return make_deal(session, client=mine, responsible=mine.responsible, contact=make_contact(session, client=mine))


@pytest.fixture
def machine(session: Session, mine: Client) -> Equipment:
    return make_equipment(session, client=mine, model="ВК-77")


def talks(session: Session) -> list[Interaction]:
    session.expire_all()
    return list(session.scalars(select(Interaction).order_by(Interaction.id)))


def test_a_call_with_next_step_and_mention_is_written_in_one_go(
    anna: FlaskClient, mine: Client, session: Session
) -> None:
    head = make_user(session, username="head", last_name="Главный", first_name="Пётр")
    head.roles = [make_role(session, Role.SALES_HEAD)]
    make_user(session, username="engineer", roles=[make_role(session, Role.ENGINEER)])
    product, second = make_product(session), make_employee(session)
    said = CALL | {
        "text": "@head, взгляните; @engineer @unknown",
        "product": [product.id, ""],
        "next": "meeting",
        "next_on": "2026-12-01",
        "next_at": "11:30",
        "next_responsible": second.id,
    }

    answer = anna.post(f"/timeline/client/{mine.id}", data=said)

    assert answer.headers["Location"].endswith(f"/clients/card/{mine.id}?tab=timeline")
    done, planned = talks(session)
    assert (done.state, done.result, done.subjects[0].product) == (InteractionState.DONE, "Думают", product)
    assert (planned.kind, planned.topic, planned.responsible) == (InteractionKind.MEETING, "Цена", second)
    assert f"{planned.starts_at:%Y-%m-%d %H:%M}" == "2026-12-01 08:30"
    assert (planned.previous, planned.place) == (done, "Тверь")
    notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.MENTION)).one()
    assert (notice.user_id, notice.record_id) == (head.id, done.id)
    page = anna.get(answer.headers["Location"]).text
    for words in ("Главный Пётр", "Тестов", "@unknown", '<b class="mention">@head</b>', "Думают"):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"topic": ""}, "тему"),
        ({"result": ""}, "результат"),
        ({"kind": "visit"}, "что это было"),
        ({"starts_at": "вчера"}, "когда это было"),
        ({"contact": "999999"}, "больше нет"),
        ({"next": "call", "next_on": ""}, "дату следующего шага"),
        ({"next": "call", "next_on": "2026-12-01", "next_at": "утром"}, "время следующего шага"),
        ({"held": "999999"}, "не запланировано"),
        ({"kind": "comment", "text": ""}, "комментарий"),
    ],
)
def test_what_was_typed_stays_when_it_is_refused(
    anna: FlaskClient, mine: Client, session: Session, changes: dict[str, str], words: str
) -> None:
    said = CALL | {"text": "Набранное", "product": make_product(session, name="Осушитель").id} | changes
    answer = anna.post(f"/timeline/client/{mine.id}", data=said)

    assert answer.status_code == 422
    assert words in answer.text
    assert changes.get("text", "Набранное") in answer.text
    assert "Осушитель" in answer.text
    assert talks(session) == []


@pytest.mark.parametrize("table", ["deal", "equipment"])
def test_deals_and_machines_have_timelines_of_their_own(
    anna: FlaskClient, deal: Deal, machine: Equipment, session: Session, table: str
) -> None:
    key = deal.id if table == "deal" else machine.id
    anna.post(f"/timeline/{table}/{key}", data=CALL | {"starts_at": "2026-11-20T10:00", "outcome": "not_reached"})
    anna.post(f"/timeline/{table}/{key}", data={"kind": "comment", "text": "Замечание"})

    page = anna.get(f"/timeline/{table}/{key}").text
    (talk,) = talks(session)
    assert (talk.deal_id, talk.equipment_id) == ((key, None) if table == "deal" else (None, key))
    assert talk.is_reached is False
    assert "Цена" in page
    assert "Замечание" in page
    assert f"/timeline/{table}/{key}?kind=claim" in page
    if table == "deal":
        assert "Замечание" in anna.get(f"/deals/{key}").text
    else:
        assert f"/timeline/equipment/{key}" in anna.get(f"/equipment/show/{key}").text


def test_a_comment_may_plan_a_step(anna: FlaskClient, deal: Deal, session: Session) -> None:
    said = {"kind": "comment", "text": "Ждём", "next": "call", "next_on": "2026-12-01", "next_topic": "Спросить"}
    anna.post(f"/timeline/deal/{deal.id}", data=said | {"contact": deal.contact_id})
    anna.post(f"/timeline/deal/{deal.id}", data={"kind": "comment", "text": "Просто", "next": "rule"})

    (planned,) = talks(session)
    assert (planned.topic, planned.deal, planned.contact_id) == ("Спросить", deal, deal.contact_id)
    assert session.scalar(select(func.count(ClientComment.id))) == 2


def test_the_rule_is_proposed_and_followed(anna: Any, mine: Client, session: Session) -> None:
    make_contact(session, client=mine, is_main=True)
    rule = make_follow_up_rule(
        session, name="Не дозвонились", interaction_kind=InteractionKind.CALL, outcome=FollowUpOutcome.NOT_REACHED
    )
    named = make_employee(session)
    make_follow_up_rule(session, name="Всем", assignee="named", employee=named)

    proposed = anna.get(f"/timeline/client/{mine.id}/proposals").get_json()
    assert [(each["rule"], each["after"], each["outcome"]) for each in proposed] == [
        ("Не дозвонились", "call", "not_reached"),
        ("Всем", "", "any"),
    ]
    assert proposed[0]["topic"] == "Перезвонить: {тема}"
    assert proposed[1]["responsible"] == {"id": named.id, "text": str(named)}

    anna.post(f"/timeline/client/{mine.id}", data=CALL | {"next": "rule", "outcome": "not_reached"})
    followed = session.scalars(select(FollowUp)).one()
    assert followed.rule_id == rule.id
    planned = talks(session)[1]
    assert planned.topic == "Перезвонить: Цена"
    assert "Не дозвонились" in anna.get(f"/interactions/show/{planned.id}").text
    assert "Не дозвонились" in anna.get(f"/clients/card/{mine.id}?tab=timeline").text


def test_without_rules_nothing_is_proposed(anna: FlaskClient, mine: Client) -> None:
    assert anna.get(f"/timeline/client/{mine.id}/proposals").get_json() == []


def test_a_planned_talk_is_written_up_once(anna: FlaskClient, mine: Client, session: Session) -> None:
    planned = make_interaction(session, client=mine, topic="Созвон", comment="О ценах")
    page = anna.get(f"/clients/card/{mine.id}?tab=timeline&done={planned.id}").text
    assert f'name="held" value="{planned.id}"' in page
    assert "О ценах" in page
    assert 'name="held"' not in anna.get(f"/clients/card/{mine.id}?tab=timeline&done=x").text

    said = CALL | {"held": planned.id, "next_responsible": make_employee(session).id}
    assert anna.post(f"/timeline/client/{mine.id}", data=said).status_code == 302
    assert anna.post(f"/timeline/client/{mine.id}", data=said).status_code == 422
    (talk,) = talks(session)
    assert (talk.id, talk.state, talk.topic) == (planned.id, InteractionState.DONE, "Цена")


# --- Filter, pages ------------------------------------------------------------------------------------------------


def test_kinds_are_added_to_the_filter_and_taken_out(anna: FlaskClient, machine: Equipment) -> None:
    address = f"/timeline/equipment/{machine.id}"
    page = anna.get(f"{address}?kind=visit").text
    assert f'href="{address}?kind=visit&amp;kind=claim"' in page
    assert f'class="btn btn-small is-on" href="{address}"' in page
    assert anna.get(f"{address}?kind=quote").status_code == 400
    assert anna.get(f"{address}?after=nonsense").status_code == 400


def test_the_clients_timeline_is_a_tab_of_its_card(anna: FlaskClient, mine: Client) -> None:
    answer = anna.get(f"/timeline/client/{mine.id}")
    assert answer.headers["Location"] == f"/clients/card/{mine.id}?tab=timeline"
    assert anna.get("/timeline/invoice/1").status_code == 404


def test_a_timeline_asks_few_questions(
    anna: FlaskClient,
    machine: Equipment,
    session: Session,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    make_visit(session, client=machine.client, equipment=machine)
    anna.get(f"/timeline/equipment/{machine.id}")
    with count_queries() as queries:
        assert anna.get(f"/timeline/equipment/{machine.id}").status_code == 200
    assert len(queries) <= 9, "\n".join(queries)


# --- Comments and pins --------------------------------------------------------------------------------------------


def test_the_author_changes_a_comment_and_the_history_keeps_what_it_was(
    anna: FlaskClient, deal: Deal, session: Session
) -> None:
    make_user(session, username="boss", last_name="Начальник", roles=[make_role(session, Role.DIRECTOR)])
    anna.post(f"/timeline/deal/{deal.id}", data={"kind": "comment", "text": "Было"})
    comment = session.scalars(select(ClientComment)).one()
    address = f"/timeline/comments/{comment.id}"

    assert anna.post(address, data={"text": " "}).status_code == 422
    answer = anna.post(address, data={"text": "Стало, @boss"})
    assert answer.headers["Location"] == f"/deals/{deal.id}"
    assert "Начальник" in anna.get(answer.headers["Location"]).text
    page = anna.get(address).text
    assert "Было" in page
    assert "Стало, @boss" in page
    assert "изменён" in anna.get(f"/timeline/deal/{deal.id}").text

    assert anna.post(f"{address}/delete").headers["Location"] == f"/deals/{deal.id}"
    assert anna.get(address).status_code == 404


def test_anothers_comment_is_read_only(anna: FlaskClient, mine: Client, machine: Equipment, session: Session) -> None:
    comment = ClientComment(client=mine, equipment_id=machine.id, text="Чужие слова <b>")
    foreign = ClientComment(client=make_client(session), text="Не видно")
    session.add_all([comment, foreign])
    session.flush()

    page = anna.get(f"/timeline/comments/{comment.id}").text
    assert "Чужие слова &lt;b&gt;" in page
    assert "<textarea" not in page
    assert anna.post(f"/timeline/comments/{comment.id}", data={"text": "Мои"}).status_code == 403
    assert anna.post(f"/timeline/comments/{comment.id}/delete").status_code == 403
    assert anna.get(f"/timeline/comments/{foreign.id}").status_code == 404


def test_any_entry_is_pinned_and_unpinned(anna: FlaskClient, mine: Client, session: Session) -> None:
    visit = make_visit(session, client=mine)
    address, said = f"/timeline/client/{mine.id}/pin", {"kind": "visit", "entry": visit.id}

    anna.post(address, data=said)
    assert "pinned-title" in anna.get(f"/clients/card/{mine.id}").text
    anna.post(address, data=said | {"off": "1"})
    assert session.scalars(select(Pin)).all() == []
    assert anna.post(address, data=said | {"kind": "nonsense"}).status_code == 400
    foreign = make_visit(session)
    assert anna.post(address, data=said | {"entry": foreign.id}).status_code == 404


def test_too_many_pins_are_refused_in_words(anna: FlaskClient, mine: Client, session: Session) -> None:
    for number in range(10):
        session.add(Pin(client_id=mine.id, record_table="quote", record_id=number))
    visit = make_visit(session, client=mine)
    said = {"kind": "visit", "entry": visit.id}
    answer = anna.post(f"/timeline/client/{mine.id}/pin", data=said, follow_redirects=True)
    assert "не больше 10" in answer.text


def test_reader_may_not_write_or_pin(client_as: ClientAs, mine: Client, session: Session) -> None:
    reader = client_as(Role.PURCHASING)
    visit = make_interaction(session, client=mine)
    assert reader.post(f"/timeline/client/{mine.id}", data={"text": "x"}).status_code == 403
    said = {"kind": "interaction", "entry": visit.id}
    assert reader.post(f"/timeline/client/{mine.id}/pin", data=said).status_code == 403
    assert reader.get(f"/timeline/client/{mine.id}/proposals").status_code == 403
    assert "data-composer" not in reader.get(f"/clients/card/{mine.id}?tab=timeline").text


def test_a_deal_with_a_client_out_of_sight_is_read_and_not_written(anna: Any, mine: Client, session: Session) -> None:
    deal = make_deal(session, client=make_client(session), responsible=mine.responsible)
    assert "data-composer" not in anna.get(f"/deals/{deal.id}").text
    assert anna.get(f"/timeline/deal/{deal.id}").status_code == 200
    assert anna.post(f"/timeline/deal/{deal.id}", data=CALL).status_code == 403


def test_a_comment_on_a_deal_out_of_sight_leads_to_the_client(anna: Any, mine: Client, session: Session) -> None:
    foreign = make_deal(session, client=make_client(session))
    comment = ClientComment(client=mine, deal_id=foreign.id, text="О чужой сделке", created_by_id=anna.user_id)
    session.add(comment)
    session.flush()
    answer = anna.post(f"/timeline/comments/{comment.id}/delete")
    assert answer.headers["Location"] == f"/clients/card/{mine.id}?tab=timeline"


def test_people_are_offered_to_be_mentioned(anna: FlaskClient, session: Session) -> None:
    make_user(session, username="zoya", last_name="Зоина", first_name="Зоя")
    (found,) = anna.get("/timeline/people?q=zo").get_json()
    assert found == {"login": "zoya", "name": "Зоина Зоя", "hint": ""}


def test_a_login_without_an_employee_is_told_so(client_as: ClientAs, mine: Client, session: Session) -> None:
    head: Any = client_as(Role.SALES_HEAD)
    employee = session.get(Employee, head.employee_id)
    assert employee is not None
    employee.user = None
    session.flush()

    answer = head.post(f"/timeline/client/{mine.id}", data=CALL)

    assert answer.status_code == 422
    assert "не связан с сотрудником" in answer.text
    assert head.get(f"/timeline/client/{mine.id}/proposals").get_json() == []


def test_mentions_are_marked_and_the_rest_is_escaped() -> None:
    assert mentions("<i> @anna & a@b.ru") == '&lt;i&gt; <b class="mention">@anna</b> &amp; a@b.ru'


# --- The form of an interaction -----------------------------------------------------------------------------------


def test_the_form_of_an_interaction_takes_client_deal_and_contact_from_the_address(
    anna: FlaskClient, deal: Deal, session: Session
) -> None:
    contact = make_contact(session, client=deal.client, family_name="Другой")
    of_deal = anna.get(f"/interactions/add?deal={deal.id}").text
    of_contact = anna.get(f"/interactions/add?contact={contact.id}").text

    for words in (deal.title, deal.client.name, str(deal.contact)):
        assert f"selected>{words}" in of_deal.replace("&#34;", '"')
    assert f"selected>{contact}" in of_contact
    assert f"selected>{deal.client.name}" in of_contact
    assert anna.get("/interactions/add?deal=x&contact=99999999").status_code == 200


def test_rules_are_kept_by_heads(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SALES_HEAD)
    said = {"name": "После КП", "event": "quote", "days": "3", "day_kind": "working", "makes": "call",
            "topic": "Узнать", "assignee": "event", "outcome": "any", "is_active": ""}  # fmt: skip
    assert head.post("/follow-ups/add", data=said | {"event": "deal_stage"}).status_code == 422
    answer = head.post("/follow-ups/add", data=said)
    assert answer.status_code == 302
    assert "Не действует" in head.get(answer.headers["Location"], follow_redirects=True).text
