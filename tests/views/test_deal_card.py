"""The workspace of a deal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.deals import DealStep, LossReason, StageOutcome
from app.models.interactions import InteractionSubject
from app.permissions import Role
from app.services.deal_plan import add_step
from app.services.deals import note_stage
from app.services.invoices import post_invoice
from app.services.payments import post_payment
from app.services.working_days import WorkingCalendar
from tests import factories as make
from tests.conftest import ClientAs


@pytest.fixture
def anna(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


@pytest.fixture
def deal(session: Session, anna: FlaskClient):
    client = make.make_client(session, responsible_id=anna.employee_id)
    made = make.make_deal(session, client=client, contact=make.make_contact(session, client=client), comment="Срочно")
    note_stage(session, made)
    session.commit()
    return made


def shown(client: FlaskClient, deal) -> str:
    answer = client.get(f"/deals/{deal.id}")
    assert answer.status_code == 200
    return answer.text


def test_the_old_address_leads_here(anna: FlaskClient, deal):
    assert anna.get(f"/deals/show/{deal.id}").headers["Location"] == f"/deals/{deal.id}"
    assert anna.get("/deals/999999").status_code == 404


def test_everything_of_the_deal_stands_on_one_screen(anna: FlaskClient, deal, session: Session, count_queries):
    mine = {"client": deal.client, "deal": deal}
    talk = make.make_interaction(session, topic="Обсудили цену", **mine)
    product = make.make_product(session, name="Осушитель ОС-5")
    session.add(InteractionSubject(interaction=talk, product=product))
    quote = make.make_quote(session, number="КП-1", **mine)
    contract = make.make_contract(session, client=deal.client, number="Д-77")
    order = make.make_order(session, number="З-1", contract=contract, **mine)
    invoice = make.make_invoice(session, number="С-1", **mine)
    purchase = make.make_purchase_order(session, number="П-1", deal=deal)
    claim = make.make_claim(session, client=deal.client, number="ПР-1", invoice=invoice)
    add_step(session, deal, "Прислать чертежи", make.TODAY - timedelta(days=400), deal.responsible)
    session.commit()

    shown(anna, deal)  # the bell has learnt what the notifications are about
    with count_queries() as queries:
        page = shown(anna, deal)

    for table, record in (("quotes", quote), ("orders", order), ("invoices", invoice), ("purchase-orders", purchase)):
        assert f"/{table}/show/{record.id}" in page
    assert f"/contracts/show/{contract.id}" in page
    assert f"/claims/show/{claim.id}" in page
    for words in ("Обсудили цену", "Осушитель ОС-5", "Прислать чертежи", "Просрочено", "Срочно"):
        assert words in page
    assert f"/quotes/add?deal={deal.id}" in page
    assert f"/purchase-orders/add?deal={deal.id}" in page
    assert len(queries) <= 17, "thirteen of the page; the rest are of the person and the frame"


def test_payments_show_the_part_that_was_paid_for_the_deal(client_as: ClientAs, session: Session):
    deal = make.make_deal(session)
    invoice = make.make_invoice(session, client=deal.client, deal=deal)
    payment = make.make_payment(
        session, client=deal.client, number="777", amount=Decimal(2000), account=invoice.bank_account
    )
    post_payment(session, payment.id, today=make.TODAY)
    post_invoice(session, invoice.id, today=make.TODAY, calendar=WorkingCalendar())
    session.commit()

    page = shown(client_as(Role.SALES_HEAD), deal)

    assert "№ 777" in page
    assert page.count("1\N{NO-BREAK SPACE}220,00") >= 2


def test_a_step_is_planned_done_and_taken_out(anna: FlaskClient, deal, session: Session):
    typed = {"task": "Отправить КП", "due_on": "2026-11-25"}
    anna.post(f"/deals/{deal.id}/steps", data=typed)
    anna.post(f"/deals/{deal.id}/steps", data=typed | {"task": ""})
    session.expire_all()
    step = session.scalars(select(DealStep)).one()
    assert (deal.next_step, step.responsible_id) == ("Отправить КП", deal.responsible_id)

    anna.post(f"/deals/{deal.id}/steps/{step.id}/done")
    session.expire_all()
    assert step.done_on is not None
    assert deal.next_step is None
    anna.post(f"/deals/{deal.id}/steps/{step.id}/drop")
    assert session.scalars(select(DealStep.id)).all() == []
    assert anna.post(f"/deals/{deal.id}/steps", data={"task": "x", "due_on": "завтра"}).status_code == 400


def test_people_join_and_leave(anna: FlaskClient, deal, session: Session):
    contact = make.make_contact(session, client=deal.client, family_name="Решалов", position="Директор")
    session.commit()

    anna.post(f"/deals/{deal.id}/participants", data={"role": "decides", "contact": contact.id})
    page = shown(anna, deal)
    assert "Решалов" in page
    leave = page.split('formaction="')
    url = next(part.split('"')[0] for part in leave if part.startswith(f"/deals/{deal.id}/participants/"))
    anna.post(url)
    assert "Решалов" not in shown(anna, deal)
    assert anna.post(f"/deals/{deal.id}/participants", data={"role": "king"}).status_code == 400
    assert anna.post(f"/deals/{deal.id}/participants", data={"role": "helps", "employee": 10**9}).status_code == 400


def test_the_deal_moves_and_is_lost_for_a_reason_only(anna: FlaskClient, deal, session: Session):
    further = make.make_deal_stage(session, name="Согласование")
    lost = make.make_deal_stage(session, name="Потеряна", outcome=StageOutcome.LOST)
    reason = LossReason(name="Нет бюджета")
    session.add(reason)
    session.commit()

    assert f'value="{further.id}"' in shown(anna, deal)
    anna.post(f"/deals/{deal.id}/stage", data={"to": further.id})
    session.expire_all()
    assert deal.stage_id == further.id
    anna.post(f"/deals/{deal.id}/stage", data={"to": lost.id})
    session.expire_all()
    assert deal.stage_id == further.id, "no reason was given"
    anna.post(f"/deals/{deal.id}/stage", data={"to": lost.id, "loss_reason": reason.id})
    page = shown(anna, deal)
    assert "Нет бюджета" in page
    assert "Сделка завершена" in page


def test_a_step_of_another_deal_is_not_found(anna: FlaskClient, deal, session: Session):
    other = make.make_deal_step(session, deal=make.make_deal(session, client=deal.client))
    session.commit()

    assert anna.post(f"/deals/{deal.id}/steps/{other.id}/done").status_code == 404


def test_the_plan_is_taken_from_the_template_offered_at_the_stage(anna: FlaskClient, deal, session: Session):
    template = make.make_plan_template(session, "Отправить <КП>", "Узнать решение", name="Поставка", stage=deal.stage)
    session.commit()

    page = shown(anna, deal)
    assert "На этом этапе" in page
    assert "Поставка (2 шага)" in page
    taking = f"/deals/{deal.id}/steps/from-template"
    anna.post(taking, data={"template": template.id})
    page = shown(anna, deal)
    assert "Отправить &lt;КП&gt;" in page
    assert "Взять план из шаблона" not in page, "nothing is left to take"
    anna.post(taking, data={"template": template.id})
    assert len(session.scalars(select(DealStep)).all()) == 2
    assert anna.post(taking, data={"template": ""}).status_code == 400


def test_a_plan_is_taken_only_into_a_deal_that_one_sees_and_may_change(
    anna: FlaskClient, deal, session: Session, client_as: ClientAs
):
    template = make.make_plan_template(session)
    foreign = make.make_deal(session)
    session.commit()

    assert anna.post(f"/deals/{foreign.id}/steps/from-template", data={"template": template.id}).status_code == 404
    client_as(Role.ACCOUNTANT).post(f"/deals/{deal.id}/steps/from-template", data={"template": template.id})
    assert session.scalars(select(DealStep)).all() == []
