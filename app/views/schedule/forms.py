"""Forms of the engineers' schedule: taking a slot, moving a visit, cancelling it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Length

from app.database import db
from app.models.base import LONG
from app.models.clients import Client
from app.models.service import Equipment, WorkKind
from app.models.staff import Employee
from app.services.service import Place, Span
from app.texts import lazy
from app.views.crud.fields import MomentField, RelationField, Required, WholeField, no_control_characters
from app.views.crud.forms import RecordForm

LONGEST_MINUTES = 14 * 24 * 60


class PlaceForm(RecordForm):
    """Who goes and when."""

    engineer = SelectField(lazy("Engineer"), coerce=int)
    starts_at = MomentField(lazy("Begins"), [Required()])
    minutes = WholeField(lazy("Duration, minutes"), [Required()])
    outside_hours = BooleanField(lazy("Outside working hours (urgent call-out)"))

    def __init__(self, *args: Any, may_plan: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        engineers = select(Employee).where(Employee.is_engineer.is_(True), Employee.dismissed_on.is_(None))
        found = db.session.scalars(engineers.order_by(Employee.family_name, Employee.id))
        self.engineer.choices = [(engineer.id, str(engineer)) for engineer in found]
        if not may_plan:
            del self.outside_hours

    def place(self) -> Place:
        """What was chosen. Raises ValueError before the form is found valid."""
        starts_at, minutes = self.starts_at.data, self.minutes.data
        if starts_at is None or minutes is None:
            raise ValueError("the form must be valid")
        span = Span(starts_at, starts_at + timedelta(minutes=min(max(minutes, 0), LONGEST_MINUTES)))
        outside = "outside_hours" in self and bool(self.outside_hours.data)
        return Place(self.engineer.data, span, outside_hours=outside)


class BookForm(PlaceForm):
    """«Занять окно»: for whom and what for."""

    client = RelationField(lazy("Client"), [Required()], target=Client)
    equipment = RelationField(lazy("Equipment"), target=Equipment)
    work_kind = RelationField(lazy("Kind of work"), [Required()], target=WorkKind)
    description = TextAreaField(lazy("What has to be done"), [Required(), Length(max=LONG), no_control_characters])


class CancelForm(RecordForm):
    """Why a visit is cancelled."""

    reason = TextAreaField(lazy("Reason"), [Required(), Length(max=500), no_control_characters])
