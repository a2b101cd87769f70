"""/clients/duplicates/ and /clients/merge/: pairs to decide about, two cards side by side, merged and parted."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import Model, db
from app.errors import RuleError
from app.models.duplicates import DuplicatePair, PairState, RecordMerge
from app.permissions import MERGE
from app.reports.duplicates import ROWS, list_merges, list_pairs
from app.services.duplicates.likeness import Reason
from app.services.duplicates.links import links_to
from app.services.duplicates.merging import FieldChoice, Preview, merge, preview
from app.services.duplicates.moving import Twin, content
from app.services.duplicates.parting import may_part, part
from app.services.duplicates.scanning import SCAN, decide_different
from app.services.jobs import start_job
from app.texts import _
from app.views import formats
from app.views.crud.cells import card_url
from app.views.crud.columns import column_of
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.pages import Cell
from app.views.sections import CRM
from app.views.tables import table_words

TABLES = ("client", "contact")


@dataclass(frozen=True, slots=True)
class Row:
    """A pair as the list shows it."""

    id: int
    names: tuple[str, str]
    urls: tuple[str, str]
    about: tuple[str, str]
    why: str
    strength: int
    tone: str
    merge_url: str
    note: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A field, or a row that both cards have, with the two values to choose from."""

    name: str
    label: str
    kept: str
    gone: str
    chosen: str
    may_keep_both: bool = False


class DuplicateView(BaseView):
    """Pairs of cards, and the merge."""

    route_base = "/clients"
    class_permission_name = "Duplicates"
    method_permission_name = {
        "pairs": "read",
        "look": "write",
        "different": "write",
        "compare": "merge",
        "merge": "merge",
        "part": "merge",
    }

    @expose("/duplicates/")
    @has_access
    def pairs(self) -> Any:
        """Show the pairs of one kind and state."""
        table, state = request.args.get("of", "client"), request.args.get("state", "new")
        if table not in TABLES or state not in set(PairState):
            abort(400)
        page = max(1, whole(request.args.get("page") or "1"))
        rows, total = list_pairs(db.session(), table, PairState(state), page)
        address: dict[str, Any] = {"of": table, "state": state}
        return render_template(
            "duplicates/pairs.html",
            rows=[_row(row, table) for row in rows],
            merges=[(made, formats.moment(made.at), may_part(made)) for made in list_merges(db.session())],
            tabs=_tabs(table, state),
            total=total,
            next_url=url_for("DuplicateView.pairs", **address, page=page + 1) if page * ROWS < total else "",
            previous_url=url_for("DuplicateView.pairs", **address, page=page - 1) if page > 1 else "",
            may_merge=viewer().may(MERGE, "Duplicates"),
            state=state,
            page={"title": _("Duplicates"), "list_url": url_for("ClientView.list"), "list_title": _("Clients")},
            page_section=str(CRM),
        )

    @expose("/duplicates/", methods=["POST"])
    @has_access
    def look(self) -> Any:
        """Have all cards looked through now."""
        arguments = {"url": url_for("DuplicateView.pairs")}
        job = start_job(db.session(), SCAN, arguments, _("Search for duplicates"))
        db.session.commit()
        return redirect(url_for("JobView.show", pk=job.id))

    @expose("/duplicates/<pair>/different", methods=["POST"])
    @has_access
    def different(self, pair: str) -> Any:
        """Say that the two are not one."""
        found = db.session.get(DuplicatePair, whole(pair)) or abort(404)
        decide_different(db.session(), found, request.form.get("note", ""))
        db.session.commit()
        return redirect(url_for("DuplicateView.pairs", of=found.table_name))

    @expose("/merge/")
    @has_access
    def compare(self) -> Any:
        """Show two cards side by side, with everything that will move."""
        return _merge_page(*_asked(request.args))

    @expose("/merge/", methods=["POST"])
    @has_access
    def merge(self) -> Any:
        """Merge; the name of the card that goes must have been typed."""
        table, kept, gone = _asked(request.form)
        try:
            whole_preview = preview(db.session(), table, kept, gone)
            if _tidy(request.form.get("confirm", "")) != _tidy(str(whole_preview.gone)):
                raise RuleError(_("Type the name of the card that goes, exactly as it stands there."))
            choices = {name[7:]: value for name, value in request.form.items() if name.startswith("choose ")}
            merge(db.session(), table, kept, gone, choices)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return _merge_page(table, kept, gone, str(refusal)), 422
        flash(_("The cards were merged. For 30 days they can be parted again on the page of duplicates."), "success")
        return redirect(url_for("ClientCardView.card", pk=kept) if table == "client" else f"/contacts/show/{kept}")

    @expose("/merge/<merge>/part", methods=["POST"])
    @has_access
    def part(self, merge: str) -> Any:
        """Part two merged cards again."""
        made = db.session.get(RecordMerge, whole(merge)) or abort(404)
        table, gone = made.table_name, made.merged_id
        try:
            part(db.session(), made)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
            return redirect(url_for("DuplicateView.pairs"))
        flash(_("The cards were parted: everything is where it was."), "success")
        return redirect(url_for("ClientCardView.card", pk=gone) if table == "client" else f"/contacts/show/{gone}")


