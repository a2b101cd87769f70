"""A long list is written by a job, with the filters of the page and the rows of its owner."""

import io
import re
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.jobs import Job, JobState
from app.permissions import Role
from app.views.crud import sheets
from tests import factories as make
from tests.conftest import ClientAs


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "EXPORT_AT_ONCE", 1)


def test_a_long_list_is_written_in_the_background(session: Session, client_as: ClientAs) -> None:
    anna: Any = client_as(Role.SALES)
    own = {"responsible_id": anna.employee_id, "town": "Тверь"}
    for number in range(3):
        make.make_client(session, name=f"Свой {number}", **own)
    make.make_client(session, name="Свой в Клину", **own | {"town": "Клин"})
    make.make_client(session, name="Чужой", town="Тверь")
    page = anna.get("/clients/list/?format=xlsx&f_town=Тверь&sort=name").text
    assert "/jobs/export" in page
    asked = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}

    answer = anna.post("/jobs/export", data={name: asked[name] for name in ("screen", "query", "format")})

    job = session.scalars(select(Job)).one()
    assert answer.headers["Location"].endswith(f"/jobs/{job.id}")
    session.refresh(job)
    assert job.state is JobState.DONE, job.result_text
    sheet = load_workbook(io.BytesIO(anna.get(f"/jobs/{job.id}/file").data)).active
    assert sheet is not None
    rows = list(sheet.values)
    assert rows[0][0] == "Наименование"
    assert [row[0] for row in rows[1:]] == ["Свой 0", "Свой 1", "Свой 2"]


def test_a_csv_without_a_row_has_its_headings(session: Session, client_as: ClientAs) -> None:
    anna: Any = client_as(Role.SALES)
    anna.post("/jobs/export", data={"screen": "ClientView", "query": "", "format": "csv"})
    job = session.scalars(select(Job)).one()
    session.refresh(job)
    assert job.result_file is not None
    assert job.result_file.name.endswith(".csv")


@pytest.mark.parametrize(
    ("screen", "wanted", "status"),
    [("ClientView", "pdf", 404), ("JobView", "csv", 404), ("", "csv", 404), ("AgreementView", "csv", 403)],
)
def test_what_one_may_not_list_is_not_written(client_as: ClientAs, screen: str, wanted: str, status: int) -> None:
    engineer = client_as(Role.ENGINEER)
    asked = {"screen": screen, "query": "", "format": wanted}
    assert engineer.post("/jobs/export", data=asked).status_code == status
