"""Lists made of light records are the lists made of whole ones, for all that a company has in them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.menu import TABLES
from app.permissions import Viewer
from app.views.crud.switches import offered_columns
from app.views.crud.view import CrudView
from tests.services.demo.orders import Built

LIGHT = [screen for screen in TABLES if issubclass(screen, CrudView) and screen.list_reads is not None]
_OWN_OF_REQUEST = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"')


def page_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return _OWN_OF_REQUEST.sub("", answer.text)


@pytest.mark.parametrize("login", ["director", "anna", "egor"])
def test_they_show_the_same(login: str, served: Flask, company: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = served.test_client()
    browser.post("/login/", data={"username": login, "password": company.summary.password})
    checked = 0
    for screen in LIGHT:
        columns = [column.name for column in offered_columns(screen, Viewer(0, None, None)) if not column.right]  # type: ignore[arg-type]
        for state in ("tab=all", f"tab=all&columns={','.join(columns)}", "tab=all&size=25"):
            address = f"{screen.route_base}/list/?{state}"
            if browser.get(address).status_code != 200:
                continue  # a screen that the person has no right to
            light = [page_of(browser, address) for _time in range(2)]
            with monkeypatch.context() as patched:
                patched.setattr(screen, "list_reads", None)
                assert light == [page_of(browser, address)] * 2, address
            checked += "<tbody>" in light[0]
    assert checked >= 3