def _asked(given: Any) -> tuple[str, int, int]:
    table = given.get("of", "client")
    if table not in TABLES or not given.get("kept") or not given.get("gone"):
        abort(400)
    return table, whole(given["kept"]), whole(given["gone"])


def _tidy(name: str) -> str:
    return " ".join(name.split()).casefold()


def _tabs(table: str, state: str) -> list[tuple[str, str, bool]]:
    words = {"client": _("Clients"), "contact": _("Contacts")}
    found = []
    for of in TABLES:
        for each in PairState:
            label = f"{words[of]}: {each.label}"
            found.append((label, url_for("DuplicateView.pairs", of=of, state=each.value), (of, each) == (table, state)))
    return found


def _row(row: Any, table: str) -> Row:
    cards = (row.first, row.second)
    is_client = table == "client"
    about = [
        ", ".join(filter(None, (card.inn, card.town, str(card.responsible)))) if is_client else str(card.client)
        for card in cards
    ]
    can_merge = is_client or row.first.client_id == row.second.client_id
    ends = {"of": table, "kept": row.first.id, "gone": row.second.id}
    return Row(
        row.pair.id,
        (str(row.first), str(row.second)),
        (card_url(row.first), card_url(row.second)),
        (about[0], about[1]),
        ", ".join(str(Reason(reason).label) for reason in row.pair.reasons),
        row.pair.strength,
        "danger" if row.pair.strength >= 60 else "warn",
        url_for("DuplicateView.compare", **ends) if can_merge else "",
        row.pair.note or "",
    )


def _merge_page(table: str, kept: int, gone: int, refused: str = "") -> str:
    try:
        shown = preview(db.session(), table, kept, gone)
    except RuleError as refusal:
        shown, refused = None, str(refusal)
    return render_template(
        "duplicates/merge.html",
        table=table,
        kept=shown.kept if shown else None,
        gone=shown.gone if shown else None,
        urls=(card_url(shown.kept), card_url(shown.gone)) if shown else (),
        choices=_choices(shown) if shown else (),
        counts=_counts(shown) if shown else (),
        refused=refused,
        swap_url=url_for("DuplicateView.compare", of=table, kept=gone, gone=kept),
        page={"title": _("Merge of cards"), "list_url": url_for("DuplicateView.pairs"), "list_title": _("Duplicates")},
        page_section=str(CRM),
    )


def _choices(shown: Preview) -> list[Choice]:
    return [*(_field(shown, field) for field in shown.fields), *map(_twin, shown.twins)]


def _field(shown: Preview, field: FieldChoice) -> Choice:
    name = field.name.removesuffix("_id") if field.name.endswith("_id") else field.name
    column = column_of(type(shown.kept), name)
    values = [_value(getattr(card, name), column.kind).text for card in (shown.kept, shown.gone)]
    return Choice(field.name, str(column.label), values[0], values[1], field.chosen, field.may_keep_both)


def _value(value: Any, kind: str) -> Cell:
    return Cell(str(value)) if kind == "relation" and value is not None else formats.cell(value, kind)


def _twin(twin: Twin) -> Choice:
    """A row that both cards have, such as the turnover of one year."""
    link = next(link for link in links_to("client") if link.table.name == twin.table)
    said = [
        ", ".join(str(row[name]) for name in content(link) if row[name] is not None) for row in (twin.kept, twin.gone)
    ]
    label = f"{table_words(twin.table)} {' '.join(twin.name.split()[1:])}"
    return Choice(twin.name, label, said[0], said[1], "kept")


def _counts(shown: Preview) -> list[tuple[str, int]]:
    """What will move, in words."""
    known = Model.metadata.tables
    found: dict[str, int] = {}
    for name, count in shown.counts.items():
        table = name.partition(".")[0]
        if table in known:
            label = table_words(table)
            found[label] = found.get(label, 0) + count
    return sorted(found.items())
