"""Everything that is asked, and who asks it: new routes come by themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Connection
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import menu
from app.services.imports import TABLES as IMPORTED_TABLES
from app.views import printing
from app.views.files import TABLES as FILE_TABLES
from app.views.letters.targets import TARGETS as LETTER_TARGETS
from tests.factories.access import PASSWORD
from tests.permissions_table.world import World

_METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Ask:
    """One request: what the table calls it, and what is sent."""

    method: str
    address: str
    """The rule with the parts that matter filled in: /invoices/action/post/<pk>."""
    record: str
    url: str
    rule: str
    data: Mapping[str, Any] | None = None
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The beginning of the ask's line."""
        return f"{self.method:<6} {self.address:<46} {self.record:<7}"


RECORD_OF: Mapping[str, str] = {
    "ClientCardView": "client",
    "DealCardView": "deal",
    "FileView": "attachment",
    "UserView": "ab_user",
    "RoleView": "ab_role",
    "ScheduleView": "visit",
    "MapView": "client",
    "CalendarView": "interaction",
    "BankImportView": "statement",
    "JobView": "job",
    "PersonalDataView": "erasure",
    "SavedViewsView": "saved_view",
    "BatchView": "batch",
    "ImportView": "table_import",
    "NotificationView": "notice",
    "MyDayView": "visit",
    "LetterView": "letter",
    "CallView": "phone_call",
    "MailboxView": "incoming_mail",
}
"""Whose records the <pk> of a page is, where the page is no generated screen: add a new page here."""
KEYS = {
    "client_id": "client",
    "client": "client",
    "line_id": "statement_line",
    "comment": "client_comment",
    "contact": "contact",
    "event": "interaction",
    "deal": "deal",
    "step": "deal_step",
    "participant": "deal_participant",
    "pair": "duplicate_pair",
    "merge": "record_merge",
}
"""Other names of keys in addresses."""


def asks(app: Flask, world: World) -> Iterator[Ask]:
    """Everything that is asked, in the order of the table: new routes come by themselves."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in _METHODS:
            if method in (rule.methods or ()):
                yield from _asks_of(app, rule, method, world)


def _asks_of(app: Flask, rule: Rule, method: str, world: World) -> Iterator[Ask]:
    view = rule.endpoint.partition(".")[0]
    table = _table_of(app, view)
    for fixed in _fillings(app, rule, view):
        address = rule.rule
        for name, value in fixed.items():
            address = _put(address, name, value)
        names = rule.arguments - set(fixed) or ({"pk"} if address.endswith("/action_post") else set())
        if not names:
            yield Ask(method, address, "-", address, rule.rule, **_sent(rule, method, {}))
            continue
        tables = {name: KEYS.get(name) or fixed.get("table") or table for name in sorted(names)}
        for word, keys in world.records_of(tables):
            url = address
            for name, key in keys.items():
                url = _put(url, name, key)
            values = {"rowid": keys["pk"], "version": 1} if "pk" in keys else {}
            yield Ask(method, address, word, url, rule.rule, **_sent(rule, method, values))


def _table_of(app: Flask, view: str) -> str:
    screens = {type(screen).__name__: screen for screen in app.appbuilder.baseviews}  # type: ignore[attr-defined]
    screen = screens.get(view)
    model = getattr(screen, "model", None) or getattr(getattr(screen, "screen", None), "model", None)
    found = model.__tablename__ if model is not None else RECORD_OF.get(view, "")
    return str(found)


def _fillings(app: Flask, rule: Rule, view: str) -> Iterator[dict[str, str]]:
    """Values for the parts of an address that are no key: one line of the table for each set."""
    names = rule.arguments - {"pk", *KEYS}
    if not names:
        yield {}
    elif names == {"table"}:
        for table in NAMED_TABLES.get(view, FILE_TABLES):
            yield {"table": table}
    elif names == {"kind"}:
        for kind, form in printing.FORMS.items():
            yield {"kind": kind, "table": form.model.__tablename__}
    elif view.endswith("View") and rule.endpoint.endswith(".action"):
        acts = next(table for table in menu.TABLES if table.__name__ == view).acts
        for name in [act.name for act in acts] or ["none"]:
            yield {"name": name}
    else:
        yield {name: _USUAL.get(name, "unknown") for name in names}


LOOKUPS = ("client", "contact", "contract", "deal", "equipment", "invoice", "product", "employee", "visit")
TIMELINES = ("client", "deal", "equipment")
NAMED_TABLES: Mapping[str, Iterable[str]] = {
    "LookupView": LOOKUPS,
    "ImportView": IMPORTED_TABLES,
    "LetterView": LETTER_TARGETS,
    "FeedView": TIMELINES,
}
"""Which tables the <table> of a page's address names; those that carry files where nothing is said."""
_USUAL = {
    "version": "v1",
    "code": "ru",
    "name": "file.pdf",
    "filename": "unknown.css",
    "export_type": "csv",
    "token": "unknown",
    "ending": "json",
}
"""Values for parts of addresses whose name says enough."""


def _put(address: str, name: str, value: str) -> str:
    for start in ("<", "<string:", "<path:", "<int:"):
        address = address.replace(f"{start}{name}>", value)
    return address


def _sent(rule: Rule, method: str, values: dict[str, Any]) -> dict[str, Any]:
    if rule.rule.startswith("/api/"):
        return {"json": {"version": 1}} if method in ("POST", "PUT") else {}
    if method != "POST":
        return {}
    return {"data": values | {"action": _bulk_act(rule)} if rule.endpoint.endswith(".action_post") else values}


def _bulk_act(rule: Rule) -> str:
    screen = next(table for table in menu.TABLES if rule.endpoint.startswith(f"{table.__name__}."))
    return next((act.name for act in screen.acts if act.bulk), "delete")


class Visitor:
    """Somebody who asks for everything. Each request is undone, so the next one finds the same world."""

    def __init__(self, app: Flask, connection: Connection, cookie: str = "", token: str = "") -> None:
        self.app = app
        self.connection = connection
        self.cookie = cookie
        self.token = token

    def answer(self, ask: Ask) -> str:
        """Ask, undo, and say the answer in one word."""
        headers = dict(ask.headers)
        if ask.address.startswith("/api/"):
            headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        elif self.cookie:
            headers["Cookie"] = f"kontora={self.cookie}"
        undo = self.connection.begin_nested()
        client = self.app.test_client(use_cookies=False)
        answer = client.open(ask.url, method=ask.method, data=ask.data, json=ask.json, headers=headers)
        answer.close()
        undo.rollback()
        return _word(answer)


def _word(answer: TestResponse) -> str:
    leads_in = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
    return "login" if leads_in else str(answer.status_code)


def token_of(app: Flask, username: str) -> str:
    """A token for the API of a person of the tests."""
    asked = {"username": username, "password": PASSWORD, "provider": "db"}
    return str(app.test_client().post("/api/v1/security/login", json=asked).json["access_token"])  # type: ignore[index]
