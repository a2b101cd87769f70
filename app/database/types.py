"""The column types: exact decimals, instants, fixed choices."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

Identifier = BigInteger().with_variant(Integer, "sqlite")


class _Scaled(TypeDecorator[Decimal]):
    """An exact decimal kept as a whole number of its smallest unit, so that both databases add alike."""

    impl = BigInteger
    cache_ok = True
    places: ClassVar[int]
    largest: ClassVar[int] = 10**17

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Refuse what cannot be kept exactly: floats, infinities, more decimals than the unit has."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"{type(self).__name__} takes Decimal or int, not {type(value).__name__}")
        scaled = Decimal(value).scaleb(self.places)
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > self.largest:
            raise ValueError(f"{value} cannot be kept with {self.places} decimals")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give the decimal back; PostgreSQL's sums arrive as numeric, hence the int()."""
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare and add with the same scale."""
        return self


class Money(_Scaled):
    """An amount in roubles (or the document's currency), kept as whole kopecks."""

    cache_ok = True
    places = 2


class Quantity(_Scaled):
    """A quantity in the product's unit, kept as whole thousandths."""

    cache_ok = True
    places = 3


class Percent(_Scaled):
    """A percentage (12.5 is twelve and a half per cent), kept as whole hundredths."""

    cache_ok = True
    places = 2


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive value is refused: its zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choice(StrEnum):
    """A fixed choice: the stored value, the words for it, and the tone of its chip.

    Tones: neutral, info, ok, warn, danger, plan.
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "neutral") -> "Choice":
        """Make a member of (value, label, tone)."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member


class ChoiceType(TypeDecorator[Choice]):
    """A column that holds one member of a Choice. An unknown stored value raises: no silent default."""

    impl = String(30)
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the member's value; a plain string must be one of them."""
        return None if value is None else str(self.choices(value).value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Choice | None:
        """Give the member back."""
        return None if value is None else self.choices(value)
