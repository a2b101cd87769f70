"""The pages that are measured, and the bare page beside them."""

from collections.abc import Callable, Iterator

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import db
from bench.data import PASSWORD, World

ROWS = 50
LIMIT = "/bench/limit"
HEADS = ("Name", "Status", "INN", "Town", "Phone", "Filled", "Manager")
BARE_PAGE = """<!doctype html><title>Clients</title><table><tr>
{% for head in heads %}<th>{{ head }}</th>{% endfor %}</tr>
{% for row in rows %}<tr><td><a href="/clients/card/{{ row.id }}">{{ row.name }}</a></td><td>{{ row.status }}</td>
<td>{{ row.inn }}</td><td>{{ row.town }}</td><td>{{ row.phone }}</td><td>{{ row.completeness }} %</td>
<td>{{ row.family_name }} {{ row.given_name }}</td></tr>{% endfor %}</table>"""
_QUESTION = """select c.id, c.name, c.status, c.inn, c.town, c.phone, c.completeness, e.family_name, e.given_name
from client c left join employee e on e.id = c.responsible_id where {whose} order by c.name, c.id limit :rows"""
OF_MANAGER = text(_QUESTION.format(whose="c.responsible_id = :manager"))
OF_ALL = text(_QUESTION.format(whose=":manager > 0"))


def bare_view(app: Flask, manager_id: int) -> Callable[[str], str]:
    """One question and a Jinja table of the columns that the list of clients shows: of a manager, or of all."""

    def view(whose: str) -> str:
        question = OF_ALL if whose == "all" else OF_MANAGER
        with app.app_context(), db.engine.connect() as connection:
            rows = connection.execute(question, {"manager": manager_id, "rows": ROWS}).all()
        return render_template_string(BARE_PAGE, rows=rows, heads=HEADS)

    return view


def add_limit(app: Flask, manager_id: int) -> None:
    """The yardstick: that view on the same server, behind its sign-in and with its headers like every page."""
    app.add_url_rule(f"{LIMIT}/<whose>", "bench_limit", bare_view(app, manager_id))


def alone(app: Flask, world: World) -> Callable[[], int]:
    """The same view in a Flask of its own, with nobody signed in and nothing around it."""
    small = Flask("bare")
    small.add_url_rule("/<whose>", "bare", bare_view(app, world.manager_id))
    return asking(small.test_client(), "/manager")


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A browser of a person of the data set."""
    client = app.test_client()
    answer = client.post("/login/", data={"username": login, "password": PASSWORD})
    if answer.status_code != 302:
        raise SystemExit(f"bench: {login} could not sign in")
    return client


LIMITS = ("limit: bare page, manager", "limit: bare page, director")
"""The bare pages on the same server that the others are ratios to: a manager's, and the director's."""
MAP = ("/map/", "/map/frame", "/map/clients.geojson?bbox=19,41,190,82&zoom=3")
"""The page, the map in its frame, and what the map shows of the whole country."""
Page = tuple[str, Callable[[], int], str]
"""Name, act and goal of a measured page."""


def pages_of(world: World, sales: FlaskClient, head: FlaskClient) -> Iterator[Page]:
    """What a manager asks for, and what the director asks for over all clients."""
    clients, invoices = "/clients/list/?tab=all", "/invoices/list/?tab=all"
    yield LIMITS[0], asking(sales, f"{LIMIT}/manager"), ""
    yield LIMITS[1], asking(head, f"{LIMIT}/all"), ""
    yield "list, first page", asking(sales, clients), "<= 1.5 x limit, <= 6 queries, <= 60 KB"
    yield "list, deep page", asking(sales, deep_page(sales)), "<= 1.2 x first page"
    yield "list, by status", asking(sales, f"{clients}&sort=status"), "<= 1.2 x first page"
    yield "list, search by part of a name", asking(sales, f"{clients}&q=маяк"), "<= 2 x first page"
    yield "list, search by INN", asking(sales, f"{clients}&q={world.inn_of[777]}"), "<= 2 x first page"
    yield "invoices, first page", asking(sales, invoices), "<= 1.5 x limit"
    yield "invoices, search by client", asking(sales, f"{invoices}&q=маяк"), "<= 2 x first page"
    yield "client card", asking(sales, f"/clients/card/{world.client_id}"), "<= 8 queries"
    yield "receivables", asking(sales, "/receivables/"), "reads balances only"
    yield "start page", asking(sales, "/"), ""
    yield "search everywhere", asking(sales, "/search/?q=маяк+77"), ""
    yield "director: list, first page", asking(head, clients), ""
    yield "director: list, search", asking(head, f"{clients}&q=маяк"), "<= 2 x first page"
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
