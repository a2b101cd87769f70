"""A batch is taken back from its page, which says beforehand what would stay."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.batches import Batch, BatchKind
from app.models.clients import Client, Segment
from app.models.jobs import Job, JobState
from app.permissions import Role
from app.services.batches import UNDO_FOR, Stay, recording, start_batch
from app.views import batches
from app.views.batches import stay_words
from tests import factories as make
from tests.conftest import ClientAs

Person = Any


@pytest.fixture
def office(client_as: ClientAs) -> Person:
    return client_as(Role.BACK_OFFICE)


@pytest.fixture
def edited(session: Session, office: Person) -> Callable[[int], tuple[Batch, list[Client]]]:
    """So many clients moved to Клин under a batch of the office."""

    def edit(count: int) -> tuple[Batch, list[Client]]:
        clients = [make.make_client(session, town="Тверь") for _number in range(count)]
        batch = start_batch(session, BatchKind.BULK_EDIT, "Город клиентов")
        batch.owner_id = office.user_id
        with recording(session, batch):
            for client in clients:
                client.town = "Клин"
        return batch, clients

    return edit


def test_a_batch_is_taken_back_at_once_and_says_what_stayed(
    session: Session, office: Person, edited: Callable[[int], tuple[Batch, list[Client]]]
) -> None:
    batch, clients = edited(2)
    clients[0].town = "Дмитров"
    session.flush()
    assert "Город клиентов" in office.get("/batches/").text
    page = office.get(f"/batches/{batch.id}").text
    assert clients[0].name in page
    assert "изменено с тех пор: Город" in page
    assert f"/batches/{batch.id}/undo" in page

    answer = office.post(f"/batches/{batch.id}/undo")

    assert answer.headers["Location"].endswith(f"/batches/{batch.id}")
    session.expire_all()
    assert [client.town for client in clients] == ["Дмитров", "Тверь"]
    page = office.get(f"/batches/{batch.id}").text
    assert clients[0].name in page
    assert f"/batches/{batch.id}/undo" not in page
    office.post(f"/batches/{batch.id}/undo")
    assert "Это уже возвращено." in office.get("/batches/").text


def test_a_large_batch_is_taken_back_by_a_job(
    session: Session,
    office: Person,
    edited: Callable[[int], tuple[Batch, list[Client]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    monkeypatch.setattr(batches, "PREVIEWED", 1)
    batch, clients = edited(2)
    assert office.get(f"/batches/{batch.id}").status_code == 200
    answer = office.post(f"/batches/{batch.id}/undo")
    job = session.scalars(select(Job)).one()
    assert answer.headers["Location"].endswith(f"/jobs/{job.id}")
    session.expire_all()
    assert job.state is JobState.DONE
    assert {client.town for client in clients} == {"Тверь"}


def test_a_batch_of_somebody_else_is_not_there(session: Session, client_as: ClientAs) -> None:
    batch = make.make_batch(session, title="Чужая правка")
    client = client_as(Role.DIRECTOR)
    assert "Чужая правка" not in client.get("/batches/").text
    assert client.get(f"/batches/{batch.id}").status_code == 404
    assert client.post(f"/batches/{batch.id}/undo").status_code == 404
    assert client_as(Role.ADMIN).get(f"/batches/{batch.id}").status_code == 200


def test_a_batch_that_is_too_old_says_so(session: Session, office: Person) -> None:
    batch = make.make_batch(session, owner_id=office.user_id, created_at=utc_now() - UNDO_FOR)
    page = office.get(f"/batches/{batch.id}").text
    assert "30" in page
    assert f"/batches/{batch.id}/undo" not in page


def test_every_reason_has_words(app: Any, session: Session) -> None:
    with app.test_request_context():
        words = [
            stay_words(Stay("segment", 1, reason)) for reason in ("changed:name", "referred:client", "refused:Нет")
        ]
        words += [stay_words(Stay("segment", 1, reason)) for reason in ("gone", "again", "needed")]
    assert len(set(words)) == 6
    assert not any(":name" in text for text in words)
    assert words[2] == "Нет"


def test_the_command_takes_a_batch_back(session: Session, app: Any) -> None:
    batch = make.make_batch(session)
    with recording(session, batch):
        segment = Segment(name="Временный")
        session.add(segment)
    key = segment.id
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["kontora", "undo", str(batch.id), "--json"])
    assert answer.exit_code == 0
    assert '"undone": 1' in answer.stdout
    session.expire_all()
    assert session.get(Segment, key) is None
    assert runner.invoke(args=["kontora", "undo", str(batch.id)]).exit_code == 1
    assert runner.invoke(args=["kontora", "undo", "0"]).exit_code == 1
