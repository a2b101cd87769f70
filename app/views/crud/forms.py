"""Makes the form of a record from the model's columns: labels, hints, lengths and required marks are the model's."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm.attributes import flag_modified
from wtforms import BooleanField, FieldList, FormField, StringField, TextAreaField
from wtforms.validators import Length

from app.clock import utc_now
from app.permissions import Viewer
from app.texts import _
from app.views import formats
from app.views.crud.columns import Column, column_of
from app.views.crud.creating import create_url
from app.views.crud.declarations import Lines
from app.views.crud.fields import (
    ChoiceField,
    DayField,
    MomentField,
    NumberField,
    RelationField,
    Required,
    WholeField,
    no_control_characters,
    strip,
)

_PLACES = {"money": 2, "percent": 2, "quantity": 3, "decimal": 6}
MOST_LINES = 500
"""Lines of one document: a longer one is an import."""


class RecordForm(FlaskForm):
    """A form of one record. The CSRF token is checked once for the whole request, not per form."""

    class Meta:
        """What WTForms asks the form's class for."""

        csrf = False


class LineForm(RecordForm):
    """A form of one line inside a record's form. Its `row_id` tells which kept row it is of; a new row has none."""

    def process(self, formdata: Any = None, obj: Any = None, **kwargs: Any) -> None:
        """Fill the form; the key comes from the row only when nothing was sent, for what is sent decides."""
        if not formdata and getattr(obj, "id", None) is not None:
            kwargs["row_id"] = str(obj.id)
        super().process(formdata, obj, **kwargs)


class RowsField(FieldList):
    """The rows edited inside a record: matched to the kept ones by their key, the rest are new."""

    def __init__(self, *args: Any, rows: Lines, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Remember that more rows were sent than are read, so that none is dropped unseen."""
        sent = set(self._extract_indices(self.name, formdata)) if formdata else ()
        self.is_too_long = len(sent) > MOST_LINES
        super().process(formdata, *args, **kwargs)

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set the record's rows to what the form holds, keeping the rows that stayed.

        A change of rows alone counts as a change of the record: otherwise two people would not notice each other.
        """
        before = self.kept(getattr(obj, name))
        kept = {row.id: row for row in getattr(obj, name)}
        made = []
        for position, entry in enumerate(self.filled(), 1):
            row = kept.pop(_key(entry.form.row_id.data), None) or self.rows.model()
            for column in self.rows.columns:
                entry.form[column].populate_obj(row, column)
            if hasattr(row, "position"):
                row.position = position
            made.append(row)
        setattr(obj, name, made)
        if obj.id is not None and self.kept(made) != before:
            obj.changed_at = utc_now()
            flag_modified(obj, "changed_at")  # within one second it is the same value

    def typed(self) -> list[tuple[Any, ...]]:
        """The values of the filled rows, as typed."""
        return [tuple(entry.form[column].data for column in self.rows.columns) for entry in self.filled()]

    def kept(self, rows: Iterable[Any]) -> list[tuple[Any, ...]]:
        """The values of a record's rows, as saved."""
        return [tuple(getattr(row, column) for column in self.rows.columns) for row in rows]

    def words(self, rows: Iterable[tuple[Any, ...]]) -> str:
        """Rows in one line of text, to be compared by a person."""
        kinds = [column_of(self.rows.model, name).kind for name in self.rows.columns]
        pairs = (zip(row, kinds, strict=True) for row in rows)
        return "; ".join(
            ", ".join(formats.cell(value, kind).text for value, kind in pair if value is not None) for pair in pairs
        )

    def filled(self) -> list[Any]:
        """The entries in which something was typed: an empty last line is no line."""
        return [entry for entry in self.entries if not entry.form.is_blank()]

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check every filled row; the errors stay with their fields."""
        self.errors: Any = [_("At most %(most)s lines.", most=MOST_LINES)] if self.is_too_long else []
        good = not self.is_too_long
        for entry in self.filled():
            if not entry.form.validate():
                good = False
        return good


def _key(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


def field_for(column: Column) -> Any:
    """The form field of a column."""
    checks: list[Any] = [Required()] if column.is_required else []
    common = {"description": column.hint}
    if column.kind in _PLACES:
        return NumberField(column.label, checks, places=_PLACES[column.kind], **common)
    if column.kind == "number":
        return WholeField(column.label, checks, **common)
    if column.kind == "date":
        return DayField(column.label, checks, **common)
    if column.kind == "moment":
        return MomentField(column.label, checks, **common)
    if column.kind == "flag":
        return BooleanField(column.label, **common)
    if column.kind == "choice":
        return ChoiceField(column.label, checks, members=column.choices, **common)
    if column.kind == "relation":
        return RelationField(column.label, checks, target=column.target, **common)
    return _text_field(column, checks, common)


def _text_field(column: Column, checks: list[Any], common: dict[str, Any]) -> Any:
    checks = [*checks, Length(max=column.length), no_control_characters]
    kind = TextAreaField if column.kind == "long_text" else StringField
    limits = {"maxlength": column.length}
    return kind(column.label, checks, filters=[strip], render_kw=limits, **common)


def form_class(model: type[Any], names: tuple[str, ...], rows: tuple[Lines, ...]) -> type[RecordForm]:
    """The form class of a record with these fields, and with the rows that are edited inside it."""
    fields: dict[str, Any] = {name: field_for(column_of(model, name)) for name in names}
    for lines in rows:
        fields[lines.name] = RowsField(
            FormField(line_class(lines)), label=column_of(model, lines.name).label, rows=lines, max_entries=MOST_LINES
        )
    return type(f"{model.__name__}Form", (RecordForm,), fields)


def permitted(lines: Lines, viewer: Viewer) -> Lines:
    """The rows with the columns that the viewer may set, and those computed that they may read."""
    columns = tuple(name for name in lines.columns if column_of(lines.model, name).may_write(viewer))
    computed = tuple(name for name in lines.computed if column_of(lines.model, name).may_read(viewer))
    return replace(lines, columns=columns, computed=computed)


def line_class(lines: Lines) -> type[LineForm]:
    """The form class of one row."""
    fields: dict[str, Any] = {name: field_for(column_of(lines.model, name)) for name in lines.columns}
    main = lines.columns[0]

    def is_blank(form: Any) -> bool:
        """Tell whether the row was left empty: its first field says so."""
        raw = form[main].raw_data
        return not (raw and str(raw[0]).strip()) if raw is not None else form[main].data in (None, "")

    return type(f"{lines.model.__name__}Form", (LineForm,), fields | {"row_id": StringField(), "is_blank": is_blank})


def drop_unwritable(form: RecordForm, model: type[Any], viewer: Viewer) -> None:
    """Take away the fields that need a right which the viewer lacks: what is not in the form cannot be set."""
    for name in [field.name for field in form]:
        if not isinstance(form[name], RowsField) and not column_of(model, name).may_write(viewer):
            del form[name]


def set_lookups(form: Any) -> None:
    """Give every relation field the addresses of its type-ahead and of the form that makes a record for it."""
    for field in form:
        if isinstance(field, RelationField):
            field.lookup_url = url_for("LookupView.find", table=field.target.__tablename__) if field.is_long else ""
            field.create_url = create_url(field.target)
        elif isinstance(field, RowsField):
            for entry in field.entries:
                set_lookups(entry.form)
