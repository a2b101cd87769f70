"""`make bench`, or `python -m bench [--size S|M] [--times N] [--only WORD] [--database URL]`.

Everything runs in one process on one database, made anew in a temporary folder unless an empty one is named. The
yardstick is a bare Flask page with one SQL question and a Jinja table of the rows that Kontora's list shows: the
machine drifts, the ratio between the two does not.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.cli.schema import upgrade
from app.clock import utc_now
from app.database import db
from app.factory import create_app
from app.integrations.bank import read_statement
from app.integrations.bank.documents import AccountSection
from app.integrations.bank.parties import Party
from app.integrations.bank.writer import DocumentDraft, StatementForm, statement_bytes
from app.models.sales import Invoice
from app.reports import invoice_print
from app.reports.rendering import printing
from app.services.statements import check_file, match_lines, post_statement
from bench.data import LOGIN, PASSWORD, SIZES, World, build
from bench.measure import Measured, measure, table
from config import Settings

DOCUMENTS = 2_000
RESULTS = Path(__file__).parent / "results"
ROWS = 50
BARE_PAGE = """<!doctype html><title>Clients</title><table><tr><th>Name</th><th>INN</th><th>Town</th><th>Phone</th>
<th>Manager</th></tr>{% for row in rows %}<tr><td><a href="/clients/card/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.inn }}</td><td>{{ row.town }}</td><td>{{ row.phone }}</td><td>{{ row.family_name }} {{ row.given_name }}</td>
</tr>{% endfor %}</table>"""
BARE_QUESTION = text(
    "select c.id, c.name, c.inn, c.town, c.phone, e.family_name, e.given_name from client c"
    " join employee e on e.id = c.responsible_id where c.responsible_id = :manager order by c.name, c.id limit :rows"
)


def main() -> int:
    """Measure, print the table, write the file."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="kontora-bench-") as folder:
        settings = Settings.read(
            {
                "KONTORA_DATA_DIR": folder,
                "KONTORA_SECRET_KEY": "only-for-benchmarks-0123456789",
                "KONTORA_DATABASE_URL": asked.database,
            }
        )
        upgrade(settings.database_url)
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        world = filled(app, asked.size)
        results = list(all_of(app, world, asked))
        with app.app_context():
            db.engine.dispose()
    print(table(results))
    print(f"\n{written(results, asked)}")
    return 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Kontora beside a bare page.")
    parser.add_argument("--size", choices=sorted(SIZES), default="S", help="how many rows (M takes minutes to build)")
    parser.add_argument("--times", type=int, default=15, help="repetitions of each page")
    parser.add_argument("--only", default="", help="only operations whose name has this word")
    parser.add_argument("--database", default="", help="an empty database instead of a temporary SQLite file")
    return parser.parse_args()


def filled(app: Flask, size: str) -> World:
    """The data, and what they say about themselves."""
    begun = perf_counter()
    with app.app_context():
        world = build(db.session(), SIZES[size], utc_now())
        db.session.commit()
        db.session.execute(text("analyze"))
        db.session.commit()
    print(f"data set {size}: {SIZES[size]}, built in {perf_counter() - begun:.1f} s\n", file=sys.stderr)
    return world


def all_of(app: Flask, world: World, asked: argparse.Namespace) -> Iterator[Measured]:
    """Every measurement that was asked for; the yardstick always, since the others are ratios to it."""
    limit = measure("limit: bare page, 50 clients", bare(app, world), times=asked.times)
    yield replace(limit, ratio=1.0)
    pages = [page for page in pages_of(world, signed_in(app, LOGIN)) if asked.only in page[0]]
    for name, act, goal in pages:
        found = measure(name, act, times=asked.times, goal=goal)
        yield replace(found, ratio=found.milliseconds / limit.milliseconds)
    if asked.only in "statement":
        yield from statement(app, world)
    if asked.only in "invoice PDF":
        yield from paper(app, world)


# --- Pages -------------------------------------------------------------------------------------------------------


