"""Pages of the calendar, and the days that the tests look at."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
from flask.testing import FlaskClient

from app.clock import day_of, utc_now

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = day_of(utc_now(), MOSCOW)
TEN = datetime(2024, 3, 13, 7, 30, tzinfo=UTC)
"""Half past ten in Moscow on a Wednesday long past."""
DAY = TEN.date()


def page_of(client: FlaskClient, **query: Any) -> lxml.html.HtmlElement:
    answer = client.get("/calendar/", query_string={"day": DAY.isoformat()} | query)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.get_data(as_text=True))


def titles(page: lxml.html.HtmlElement) -> list[str]:
    return [link.text_content() for link in page.xpath('//main//a[@class="cal-title"]')]
