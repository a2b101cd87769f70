"""The whole history of changes and sign-ins, and the log of opened personal data: /audit/."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, render_template, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.clock import start_of
from app.database import User, db
from app.reports.history import Entry, LogQuestion, Opening, all_openings, log_page, openings_page, whole_log
from app.reports.rendering import sheet
from app.services.audit import ChainReport, verify_chain
from app.texts import _
from app.views import formats
from app.views.changes import (
    SIGN_INS,
    act_cell,
    act_names,
    field_words,
    in_one_line,
    shown_changes,
    who_words,
)
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.history import asked_place
from app.views.pages import Cell, Chip, ColumnHead, Command, FilterControl, ListPage, ListRow, Option, Tab
from app.views.sections import SETTINGS
from app.views.tables import kept_tables, record_url, record_words, table_words

TABS = ("all", "sign-ins", "personal")
MOST_PEOPLE = 500
"""People offered in the filter."""
_LINE_FIELDS = 6
"""Fields of an entry named in its row; the rest is counted."""
_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


class AuditView(BaseView):
    """The log for people with the right on it. It knows no rows of one's own, so the scope must be all."""

    route_base = "/audit"
    class_permission_name = "Audit"
    method_permission_name = {"log": "read"}

    @expose("/")
    @has_access
    def log(self) -> Any:
        """Show a page of the log, give it as a file with `?format=`, or check its chain with `?check=1`."""
        if not viewer().sees_all():
            abort(403)
        wanted = request.args.get("format", "")
        asked = _Asked()
        if wanted:
            return _file(asked, wanted)
        chain = verify_chain(db.session()) if request.args.get("check") == "1" else None
        return render_template("history/log.html", page=_LogPage(asked).page(), chain=_chain_words(chain))


def _chain_words(chain: ChainReport | None) -> dict[str, Any] | None:
    """The state of the chain, and the fingerprint of the last entry to note down outside."""
    if chain is None:
        return None
    if chain.broken:
        first = ", ".join(map(str, chain.broken[:10]))
        words = _("The chain is broken: entries %(first)s do not fit.", first=first)
        return {"words": words, "tone": "danger", "head": chain.head}
    words = _("The chain is whole; entries: %(number)s.", number=formats.number(chain.entries))
    return {"words": words, "tone": "ok", "head": chain.head}


class _Asked:
    """The arguments of the address, checked: what makes no sense answers 400."""

    def __init__(self) -> None:
        given = request.args
        self.tab = given.get("tab") or "all"
        if self.tab not in TABS:
            abort(400)
        self.user = given.get("f_user", "")
        self.table = given.get("f_table", "")
        self.act = given.get("f_act", "")
        self.record = given.get("f_record", "").strip()
        self.since, self.until = given.get("f_at_from", ""), given.get("f_at_to", "")

    @property
    def is_personal(self) -> bool:
        """Whether the log of opened personal data is asked for."""
        return self.tab == "personal"

    def question(self) -> LogQuestion:
        """What to ask the report."""
        last = _day(self.until)
        return LogQuestion(
            user_id=whole(self.user) if self.user else None,
            table=self.table[:64],
            record_id=whole(self.record) if self.record else None,
            acts=self._acts(),
            since=_instant(_day(self.since)),
            until=_instant(last + timedelta(days=1)) if last is not None else None,
        )

    def _acts(self) -> tuple[str, ...]:
        if self.tab == "sign-ins":
            return SIGN_INS if self.act not in SIGN_INS else (self.act,)
        return (self.act[:20],) if self.act else ()


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        abort(400)
    return found if 1900 < found.year < 9999 else abort(400)


def _instant(day: date | None) -> datetime | None:
    return start_of(day, zone()) if day is not None else None


def _address(**changes: str) -> str:
    kept = {name: value for name, value in request.args.items() if name not in ("older", "newer", "format", "check")}
    values: dict[str, Any] = {name: value for name, value in (kept | changes).items() if value}
    return url_for("AuditView.log", **values)


