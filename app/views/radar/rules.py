"""The screen of the radar's rules."""

from typing import Any

from app.models.radar import RadarRule
from app.services.radar import check_rule
from app.texts import lazy
from app.views.crud import CrudView, Group
from app.views.sections import SETTINGS


class RadarRuleView(CrudView):
    """What the radar looks for: each rule on or off, with its threshold and its owner."""

    model = RadarRule
    area = "RadarRules"
    route_base = "/radar/rules"
    section = SETTINGS
    title = lazy("Rules of the radar")
    title_one = lazy("Rule of the radar")
    list_names = ("code", "is_on", "days", "owner")
    sort = "id"
    filters = ("is_on", "owner")
    groups = (Group(lazy("Rule"), ("code", "is_on", "days", "owner")),)
    form_groups = (Group(lazy("Rule"), ("is_on", "days", "owner")),)
    can_add = False

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """A threshold that is one, an owner that the records name."""
        check_rule(record)
