"""Form fields for our column types: money and quantities typed the Russian way, relations picked by type-ahead."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import format_decimal
from sqlalchemy import select
from wtforms import DateField, Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import Choice as RenderedChoice
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app.database import Choice, db
from app.models.base import Searchable
from app.texts import _
from app.views.current import zone

_LARGEST = Decimal(10) ** 14
MOST_OPTIONS = 200
"""A reference list longer than this must be searchable: a form never loads a table."""
EASY_OPTIONS = 12
"""Options that are seen at a glance; more are searched by typing."""


class NumberField(StringField):
    """A decimal with a fixed number of places, typed with comma or point, with or without blanks."""

    def __init__(self, label: str = "", validators: Any = None, *, places: int = 2, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.places = places
        self.render_kw: dict[str, Any] | None = {"inputmode": "decimal", "class": "number"}

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        # Without thousands apart: what is shown here is read back, and a lone comma must mean the decimals.
        pattern = "0." + ("00" if self.places == 2 else "#" * self.places)
        return str(format_decimal(self.data, format=pattern))

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; refuse what is not a plain number of at most `places` decimals."""
        typed = "".join(valuelist[0].split()) if valuelist else ""
        typed = typed.replace("\N{MINUS SIGN}", "-").replace("\N{APOSTROPHE}", "")
        if not typed:
            self.data = None
            return
        typed = typed.replace(",", ".") if "." not in typed and typed.count(",") == 1 else typed.replace(",", "")
        self.data = None
        if not typed.isascii() or set(typed) - set("0123456789.-"):
            raise ValueError(_("Type a number, for example 1 234.50."))
        try:
            read = Decimal(typed)
        except InvalidOperation:
            raise ValueError(_("Type a number, for example 1 234.50.")) from None
        if abs(read) >= _LARGEST:
            raise ValueError(_("The number is too large."))
        if read != read.quantize(Decimal(1).scaleb(-self.places)):
            raise ValueError(_("At most %(places)s decimals.", places=self.places))
        self.data = read


class WholeField(StringField):
    """A whole number that both databases can keep."""

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.render_kw: dict[str, Any] | None = {"inputmode": "numeric", "class": "number"}

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read a whole number of at most nine digits."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not typed.removeprefix("-").isdigit() or not typed.isascii() or len(typed) > 9:
            raise ValueError(_("Type a whole number."))
        self.data = int(typed)


class DayField(DateField):
    """A date; years that no document has are refused, since they are slips of the finger."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read an ISO date, as date inputs send it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            read = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(_("Type a date.")) from None
        if not 1900 <= read.year <= 2100:
            self.data = None
            raise ValueError(_("Check the year."))
        self.data = read


class MomentField(Field):
    """A date and time, typed in the company's zone, kept in UTC."""

    widget = TextInput()
    widget.input_type = "datetime-local"

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(zone()).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what a datetime-local input sends."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            read = datetime.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("Type a date and a time.")) from None
        if not 1900 <= read.year <= 2100:
            raise ValueError(_("Check the year."))
        read = read.replace(tzinfo=zone()) if read.tzinfo is None else read
        self.data = read.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(0)


class ChoiceField(SelectField):
    """One member of a Choice; empty where the column may be empty."""

    def __init__(self, label: str = "", validators: Any = None, *, members: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.members = members
        self.may_be_empty = not any(getattr(check, "field_flags", {}).get("required") for check in validators or ())
        self.coerce = self._member
        self.choices = [SelectChoice("", "")] if self.may_be_empty else []
        self.choices += [SelectChoice(member.value, member.label) for member in members]

    def _member(self, value: Any) -> Choice | None:
        if value in (None, ""):
            return None
        found: Choice = self.members(value)
        return found

    def iter_choices(self) -> Any:
        """Compare by value: the data is a member, the options are strings."""
        chosen = self.data.value if self.data else ""
        for option in self.choices:
            yield RenderedChoice(option.value, option.label, option.value == chosen, {})

    def pre_validate(self, form: Any) -> None:
        """An unknown value was already refused by the coercion."""


class RelationField(Field):
    """A record of another table. Only records that the person may see can be chosen."""

    def __init__(
        self, label: str = "", validators: Any = None, *, target: Any = None, lookup_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.target = target
        self.lookup_url = lookup_url
        self.create_url = ""

    @property
    def is_long(self) -> bool:
        """Tell whether the table is searched by type-ahead rather than listed."""
        return issubclass(self.target, Searchable)

    def is_many(self) -> bool:
        """Tell whether the options are too many to be looked through: then they are searched by typing."""
        return len(self.options()) > EASY_OPTIONS

    def options(self) -> list[tuple[str, str, bool]]:
        """(value, label, chosen): the current record alone for a long table, all records of a short one."""
        records = [self.data] if self.data is not None else []
        if not self.is_long:
            listed = db.session.scalars(select(self.target).limit(MOST_OPTIONS)).all()
            records = sorted({*listed, *records}, key=lambda record: (getattr(record, "position", 0), str(record)))
        return [(str(record.id), str(record), record is self.data) for record in records]

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Fetch the chosen record through the row rule: a foreign one is as good as none."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not typed.isascii() or not typed.isdigit() or len(typed) > 18:
            raise ValueError(_("Choose from the list."))
        self.data = db.session.get(self.target, int(typed))
        if self.data is None:
            raise ValueError(_("There is no such record, or you may not see it."))

    def _value(self) -> str:
        return str(self.data.id) if self.data is not None else ""


class Required:
    """The field must be filled; zero and «no» count as filled."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Stop at an empty field; errors of reading what was typed come first."""
        if field.errors:
            raise StopValidation
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(_("Fill in this field."))


def no_control_characters(form: Any, field: Field) -> None:
    """Refuse characters that no person types: NUL would not be kept by PostgreSQL at all."""
    if field.data and any(ord(sign) < 32 and sign not in "\r\n\t" for sign in field.data):
        raise ValidationError(_("The text contains characters that cannot be kept."))


def strip(value: str | None) -> str | None:
    """Blanks around a text are slips; an empty text is no text."""
    return (value or "").strip() or None