# --- The page ------------------------------------------------------------------------------------------------


class _LogPage:
    """Words one page of either log as a list."""

    def __init__(self, asked: _Asked) -> None:
        self.asked = asked
        ask = openings_page if asked.is_personal else log_page
        self.found = ask(db.session(), asked.question(), asked_place())

    def page(self) -> ListPage:
        """The whole page."""
        found, controls = self.found, tuple(self._controls())
        return ListPage(
            title=_("History of changes"),
            section=str(SETTINGS),
            base_url=url_for("AuditView.log"),
            heads=tuple(_heads(self.asked)),
            rows=tuple(map(_opening_row if self.asked.is_personal else _entry_row, found.rows)),
            count_text="",
            tabs=tuple(self._tabs()),
            hidden=(("tab", self.asked.tab),),
            filters=controls,
            chips=tuple(_chips(controls)),
            reset_url=url_for("AuditView.log", tab=self.asked.tab),
            next_url=_address(older=str(found.older)) if found.older else "",
            previous_url=_address(newer=str(found.newer)) if found.newer else "",
            commands=(
                Command(_("Check the chain"), _address(check="1"), icon="shield"),
                Command(_("Export to Excel"), _address(format="xlsx"), icon="download"),
                Command(_("Export to CSV"), _address(format="csv"), icon="download"),
            ),
        )

    def _tabs(self) -> Iterator[Tab]:
        labels = (_("Changes and sign-ins"), _("Sign-ins"), _("Opened personal data"))
        for name, label in zip(TABS, labels, strict=True):
            yield Tab(name, label, url_for("AuditView.log", tab=name), name == self.asked.tab)

    def _controls(self) -> Iterator[FilterControl]:
        asked = self.asked
        users = db.session.scalars(select(User).order_by(User.last_name, User.first_name).limit(MOST_PEOPLE))
        yield _choice("f_user", _("Who"), asked.user, [(str(user.id), user.get_full_name()) for user in users])
        yield FilterControl("f_at", _("Period"), "dates", asked.since, asked.until)
        if asked.is_personal:
            yield FilterControl("f_record", _("Number of the contact"), "text", asked.record)
            return
        acts = [pair for pair in act_names() if asked.tab == "all" or pair[0] in SIGN_INS]
        yield _choice("f_act", _("Act"), asked.act, acts)
        if asked.tab == "all":
            yield _choice("f_table", _("Table"), asked.table, kept_tables())
            yield FilterControl("f_record", _("Number of the record"), "text", asked.record)


def _choice(name: str, label: str, value: str, offered: list[tuple[str, str]]) -> FilterControl:
    options = tuple(Option(key, words, key == value) for key, words in offered)
    return FilterControl(name, label, "choice", value, options=options)


def _chips(controls: Iterable[FilterControl]) -> Iterator[Chip]:
    for control in controls:
        if control.kind == "dates" and (control.value or control.value_to):
            ends = f"{control.value or '…'} – {control.value_to or '…'}"
            drop = {f"{control.name}_from": "", f"{control.name}_to": ""}
            yield Chip(f"{control.label}: {ends}", _address(**drop))
        elif control.value:
            words = next((option.label for option in control.options if option.is_chosen), control.value)
            yield Chip(f"{control.label}: {words}", _address(**{control.name: ""}))


def _heads(asked: _Asked) -> Iterator[ColumnHead]:
    yield ColumnHead("at", _("When"), "moment")
    yield ColumnHead("who", _("Who"), "text")
    if asked.is_personal:
        yield ColumnHead("contact", _("Whose data"), "text")
        yield ColumnHead("fields", _("Fields"), "text")
        return
    yield ColumnHead("act", _("Act"), "chip")
    yield ColumnHead("record", _("Record"), "text")
    yield ColumnHead("changes", _("Changes"), "text")


