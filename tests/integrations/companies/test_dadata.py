"""DaData: the recorded answer read, and a real server that speaks its protocol with its errors and limits."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.errors import IntegrationError
from app.integrations.companies import CompanyState, DaData
from app.integrations.companies.dadata import PAUSE_SECONDS, TRIES, Pace

INN, TODAY = "7707083893", date(2026, 11, 23)
RECORDED = Path(__file__).parents[2] / "data" / "companies" / "dadata_party.json"


class Server(ThreadingHTTPServer):
    """Answers what the test says, one answer a request; remembers what it was asked."""

    answers: list[tuple[int, Any]]
    asked: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({"path": self.path, "token": self.headers["Authorization"], **json.loads(body)})
        status, answer = self.server.answers.pop(0)
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.answers, made.asked = [], []
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def dadata(server: Server, pauses: list[float]) -> DaData:
    pace = Pace(1000, now=lambda: 0.0, sleep=lambda _seconds: None)
    return DaData("secret", address=f"http://127.0.0.1:{server.server_port}", pace=pace, sleep=pauses.append)


def test_the_recorded_answer_is_read(server: Server, dadata: DaData) -> None:
    server.answers = [(200, json.loads(RECORDED.read_text("utf-8")))]
    found = dadata.find(INN, TODAY)
    assert found is not None
    assert (found.name, found.kpp, found.ogrn) == ("ПАО СБЕРБАНК", "773601001", "1027700132195")
    assert (found.town, found.head_position) == ("Москва", "Президент, председатель правления")
    assert (found.as_of, found.state, found.is_person) == (date(2019, 7, 25), CompanyState.ACTIVE, False)
    asked = server.asked[0]
    assert (asked["path"], asked["token"], asked["query"]) == ("/findById/party", "Token secret", INN)


def test_an_empty_list_is_nobody(server: Server, dadata: DaData) -> None:
    server.answers = [(200, {"suggestions": []})]
    assert dadata.find(INN, TODAY) is None


def test_a_liquidated_sole_proprietor_without_an_address_is_read(server: Server, dadata: DaData) -> None:
    data = {
        "inn": "500100732259",
        "type": "INDIVIDUAL",
        "name": {"full_with_opf": "ИП А"},
        "state": {"status": "LIQUIDATED"},
    }
    server.answers = [(200, {"suggestions": [{"data": data}]})]
    found = dadata.find("500100732259", TODAY)
    assert found is not None
    assert (found.is_person, found.state, found.town, found.as_of) == (True, CompanyState.LIQUIDATED, "", TODAY)


@pytest.mark.parametrize("status", [400, 401, 403, 405, 413])
def test_a_refusal_is_not_asked_again(server: Server, dadata: DaData, pauses: list[float], status: int) -> None:
    server.answers = [(status, {})]
    with pytest.raises(IntegrationError) as refused:
        dadata.find(INN, TODAY)
    assert (refused.value.retry, pauses, len(server.asked)) == (False, [], 1)


def test_too_often_and_failures_are_asked_again_with_growing_pauses(server: Server, dadata: DaData, pauses) -> None:
    server.answers = [(429, {}), (503, {}), (200, {"suggestions": []})]
    assert dadata.find(INN, TODAY) is None
    assert pauses == [PAUSE_SECONDS, PAUSE_SECONDS * 2]


def test_a_service_that_stays_down_may_be_tried_later(server: Server, dadata: DaData) -> None:
    server.answers = [(500, {})] * TRIES
    with pytest.raises(IntegrationError) as refused:
        dadata.find(INN, TODAY)
    assert refused.value.retry
    nobody = DaData("secret", address="http://127.0.0.1:9", sleep=lambda _seconds: None)
    with pytest.raises(IntegrationError):
        nobody.find(INN, TODAY)


@pytest.mark.parametrize("answer", [b"<html>", {}, {"suggestions": [{}]}, {"suggestions": [{"data": {"name": {}}}]}])
def test_an_answer_of_another_shape_is_an_error_of_its_own(server: Server, dadata: DaData, answer: Any) -> None:
    server.answers = [(200, answer)]
    with pytest.raises(IntegrationError):
        dadata.find(INN, TODAY)


def test_no_more_than_thirty_begin_in_a_second() -> None:
    clock = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    pace = Pace(30, now=lambda: clock[0], sleep=sleep)
    for _each in range(31):
        pace.wait()
    assert clock[0] == pytest.approx(1.0)
    clock[0] += 5
    pace.wait()
    assert len(slept) == 30
