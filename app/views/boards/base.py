"""What both boards share: filters, words, and moving one card by a select, a button or the script."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import ColumnElement, select

from app.database import db
from app.errors import RuleError
from app.models.staff import Employee
from app.permissions import WRITE
from app.reports.boards import Column
from app.texts import _, lazy, ngettext
from app.views import formats
from app.views.boards.cards import ShownColumn, shown_card
from app.views.crud import CrudView
from app.views.crud.columns import column_of
from app.views.crud.query import filter_conditions, search_condition, whole
from app.views.current import viewer
from app.views.pages import Command, Option, Tab
from app.views.sections import CRM

MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a board asks for."""

    tab: str
    q: str
    responsible: str
    period: Mapping[str, str]
    """The first and the last day, by the names of the list's filter."""
    with_ended: bool

    def arguments(self, **changes: str) -> dict[str, Any]:
        """The arguments of this board's address, some changed; empty ones left out."""
        ended = "1" if self.with_ended else ""
        kept = {"tab": self.tab, "q": self.q, "f_responsible": self.responsible, **self.period, "ended": ended}
        return {name: value for name, value in {**kept, **changes}.items() if value}

    def filters(self) -> dict[str, str]:
        """The filters that are set, as the list knows them."""
        return {name: value for name, value in {"f_responsible": self.responsible, **self.period}.items() if value}


@dataclass(frozen=True, slots=True)
class Period:
    """The two days that a board is narrowed by, and what they are days of."""

    label: str
    names: tuple[str, str]
    values: tuple[str, str]


