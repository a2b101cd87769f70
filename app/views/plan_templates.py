"""The screen of templates of plans of deals."""

from typing import Any

from app.models.deals import PlanTemplate, PlanTemplateStep
from app.services.plan_templates import check_template
from app.texts import lazy
from app.views.crud import CardColumns, CrudView, Group, Lines
from app.views.sections import SETTINGS

_COLUMNS = ("task", "after_days", "who", "employee")


class PlanTemplateView(CrudView):
    """Templates of plans: steps that a deal takes all at once. Kept by those who keep the rules of the next step."""

    model = PlanTemplate
    area = "FollowUps"
    route_base = "/plan-templates"
    section = SETTINGS
    title = lazy("Templates of plans of deals")
    title_one = lazy("Template of a plan")
    add_label = lazy("New template")
    list_names = ("name", "stage", "changed_at")
    sorts = ("name",)
    sort = "name"
    filters = ("stage",)
    groups = (Group(lazy("Template of a plan"), ("name", "stage")),)
    lines = (Lines("steps", PlanTemplateStep, _COLUMNS),)
    tables = (CardColumns(lazy("Steps"), _COLUMNS, lambda template: template.steps, PlanTemplateStep),)

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the steps."""
        check_template(record)
