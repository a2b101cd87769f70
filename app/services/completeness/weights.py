"""The weights of the fields of a client's card, and to whom a field applies at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import ClientKind, CompletenessField
from app.models.completeness import CompletenessWeight
from app.texts import _

MOST = 100
DEFAULTS: Mapping[CompletenessField, int] = {
    CompletenessField.INN: 10,
    CompletenessField.KPP: 4,
    CompletenessField.OGRN: 3,
    CompletenessField.FULL_NAME: 4,
    CompletenessField.LEGAL_ADDRESS: 5,
    CompletenessField.ACTUAL_ADDRESS: 5,
    CompletenessField.TOWN: 6,
    CompletenessField.PLACE: 3,
    CompletenessField.PHONE: 10,
    CompletenessField.EMAIL: 8,
    CompletenessField.WEBSITE: 2,
    CompletenessField.SEGMENT: 6,
    CompletenessField.SOURCE: 4,
    CompletenessField.HEAD_NAME: 5,
    CompletenessField.HEAD_POSITION: 2,
    CompletenessField.CONTACT: 8,
    CompletenessField.CONTACT_PHONE: 8,
    CompletenessField.CONTACT_EMAIL: 4,
    CompletenessField.DECIDES: 8,
    CompletenessField.TURNOVER: 4,
    CompletenessField.BANK_ACCOUNT: 3,
}
"""How much each field counts until somebody says otherwise."""
_COMPANY = frozenset({ClientKind.COMPANY})
_BUSINESS = frozenset({ClientKind.COMPANY, ClientKind.ENTREPRENEUR})
_ONLY: Mapping[CompletenessField, frozenset[ClientKind]] = {
    CompletenessField.KPP: _COMPANY,
    CompletenessField.HEAD_NAME: _COMPANY,
    CompletenessField.HEAD_POSITION: _COMPANY,
    CompletenessField.OGRN: _BUSINESS,
    CompletenessField.TURNOVER: _BUSINESS,
}
"""Fields that only these kinds of clients can have, whatever the weights say."""

_Key = tuple[CompletenessField, ClientKind | None, int | None]


@dataclass
class Weights:
    """All weights, read once; `of` gives those of one kind and segment."""

    rows: Mapping[_Key, int]
    _known: dict[tuple[ClientKind, int | None], dict[CompletenessField, int]] = field(default_factory=dict)

    def of(self, kind: ClientKind, segment_id: int | None) -> dict[CompletenessField, int]:
        """The fields that count for such a client, with their weights: the weightiest first."""
        key = (kind, segment_id)
        if key not in self._known:
            found = {each: self._weight(each, kind, segment_id) for each in CompletenessField}
            counted = sorted(((each, weight) for each, weight in found.items() if weight), key=lambda pair: -pair[1])
            self._known[key] = dict(counted)
        return self._known[key]

    def _weight(self, each: CompletenessField, kind: ClientKind, segment_id: int | None) -> int:
        if kind not in _ONLY.get(each, frozenset(ClientKind)):
            return 0
        for key in ((each, kind, segment_id), (each, None, segment_id), (each, kind, None), (each, None, None)):
            if key in self.rows:
                return self.rows[key]
        return DEFAULTS[each]


def read_weights(session: Session) -> Weights:
    """The weights as they are set now. One question."""
    return Weights({(row.field, row.kind, row.segment_id): row.weight for row in _rows(session)})


def add_weights(session: Session) -> int:
    """Make the general rows of fields that have none, so that they can be set. Safe to repeat; gives how many."""
    kept = {row.field for row in _rows(session) if row.kind is None and row.segment_id is None}
    missing = [each for each in CompletenessField if each not in kept]
    session.add_all(CompletenessWeight(field=each, weight=DEFAULTS[each]) for each in missing)
    session.flush()
    return len(missing)


def check_weight(session: Session, weight: CompletenessWeight) -> None:
    """Raises RuleError for a weight that is none, or a second row for the same field, kind and segment."""
    if weight.weight is None or not 0 <= weight.weight <= MOST:
        raise RuleError(_("The weight is from 0 to %(most)s.", most=MOST))
    segment_id = weight.segment.id if weight.segment is not None else None
    same = (row for row in _rows(session) if row is not weight)
    if any((row.field, row.kind, row.segment_id) == (weight.field, weight.kind, segment_id) for row in same):
        raise RuleError(_("There is already a weight of this field for such clients."))


def _rows(session: Session) -> Iterable[CompletenessWeight]:
    with session.no_autoflush:
        return session.scalars(select(CompletenessWeight)).all()
