"""What an engineer reports from the place: all of it or nothing."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.files import AttachmentKind
from app.models.service import RequestStatus, VisitStatus
from app.services.files import FileStore, Stored, attachments_of, open_store, store_file
from app.services.service import Outcome, working_time
from app.services.service.on_site import MOST_PHOTOS, Signed, SiteReport, report_visit
from tests.factories import NOON, TODAY, make_equipment, make_organisation, make_request, make_visit
from tests.factories.files import make_picture

ZONE = ZoneInfo("Europe/Moscow")
DONE = Outcome(work_done="Заменили фильтр")
NEXT = TODAY + timedelta(days=90)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_store(str(tmp_path))


@pytest.fixture
def visit(session: Session):
    make_organisation(session)
    machine = make_equipment(session)
    return make_visit(session, client=machine.client, equipment=machine)


def picture(session: Session, store: FileStore, colour: str) -> Stored:
    return store_file(session, make_picture(colour=colour), f"{colour}.jpg", folder=store)


def report(session: Session, visit, **parts):
    return report_visit(
        session, visit, SiteReport(**{"outcome": DONE} | parts), working_time(session, ZONE), NOON + timedelta(hours=2)
    )


def test_photographs_signature_and_maintenance_come_with_the_outcome(session: Session, store, visit):
    before, after, drawing = (picture(session, store, colour) for colour in ("red", "green", "blue"))

    report(
        session,
        visit,
        before=(before,),
        after=(after,),
        signed=Signed(" Примеров П. П. ", drawing),
        next_maintenance_on=NEXT,
    )

    found = {each.kind: each.name for each in attachments_of(session, visit)}
    assert found == {
        AttachmentKind.PHOTO_BEFORE: "red.jpg",
        AttachmentKind.PHOTO_AFTER: "green.jpg",
        AttachmentKind.SIGNATURE: "blue.jpg",
    }
    assert (visit.status, visit.signed_by, visit.signed_at) == (
        VisitStatus.DONE,
        "Примеров П. П.",
        NOON + timedelta(hours=2),
    )
    assert visit.equipment.next_maintenance_on == NEXT


def test_a_name_that_is_confirmed_stands_for_a_signature(session: Session, visit):
    report(session, visit, signed=Signed("Примеров П. П."))
    assert (visit.signed_by, attachments_of(session, visit)) == ("Примеров П. П.", [])


def test_what_is_left_stays_to_be_planned(session: Session, visit):
    request = visit.request = make_request(session, client=visit.client)
    partly = Outcome(work_done="Сняли насос", is_partial=True, next_step="Поставить новый насос")
    finished = report(session, visit, outcome=partly)
    assert (visit.status, visit.signed_by) == (VisitStatus.PARTLY_DONE, None)
    assert finished.open_request is request
    assert request.status is RequestStatus.IN_WORK


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"signed": Signed("  ")}, "name"),
        ({"next_maintenance_on": date(2026, 11, 1)}, "after the visit"),
        ({"before": (None,) * MOST_PHOTOS, "after": (None,)}, "At most"),
    ],
)
def test_a_report_that_cannot_be_right_is_refused(session: Session, visit, parts, words):
    with pytest.raises(RuleError, match=words):
        report(session, visit, **parts)
    assert visit.status is VisitStatus.PLANNED


def test_maintenance_is_planned_for_equipment_only(session: Session):
    with pytest.raises(RuleError, match="no equipment"):
        report(session, make_visit(session), next_maintenance_on=NEXT)
