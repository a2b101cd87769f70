"""A timeline as shown: its filter, its pages in the address, and the form over it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import abort, request, url_for

from app.database import db
from app.permissions import Viewer
from app.reports.feed import PAGE, Cursor, FeedKind, FeedQuestion, open_kinds, read_feed
from app.services.timeline import Host
from app.texts import _
from app.views.feed.composer import composer
from app.views.feed.hosts import feed_of, feed_url, may_pin
from app.views.feed.shown import ComposerForm, FeedBody
from app.views.feed.words import feed_item
from app.views.pages import Tab

_CURSOR = re.compile(r"(\d{14})-([a-z_]{1,30})-(\d{1,18})", re.ASCII)


def feed_body(host: Host, person: Viewer, typed: ComposerForm | None = None) -> FeedBody:
    """The whole timeline: the page that the address asks for, under the form as it was typed."""
    kinds = open_kinds(host.__tablename__, person)
    wanted = _wanted(kinds)
    after = read_cursor(request.args.get("after", ""))
    found = read_feed(db.session(), feed_of(host, person), FeedQuestion(wanted or kinds, after))
    shown = _Shown(host, person, wanted)
    return FeedBody(
        items=shown.items(found.entries),
        planned=shown.items(found.planned),
        pinned=shown.items(found.pinned),
        filters=tuple(_filters(host, kinds, wanted)),
        next_url=shown.address(after=write_cursor(found.next)) if found.next is not None else "",
        pin_url=_pin_url(host, person),
        composer=None if after is not None else typed or composer(host, person),
    )


def feed_start(host: Host, person: Viewer, size: int = PAGE, *, with_form: bool = False) -> FeedBody:
    """The beginning of a timeline of every kind, for a page that shows other things too."""
    kinds = open_kinds(host.__tablename__, person)
    found = read_feed(db.session(), feed_of(host, person), FeedQuestion(kinds, size=size))
    shown = _Shown(host, person, ())
    return FeedBody(
        items=shown.items(found.entries),
        planned=shown.items(found.planned),
        pinned=shown.items(found.pinned),
        pin_url=_pin_url(host, person),
        composer=composer(host, person, is_open=False) if with_form else None,
        whole_url=feed_url(host) if found.next is not None else "",
    )


class _Shown:
    """Entries in words on one timeline."""

    def __init__(self, host: Host, person: Viewer, wanted: Sequence[FeedKind]) -> None:
        self._host, self._person, self._wanted = host, person, wanted

    def address(self, **given: str) -> str:
        """The timeline with its filter and further arguments."""
        kinds = {"kind": [kind.value for kind in self._wanted]} if self._wanted else {}
        return feed_url(self._host, **kinds, **given)

    def items(self, entries: Any) -> Any:
        """Entries ready to be shown."""
        return tuple(feed_item(entry, self._person, self.address) for entry in entries)


def _pin_url(host: Host, person: Viewer) -> str:
    return url_for("FeedView.pin", table=host.__tablename__, pk=host.id) if may_pin(person) else ""


def _wanted(kinds: Sequence[FeedKind]) -> list[FeedKind]:
    """The kinds of the filter in the address, `?kind=visit&kind=claim`; 400 for what cannot be shown here."""
    asked = [kind for kind in request.args.getlist("kind") if kind]
    if not set(asked) <= set(kinds):
        abort(400)
    return [kind for kind in kinds if kind in asked]


def _filters(host: Host, kinds: Sequence[FeedKind], wanted: Sequence[FeedKind]) -> Iterator[Tab]:
    """A chip for each kind, which adds it to the filter or takes it out."""
    yield Tab("all", _("Everything"), feed_url(host), not wanted)
    for kind in kinds:
        chosen = [each.value for each in kinds if (each in wanted) is not (each is kind)]
        url = feed_url(host, kind=chosen) if chosen else feed_url(host)
        yield Tab(kind.value, str(kind.label), url, kind in wanted)


def write_cursor(cursor: Cursor) -> str:
    """A cursor as it stands in an address: «20261123090000-invoice-15»."""
    return f"{cursor.at.astimezone(UTC):%Y%m%d%H%M%S}-{cursor.kind}-{cursor.id}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor of an address; None for the first page, 400 for nonsense."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text) or abort(400)
    try:
        at = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        abort(400)
    return Cursor(at, found[2], int(found[3]))
