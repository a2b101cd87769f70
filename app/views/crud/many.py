"""What is believed for a minute: that a selection has more rows than a page counts, a word too many to be looked up.

For a while they are not counted again for every page.

«More than 1,000 records» stays true longer than a minute, and a script fetches the count and the totals once the page
is there. To find out for each page that there are still too many was a fifth of it (decision 32).
"""

from collections.abc import Callable, Hashable
from time import monotonic

from flask import Flask, current_app

SECONDS = 60
"""How long it is taken to be still so."""
_MOST = 4096
_NAME = "kontora_many"


def install(app: Flask) -> None:
    """Begin with nothing known."""
    app.extensions[_NAME] = {}


def were_many(selection: Hashable) -> bool:
    """Tell whether there were too many rows within the last minute."""
    noted = _noted().get(selection)
    return noted is not None and monotonic() - noted < SECONDS


def note_many(selection: Hashable, *, are_many: bool) -> None:
    """Note what a count has shown."""
    noted = _noted()
    if not are_many:
        noted.pop(selection, None)
        return
    if len(noted) >= _MOST:
        noted.clear()
    noted[selection] = monotonic()


def believed(what: Hashable, ask: Callable[[], bool]) -> bool:
    """The answer to something that changes slowly, asked once in a while."""
    for answer in (True, False):
        if were_many((what, answer)):
            return answer
    answer = ask()
    note_many((what, answer), are_many=True)
    return answer


def forget(app: Flask) -> None:
    """Know nothing any more: for tests, which share an application and not its rows."""
    app.extensions[_NAME].clear()


def _noted() -> dict[Hashable, float]:
    noted: dict[Hashable, float] = current_app.extensions[_NAME]
    return noted
