"""Pages of lists that are kept around their rows are those that would be made anew, whoever asks for them."""

import re

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from app.menu import TABLES
from app.views.crud import view
from app.views.crud.view import CrudView
from tests.services.demo.orders import Built

SCREENS = [screen for screen in TABLES if issubclass(screen, CrudView)]
COOKIES = {
    "director": {"kontora_sections": "recent.favourites.crm.settings"},
    "anna": {"language": "en", "kontora_theme": "dark", "kontora_density": "dense", "kontora_panel": "folded"},
    "egor": {},
}
_OWN_OF_REQUEST = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"')


def browser_of(served: Flask, company: Built, login: str) -> FlaskClient:
    browser = served.test_client()
    browser.post("/login/", data={"username": login, "password": company.summary.password})
    return browser


def page_of(browser: FlaskClient, address: str) -> str:
    """The page without what is new for every request; empty where the person has no right to it."""
    answer = browser.get(address)
    return _OWN_OF_REQUEST.sub("", answer.text) if answer.status_code == 200 else ""


def test_they_show_the_same(served: Flask, company: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "list_html", lambda page, _around: made_anew(page))
    addresses = [f"{screen.route_base}/list/?tab=all&size=25" for screen in SCREENS]
    browsers = [browser_of(served, company, login) for login in COOKIES]
    for browser, cookies in zip(browsers, COOKIES.values(), strict=True):
        for name, value in cookies.items():
            browser.set_cookie(name, value)
    shown = 0
    for address in addresses:
        anew = [page_of(browser, address) for browser in browsers]
        with monkeypatch.context() as as_ever:
            as_ever.setattr(view, "list_html", KEPT)
            for _time in range(2):  # one browser after the other: what was kept for one is there when the next one asks
                assert [page_of(browser, address) for browser in browsers] == anew, address
        shown += sum(map(bool, anew))
    assert shown > 50


KEPT = view.list_html


def made_anew(page: object) -> str:
    return render_template("crud/list.html", page=page, page_section=page.section)  # type: ignore[attr-defined]


def test_a_secret_of_one_request_is_never_kept(served: Flask, company: Built) -> None:
    browsers = [browser_of(served, company, "director") for _number in range(2)]
    served.config["WTF_CSRF_ENABLED"] = True
    try:
        pages = [browser.get("/clients/list/?tab=all") for browser in browsers]
    finally:
        served.config["WTF_CSRF_ENABLED"] = False
    tokens = [set(re.findall(r'csrf_token" value="([^"]+)"', page.text)) for page in pages]
    nonces = [set(re.findall(r'nonce="([^"]+)"', page.text)) for page in pages]
    assert [len(each) for each in tokens + nonces] == [1, 1, 1, 1]
    assert tokens[0] != tokens[1]
    assert nonces[0] != nonces[1]
    for page, (nonce,) in zip(pages, nonces, strict=True):
        assert f"'nonce-{nonce}'" in page.headers["Content-Security-Policy"]
