"""A batch is taken back as a whole; what was changed since, or is needed by others, stays and says why."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.batches import Batch, BatchAct, BatchChange, BatchKind, BatchOutcome
from app.models.clients import Client, ClientStatus, Contact, ContactPhone, Segment
from app.models.files import Attachment, StoredFile
from app.models.jobs import JobState
from app.models.service import Equipment, Visit
from app.permissions import Role, Scope, Viewer
from app.services.access.personal import note_opened
from app.services.batches import (
    UNDO_FOR,
    Counts,
    Stay,
    check_undo,
    forget_old_batches,
    note_change,
    outcome_of,
    preview_undo,
    recording,
    start_batch,
    stays_of,
    undo_batch,
    undoing,
)
from app.services.jobs import run_job
from tests import factories as make
from tests.factories.jobs import workshop

NOW = utc_now()


def undo(session: Session, batch: Batch) -> Counts:
    session.flush()
    session.expire_all()
    return undo_batch(session, batch, NOW)


def make_segment(session: Session, name: str = "") -> Segment:
    segment = Segment(name=name or f"Сегмент {uuid4().hex[:8]}")
    session.add(segment)
    session.flush()
    return segment


def changes(session: Session, batch: Batch) -> list[BatchChange]:
    return list(session.scalars(select(BatchChange).where(BatchChange.batch_id == batch.id).order_by(BatchChange.id)))


@pytest.fixture
def batch(session: Session) -> Batch:
    return start_batch(session, BatchKind.BULK_EDIT, "Правка")


def test_a_batch_is_its_viewers_own(session: Session) -> None:
    user = make.make_user(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    batch = start_batch(session, BatchKind.MERGE, "x" * 300)
    assert batch.owner_id == user.id
    assert len(str(batch)) == 200


def test_changed_columns_get_their_former_values_back(session: Session, batch: Batch) -> None:
    old, new = make_segment(session), make_segment(session)
    client = make.make_client(session, segment=old, status=ClientStatus.LEAD, latitude=Decimal("55.75"), longitude=3)
    session.expire_all()
    with recording(session, batch):
        client.segment, client.status = new, ClientStatus.ACTIVE
        client.debt_threshold, client.latitude = Decimal("10.50"), None
        session.flush()
        client.status = ClientStatus.LOST
    change = changes(session, batch)[0]
    assert (change.before["status"], change.after["status"]) == ("lead", "lost")
    assert change.act is BatchAct.CHANGE

    counts = undo(session, batch)

    assert counts == Counts(changed=1, undone=1)
    assert counts.total == 1
    assert (client.segment, client.status) == (old, ClientStatus.LEAD)
    assert (client.debt_threshold, client.latitude) == (0, Decimal("55.75"))
    assert batch.undone_at == NOW


def test_what_somebody_changed_since_is_not_overwritten(session: Session, batch: Batch) -> None:
    first, second = make.make_client(session, town="Тверь"), make.make_client(session, town="Тверь")
    with recording(session, batch):
        first.town = second.town = "Клин"
    first.town = "Дмитров"
    second.comment = "Другое поле не мешает"
    session.flush()
    expected = [Stay("client", first.id, "changed:town")]
    assert preview_undo(session, batch, 10) == expected

    assert undo(session, batch) == Counts(changed=2, undone=1, stayed=1)

    assert stays_of(session, batch, 10) == expected
    assert (first.town, second.town) == ("Дмитров", "Тверь")


def test_created_records_go_with_their_parts(session: Session, batch: Batch) -> None:
    client = make.make_client(session)
    with recording(session, batch):
        contact = Contact(client=client, family_name="Ивлев", phones=[ContactPhone(number="+79161234567")])
        session.add(contact)
        session.flush()
        contact.position = "Директор"
    note_opened(session, make.make_user(session).id, "contact", contact.id, NOW)  # looking at it holds nothing
    assert [(each.table_name, each.act) for each in changes(session, batch)] == [
        ("contact", BatchAct.CREATE),
        ("contact_phone", BatchAct.CREATE),
    ]
    assert preview_undo(session, batch, 10) == []
    assert outcome_of(session, batch) == Counts(created=2)
    assert undo(session, batch) == Counts(created=2, undone=2)
    assert session.get(Contact, contact.id) is None
    assert session.scalars(select(ContactPhone)).all() == []


def test_a_created_record_that_others_refer_to_stays(session: Session, batch: Batch) -> None:
    with recording(session, batch):
        client = make.make_client(session)
        other = make.make_client(session, responsible=client.responsible)
        machine = make.make_equipment(session, client=other)
        plain = make_segment(session)
    make.make_contact(session, client=client)
    attach(session, machine)
    keys = client.id, other.id, machine.id
    assert {(stay.table, stay.key): stay.reason for stay in preview_undo(session, batch, 10)} == {
        ("client", keys[0]): "referred:contact",
        ("equipment", keys[2]): "referred:attachment",
        ("client", keys[1]): "referred:equipment",
        ("employee", client.responsible_id): "referred:client",
        ("department", client.responsible.department_id): "referred:employee",
    }
    undo(session, batch)
    assert session.get(Segment, plain.id) is None
    assert session.get(Client, keys[0]) is not None
    assert {stay.key for stay in stays_of(session, batch, 10) if stay.table == "client"} == set(keys[:2])


def attach(session: Session, machine: Equipment) -> None:
    file = StoredFile(sha256="0" * 64, size=1, media_type="image/jpeg")
    session.add(Attachment(record_table="equipment", record_id=machine.id, file=file, name="фото.jpg"))
    session.flush()


def test_a_deleted_record_comes_back_with_its_number(session: Session, batch: Batch) -> None:
    client = make.make_client(session, debt_threshold=Decimal("99.90"))
    contact = make.make_contact(session, client=client, birth_date=make.TODAY, position="Техник")
    visit = make.make_visit(session, client=client)
    kept = contact.id, visit.id, visit.starts_at
    with recording(session, batch):
        contact.position = "Инженер"
        session.flush()
        session.delete(contact)
        session.delete(visit)
        fleeting = make_segment(session)
        session.delete(fleeting)
    assert undo(session, batch) == Counts(deleted=2, undone=2)
    found = session.get_one(Contact, kept[0])
    assert (found.position, found.birth_date) == ("Техник", make.TODAY)
    assert session.get_one(Visit, kept[1]).starts_at == kept[2]


def test_a_number_that_is_taken_again_is_not_overwritten(session: Session, batch: Batch) -> None:
    segment = make_segment(session)
    key = segment.id
    with recording(session, batch):
        session.delete(segment)
    session.add(Segment(id=key, name="Новый"))
    session.flush()
    undo(session, batch)
    assert stays_of(session, batch, 1) == [Stay("segment", key, "again")]


def test_a_record_that_is_gone_needs_nothing_or_says_so(session: Session, batch: Batch) -> None:
    old = make_segment(session)
    with recording(session, batch):
        new = make_segment(session)
        old.name = "Переименован"
    key = old.id
    session.delete(new)
    session.delete(old)
    assert undo(session, batch) == Counts(created=1, changed=1, undone=1, stayed=1)
    assert stays_of(session, batch, 1) == [Stay("segment", key, "gone")]


def test_what_the_database_or_a_rule_refuses_stays(
    session: Session, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_segment(session, name="Опт"), make_segment(session, name="Сети")
    keys = first.id, second.id
    with recording(session, batch):
        first.name, second.name = "Оптовики", "Крупные сети"
    session.add(Segment(name="Опт"))
    session.flush()
    undo(session, batch)
    assert stays_of(session, batch, 9) == [Stay("segment", keys[0], "needed")]

    other = start_batch(session, BatchKind.BULK_EDIT, "Ещё")
    with recording(session, other):
        second.name = "Магазины"

    def refuse(_session: Session, _change: BatchChange) -> None:
        raise RuleError("Нельзя.")

    monkeypatch.setattr(undoing, "_restore", refuse)
    undo(session, other)
    assert stays_of(session, other, 9) == [Stay("segment", keys[1], "refused:Нельзя.")]


def test_changes_that_pass_by_the_session_are_noted_by_hand(session: Session, batch: Batch) -> None:
    first, second = make.make_client(session), make.make_client(session)
    contact = make.make_contact(session, client=first)
    session.execute(update(Contact.__table__).where(Contact.id == contact.id).values(client_id=second.id))
    note_change(session, batch, ("contact", contact.id), {"client_id": first.id}, {"client_id": second.id})
    assert undo(session, batch) == Counts(changed=1, undone=1)
    assert contact.client_id == first.id


def test_what_is_done_outside_is_not_noted(session: Session, batch: Batch) -> None:
    client = make.make_client(session)
    with recording(session, batch):
        client.town = client.town
        start_batch(session, BatchKind.MERGE, "Внутри")
        batch.title = "Переименован"
    client.town = "Омск"
    session.delete(make_segment(session))
    session.flush()
    assert [(c.table_name, c.before, c.after) for c in changes(session, batch)] == []


def test_a_rolled_back_row_is_not_noted(session: Session, batch: Batch) -> None:
    with recording(session, batch):
        nested = session.begin_nested()
        make_segment(session)
        nested.rollback()
        make_segment(session, name="Остаётся")
    assert [change.after["name"] for change in changes(session, batch)] == ["Остаётся"]


def test_a_table_that_is_no_more_stays(session: Session, batch: Batch) -> None:
    values: dict[str, Any] = {"batch_id": batch.id, "table_name": "nothing", "record_id": 1}
    session.add(BatchChange(**values, act=BatchAct.CHANGE, before={}, after={}))
    assert undo(session, batch) == Counts(changed=1, stayed=1)


def test_a_batch_is_taken_back_once_in_time_and_by_its_owner(session: Session) -> None:
    owner = make.make_user(session)
    batch = make.make_batch(session, owner_id=owner.id)
    session.info["viewer"] = Viewer(owner.id, None, Scope.ALL)
    check_undo(session, batch, NOW)
    session.info["viewer"] = Viewer(0, None, Scope.ALL, roles=frozenset({Role.ADMIN}))
    check_undo(session, batch, NOW)
    session.info["viewer"] = Viewer(0, None, Scope.ALL, roles=frozenset({Role.DIRECTOR}))
    with pytest.raises(RuleError, match="Only the person"):
        check_undo(session, batch, NOW)
    session.info.clear()
    batch.created_at = NOW - UNDO_FOR
    with pytest.raises(RuleError, match="30 days"):
        check_undo(session, batch, NOW)
    batch.undone_at = NOW
    with pytest.raises(RuleError, match="already"):
        check_undo(session, batch, NOW)


def test_old_batches_are_forgotten_with_what_they_hold(session: Session) -> None:
    old = make.make_batch(session, created_at=NOW - timedelta(days=31))
    values: dict[str, Any] = {"batch_id": old.id, "table_name": "client", "record_id": 1, "act": BatchAct.CREATE}
    session.add(BatchChange(**values))
    fresh = make.make_batch(session)
    assert forget_old_batches(session, NOW) == 1
    assert session.scalars(select(Batch.id)).all() == [fresh.id]
    assert session.scalars(select(BatchChange)).all() == []


def test_a_large_batch_is_taken_back_by_a_job(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: Batch
) -> None:
    monkeypatch.setattr(undoing, "_PIECE", 2)
    owner = make.make_user(session)
    batch.owner_id = owner.id
    with recording(session, batch):
        for _number in range(5):
            make_segment(session)
    done = changes(session, batch)[-1]
    done.outcome = BatchOutcome.UNDONE
    job = make.make_job(session, kind="undo", owner_id=owner.id, arguments={"batch": batch.id, "url": "/batches/1"})
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    session.expire_all()
    assert (job.state, job.done, job.result_url) == (JobState.DONE, 5, "/batches/1")
    assert outcome_of(session, batch) == Counts(created=5, undone=5)
    assert session.get(Segment, done.record_id) is not None, "what was taken back before is not touched again"
    assert batch.undone_by_id == owner.id
