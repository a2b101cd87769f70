"""The page of the radar: the lines of each rule, whose they are, and putting them off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import RuleError
from app.models.radar import RadarCode
from app.models.staff import Employee
from app.permissions import READ, WRITE, Role, Scope
from app.reports.my_day import Team, people_of, team_of
from app.reports.radar.lines import (
    COUNTED,
    MOST,
    Part,
    Place,
    RadarLine,
    RadarQuestion,
    lines_waiting,
    radar_part,
    readable,
)
from app.reports.radar.questions import QUESTIONS
from app.services.radar import LONGEST_REASON, Line, put_off, rules_in_force, take_up
from app.texts import _
from app.views import formats
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.pages import Cell, Command, Option, Tab
from app.views.radar.words import card_of, fix_of, mark_of, sentence, title_of
from app.views.sections import HOME

MINE, TEAM, LATER = "mine", "team", "later"
SHOWN, PAGE = 6, 50
"""Lines of each rule when all are shown, and when one is."""
MOST_PEOPLE = 200
USUAL = timedelta(days=7)
"""For how long a line is put off when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line in words, with its one button and what putting it off needs."""

    record_id: int
    title: str
    url: str
    client: str
    client_url: str
    about: str
    mark: Cell
    fix: Command
    note: str = ""
    """That its owner has put it off, until when and why."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The lines of a rule."""

    code: str
    title: str
    sentence: str
    count: str
    url: str
    lines: tuple[ShownLine, ...]
    rest: str
    next_url: str


class RadarView(BaseView):
    """Everything that slips: what is mine, or what is my people's."""

    route_base = "/radar"
    class_permission_name = "Radar"
    method_permission_name = dict.fromkeys(("index", "waiting", "later", "back"), "read")
    """The area opens the door; each rule asks the right of what it shows."""

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the lines of all rules, or of one (`?rule=`), mine or my people's (`?who=`, `?manager=`)."""
        page = RadarPage()
        panels = tuple(page.panels())
        return render_template(
            "radar/index.html",
            page=page,
            panels=panels,
            usual_day=(today() + USUAL).isoformat(),
            first_day=(today() + timedelta(days=1)).isoformat(),
            longest=LONGEST_REASON,
            page_section=str(HOME),
        )

    @expose("/waiting")
    @has_access
    def waiting(self) -> Any:
        """Say how many lines wait on the radar as it opens: every page shows it, and asks for it after it is shown."""
        badge = formats.badge(RadarPage().waiting(), COUNTED)
        return {"badge": badge, "words": _("slips: %(number)s", number=badge) if badge else ""}

    @expose("/put-off", methods=["POST"])
    @has_access
    def later(self) -> Any:
        """Put a line off until a day, for a reason."""
        line = _line_of_form()
        try:
            until = date.fromisoformat(request.form.get("until", ""))
        except ValueError:
            until = today()
        return _act(
            lambda: put_off(db.session(), line, until, request.form.get("reason", ""), today=today()),
            _("Put off until %(day)s.", day=formats.day(until)),
        )

    @expose("/take-up", methods=["POST"])
    @has_access
    def back(self) -> Any:
        """Bring a line back that was put off."""
        line = _line_of_form()
        return _act(lambda: take_up(db.session(), line), _("The line is back."))


