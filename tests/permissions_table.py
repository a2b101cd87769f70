"""The approved table of rights, and what is asked to fill it.

`tests/permissions.txt` has a line per method, address and record, and a column per role: the status of the answer,
or `login` for the way to the sign-in page. `python -m tests.permissions_table` writes the table anew from what the
application answers, `python -m tests.permissions_table /deals /quotes` only the lines of addresses that begin so; read
the difference before you commit it.

Records: `own` belongs to the person who asks (the client's manager, the engineer of the visit), `foreign` to
somebody else, `any` to the company. Everything is asked with the least that opens the door: an empty form, a version.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import menu
from app.models.catalogue import Price
from app.models.clients import ClientComment
from app.models.deals import DealParticipant, ParticipantRole
from app.models.duplicates import DuplicatePair, PairState, RecordMerge
from app.models.files import AttachmentKind
from app.models.interactions import InteractionKind
from app.models.money import MatchState, MoneyDirection, Statement, StatementLine
from app.models.notices import NoticeKind
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import FileStore, Limits, attach, store_file
from app.services.imports import TABLES as IMPORTED_TABLES
from app.views import printing
from app.views.files import TABLES as FILE_TABLES
from app.views.letters.targets import TARGETS as LETTER_TARGETS
from tests import factories as make
from tests.factories.access import PASSWORD, make_role
from tests.factories.files import make_pdf

FILE = Path(__file__).parent / "permissions.txt"
ANONYMOUS = "anonymous"
VISITORS = (ANONYMOUS, *(str(role) for role in Role))
REWRITE = "KONTORA_REWRITE_PERMISSIONS"
"""Prefixes of addresses to be written anew, parted by blanks; `/` writes all."""
_METHODS = ("GET", "POST", "PUT", "DELETE")

Records = dict[str, int]
"""Table -> key of its record."""


# --- The world ------------------------------------------------------------------------------------------------


OWNED = (make.make_job, make.make_batch, make.make_table_import)
"""What belongs to the person who made it, whatever their role."""


def make_records(session: Session, owner: Employee, store: FileStore) -> Records:
    """A client of the owner with one record of every kind that belongs to a client, and with a file."""
    client = make.make_client(session, responsible=owner)
    contact = make.make_contact(session, client=client, portrait="Ценит точность", birth_date=make.TODAY)
    mine = {"client": client, "responsible": owner}
    equipment = make.make_equipment(session, client=client)
    request = make.make_request(session, equipment=equipment, **mine)
    visit = make.make_visit(session, client=client, employee=owner, request=request, equipment=equipment)
    records = {
        "client": client,
        "contact": contact,
        "equipment": equipment,
        "service_request": request,
        "visit": visit,
        "contract": make.make_contract(session, **mine),
        "deal": make.make_deal(session, **mine),
        "interaction": make.make_interaction(session, **mine),
        "phone_call": make.make_phone_call(session, client=client),
        "letter": make.make_interaction(session, kind=InteractionKind.LETTER, **mine),
        "quote": make.make_quote(session, **mine),
        "sales_order": make.make_order(session, **mine),
        "invoice": make.make_invoice(session, **mine),
        "purchase_order": make.make_purchase_order(session, responsible=owner),
        "claim": make.make_claim(session, **mine),
        "payment": make.make_payment(session, client=client),
        "agreement": make.make_agreement(session, client=client),
        "consent": make.make_consent(session, contact=contact),
        "erasure": make.make_erasure(session, contact=contact),
        "handover": make.make_handover(session, client=client),
    }
    deal = records["deal"]
    records["sales_plan"] = make.make_sales_plan(session, employee=owner)
    records["deal_step"] = make.make_deal_step(session, deal=deal)
    records["deal_participant"] = DealParticipant(deal=deal, employee=owner, role=ParticipantRole.HELPS)
    session.add(records["deal_participant"])
    session.flush()
    keys = {table: record.id for table, record in records.items()}
    limits = Limits.of_megabytes(1, ZoneInfo("Europe/Moscow"))
    stored = store_file(session, BytesIO(make_pdf()), "file.pdf", folder=store, limits=limits)
    attached = attach(session, client, stored, AttachmentKind.OTHER, None)
    session.flush()
    statement = Statement(file_name="kl_to_1c.txt", file_sha256=f"{client.id:064d}", encoding="windows-1251")
    line = StatementLine(
        statement=statement,
        direction=MoneyDirection.IN,
        number="1",
        document_day=make.TODAY,
        posting_day=make.TODAY,
        amount=Decimal("10.00"),
        state=MatchState.UNKNOWN,
        client=client,
        account_id=records["payment"].account_id,
    )
    comment = ClientComment(client=client, text="Важный клиент")
    told = {"record_table": "client", "record_id": client.id, "user": owner.user or make.make_user(session)}
    notice = make.make_notice(session, kind=NoticeKind.CLIENT, **told)
    session.add_all([statement, line, comment])
    view = make.make_saved_view(session, owner_id=owner.user_id or make.make_user(session).id)
    session.flush()
    more = {
        "saved_view": view,
        "notice": notice,
        "attachment": attached,
        "statement": statement,
        "statement_line": line,
        "client_comment": comment,
    }
    more |= {factory.__name__.removeprefix("make_"): factory(session, owner_id=owner.user_id) for factory in OWNED}
    return keys | {table: record.id for table, record in more.items()}


def make_company(session: Session) -> Records:
    """One record of every table that belongs to the company as a whole."""
    product = make.make_product(session)
    price = Price(
        product=product, price_type=make.make_price_type(session), valid_from=make.TODAY, amount=Decimal("10.00")
    )
    pair = DuplicatePair(table_name="contact", first_id=1, second_id=2, strength=60, state=PairState.DIFFERENT)
    merge = RecordMerge(table_name="contact", kept_id=1, merged_id=2)
    session.add_all([price, pair, merge])
    session.flush()
    records = {
        "product": product,
        "price": price,
        "employee": make.make_employee(session),
        "department": make.make_department(session),
        "follow_up_rule": make.make_follow_up_rule(session),
        "organisation": make.make_organisation(session),
        "bank_account": make.make_bank_account(session),
        "ab_user": make.make_user(session),
        "ab_role": make_role(session, Role.DIRECTOR),
        "duplicate_pair": pair,
        "incoming_mail": make.make_incoming_mail(session),
        "record_merge": merge,
        "radar_rule": make.make_radar_rule(session),
        "completeness_weight": make.make_completeness_weight(session),
    }
    return {table: record.id for table, record in records.items()}


@dataclass(frozen=True)
class World:
    """What there is to ask for, from the point of view of one person."""

    own: Records
    foreign: Records
    company: Records

    def records_of(self, tables: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        """(own|foreign|any, name -> key) for the names of keys in an address and the tables that they are of."""
        for word, records in (("own", self.own), ("foreign", self.foreign), ("any", self.company)):
            if set(tables.values()) <= set(records):
                yield word, {name: str(records[table]) for name, table in tables.items()}


# --- What is asked --------------------------------------------------------------------------------------------


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


# --- Asking -----------------------------------------------------------------------------------------------------


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


# --- The table ----------------------------------------------------------------------------------------------------

Table = dict[str, dict[str, str]]
"""Name of the line -> visitor -> answer."""


def read_table() -> Table:
    """The approved table."""
    if not FILE.exists():
        return {}
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    table = {}
    for line in lines:
        words = line.split()
        name = f"{words[0]:<6} {words[1]:<46} {words[2]:<7}"
        table[name] = dict(zip(VISITORS, words[3:], strict=True))
    return table


def write_column(visitor: str, answers: Mapping[str, str], lines_asked: Iterable[str]) -> None:
    """Set a visitor's column where there are answers; lines that are no longer asked go."""
    kept = read_table()
    table = {name: kept.get(name, {}) | ({visitor: answers[name]} if name in answers else {}) for name in lines_asked}
    width = [max(5, len(name)) for name in VISITORS]
    titles = " ".join(name.ljust(size) for name, size in zip(VISITORS, width, strict=True))
    lines = [f"# {'method':<4} {'address':<46} {'record':<7} {titles}".rstrip()]
    for name, row in table.items():
        cells = " ".join(row.get(person, "?").ljust(size) for person, size in zip(VISITORS, width, strict=True))
        lines.append(f"{name} {cells}".rstrip())
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    import pytest

    os.environ[REWRITE] = " ".join(sys.argv[1:]) or "/"
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/test_permissions.py", "-k", "answers_as_approved"]))
