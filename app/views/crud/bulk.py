"""Acts on many records of a list: a few within the request, all or none; more as a job with a log of what was refused.

Whoever does it and by which rules is the same either way: the job works as its owner, through the row rule, record by
record, and asks the screen's own rules.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.database import db
from app.errors import RuleError
from app.models.jobs import Job
from app.models.staff import Employee
from app.permissions import DELETE, READ, WRITE
from app.reports.rendering.merging import merged
from app.services.jobs import Progress, job_kind, start_job
from app.texts import _
from app.views import formats
from app.views.crud.columns import Column, column_of
from app.views.crud.lists import ListBuilder
from app.views.crud.query import whole
from app.views.crud.rows import may_print
from app.views.crud.sheets import sheet_response
from app.views.crud.state import Asked, read_query, state_of
from app.views.crud.switches import changeable_columns, is_person
from app.views.current import today, viewer

if TYPE_CHECKING:
    from app.views.crud.view import CrudView

IN_REQUEST = 50
"""Records of an act within a request; more are a job."""
MOST_CHOSEN = 10_000
"""Records of one act."""
MOST_PRINTED = 500
"""Documents of one file: more of them nobody reads, and all of them are held in memory."""
JOB, PRINTING = "list_act", "list_print"
_screens: dict[str, "CrudView"] = {}

Apply = Callable[[Any], None]
Values = Mapping[str, str]


def register_bulk(screen: "CrudView") -> None:
    """Let jobs act on the records of a screen."""
    _screens[screen.endpoint] = screen


def act_on_chosen(screen: "CrudView") -> Any:
    """Answer a request that names an act and records, or all records of the list's selection."""
    name = request.form.get("action", "")
    if not screen.may(_right(screen, name) or abort(404)):
        abort(403)
    keys = chosen_keys(screen)
    most = MOST_PRINTED if name == "print" else MOST_CHOSEN
    if len(keys) > most:
        flash(_("At most %(most)s records at once: narrow the filters.", most=formats.number(most)), "warning")
        return redirect(screen.list_url())
    if name == "export":
        return _export(screen, keys)
    if name == "print":
        return _print(screen, keys)
    values = {field: value for field, value in request.form.items() if field.startswith("set_") and value}
    apply = _apply(screen, name, values)
    if apply is None:
        flash(_("Choose what to set for the chosen records."), "warning")
    elif len(keys) > IN_REQUEST:
        return _start(screen, name, values, keys)
    else:
        records = [screen.get_record(str(key)) for key in keys]
        if screen.attempt(lambda: [apply(record) for record in records]):
            flash(_("Done: %(number)s", number=len(records)), "success")
    return redirect(screen.list_url())


def _right(screen: "CrudView", name: str) -> str:
    """The right that an act on many asks for; '' when the screen has no such act."""
    acts = {act.name: act.right for act in screen.acts if act.bulk}
    return str(
        {"delete": DELETE, "change": WRITE, "export": READ, "print": READ if may_print(screen) else "", **acts}.get(
            name, ""
        )
    )


def chosen_keys(screen: "CrudView") -> list[int]:
    """Keys of the chosen rows, or of the whole selection, one more than is taken at most."""
    if not request.form.get("all"):
        keys = [whole(key) for key in request.form.getlist("rowid")]
        return list(dict.fromkeys(keys)) or abort(400)
    builder = ListBuilder(screen, viewer(), Asked(state_of(read_query(request.form.get("state", "")))))
    key = screen.model.id
    statement = builder.statement().with_only_columns(key).order_by(None).order_by(key).limit(MOST_CHOSEN + 1)
    return list(db.session.scalars(statement)) or abort(400)


def _export(screen: "CrudView", keys: list[int]) -> Any:
    builder = ListBuilder(screen, viewer(), Asked(state_of(read_query(request.form.get("state", "")))))
    builder.keys = keys
    return sheet_response(builder, "xlsx")


def _print(screen: "CrudView", keys: list[int]) -> Any:
    """The printed forms as one document, by a job when there are many."""
    assert screen.printed is not None  # noqa: S101 (the right to print was asked)
    if len(keys) <= IN_REQUEST:
        return screen.printed.answer([screen.get_record(str(key)) for key in keys], _file_name(screen))
    title = _("Printing: %(list)s", list=str(screen.title))
    job = start_job(db.session(), PRINTING, {"screen": screen.endpoint, "keys": keys}, title, total=len(keys))
    db.session.commit()
    return redirect(url_for("JobView.show", pk=job.id))


def _file_name(screen: "CrudView") -> str:
    return f"{screen.title} {today().isoformat()}.pdf"


def _start(screen: "CrudView", name: str, values: Values, keys: list[int]) -> Any:
    arguments = {
        "screen": screen.endpoint,
        "act": name,
        "values": dict(values),
        "keys": keys,
        "back": screen.list_url(),
    }
    words = {"delete": _("Deletion"), "change": _("Changes")} | {act.name: str(act.label) for act in screen.acts}
    title = _("%(act)s: %(list)s", act=words[name], list=str(screen.title))
    job = start_job(db.session(), JOB, arguments, title, total=len(keys))
    db.session.commit()
    return redirect(url_for("JobView.show", pk=job.id))


