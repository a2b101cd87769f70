"""Files carry the headers that protect an answer; tests/test_permissions.py tells it of every route."""

import pytest
from flask import Flask

from tests.crawl import missing


@pytest.mark.parametrize("address", ["/static/css/boards.css", "/static/appbuilder/x.css", "/reference/static/x.js"])
def test_files_carry_the_headers(app: Flask, address: str) -> None:
    answer = app.test_client().get(address, buffered=True)
    assert answer.status_code in {200, 404}
    assert list(missing(answer)) == []
