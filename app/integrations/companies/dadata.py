"""DaData: asks for a company by its INN (https: dadata.ru/api/find-party).

The service allows 30 requests a second and some ten thousand a day. Only «too often» and its own failures are asked
again, with a growing pause; a refused key is not, for that would use up the day's limit of everybody.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import httpx

from app.errors import IntegrationError
from app.integrations.companies.facts import CompanyFacts, CompanyState
from app.texts import lazy

ADDRESS = "https://suggestions.dadata.ru/suggestions/api/4_1/rs"
PER_SECOND = 30
TRIES = 3
PAUSE_SECONDS = 0.3
TIMEOUT_SECONDS = 3.0
_TOO_OFTEN = 429
_REFUSALS: Mapping[int, str] = {
    400: lazy("DaData did not understand the request."),
    401: lazy("DaData was asked without a key: set KONTORA_DADATA_TOKEN."),
    403: lazy("DaData refused: the key is wrong, the account's mail is not confirmed, or the day's limit is spent."),
    413: lazy("The request to DaData was too long."),
}


class Pace:
    """Lets at most `per_second` acts begin in any second, in all threads together; the others wait their turn."""

    def __init__(self, per_second: int, *, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._between = 1 / per_second
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        with self._lock:
            turn = max(self._next, self._now())
            self._next = turn + self._between
        if (pause := turn - self._now()) > 0:
            self._sleep(pause)


_PACE = Pace(PER_SECOND, now=time.monotonic, sleep=time.sleep)


class DaData:
    """A client of the service. `address`, `pace` and `sleep` are for tests against a server of their own."""

    def __init__(
        self,
        token: str,
        *,
        address: str = ADDRESS,
        pace: Pace = _PACE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._token = token
        self._address = address
        self._pace = pace
        self._sleep = sleep

    def find(self, inn: str, today: date) -> CompanyFacts | None:
        """The company or sole proprietor with this INN, the head office of several; None when there is none.

        Raises IntegrationError; `retry` tells whether trying later makes sense.
        """
        answer = self._ask({"query": inn, "branch_type": "MAIN", "count": 1})
        try:
            found = answer["suggestions"]
            return _facts(found[0]["data"], today) if found else None
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise IntegrationError(lazy("DaData gave an answer of another shape.")) from error

    def _ask(self, query: dict[str, Any]) -> Any:
        for attempt in range(TRIES):
            self._pace.wait()
            try:
                answer = self._post(query)
            except httpx.HTTPError:
                status = 0
            else:
                if answer.status_code == httpx.codes.OK:
                    return _json(answer)
                status = answer.status_code
                if status in _REFUSALS:
                    raise IntegrationError(_REFUSALS[status])
            if 0 < status < 500 and status != _TOO_OFTEN:
                raise IntegrationError(lazy("DaData refused the request."))
            if attempt + 1 < TRIES:
                self._sleep(PAUSE_SECONDS * 2**attempt)
        raise IntegrationError(lazy("DaData does not answer; fill the fields in by hand or try later."), retry=True)

    def _post(self, query: dict[str, Any]) -> httpx.Response:
        headers = {"Accept": "application/json", "Authorization": f"Token {self._token}"}
        return httpx.post(
            f"{self._address}/findById/party", json=query, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False
        )


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise IntegrationError(lazy("DaData gave an answer of another shape.")) from error


def _facts(data: Mapping[str, Any], today: date) -> CompanyFacts:
    names, address = data["name"], data.get("address") or {}
    place = address.get("data") or {}
    head, state = data.get("management") or {}, data.get("state") or {}
    return CompanyFacts(
        inn=data["inn"],
        name=names.get("short_with_opf") or names["full_with_opf"],
        as_of=_day(state.get("actuality_date")) or today,
        is_person=data.get("type") == "INDIVIDUAL",
        kpp=data.get("kpp") or "",
        ogrn=data.get("ogrn") or "",
        full_name=names.get("full_with_opf") or "",
        region=_bare(place.get("region_with_type")),
        town=_bare(place.get("city_with_type") or place.get("settlement_with_type")),
        address=address.get("unrestricted_value") or address.get("value") or "",
        head_name=head.get("name") or "",
        head_position=head.get("post") or "",
        state=CompanyState((state.get("status") or "ACTIVE").lower()),
    )


def _bare(place: str | None) -> str:
    """«г Москва» as «Москва»: towns are kept without their kind."""
    return (place or "").removeprefix("г ").strip()


def _day(milliseconds: int | None) -> date | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date() if milliseconds else None
