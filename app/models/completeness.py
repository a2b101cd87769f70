"""How well clients' cards are filled: the weights of fields, and what it came to day by day."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import ChoiceType
from app.models.base import Record, Row, named
from app.models.clients import ClientKind, CompletenessField, Segment
from app.models.staff import Employee
from app.texts import lazy


class CompletenessWeight(Record):
    """How much a field counts; for one kind of client or segment when that is said. The most particular row wins."""

    __tablename__ = "completeness_weight"
    __table_args__ = (
        UniqueConstraint("field", "kind", "segment_id"),
        CheckConstraint("weight between 0 and 100", name="weight_up_to_hundred"),
    )

    field: Mapped[CompletenessField] = mapped_column(ChoiceType(CompletenessField), info=named(lazy("Field")))
    kind: Mapped[ClientKind | None] = mapped_column(ChoiceType(ClientKind), info=named(lazy("Kind of client")))
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"), index=True, info=named(lazy("Segment")))
    weight: Mapped[int] = mapped_column(
        default=1, info=named(lazy("Weight"), lazy("0 to 100; with 0 the field does not count"))
    )
    segment: Mapped[Segment | None] = relationship(Segment)

    def __str__(self) -> str:
        return str(self.field.label)


class CompletenessSnapshot(Row):
    """How well the cards of one manager's clients were filled on a day: how many, and the sum of their per cents."""

    __tablename__ = "completeness_snapshot"
    __table_args__ = (UniqueConstraint("day", "employee_id"),)

    day: Mapped[date]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    clients: Mapped[int]
    percents: Mapped[int]
    employee: Mapped[Employee] = relationship(Employee)