class BoardView(BaseView):
    """What both boards share: filters, words, and moving one card."""

    method_permission_name = {"board": "read", "move": "write"}
    default_view = "board"
    screen: ClassVar[type[CrudView]]
    column_filter: ClassVar[str]
    """The list's filter that stands for a column."""
    period_filter: ClassVar[str]
    """The list's filter of days that a board is narrowed by."""
    total_label: ClassVar[str]
    board_label: ClassVar[str] = lazy("Board")

    # --- What a board says -------------------------------------------------------------------------------------

    @abstractmethod
    def columns(self, conditions: Sequence[ColumnElement[bool]], asked: Asked) -> tuple[Column, ...]:
        """The columns with their cards."""

    def may_go(self, column: Column, to: Column) -> bool:
        """Tell whether cards of one column are offered the other."""
        return True

    @abstractmethod
    def go(self, record: Any, to: str) -> str:
        """Move a record to the column of this key, within the transaction; gives what to say. Raises RuleError."""

    def may_return(self, record: Any, before: str) -> bool:
        """Tell whether the record may go straight back to where it was."""
        return True

    def key_of(self, record: Any) -> str:
        """The key of the column where a record stands."""
        return str(getattr(record, self.column_filter))

    def reasons(self) -> Sequence[Option]:
        """Reasons to choose from where a column asks for one."""
        return ()

    def ask(self, record: Any, to: str) -> Any:
        """The page that asks what is missing for the move; None when nothing is."""
        return None

    # --- Routes ------------------------------------------------------------------------------------------------

    @expose("/")
    @has_access
    def board(self) -> Any:
        """Show the board."""
        asked = self._asked()
        columns = self.columns(self._conditions(asked), asked)
        going = [column for column in columns if not column.is_end]
        count, amount = sum(each.count for each in going), sum((each.amount for each in going), start=Decimal(0))
        may_move = viewer().may(WRITE, self.screen.area)
        shown = [self._column(column, columns, asked) for column in columns]
        return render_template(
            "boards/index.html",
            page_section=str(CRM),
            title=str(self.screen.title),
            asked=asked,
            q_hint=str(self.screen.search_hint),
            columns=shown,
            total=f"{self.total_label}: {formats.number(count)} · {formats.roubles(amount)}",
            views=self._views(asked),
            tabs=self._tabs(asked),
            people=self._people(),
            hidden={name: value for name, value in asked.arguments().items() if name in {"tab", "ended"}},
            period=self._period(asked),
            reset_url=self._url(asked, **dict.fromkeys(("q", *asked.filters()), ""))
            if asked.q or asked.filters()
            else "",
            add=self._add_command() if may_move else None,
            may_move=may_move,
            reasons=self.reasons() if may_move else (),
            settings=self._settings(shown),
            endpoint=self.endpoint,
        )

    @expose("/move/<pk>", methods=["GET", "POST"])
    @has_access
    def move(self, pk: str) -> Any:
        """Move one card: JSON for the script (409 with the words of a refusal), a way back to the board for others."""
        record = self._record(pk)
        to = request.values.get("to") or request.form.get(f"to-{record.id}", "")
        if not to or not to.isascii():
            abort(400)
        if request.method == "GET":
            return self.ask(record, to) or redirect(url_for(f"{self.endpoint}.board"))
        wants_json = request.accept_mimetypes.best == "application/json"
        if request.form.get("version", str(record.version)) != str(record.version):
            return self._refused(_("Somebody else has just changed this record. Reload the page."), wants_json)
        if not wants_json and (question := self.ask(record, to)) is not None:
            return question
        before = self.key_of(record)
        try:
            said = self.go(record, to)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return self._refused(str(refusal), wants_json)
        if wants_json:
            return jsonify(version=record.version, said=said, may_return=self.may_return(record, before))
        flash(said, "success")
        return redirect(self._back())

    def _refused(self, words: str, wants_json: bool) -> Any:
        if wants_json:
            return jsonify(refused=words), 409
        flash(words, "danger")
        return redirect(self._back())

    def _back(self) -> str:
        """The board as it was filtered, told by the form itself."""
        names = ("tab", "q", "f_responsible", *self._period_names(), "ended")
        kept: dict[str, Any] = {name: request.form.get(f"kept-{name}", "") for name in names}
        return url_for(f"{self.endpoint}.board", **{name: value for name, value in kept.items() if value})

    def _record(self, pk: str) -> Any:
        """The record through the row rule; 404 for what is not there or not to be seen."""
        found: Any = self.screen.model
        return db.session.get(found, whole(pk)) or abort(404)

    # --- The address and what it means --------------------------------------------------------------------------

    def _asked(self) -> Asked:
        tab = request.args.get("tab", "all" if viewer().sees_all() else "mine")
        if tab not in {"all", "mine"}:
            abort(400)
        return Asked(
            tab=tab,
            q=request.args.get("q", "").strip()[:200],
            responsible=request.args.get("f_responsible", ""),
            period={name: request.args.get(name, "") for name in self._period_names()},
            with_ended=request.args.get("ended", "") == "1",
        )

    def _conditions(self, asked: Asked) -> list[ColumnElement[bool]]:
        model: Any = self.screen.model
        conditions = filter_conditions(model, ("responsible", self.period_filter), asked.filters())
        if asked.tab == "mine":
            conditions.append(model.responsible_id == (viewer().employee_id or 0))
        found = search_condition(db.session(), model, ("client",), asked.q)
        return conditions if found is None else [*conditions, found]

    def _url(self, asked: Asked, **changes: str) -> str:
        return url_for(f"{self.endpoint}.board", **asked.arguments(**changes))

    def _list_url(self, asked: Asked, **changes: str) -> str:
        kept: dict[str, Any] = {"tab": asked.tab, "q": asked.q, **asked.filters(), **changes}
        return url_for(f"{self.screen.__name__}.list", **{name: value for name, value in kept.items() if value})

    # --- Words ---------------------------------------------------------------------------------------------------

    def _views(self, asked: Asked) -> tuple[Tab, ...]:
        return (
            Tab("list", _("List"), self._list_url(asked)),
            Tab("board", str(self.board_label), self._url(asked), is_active=True),
        )

    def _tabs(self, asked: Asked) -> tuple[Tab, ...]:
        labels = {"mine": _("Mine"), "all": _("All")}
        return tuple(Tab(name, label, self._url(asked, tab=name), name == asked.tab) for name, label in labels.items())

    def _period_names(self) -> tuple[str, str]:
        return f"f_{self.period_filter}_from", f"f_{self.period_filter}_to"

    def _period(self, asked: Asked) -> Period:
        first, last = self._period_names()
        label = str(column_of(self.screen.model, self.period_filter).label)
        return Period(label, (first, last), (asked.period[first], asked.period[last]))

    def _people(self) -> list[Employee]:
        statement = select(Employee).where(Employee.dismissed_on.is_(None)).order_by(Employee.family_name, Employee.id)
        return list(db.session.scalars(statement.limit(MOST_PEOPLE)))

    def _add_command(self) -> Command:
        return Command(str(self.screen.add_label), url_for(f"{self.screen.__name__}.add"), icon="plus", primary=True)

    def _column(self, column: Column, columns: Sequence[Column], asked: Asked) -> ShownColumn:
        is_folded = column.is_end and not asked.with_ended
        hidden = 0 if is_folded else column.count - len(column.cards)
        return ShownColumn(
            column=column,
            count=formats.number(column.count),
            money=formats.roubles(column.amount),
            cards=tuple(
                shown_card(card, column, self.screen.__name__, nothing_due=self.nothing_due()) for card in column.cards
            ),
            targets=tuple(
                Option(to.key, to.label, to.key == column.key)
                for to in columns
                if to.key == column.key or self.may_go(column, to)
            ),
            is_folded=is_folded,
            fold_url=self._url(asked, ended="1" if is_folded else "") if column.is_end else "",
            more=ngettext("Show %(num)s more in the list", "Show %(num)s more in the list", hidden) if hidden else "",
            more_url=self._list_url(asked, **{f"f_{self.screen_filter()}": column.key}),
        )

    def screen_filter(self) -> str:
        """The name of the list's filter by column."""
        return self.column_filter.removesuffix("_id")

    def nothing_due(self) -> str:
        """What a card says that has no date."""
        return ""

    def _settings(self, shown: Sequence[ShownColumn]) -> dict[str, Any]:
        """What the script is told."""
        return {
            "targets": {each.column.key: [option.value for option in each.targets] for each in shown},
            "labels": {each.column.key: each.column.label for each in shown},
            "asks": [each.column.key for each in shown if each.column.asks_reason],
            "texts": {
                "failed": _("The card could not be moved. Check the connection."),
                "returned": _("The card is back where it was."),
            },
        }
