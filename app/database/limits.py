"""The row rule on the session: what it limits, for whom, and how that is said to a query."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from itertools import count
from typing import Any, ClassVar, Protocol

from sqlalchemy import BindParameter, ColumnElement, Select, exists, literal_column
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE
from sqlalchemy.sql.visitors import anon_map


class Way(Enum):
    """How a row is known to be the viewer's: the same rows, found differently (decisions 26 and 32)."""

    KEYS = "keys"
    """It is among the keys of all that the viewer may see."""
    ROWS = "rows"
    """What stands behind it is the viewer's. PostgreSQL may still gather the keys of all of that first."""
    EACH_ROW = "each_row"
    """The same of each row by itself, with nothing gathered: for questions about few rows."""


def behind_each_row(question: Select[Any]) -> ColumnElement[bool]:
    """The question about what stands behind a row has an answer; it is asked of each row by itself.

    One with an offset is what PostgreSQL neither joins nor gathers the keys of.
    """
    return exists(question.offset(literal_column("0")))


class RowRule(Protocol):
    """Takes the viewer, gives the condition that rows must meet, or None where the viewer sees all rows."""

    def __call__(self, viewer: Any, way: Way = Way.KEYS) -> ColumnElement[bool] | None:
        """The condition of the viewer's rows."""


ALL_ROWS = {"all_rows": True}
"""Execution option for the few questions that must see beyond the viewer's rows; each use says why."""
BY_ROW = {"by_row": True}
"""Execution option for questions about few rows: the rule is asked of each, not for the keys of all that it allows."""

_row_rules: dict[type[Any], RowRule] = {}
_introducers: list[Callable[[Session], None]] = []
_known_limits: dict[tuple[Any, ...], "RowLimits"] = {}
_MOST_KNOWN = 256


def install_row_rules(rules: Mapping[type[Any], RowRule]) -> None:
    """Set which rows a viewer sees, per table. Holds for every query of every session that has a viewer."""
    _row_rules.clear()
    _known_limits.clear()
    _row_rules.update(rules)


def limits_of(state: ORMExecuteState) -> "RowLimits | None":
    """What limits a question of a session; None where nobody asks, or who asks sees all."""
    if state.is_column_load or state.execution_options.get("all_rows"):
        return None
    if not (state.is_select or state.is_update or state.is_delete):
        return None
    by_row = state.is_relationship_load or bool(state.execution_options.get("by_row"))
    return limits_in(state.session, by_row=by_row)


def know_viewer_by(introduce: Callable[[Session], None]) -> None:
    """Have a session that knows no viewer introduced to the one who asks, before it is asked for anything."""
    _introducers.append(introduce)


def make_known(session: Session) -> None:
    """Let the session know who asks."""
    for introduce in _introducers:
        introduce(session)


def limits_in(session: Session, *, by_row: bool) -> "RowLimits | None":
    """What limits the questions of a session's person; None where it is nobody's."""
    viewer = session.info.get("viewer")
    if viewer is None:
        return None
    for_all, for_few = _WAYS[session.get_bind().dialect.name]
    return row_limits(viewer, for_few if by_row else for_all)


_WAYS = {"sqlite": (Way.KEYS, Way.ROWS), "postgresql": (Way.ROWS, Way.EACH_ROW)}
"""How each database is asked about any rows, and about few."""


def row_limits(viewer: Any, way: Way) -> "RowLimits":
    """The limits of a viewer; made once for each person, since every query of every request takes them."""
    own: dict[Way, RowLimits] = viewer.__dict__.setdefault("_row_limits", {})
    made = own.get(way)
    if made is None:
        who = (viewer.user_id, viewer.employee_id, viewer.scope, viewer.roles, viewer.rights, way)
        made = _known_limits.get(who)
        if made is None:
            if len(_known_limits) >= _MOST_KNOWN:
                _known_limits.clear()
            made = _known_limits[who] = _made_limits(viewer, way)
        own[way] = made
    return made


def _made_limits(viewer: Any, way: Way) -> "RowLimits":
    criteria = ((model, rule(viewer, way)) for model, rule in _row_rules.items())
    return RowLimits(
        [with_loader_criteria(model, each, include_aliases=True) for model, each in criteria if each is not None]
    )


class RowLimits(CriteriaOption):
    """The loader criteria of a viewer as one option, whose part of the key of a compiled query is known beforehand.

    SQLAlchemy keeps compiled queries under a key that it gathers from the whole statement. Walking through fifty
    criteria for every query was a fifth of a manager's page (decision 27). A number stands for their structure here:
    it is the same for two viewers exactly when their criteria differ in values alone, which are bound anew each time.
    """

    __slots__ = ("_key", "_values", "limits")
    _structures: ClassVar[dict[tuple[Any, ...], int]] = {}
    _numbers: ClassVar[Iterator[int]] = count()
    """Each number is given once, whichever threads ask: two structures under one number would share their queries."""

    def __init__(self, limits: list[LoaderCriteriaOption]) -> None:
        """Take the criteria, and work out their key."""
        self.limits = limits
        self._values: list[BindParameter[Any]] = []
        seen = anon_map()
        structure = tuple(each._gen_cache_key(seen, self._values) for each in limits)
        if NO_CACHE in seen:
            raise TypeError("a row rule has a part whose compiled form cannot be kept")
        self._key = ("row limits", self._structures.setdefault(structure, next(self._numbers)))

    def _gen_cache_key(self, _seen: anon_map, values: list[BindParameter[Any]]) -> tuple[Any, ...]:
        values.extend(self._values)
        return self._key

    def process_compile_state(self, compile_state: Any) -> None:
        """Limit a query that is being compiled."""
        for limit in self.limits:
            limit.process_compile_state(compile_state)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        """Limit a query whose entities were exchanged."""
        for limit in self.limits:
            limit.process_compile_state_replaced_entities(compile_state, mapper_entities)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """Limit an update or delete."""
        for limit in self.limits:
            limit.get_global_criteria(attributes)
