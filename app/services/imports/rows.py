"""What one row of a file does: makes a record, changes one, finds it as it is, or is refused with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.sheets import SheetRow
from app.models.imports import ExternalId, ImportMode
from app.services.imports.declarations import EXTERNAL, Field, Table, Values
from app.services.imports.relations import Finder
from app.services.imports.values import read_value
from app.texts import _

SOURCE = "file"
CREATED, UPDATED, SAME, SKIPPED, REFUSED = "created", "updated", "same", "skipped", "refused"
OUTCOMES = (CREATED, UPDATED, SAME, SKIPPED, REFUSED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row; the problems are pairs of the column's heading ('' for the row) and a text."""

    kind: str
    problems: tuple[tuple[str, str], ...] = ()


class Loader:
    """Takes the rows of one file in. Whatever it flushes is noted by whoever records the session."""

    def __init__(self, session: Session, table: Table, headers: Sequence[str], mapping: Mapping[str, str]) -> None:
        self._session = session
        self._table = table
        fields = {field.name: field for field in table.fields}
        self._columns = [(int(place), headers[int(place)], fields[name]) for place, name in mapping.items()]
        self._finder = Finder(session)
        self._seen: dict[Any, int] = {}

    def take(self, row: SheetRow, mode: ImportMode, *, is_kept: bool) -> Outcome:
        """Do what the row says in a savepoint; undo it at once when it is only tried, or refused."""
        values, problems = self._read(row)
        if problems:
            return Outcome(REFUSED, tuple(problems))
        nested = self._session.begin_nested()
        try:
            with self._session.no_autoflush:
                kind = self._apply(row, values, mode)
            self._session.flush()
        except RuleError as refusal:
            nested.rollback()
            return Outcome(REFUSED, (("", str(refusal)),))
        except IntegrityError:
            nested.rollback()
            return Outcome(REFUSED, (("", _("There is already such a record, or it refers to one that is gone.")),))
        except (DataError, StatementError):
            nested.rollback()
            return Outcome(REFUSED, (("", _("A value is too large or cannot be stored.")),))
        if is_kept:
            nested.commit()
        else:
            nested.rollback()
        return Outcome(kind)

    def _read(self, row: SheetRow) -> tuple[Values, list[tuple[str, str]]]:
        values: Values = {}
        problems = []
        for place, header, field in self._columns:
            cell = row.cells[place] if place < len(row.cells) else None
            try:
                value = read_value(field, cell)
                if value is not None and field.target is not None:
                    value = self._finder.find(field.target, value)
            except RuleError as refusal:
                problems.append((header, str(refusal)))
                continue
            if value is not None:
                values[field.name] = value
        return values, problems

    def _apply(self, row: SheetRow, values: Values, mode: ImportMode) -> str:
        self._check_once(row, values)
        record, external = self._existing(values)
        if mode is (ImportMode.UPDATE if record is None else ImportMode.CREATE):
            return SKIPPED
        if record is None:
            record = self._created(values)
            kind = CREATED
        else:
            is_changed = self._set(record, values)
            kind = UPDATED if self._table.fill(record, values) or is_changed else SAME
        if kind != SAME:
            self._session.add(record)
            self._table.check(self._session, record)
            self._session.flush()
        if (code := values.get(EXTERNAL)) and external is None:
            self._session.add(
                ExternalId(source=SOURCE, record_table=self._table.model.__tablename__, record_id=record.id, code=code)
            )
        return kind

    def _check_once(self, row: SheetRow, values: Values) -> None:
        """Two rows of one file that mean one record: nobody can say which is right."""
        for key in (("external", values.get(EXTERNAL)), ("own", self._table.key(values))):
            if key[1] is None:
                continue
            first = self._seen.setdefault(key, row.number)
            if first != row.number:
                raise RuleError(_("Row %(number)s is about the same record.", number=first))

    def _existing(self, values: Values) -> tuple[Any, ExternalId | None]:
        table, external = self._table.model.__tablename__, None
        if code := values.get(EXTERNAL):
            asked = select(ExternalId).filter_by(source=SOURCE, record_table=table, code=code)
            external = self._session.scalars(asked).first()
            if external is not None:
                record = self._session.get(self._table.model, external.record_id)
                if record is not None:
                    return record, external
                self._session.delete(external)
                self._session.flush()
        found = self._table.find(self._session, values) or self._hidden(values)
        if len(found) > 1:
            raise RuleError(_("%(number)s records fit this row. Say more, or use an external ID.", number=len(found)))
        return (found[0] if found else None), None

    def _hidden(self, values: Values) -> list[Any]:
        """Nothing, when nobody has such a record: a double of one that the person may not see must not be made."""
        viewer = self._session.info.get("viewer")
        if viewer is not None and not viewer.sees_all():
            self._session.info.pop("viewer")
            try:
                is_there = bool(self._table.find(self._session, values))
            finally:
                self._session.info["viewer"] = viewer
            if is_there:
                raise RuleError(_("There is already such a record, and it is not yours."))
        return []

    def _created(self, values: Values) -> Any:
        record = self._table.model()
        self._set(record, values)
        self._table.fill(record, values)
        self._table.defaults(self._session, record)
        for column in record.__table__.columns:
            default = column.default
            if default is not None and default.is_scalar and getattr(record, column.key) is None:
                setattr(record, column.key, default.arg)
        missing = [str(field.label) for field in self._table.fields if _is_missing(field, record)]
        if missing:
            raise RuleError(_("Not filled: %(fields)s.", fields=", ".join(missing)))
        return record

    def _set(self, record: Any, values: Values) -> bool:
        """Set what differs; gives whether anything did."""
        mapped = inspect(self._table.model).attrs
        is_changed = False
        for name, value in values.items():
            if name in mapped and name not in ("phones", "emails") and getattr(record, name) != value:
                setattr(record, name, value)
                is_changed = True
        return is_changed


def _is_missing(field: Field, record: Any) -> bool:
    return field.is_required and hasattr(record, field.name) and getattr(record, field.name) in (None, "")