class RadarPage:
    """One look at the radar, as the address asks for it."""

    def __init__(self) -> None:
        self.person = viewer()
        self.has_team = self.person.scope is Scope.ALL
        asked = request.args.get("who", "")
        self.who = asked if asked in self._ways() else self._usual()
        self.team = self._team()
        self.people = self._people()
        self.manager = self._manager()
        rules = rules_in_force(db.session())
        self.codes = readable(rules, self.person)
        self.rules = rules
        self.rule = self._rule()
        self.may_set = self.person.may(READ, "RadarRules")
        self.rules_url = url_for("RadarRuleView.list") if self.may_set else ""
        self.is_later = self.who == LATER

    def _ways(self) -> tuple[str, ...]:
        return (MINE, TEAM, LATER) if self.has_team else (MINE, LATER)

    def _usual(self) -> str:
        """Heads look after their people first, as in «My day»."""
        is_head = self.has_team and self.person.may(WRITE, "Deals") is not self.person.may(WRITE, "Visits")
        return TEAM if is_head or self.person.employee_id is None else MINE

    def _team(self) -> Team:
        if self.who == MINE or not self.has_team:
            return frozenset({self.person.employee_id or 0})
        return team_of(db.session(), self.person)

    def _people(self) -> dict[int, Employee]:
        """The people whose lines may be shown, by name: for the switch and for the words of a line."""
        return {person.id: person for person in people_of(db.session(), self.team, MOST_PEOPLE)}

    def _manager(self) -> int | None:
        typed = request.args.get("manager", "")
        if not typed or self.who != TEAM:
            return None
        key = whole(typed)
        return key if self.team is None or key in self.team else abort(404)

    def _rule(self) -> RadarCode | None:
        typed = request.args.get("rule", "")
        if not typed:
            return None
        found = next((code for code in self.codes if code.value == typed), None)
        return found or abort(404)

    def _asked(self) -> RadarQuestion:
        mine = frozenset(self.person.roles)
        every = frozenset(str(role) for role in Role)
        is_top = self.who == TEAM and self.team is None
        roles = frozenset[str]() if self.manager is not None else every if is_top else mine
        team = frozenset({self.manager}) if self.manager is not None else self.team
        if self.is_later:
            team, roles = None, every
        return RadarQuestion(today(), zone(), self.person.user_id, team, roles, put_off=self.is_later)

    # --- What the template shows ---

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Mine, my people's, and what I have put off."""
        words = {MINE: _("Mine"), TEAM: _("Team"), LATER: _("Things put off")}
        return tuple(
            Tab(name, words[name], url_for("RadarView.index", who=name), name == self.who) for name in self._ways()
        )

    @property
    def managers(self) -> tuple[Option, ...]:
        """The people of the team to choose from."""
        if self.who != TEAM:
            return ()
        return tuple(Option(str(key), str(person), key == self.manager) for key, person in self.people.items())

    @property
    def choices(self) -> tuple[Option, ...]:
        """The rules to choose from."""
        return tuple(Option(code.value, str(code.label), code is self.rule) for code in self.codes)

    def url(self, **changes: Any) -> str:
        """The address of this look, with changes."""
        kept = {
            "who": self.who,
            "manager": self.manager,
            "rule": self.rule.value if self.rule is not None else None,
        }
        return url_for("RadarView.index", **(kept | changes))

    def waiting(self) -> int:
        """How many lines there are, counted no further than anybody cares."""
        return lines_waiting(db.session(), {code: self.rules[code] for code in self.codes}, self._asked())

    def panels(self) -> Iterator[Panel]:
        """The rules that have lines."""
        asked, after = self._asked(), _place()
        for code in self.codes if self.rule is None else [self.rule]:
            shown = SHOWN if self.rule is None else PAGE
            try:
                part = radar_part(db.session(), (code, self.rules[code]), asked, shown, after)
            except ValueError:
                abort(400)
            if part.total:
                yield self._panel(part)

    def _panel(self, part: Part) -> Panel:
        count = formats.number(part.total) if part.total < MOST else f"{formats.number(MOST)}+"
        rest = part.total - len(part.lines) if self.rule is None else 0
        place = part.next if self.rule is not None else None
        return Panel(
            code=part.code.value,
            title=str(part.code.label),
            sentence=sentence(part),
            count=count,
            url=self.url(rule=part.code.value),
            lines=tuple(self._line(part.code, line) for line in part.lines),
            rest=_("and %(number)s more", number=formats.number(rest)) if rest else "",
            next_url=self.url(since=place.since, after=place.record_id) if place is not None else "",
        )

    def _line(self, code: RadarCode, line: RadarLine) -> ShownLine:
        owner = self.people.get(line.owner_id or 0)
        terms = self.rules[code]
        whose = str(owner) if owner is not None else str(terms.owner.label) if line.owner_id is None else ""
        amount = formats.roubles(line.amount) if line.amount else ""
        since = _("since %(day)s", day=formats.day(line.since)) if not QUESTIONS[code].is_due else ""
        until = formats.day(line.put_off_until) if line.put_off_until is not None else ""
        return ShownLine(
            record_id=line.record_id,
            title=title_of(code, line),
            url=card_of(code, line),
            client="" if code is RadarCode.CLIENT_SILENT else line.client,
            client_url=url_for("ClientCardView.card", pk=line.client_id) if line.client_id else "",
            about=" · ".join(filter(None, (amount, since, whose if self.who != MINE else ""))),
            mark=mark_of(code, line, today()),
            fix=fix_of(code, line, self.person),
            note=_("Put off until %(day)s: %(reason)s", day=until, reason=line.reason) if until else "",
        )


def _place() -> Place | None:
    since, after = request.args.get("since", ""), request.args.get("after", "")
    return Place(since, whole(after)) if since and after else None


def _line_of_form() -> Line:
    """The line that the form names, of a rule and a record that the person may see."""
    typed = request.form.get("code", "")
    code = next((code for code in RadarCode if code.value == typed), None) or abort(404)
    question = QUESTIONS[code]
    if not viewer().may(READ, question.area):
        abort(404)
    record = db.session.get(question.model, whole(request.form.get("record", ""))) or abort(404)
    return Line(code, record.id, viewer().user_id)


def _act(act: Any, said: str) -> Any:
    """Do one act, say so, and come back to where it was begun."""
    try:
        act()
        db.session.commit()
        flash(said, "success")
    except RuleError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    kept: dict[str, Any] = {name: request.form.get(name) or None for name in ("who", "manager", "rule")}
    return redirect(url_for("RadarView.index", **kept))