# --- What is done with one record -----------------------------------------------------------------------------------


def _apply(screen: "CrudView", name: str, values: Values) -> Apply | None:
    """What the act does with a record; None when there is nothing to do."""
    if name == "delete":
        return screen.delete_record
    if name == "change":
        wanted = _wanted(screen, values)
        return (lambda record: _change(screen, record, wanted)) if wanted else None
    act = next(act for act in screen.acts if act.name == name)
    method: Apply = getattr(screen, act.method)
    return method


def _wanted(screen: "CrudView", values: Values) -> dict[str, Any]:
    """The values to set, by field; 400 for a field that is not set in bulk and for a value that it cannot have."""
    names = {column.name for column in changeable_columns(screen, viewer())}
    found = {}
    for field, value in values.items():
        name = field.removeprefix("set_")
        found[name] = _value(column_of(screen.model, name), value) if name in names else abort(400)
    return found


def _value(column: Column, value: str) -> Any:
    if is_person(column):
        return db.session.get(Employee, whole(value)) or abort(400)
    return column.choices(value) if value in {member.value for member in column.choices} else abort(400)


def _change(screen: "CrudView", record: Any, wanted: Mapping[str, Any]) -> None:
    """Set the values as the form would: by the screen's rules."""
    if not screen.is_editable(record):
        raise RuleError(_("This record can no longer be changed."))
    with db.session.no_autoflush:
        for name, value in wanted.items():
            setattr(record, name, value)
        screen.before_save(record, is_new=False)
    db.session.flush()
    screen.after_save(record, is_new=False)


# --- The jobs -------------------------------------------------------------------------------------------------------


@job_kind(JOB)
def act_on_many(session: Session, job: Job, progress: Progress) -> None:
    """Do the act record by record; what is refused is undone alone and goes to the log."""
    screen, given = _screens[job.arguments["screen"]], job.arguments
    with _as_request_s(session):
        if not screen.may(_right(screen, given["act"])):
            raise RuleError(_("The right to do this has been taken away."))
        apply = _apply(screen, given["act"], given["values"])
        assert apply is not None  # noqa: S101 (the request has seen to it)
        for key in progress.each(given["keys"]):
            if refusal := _refusal(session, screen, key, apply):
                progress.kept["refused"] = progress.kept.get("refused", 0) + 1
                progress.log(refusal)
    refused = progress.kept.get("refused", 0)
    done = formats.number(progress.done - refused)
    progress.finish_with(_("Done: %(done)s, refused: %(refused)s", done=done, refused=refused), given["back"])


@job_kind(PRINTING)
def print_many(session: Session, job: Job, progress: Progress) -> None:
    """Print from the first record on: a worker that died has left nothing of it."""
    screen, keys = _screens[job.arguments["screen"]], job.arguments["keys"]
    progress.done = 0
    with _as_request_s(session):
        if not may_print(screen):
            raise RuleError(_("The right to do this has been taken away."))
        documents = list(_printed(session, screen, progress.each(keys), progress))
        name = _file_name(screen)
    done, refused = len(documents), len(keys) - len(documents)
    progress.finish_with(_("Done: %(done)s, refused: %(refused)s", done=done, refused=refused))
    if documents:
        progress.finish_with_file(merged(documents), name, "application/pdf")


def _printed(session: Session, screen: "CrudView", keys: Iterable[int], progress: Progress) -> Iterator[bytes]:
    """Form after form; what cannot be printed goes to the log."""
    assert screen.printed is not None  # noqa: S101 (the right to print was asked)
    for key in keys:
        record = session.get(screen.model, key)
        if record is None:
            progress.log(_("No. %(number)s is not there any more, or not yours.", number=key))
            continue
        try:
            yield screen.printed.pdf(record)
        except RuleError as refusal:
            progress.log(f"{record}: {refusal}")


def _refusal(session: Session, screen: "CrudView", key: int, apply: Apply) -> str:
    """Do it with one record; the words of a refusal, '' when it was done."""
    record = session.get(screen.model, key)
    if record is None:
        return _("No. %(number)s is not there any more, or not yours.", number=key)
    name = str(record)
    try:
        with session.begin_nested():
            apply(record)
            session.flush()
    except RuleError as refusal:
        return f"{name}: {refusal}"
    except IntegrityError:
        return f"{name}: " + _("Other records refer to this one, so it stays.")
    except StaleDataError:
        return f"{name}: " + _("Somebody else saved this record a moment ago. Open it again.")
    return ""


@contextmanager
def _as_request_s(session: Session) -> Iterator[None]:
    """Let the screens work on the job's session: they ask for the request's."""
    registry: Any = db.session.registry
    registry.set(session)
    try:
        yield
    finally:
        registry.clear()
