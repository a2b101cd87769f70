"""Which column of a file goes into which field: guessed from the headings, remembered per person and kind of file."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.imports import ImportMapping
from app.permissions import WRITE, Viewer
from app.services.imports.declarations import Field, Table
from app.texts import _

NOT_LOADED = ""
"""The choice of a column that is left out."""


def fields_for(table: Table, viewer: Viewer | None) -> tuple[Field, ...]:
    """The fields that a person may fill."""
    return tuple(each for each in table.fields if not each.right or viewer is None or viewer.may(WRITE, each.right))


def guess_mapping(session: Session, table: Table, headers: Sequence[str]) -> dict[str, str]:
    """Number of a column, as text -> field: as the person did it with such a file before, else by the headings."""
    viewer = session.info.get("viewer")
    fields = fields_for(table, viewer)
    remembered = _remembered(session, table, headers)
    if remembered is not None:
        known = {field.name for field in fields}
        return {place: name for place, name in remembered.items() if name in known}
    found: dict[str, str] = {}
    for rank in range(max(len(_words(field)) for field in fields)):
        for place, header in enumerate(headers):
            free = [field for field in fields if field.name not in found.values()]
            match = next((field for field in free if _folded(header) in _words(field)[rank : rank + 1]), None)
            if match is not None and str(place) not in found:
                found[str(place)] = match.name
    return found


def _words(field: Field) -> list[str]:
    """How a file may call a field: the surest word first."""
    return [_folded(word) for word in (str(field.label), field.name, *field.synonyms)]


def mapping_by_headers(table: Table, headers: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """A mapping of headings (or numbers of columns, from 1) to names or labels of fields. Raises RuleError."""
    places = {_folded(header): place for place, header in enumerate(headers) if header}
    places |= {str(place): place - 1 for place in range(1, len(headers) + 1) if str(place) not in places}
    names = {_folded(str(word)): field.name for field in table.fields for word in (field.label, field.name)}
    found = {}
    for header, name in given.items():
        if _folded(header) not in places or _folded(name) not in names:
            raise RuleError(
                _("The mapping names «%(header)s» or «%(field)s», which is not there.", header=header, field=name)
            )
        found[str(places[_folded(header)])] = names[_folded(name)]
    return found


def check_mapping(table: Table, mapping: Mapping[str, str]) -> None:
    """Raise RuleError when a field is filled from two columns, or nothing tells one record from another."""
    names = list(mapping.values())
    labels = {field.name: str(field.label) for field in table.fields}
    if unknown := set(names) - set(labels):
        raise RuleError(_("There is no field %(field)s.", field=", ".join(sorted(unknown))))
    if doubled := sorted({labels[name] for name in names if names.count(name) > 1}):
        raise RuleError(_("Two columns go into one field: %(fields)s.", fields=", ".join(doubled)))
    if not names:
        raise RuleError(_("Choose a field for at least one column."))


def remember_mapping(session: Session, table: Table, headers: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Keep the person's choice for the next file with these headings."""
    viewer = session.info.get("viewer")
    if viewer is None:
        return
    own = {"owner_id": viewer.user_id, "table_name": table.name, "fingerprint": fingerprint(headers)}
    kept = session.scalars(select(ImportMapping).filter_by(**own)).first() or ImportMapping(**own)
    kept.mapping = dict(mapping)
    session.add(kept)
    session.flush()


def fingerprint(headers: Iterable[str]) -> str:
    """What tells files of one kind: their headings, in their order."""
    return hashlib.sha256("\n".join(map(_folded, headers)).encode()).hexdigest()


def _remembered(session: Session, table: Table, headers: Sequence[str]) -> Mapping[str, str] | None:
    viewer = session.info.get("viewer")
    if viewer is None:
        return None
    kept = select(ImportMapping.mapping).where(
        ImportMapping.owner_id == viewer.user_id,
        ImportMapping.table_name == table.name,
        ImportMapping.fingerprint == fingerprint(headers),
    )
    return session.scalars(kept).first()


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold().replace("ё", "е")).split())