def bare(app: Flask, world: World) -> Callable[[], int]:
    """The yardstick, on the same connections."""
    small = Flask("bare")

    @small.get("/")
    def index() -> str:
        with app.app_context(), db.engine.connect() as connection:
            rows = connection.execute(BARE_QUESTION, {"manager": world.manager_id, "rows": ROWS}).all()
        return render_template_string(BARE_PAGE, rows=rows)

    return asking(small.test_client(), "/")


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A browser of a person of the data set."""
    client = app.test_client()
    answer = client.post("/login/", data={"username": login, "password": PASSWORD})
    if answer.status_code != 302:
        raise SystemExit(f"bench: {login} could not sign in")
    return client


def pages_of(world: World, sales: FlaskClient) -> Iterator[tuple[str, Callable[[], int], str]]:
    """Name, act and goal of each page, asked for as a manager."""
    yield "list, first page", asking(sales, "/clients/list/?tab=all"), "<= 1.5 x limit, <= 6 queries, <= 60 KB"
    yield "list, deep page", asking(sales, deep_page(sales)), "<= 1.2 x first page"
    yield "list, search by part of a name", asking(sales, "/clients/list/?tab=all&q=маяк"), "<= 2 x first page"
    yield "list, search by INN", asking(sales, f"/clients/list/?tab=all&q={world.inn_of[0]}"), "<= 2 x first page"
    yield "invoices, first page", asking(sales, "/invoices/list/?tab=all"), "<= 1.5 x limit"
    yield "client card", asking(sales, f"/clients/card/{world.client_id}"), "<= 8 queries"
    yield "receivables", asking(sales, "/receivables/"), "reads balances only"
    yield "dashboard", asking(sales, "/"), ""


def deep_page(sales: FlaskClient) -> str:
    """The address of the page two pages before the last that links lead to, at most 100 pages deep."""
    address = "/clients/list/?tab=all&size=25"
    for _page in range(100):
        body = sales.get(address).text
        if 'rel="next"' not in body:
            break
        address = body.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    return address


def asking(client: FlaskClient, address: str) -> Callable[[], int]:
    """Ask for a page; the act gives its bytes before packing."""

    def ask() -> int:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {address} answers {answer.status_code}")
        return len(answer.data)

    return ask


# --- Statement ---------------------------------------------------------------------------------------------------


def statement(app: Flask, world: World) -> Iterator[Measured]:
    """Reading alone, and reading with matching and posting; nothing of it stays."""
    content = statement_file(world)
    found = measure(f"statement, parse {DOCUMENTS}", lambda: parse(content, world), times=5, goal=">= 20,000/s")
    yield replace(found, per_second=DOCUMENTS / found.best * 1000)
    begun = perf_counter()
    with app.app_context():
        posted = take_in(db.session(), content, world)
        took = (perf_counter() - begun) * 1000
        db.session.rollback()
    name = f"statement, whole ({posted} posted)"
    yield Measured(name, took, took, size=len(content), goal=">= 500/s", per_second=DOCUMENTS / took * 1000)


def parse(content: bytes, world: World) -> int:
    """Read the file to its last document."""
    return len(content) * (len(list(read_statement(content, own_accounts=[world.account]).documents)) > 0)


def take_in(session: Session, content: bytes, world: World) -> int:
    """Check, match, post; gives how many were posted."""
    loaded = check_file(session, content, "bench.txt")
    match_lines(session, loaded)
    return post_statement(session, loaded, today=world.today).posted


def statement_file(world: World) -> bytes:
    """Payments of clients by the numbers of their invoices."""
    own = Party(name="ООО «Контора»", account=world.account, bik="044525000")
    drafts = [
        DocumentDraft(
            number=str(number + 1),
            document_date=world.today,
            amount=Decimal(1000 + number),
            payer=Party(name=f"Плательщик {number}", inn=world.inn_of[number % len(world.inn_of)], account="4" * 20),
            payee=own,
            purpose=f"Оплата по счёту № Б-{number}. НДС не облагается",
            credited_on=world.today,
        )
        for number in range(DOCUMENTS)
    ]
    total = sum((draft.amount for draft in drafts), Decimal(0))
    section = AccountSection(
        world.account, world.today, world.today, Decimal(0), received=total, withdrawn=Decimal(0), closing=total
    )
    now = datetime.now(UTC)
    return statement_bytes(StatementForm(world.today, world.today, now), [section], drafts)


# --- PDF ---------------------------------------------------------------------------------------------------------


def paper(app: Flask, world: World) -> Iterator[Measured]:
    """One invoice as PDF, beside the bare engine on the same page."""
    with app.app_context():
        invoice = db.session.scalars(select(Invoice).order_by(Invoice.id)).first()
        if invoice is None:
            raise SystemExit("bench: there is no invoice")
        html = caught_html(invoice)
        engine = measure("limit: bare wkhtmltopdf", lambda: len(bare_pdf(html)), times=3)
        yield replace(engine, ratio=1.0)
        made = measure(
            "invoice PDF",
            lambda: len(invoice_print.invoice_pdf(db.session(), invoice)),
            times=3,
            goal="<= 1.3 x bare engine",
        )
        yield replace(made, ratio=made.milliseconds / engine.milliseconds)
        db.session.rollback()


def caught_html(invoice: Invoice) -> str:
    """The page that the engine gets."""
    caught: list[str] = []

    def catch(html: str, **_options: Any) -> bytes:
        caught.append(html)
        return b""

    original, printing.render_pdf = printing.render_pdf, catch
    try:
        invoice_print.invoice_pdf(db.session(), invoice)
    finally:
        printing.render_pdf = original
    return caught[0]


def bare_pdf(html: str) -> bytes:
    """What wkhtmltopdf makes of a page without anything around it."""
    command = ["wkhtmltopdf", "--quiet", "--disable-javascript", "-", "-"]
    done = subprocess.run(command, input=html.encode(), capture_output=True, check=True)
    return BytesIO(done.stdout).getvalue()


# --- Results -----------------------------------------------------------------------------------------------------


def written(results: list[Measured], asked: argparse.Namespace) -> Path:
    """Write bench/results/<instant>.json and give its path."""
    RESULTS.mkdir(exist_ok=True)
    now = utc_now()
    facts = {
        "at": now.isoformat(),
        "size": asked.size,
        "times": asked.times,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "database": asked.database.partition(":")[0] or "sqlite",
        "results": [result.as_json() for result in results],
    }
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%S}-{asked.size}.json"
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
