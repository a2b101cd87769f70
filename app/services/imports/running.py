"""Takes a file in, tries its rows, and loads them as a job that can be taken back as a whole."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.sheets import Broken, SheetError, SheetRow, read_table
from app.models.batches import Batch, BatchKind
from app.models.imports import ImportState, TableImport
from app.models.jobs import Job
from app.services.batches import recording, start_batch
from app.services.files import FileStore, keep_temporarily
from app.services.imports.declarations import Table
from app.services.imports.mapping import guess_mapping
from app.services.imports.rows import OUTCOMES, REFUSED, Loader
from app.services.imports.tables import TABLES
from app.services.jobs import Progress, job_kind, start_job
from app.texts import _

CHECK_AT_ONCE = 300
"""Rows that are tried within a page; more are a job."""
MOST_PROBLEMS = 1000
SAMPLES = 3
_LONGEST = 80
_SHEET = "application/octet-stream"


def take_file(session: Session, table: Table, content: bytes, name: str, *, folder: FileStore) -> TableImport:
    """Keep the file, read its headings and count its rows. Raises RuleError for what is no table."""
    headers: list[str] = []
    samples: list[list[str]] = []
    rows = 0
    for row in _readable(content, name):
        if not headers:
            headers = [_shown(cell) for cell in row.cells]
            continue
        rows += 1
        if len(samples) < SAMPLES:
            samples.append([_shown(cell) for cell in row.cells])
    if not rows:
        raise RuleError(_("The file holds headings at most, and no rows below them."))
    width = max(len(headers), *map(len, samples))
    viewer = session.info.get("viewer")
    made = TableImport(
        table_name=table.name,
        file=keep_temporarily(session, content, name, _SHEET, folder=folder),
        file_name=name[:200],
        owner_id=viewer.user_id if viewer is not None else None,
        headers=headers + [""] * (width - len(headers)),
        samples=samples,
        rows=rows,
    )
    made.mapping = guess_mapping(session, table, made.headers)
    session.add(made)
    session.flush()
    return made


def check_now(session: Session, found: TableImport, *, folder: FileStore) -> Job | None:
    """Try every row and keep nothing of it; a long file is tried by a job, which is given."""
    if found.rows > CHECK_AT_ONCE:
        return _start(session, found, "check-import", _("Check of %(file)s", file=found.file_name))
    counts: dict[str, Any] = _nothing_yet()
    loader = _loader(session, found)
    for row in rows_of(found, folder):
        _tally(counts, row, loader.take(row, found.mode, is_kept=False))
    _note(found, counts, ImportState.CHECKED)
    session.flush()
    return None


def load_now(session: Session, found: TableImport) -> Job:
    """Start loading the rows. Raises RuleError when they were loaded already."""
    if found.state is ImportState.LOADED or found.batch_id is not None:
        raise RuleError(_("This file was loaded already. Load it again as a new one."))
    table = TABLES[found.table_name]
    title = _("%(table)s from %(file)s", table=str(table.title), file=found.file_name)
    found.batch = start_batch(session, BatchKind.IMPORT, title)
    return _start(session, found, "import-table", _("Import: %(title)s", title=title))


def row_problems(found: TableImport) -> dict[int, str]:
    """Number of a row -> what is wrong with it, all in one text."""
    texts: dict[int, list[str]] = {}
    for number, header, text in found.problems:
        texts.setdefault(number, []).append(f"{header}: {text}" if header else text)
    return {number: "; ".join(found) for number, found in texts.items()}


@job_kind("check-import")
def check_job(session: Session, job: Job, progress: Progress) -> None:
    """Try every row of a long file."""
    _work(session, job, progress, is_kept=False)


@job_kind("import-table")
def import_job(session: Session, job: Job, progress: Progress) -> None:
    """Load the rows; those that are refused are left out and told."""
    found = session.get_one(TableImport, job.arguments["import"])
    with recording(session, session.get_one(Batch, found.batch_id)):
        _work(session, job, progress, is_kept=True)


def _work(session: Session, job: Job, progress: Progress, *, is_kept: bool) -> None:
    key, url = job.arguments["import"], job.arguments["url"]
    found = session.get_one(TableImport, key)
    progress.expect(found.rows)
    progress.kept = _nothing_yet() | progress.kept
    loader, mode = _loader(session, found), found.mode
    for row in progress.each(rows_of(found, progress.files)):
        _tally(progress.kept, row, loader.take(row, mode, is_kept=is_kept))
    found = session.get_one(TableImport, key)
    _note(found, progress.kept, ImportState.LOADED if is_kept else ImportState.CHECKED)
    session.flush()
    progress.finish_with(words_of(found.counts), url)


def words_of(counts: dict[str, int]) -> str:
    """What became of the rows, in one line."""
    made = _("New: %(created)s, changed: %(updated)s, as they were: %(same)s.", **_counted(counts))
    left = _("Passed over: %(skipped)s, refused: %(refused)s.", **_counted(counts))
    return f"{made} {left}"


def _counted(counts: dict[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in OUTCOMES}


def _start(session: Session, found: TableImport, kind: str, title: str) -> Job:
    url = f"/import/result/{found.id}"
    found.job = start_job(session, kind, {"import": found.id, "url": url}, title, total=found.rows)
    session.flush()
    return found.job


def _loader(session: Session, found: TableImport) -> Loader:
    return Loader(session, TABLES[found.table_name], found.headers, found.mapping)


def rows_of(found: TableImport, folder: FileStore) -> Iterator[SheetRow]:
    """The rows below the headings. Raises RuleError when the file is not kept any more."""
    if found.file is None:
        raise RuleError(_("The file is not kept any more. Load it again."))
    with folder.open(found.file.sha256) as kept:
        content = kept.read()
    rows: Iterable[SheetRow] = _readable(content, found.file_name)
    yield from _below_headings(rows)


def _below_headings(rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    """All rows but the headings."""
    for place, row in enumerate(rows):
        if place:
            yield row


def _readable(content: bytes, name: str) -> Iterator[SheetRow]:
    try:
        yield from read_table(content, name)
    except SheetError as error:
        raise RuleError(_WORDS[error.code]()) from error


_WORDS: dict[str, Callable[[], str]] = {
    "not_a_table": lambda: _("This is no table that can be read. Save it as XLSX, or as CSV."),
    "encrypted": lambda: _(
        "The file is protected by a password or of the old XLS format. Save it as XLSX without one."
    ),
    "too_large": lambda: _("Unpacked, the file would be too large."),
    "unsafe": lambda: _("The file holds declarations that no spreadsheet writes, so it is not read."),
    "too_many_rows": lambda: _("The file has more than 100 000 rows. Divide it."),
    "too_many_columns": lambda: _("The file has more than 200 columns."),
    "too_many_merged": lambda: _("The file has too many merged cells. Unmerge them."),
}


def _nothing_yet() -> dict[str, Any]:
    return dict.fromkeys(OUTCOMES, 0) | {"problems": []}


def _tally(counts: dict[str, Any], row: SheetRow, outcome: Any) -> None:
    counts[outcome.kind] += 1
    if outcome.kind == REFUSED and len(counts["problems"]) < MOST_PROBLEMS:
        counts["problems"] += [[row.number, header, text] for header, text in outcome.problems]


def _note(found: TableImport, counts: dict[str, Any], state: ImportState) -> None:
    found.counts = {name: counts[name] for name in OUTCOMES}
    found.problems = list(counts["problems"])
    found.state = state


def _shown(cell: Any) -> str:
    text = cell.text if isinstance(cell, Broken) else "" if cell is None else str(cell)
    return text.removesuffix(" 00:00:00")[:_LONGEST]
