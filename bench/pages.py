"""The pages that are measured, and the bare page beside them."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import db
from bench.data import PASSWORD, World

Page = tuple[str, Callable[[], int], str]
"""Name, act and goal of a measured page."""
ROWS = 50
LIMIT = "/bench/limit"
BARE_PAGE = """<!doctype html><title>{{ kind }}</title><table><tr>
{% for head in heads %}<th>{{ head }}</th>{% endfor %}</tr>
{% for row in rows %}<tr><td><a href="/{{ kind }}/card/{{ row[0] }}">{{ row[1] }}</a></td>
{% for value in row[2:] %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}</table>"""
QUESTIONS = {
    "clients": """select c.id, c.name, c.status, c.inn, c.town, c.phone, c.completeness,
e.family_name || ' ' || e.given_name as manager
from client c left join employee e on e.id = c.responsible_id
where c.responsible_id = :manager order by c.name, c.id limit :rows""",
    "invoices": """select i.id, i.number, i.day, c.name, i.total, i.status, i.valid_to,
e.family_name || ' ' || e.given_name as manager
from invoice i left join client c on c.id = i.client_id left join employee e on e.id = i.responsible_id
where c.responsible_id = :manager or i.responsible_id = :manager order by i.day desc, i.id desc limit :rows""",
}
"""Written by hand: the columns and the rows that a manager's lists show."""
_WHOSE = re.compile(r"where .* order by")


def bare_view(app: Flask, manager_id: int, connect: Callable[[], AbstractContextManager[Any]]) -> Callable[..., str]:
    """One question, and a Jinja table of its rows. The template is compiled once, as those of files are."""
    page = app.jinja_env.from_string(BARE_PAGE)

    def view(kind: str, whose: str) -> str:
        question, given = QUESTIONS[kind], {"rows": ROWS, "manager": manager_id}
        if whose == "all":
            question = _WHOSE.sub("order by", question)
            del given["manager"]
        with connect() as connection:
            rows = connection.execute(text(question), given)
            heads, found = rows.keys(), rows.all()
        return page.render(rows=found, heads=heads, kind=kind)

    return view


def add_limit(app: Flask, manager_id: int) -> None:
    """The yardstick: that view on the same server, behind its sign-in and with its headers like every page.

    It asks in the session that the sign-in was asked in, as a view in Flask does.
    """
    view = bare_view(app, manager_id, lambda: nullcontext(db.session))
    app.add_url_rule(f"{LIMIT}/<kind>/<whose>", "bench_limit", view)


def alone(app: Flask, world: World) -> Callable[[], int]:
    """The same view in a Flask of its own, with nobody signed in and nothing around it."""
    with app.app_context():
        engine = db.engine
    small = Flask("bare")
    small.add_url_rule("/<kind>/<whose>", "bare", bare_view(small, world.manager_id, engine.connect))
    return asking(small.test_client(), "/clients/manager")


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A browser of a person of the data set."""
    client = app.test_client()
    answer = client.post("/login/", data={"username": login, "password": PASSWORD})
    if answer.status_code != 302:
        raise SystemExit(f"bench: {login} could not sign in")
    return client


LIMITS = {
    (kind, whose): f"limit: bare page of {kind}, {whose}"
    for kind in ("clients", "invoices")
    for whose in ("manager", "director")
}
"""The bare pages on the same server that the others are ratios to: of clients and of invoices, for both people."""


def limit_of(name: str) -> str:
    """The bare page that a page is measured by."""
    kind = "invoices" if "invoices" in name else "clients"
    return LIMITS[kind, "director" if "director" in name else "manager"]


FIRST = "first page"
"""What the first page of a list is named by."""


def first_of(page: Page, pages: Sequence[Page]) -> Page | None:
    """The first page of the list that a page belongs to, where its goal is a ratio to that."""
    name, _act, goal = page
    if not goal.endswith(FIRST):
        return None
    limit = limit_of(name)
    return next(each for each in pages if each[0].endswith(FIRST) and limit_of(each[0]) == limit)


MAP = ("/map/", "/map/frame", "/map/clients.geojson?bbox=19,41,190,82&zoom=3")
"""The page, the map in its frame, and what the map shows of the whole country."""
CLIENTS, INVOICES = "/clients/list/?tab=all", "/invoices/list/?tab=all"


def lists_of(world: World, sales: FlaskClient, head: FlaskClient) -> Iterator[Page]:
    """Lists of a manager, and of the director over all clients, each kind after the bare page that it is a ratio to.

    So both are met alike by what was asked before them.
    """
    yield _limit("clients", "manager", sales)
    yield "list, first page", asking(sales, CLIENTS), "<= 1.5 x limit, <= 6 queries, <= 60 KB"
    yield "list, deep page", asking(sales, deep_page(sales)), "<= 1.2 x first page"
    for sort in ("status", "town", "inn", "completeness", "-name"):
        yield f"list, by {sort}", asking(sales, f"{CLIENTS}&sort={sort}"), "<= 1.2 x first page"
    yield "list, search by part of a name", asking(sales, f"{CLIENTS}&q=маяк"), "<= 2 x first page"
    yield "list, search by INN", asking(sales, f"{CLIENTS}&q={world.inn_of[777]}"), "<= 2 x first page"
    yield _limit("invoices", "manager", sales)
    yield "invoices, first page", asking(sales, INVOICES), "<= 1.5 x limit"
    yield "invoices, search by client", asking(sales, f"{INVOICES}&q=маяк"), "<= 2 x first page"
    yield _limit("clients", "director", head)
    yield "director: list, first page", asking(head, CLIENTS), "<= 1.5 x limit"
    yield "director: list, search", asking(head, f"{CLIENTS}&q=маяк"), "<= 2 x first page"
    yield _limit("invoices", "director", head)
    yield "director: invoices, first page", asking(head, INVOICES), "<= 1.5 x limit"
    yield "director: invoices, search", asking(head, f"{INVOICES}&q=маяк"), "<= 2 x first page"


def _limit(kind: str, whose: str, client: FlaskClient) -> Page:
    return LIMITS[kind, whose], asking(client, f"{LIMIT}/{kind}/{'all' if whose == 'director' else whose}"), ""


def others_of(world: World, sales: FlaskClient, head: FlaskClient) -> Iterator[Page]:
    """Pages that take longer than a list."""
    yield "client card", asking(sales, f"/clients/card/{world.client_id}"), "<= 8 queries"
    yield "receivables", asking(sales, "/receivables/"), "reads balances only"
    yield "start page", asking(sales, "/"), ""
    yield "search everywhere", asking(sales, "/search/?q=маяк+77"), ""
    yield "director: receivables", asking(head, "/receivables/"), "reads balances only"
    yield "director: start page", asking(head, "/"), ""
    yield "director: map, first view", asking(head, *MAP), "<= 300 KB, <= 300 ms at L"


def deep_page(sales: FlaskClient) -> str:
    """The address of the page two pages before the last that links lead to, at most 100 pages deep."""
    address = "/clients/list/?tab=all&size=25"
    for _page in range(100):
        body = sales.get(address).text
        if 'rel="next"' not in body:
            break
        address = body.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    return address


def asking(client: FlaskClient, *addresses: str) -> Callable[[], int]:
    """Ask for a page and what it fetches; the act gives their bytes before packing."""

    def ask() -> int:
        return sum(map(bytes_of, addresses))

    def bytes_of(address: str) -> int:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {address} answers {answer.status_code}")
        return len(answer.data)

    return ask
