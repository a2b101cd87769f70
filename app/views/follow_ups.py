"""The screen of rules of the next step."""

from typing import Any

from app.models.follow_ups import FollowUpRule
from app.services.follow_ups import check_rule
from app.texts import _, lazy
from app.views import formats
from app.views.crud import CrudView, Group
from app.views.pages import Cell
from app.views.sections import SETTINGS


class FollowUpRuleView(CrudView):
    """Rules of the next step: after what, how long after, what is planned and for whom."""

    model = FollowUpRule
    area = "FollowUps"
    route_base = "/follow-ups"
    section = SETTINGS
    title = lazy("Rules of the next step")
    title_one = lazy("Rule of the next step")
    add_label = lazy("New rule")
    list_names = ("name", "event", "days", "day_kind", "makes", "is_active")
    sorts = ("name", "days")
    sort = "name"
    filters = ("event", "makes", "is_active", "stage")
    groups = (
        Group(lazy("After what"), ("name", "event", "interaction_kind", "outcome", "stage")),
        Group(lazy("What is planned"), ("days", "day_kind", "makes", "topic", "comment")),
        Group(lazy("For whom"), ("assignee", "employee", "is_active")),
    )

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check that the rule says what its event needs."""
        check_rule(record)

    def chips(self, record: Any) -> Any:
        """After what, and whether it is in force."""
        yield formats.cell(record.event)
        if not record.is_active:
            yield Cell(_("Not in force"), "chip", tone="neutral")
