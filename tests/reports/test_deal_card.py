"""What stands on a deal's page."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.permissions import Scope, Viewer
from app.reports.deal_card.documents import deal_documents
from app.reports.deal_card.parts import Stay
from tests.factories import NOON, make_deal


def test_days_at_a_stage_are_counted_to_its_end_or_to_now():
    ended = Stay(1, NOON, NOON + timedelta(days=3, hours=5), "Примеров П. П.")
    present = Stay(2, NOON, None, "Примеров П. П.")

    assert ended.days(NOON + timedelta(days=30)) == 3
    assert present.days(NOON + timedelta(days=2)) == 2


def test_who_may_read_no_documents_is_shown_none(session: Session):
    deal = make_deal(session)

    assert deal_documents(session, deal.id, Viewer(1, None, Scope.ALL)) == []
