"""The wizard of the hand-over, the journal and the signature on their pages."""

from datetime import timedelta
from io import BytesIO

from flask.testing import FlaskClient
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import PersonalDataAccess
from app.models.batches import Batch
from app.models.clients import Client
from app.models.handover import Handover, HandoverState
from app.models.staff import Employee
from app.permissions import Role
from app.views.handover import packs
from tests import factories as make
from tests.conftest import ClientAs


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return answer.text.replace("\xa0", " ")


def sides(giver: Employee, taker: Employee, **more: object) -> str:
    words = {"giver": giver.id, "taker": taker.id, "day": "2026-11-20", "reason": "Увольнение"} | more
    return "&".join(f"{name}={value}" for name, value in words.items())


def two(session: Session, *, login: bool = False) -> tuple[Employee, Employee, Client]:
    make.make_organisation(session)
    boris, anna = make.make_employee(session), make.make_employee(session)
    if login:
        anna.user = make.make_user(session)
    client = make.make_client(session, responsible=boris, town="Тула", inn="7707083893")
    session.commit()
    return boris, anna, client


def test_a_head_hands_clients_over_in_two_steps(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    boris, anna, client = two(session)
    deal, draft = make.make_deal(session, client=client), make.make_invoice(session, client=client)
    other = make.make_client(session, responsible=boris, town="Псков")
    session.commit()
    assert "Кто передаёт и кто принимает" in page(head, "/clients/handover/")

    address = f"/clients/handover/check?{sides(boris, anna, town='тула')}"
    shown = page(head, address)
    assert all(text in shown for text in (client.name, deal.title, "без номера", "100 000,00", "7707083893"))
    assert other.name not in shown

    answer = head.post(address, data={"client": client.id, "work": [f"{client.id}:deal", "0:unknown", "x:deal"]})
    made = session.scalars(select(Handover)).one()
    assert answer.headers["Location"] == f"/handovers/show/{made.id}"
    session.refresh(client)
    session.refresh(deal)
    assert (client.responsible_id, deal.responsible_id, draft.responsible_id) == (anna.id, anna.id, boris.id)
    result = page(head, f"/handovers/show/{made.id}")
    assert all(text in result for text in ("Не принята", "Сделки в работе: 1", "Неоплаченные счета: 1", "Вернуть"))
    assert made.number in page(head, f"/batches/{made.batch_id}")


def test_clients_chosen_in_the_list_come_along(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    boris, anna, client = two(session)
    foreign = make.make_client(session, responsible=anna)
    session.commit()
    assert "Передать другому менеджеру" in page(head, "/clients/list/")

    alone = head.post("/clients/handover/", data={"rowid": [client.id]})
    assert alone.headers["Location"] == f"/clients/handover/?clients={client.id}&giver={boris.id}"
    assert str(boris) in page(head, alone.headers["Location"])
    both = head.post("/clients/handover/", data={"rowid": [client.id, foreign.id]}).headers["Location"]
    assert both == f"/clients/handover/?clients={client.id}.{foreign.id}"
    assert all(name in page(head, both) for name in (client.name, foreign.name))

    keys = f"{client.id}.{foreign.id}"
    shown = page(head, f"/clients/handover/check?{sides(boris, anna, clients=keys)}")
    assert "Выбрано клиентов других менеджеров: 1" in shown
    assert foreign.name not in shown


def test_too_many_clients_are_not_taken(client_as: ClientAs, session: Session, monkeypatch):
    head = client_as(Role.SALES_HEAD)
    boris, anna, client = two(session)
    second = make.make_client(session, responsible=boris)
    session.commit()
    for module in ("app.views.handover.wizard", "app.reports.handover"):
        monkeypatch.setattr(f"{module}.MOST_CLIENTS", 1)

    answer = head.post("/clients/handover/", data={"rowid": [client.id, second.id]})
    assert answer.headers["Location"] == "/clients/list/"
    assert "Показаны первые 1 клиентов" in page(head, f"/clients/handover/check?{sides(boris, anna)}")


def test_what_is_wrong_is_said_and_kept(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    boris, anna, client = two(session)

    assert "Выберите другого менеджера" in page(head, f"/clients/handover/check?{sides(boris, boris)}", 422)
    missing = page(head, f"/clients/handover/check?giver={boris.id}&reason=", 422)
    assert "Заполните" in missing
    assert head.post("/clients/handover/check?giver=1").status_code == 422
    address = f"/clients/handover/check?{sides(boris, anna)}"
    answer = head.post(address, data={"work": [f"{client.id}:deal"]})
    assert answer.status_code == 422
    assert "Отметьте клиентов" in answer.text
    assert "Таких клиентов за менеджером нет" in page(head, f"/clients/handover/check?{sides(anna, boris)}")


def test_a_record_changed_meanwhile_is_said(client_as: ClientAs, session: Session, monkeypatch):
    from sqlalchemy.orm.exc import StaleDataError

    head = client_as(Role.SALES_HEAD)
    boris, anna, client = two(session)

    def stale(*_args: object, **_kwargs: object) -> None:
        raise StaleDataError

    monkeypatch.setattr("app.views.handover.wizard.hand_over", stale)
    answer = head.post(f"/clients/handover/check?{sides(boris, anna)}", data={"client": client.id})
    assert answer.status_code == 422
    assert "Кто-то только что изменил" in answer.text


def test_the_new_manager_signs(client_as: ClientAs, session: Session):
    anna = client_as(Role.SALES)
    client = make.make_client(session, responsible_id=anna.employee_id)
    handover = make.make_handover(session, client=client)
    session.commit()
    assert "Ждут приёма" in page(anna, "/handovers/list/?tab=waiting")
    shown = page(anna, f"/handovers/show/{handover.id}")
    assert "Принял" in shown
    assert f"/clients/card/{client.id}" in shown

    anna.post(f"/handovers/action/receive/{handover.id}")

    session.refresh(handover)
    assert (handover.state, handover.received_by_id) == (HandoverState.RECEIVED, anna.user_id)
    signed = page(anna, f"/handovers/show/{handover.id}")
    assert f"/handovers/action/receive/{handover.id}" not in signed
    assert "Передача принята" in signed


def test_the_former_manager_reads_the_journal_but_no_client(client_as: ClientAs, session: Session):
    boris = client_as(Role.SALES)
    client = make.make_client(session)
    mine = make.make_handover(session, client=client, from_employee=session.get(Employee, boris.employee_id))
    foreign = make.make_handover(session)
    session.commit()

    shown = page(boris, f"/handovers/show/{mine.id}")
    assert client.name in shown
    assert f"/clients/card/{client.id}" not in shown
    assert f"/handovers/action/receive/{mine.id}" not in shown
    page(boris, f"/handovers/show/{foreign.id}", 404)
    page(boris, "/clients/handover/", 403)
    assert "Передать клиентов" not in page(boris, "/handovers/list/")
    assert "Передать другому менеджеру" not in page(boris, "/clients/list/")


def test_what_waits_too_long_is_red_and_what_was_taken_back_is_told(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    late = make.make_handover(session)
    late.created_at -= timedelta(days=400)
    make.make_handover(session, in_force=False, number="КС-2026-900000")
    signed = make.make_handover(session, received_at=make.NOON)
    session.commit()

    shown = page(head, "/handovers/list/")
    assert 'class="is-danger"' in shown
    assert all(text in shown for text in ("Не принята 4", "Передача отменена", "23.11.2026, 12:00"))
    assert "КС-2026-900000" in page(head, "/handovers/list/?tab=taken_back")
    assert signed.number not in page(head, "/handovers/list/?tab=to_me")
    assert signed.number not in page(head, "/handovers/list/?tab=from_me")


def test_only_whoever_did_it_sees_the_way_back(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    done = make.make_handover(session, batch=make.make_batch(session, owner_id=head.user_id))
    others = make.make_handover(session, batch=make.make_batch(session, owner_id=make.make_user(session).id))
    session.commit()
    assert "Вернуть обратно" in page(head, f"/handovers/show/{done.id}")
    assert "Вернуть обратно" not in page(head, f"/handovers/show/{others.id}")
    assert "Вернуть обратно" in page(client_as(Role.ADMIN), f"/handovers/show/{others.id}")
    session.get_one(Batch, done.batch_id).undone_at = make.NOON
    session.commit()
    assert "Вернуть обратно" not in page(head, f"/handovers/show/{done.id}")


def test_the_pack_of_a_client_is_printed_and_the_portrait_logged(client_as: ClientAs, session: Session):
    anna = client_as(Role.SALES)
    client = make.make_client(session, responsible_id=anna.employee_id)
    contact = make.make_contact(session, client=client, portrait="Ценит точность")
    handover = make.make_handover(session, client=client)
    foreign = make.make_client(session)
    session.commit()
    address = f"/handovers/pack/{handover.id}/{client.id}.pdf"
    assert address in page(anna, f"/handovers/show/{handover.id}")

    answer = anna.get(address)

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("inline")
    logged = session.scalars(select(PersonalDataAccess)).one()
    assert (logged.user_id, logged.contact_id, logged.fields) == (anna.user_id, contact.id, "portrait")
    assert anna.get(f"/handovers/pack/{handover.id}/{foreign.id}.pdf").status_code == 404
    office = client_as(Role.BACK_OFFICE)
    assert office.get(address).status_code == 200
    assert len(session.scalars(select(PersonalDataAccess)).all()) == 1


def test_the_packs_of_a_few_are_one_document_and_of_many_a_job(client_as: ClientAs, session: Session, monkeypatch):
    head = client_as(Role.SALES_HEAD)
    client = make.make_client(session)
    make.make_contact(session, client=client, portrait="Ценит точность")
    handover = make.make_handover(session, client=client)
    session.commit()
    monkeypatch.setattr("app.reports.handover_print.print_form", lambda _template, _form: _one_page())

    address = f"/handovers/pack/{handover.id}.pdf"
    assert address in page(head, f"/handovers/show/{handover.id}")
    assert len(PdfReader(BytesIO(head.get(address).data)).pages) == 1
    for module in ("packs", "journal"):
        monkeypatch.setattr(f"app.views.handover.{module}.AT_ONCE", 0)
    assert head.get(address).status_code == 404
    assert f'/handovers/pack/{handover.id}"' in page(head, f"/handovers/show/{handover.id}")

    job = head.post(f"/handovers/pack/{handover.id}").headers["Location"]

    made = head.get(f"{job}/file")
    assert len(PdfReader(BytesIO(made.data)).pages) == 1
    assert len(session.scalars(select(PersonalDataAccess)).all()) == 2


def test_a_job_whose_hand_over_is_gone_prints_nothing(client_as: ClientAs, session: Session, monkeypatch):
    head = client_as(Role.SALES_HEAD)
    handover = make.make_handover(session)
    session.commit()
    start = packs.start_job

    def start_for_none(asking, kind, arguments, title, **more):
        return start(asking, kind, arguments | {"handover": 0}, title, **more)

    monkeypatch.setattr(packs, "start_job", start_for_none)

    job = head.post(f"/handovers/pack/{handover.id}").headers["Location"]

    assert "Права на это действие больше нет" in page(head, job)


def _one_page() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()
