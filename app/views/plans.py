"""The screen of plans of sales."""

from typing import Any

from app.database import db
from app.models.plans import SalesPlan
from app.services.plans import check_plan
from app.texts import lazy
from app.views.crud import CrudView, Group, Preset
from app.views.crud.columns import Column
from app.views.current import today
from app.views.pages import Cell
from app.views.sections import SALES


class PlanView(CrudView):
    """Plans of sales by month, manager or department, and measure."""

    model = SalesPlan
    area = "Plans"
    route_base = "/plans"
    section = SALES
    title = lazy("Plans of sales")
    title_one = lazy("Plan of sales")
    add_label = lazy("New plan")
    list_names = ("month", "employee", "department", "measure", "amount")
    sorts = ("month", "amount")
    sort = "-month"
    filters = ("month", "employee", "department", "measure")
    presets = (
        Preset("current", lazy("This month"), lambda _person, day: SalesPlan.month == day.replace(day=1)),
        Preset("mine", lazy("Mine"), lambda person, _day: SalesPlan.employee_id == (person.employee_id or 0)),
    )
    totals = ("amount",)
    groups = (Group(lazy("Plan of sales"), ("employee", "department", "month", "measure", "amount")),)

    def defaults(self, record: Any) -> None:
        """For this month."""
        record.month = today().replace(day=1)

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """One plan of one side, for a whole month."""
        check_plan(db.session(), record)

    def cell(self, record: Any, column: Column) -> Cell:
        """The month as a month."""
        return Cell(f"{record.month:%m.%Y}") if column.name == "month" else super().cell(record, column)