def _entry_row(entry: Entry) -> ListRow:
    record = Cell("")
    if entry.record_id:
        url = record_url(entry.subject) if entry.subject is not None else ""
        record = Cell(record_words(entry.table, entry.record_id, entry.subject), url=url)
    changes = [in_one_line(change, entry.act) for change in shown_changes(entry.changes)]
    more = [_("and more fields: %(number)s", number=len(changes) - _LINE_FIELDS)] if len(changes) > _LINE_FIELDS else []
    cells = (
        Cell(formats.moment(entry.at), "moment"),
        Cell(who_words(entry)),
        act_cell(entry.act),
        record,
        Cell("; ".join(changes[:_LINE_FIELDS] + more), "long_text"),
    )
    return ListRow(entry.id, "", cells, "danger" if entry.act == "login_failed" else "")


def _opening_row(opening: Opening) -> ListRow:
    contact = record_words("contact", opening.contact_id, opening.contact)
    url = record_url(opening.contact) if opening.contact is not None else ""
    cells = (
        Cell(formats.moment(opening.at), "moment"),
        Cell(who_words(opening)),
        Cell(contact, url=url),
        Cell(", ".join(map(field_words, opening.fields))),
    )
    return ListRow(opening.id, "", cells)


# --- Files ---------------------------------------------------------------------------------------------------


def _file(asked: _Asked, wanted: str) -> Any:
    """The whole selection, one row for each changed field."""
    if wanted not in _TYPES:
        abort(400)
    columns, rows = _opening_sheet(asked) if asked.is_personal else _log_sheet(asked)
    title = _("Opened personal data") if asked.is_personal else _("History of changes")
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it when it has been sent)
    if wanted == "xlsx":
        sheet.write_xlsx(target, rows, columns, title=title)
    else:
        sheet.write_csv(target, rows, columns)
    target.seek(0)
    name = f"{title} {today().isoformat()}.{wanted}"
    return send_file(target, mimetype=_TYPES[wanted], as_attachment=True, download_name=name)


Sheet = tuple[list[sheet.Column], Iterator[tuple[sheet.Cell, ...]]]


def _log_sheet(asked: _Asked) -> Sheet:
    columns = [
        sheet.Column(_("When"), sheet.Kind.DATETIME),
        sheet.Column(_("Who")),
        sheet.Column(_("Act")),
        sheet.Column(_("Table")),
        sheet.Column(_("Number of the record"), sheet.Kind.INTEGER),
        sheet.Column(_("Record")),
        sheet.Column(_("Field")),
        sheet.Column(_("Value before")),
        sheet.Column(_("Value after")),
    ]
    return columns, _log_rows(whole_log(db.session(), asked.question()))


def _log_rows(entries: Iterable[Entry]) -> Iterator[tuple[sheet.Cell, ...]]:
    for entry in entries:
        subject = str(entry.subject) if entry.subject is not None else ""
        start = (_local(entry.at), who_words(entry), act_cell(entry.act).text)
        about = (table_words(entry.table), entry.record_id or None, subject)
        for change in shown_changes(entry.changes):
            yield *start, *about, change.label, change.before.text, change.after.text
        if not entry.changes:
            yield *start, *about, "", "", ""


def _opening_sheet(asked: _Asked) -> Sheet:
    columns = [
        sheet.Column(_("When"), sheet.Kind.DATETIME),
        sheet.Column(_("Who")),
        sheet.Column(_("Number of the contact"), sheet.Kind.INTEGER),
        sheet.Column(_("Whose data")),
        sheet.Column(_("Fields")),
    ]
    return columns, _opening_rows(all_openings(db.session(), asked.question()))


def _opening_rows(openings: Iterable[Opening]) -> Iterator[tuple[sheet.Cell, ...]]:
    for opening in openings:
        contact = str(opening.contact) if opening.contact is not None else ""
        fields = ", ".join(map(field_words, opening.fields))
        yield _local(opening.at), who_words(opening), opening.contact_id, contact, fields


def _local(moment: datetime) -> datetime:
    return moment.astimezone(zone()).replace(tzinfo=None)
