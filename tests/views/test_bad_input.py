"""What no record can hold is turned away: never an error of the server."""

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.views.bad_input import LARGEST_KEY


@pytest.mark.parametrize(
    "query", ["a=%00", "%00=a", "a=1&a=%00", "a=x%00y"], ids=["value", "name", "second value", "inside"]
)
def test_nul_in_the_address_is_refused(probe: FlaskClient, query: str) -> None:
    assert probe.get(f"/echo?{query}").status_code == 400


def test_nul_in_the_path_is_refused(probe: FlaskClient) -> None:
    assert probe.get("/record/a%00b").status_code == 400


def test_nul_in_a_form_is_refused(probe: FlaskClient) -> None:
    assert probe.post("/echo", data={"name": "Иван\0"}).status_code == 400
    assert probe.post("/echo", data={"name": "Иван"}).status_code == 200


def test_nul_in_the_name_of_a_file_is_refused(probe: FlaskClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a\0.pdf"\r\n\r\nz\r\n--x--\r\n'
    answer = probe.post("/echo", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    ['{"name": "\\ud800"}', '{"\\u0000": 1}', '[["\\u0000"]]', "[" * 100 + "]" * 100, "[" * 100_000],
    ids=["half character", "nul", "nested nul", "deep", "very deep"],
)
def test_unfit_json_is_refused(probe: FlaskClient, body: str) -> None:
    answer = probe.post("/api/v1/echo", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_fit_json_passes(probe: FlaskClient) -> None:
    body = json.dumps({"name": "Ёлка 🎄", "lines": [1, None, {"a": "b"}]})
    assert probe.post("/api/v1/echo", data=body, content_type="application/json").status_code == 200


def test_a_deeply_nested_question_to_the_api_is_refused(probe: FlaskClient) -> None:
    assert probe.get("/api/v1/echo?q=" + "(" * 5000).status_code == 400
    assert probe.get("/echo?q=" + "(" * 100).status_code == 200


@pytest.mark.parametrize("address", ["/key", "/record"])
@pytest.mark.parametrize(
    ("key", "status"),
    [(1, 200), (LARGEST_KEY, 200), (LARGEST_KEY + 1, 404), (10**30, 404), ("-1", 404), ("٣", 404)],
)
def test_a_key_beyond_every_record_is_not_found(probe: FlaskClient, address: str, key: object, status: int) -> None:
    assert probe.get(f"{address}/{key}").status_code == status


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4), st.sampled_from(["GET", "POST"]))
def test_no_text_makes_the_server_fail(probe: FlaskClient, values: dict[str, str], method: str) -> None:
    fit = {
        name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
        for name, value in values.items()
    }
    given_as = {"query_string": fit} if method == "GET" else {"data": fit}
    assert probe.open("/echo", method=method, **given_as).status_code in (200, 400)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_no_bytes_make_the_server_fail(probe: FlaskClient, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert probe.post("/api/v1/echo", data=body, content_type=kind).status_code < 500
