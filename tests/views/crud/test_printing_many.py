"""The printed forms of the chosen rows: one PDF in the answer, or a file of a job when there are many."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.jobs import Job, JobLine, JobState
from app.permissions import Role
from app.views import printing
from app.views.crud import bulk
from app.views.crud.rows import may_print
from tests import factories as make
from tests.conftest import ClientAs
from tests.factories.documents import make_order, make_quote
from tests.factories.files import make_pdf, text_of
from tests.views.crud.conftest import texts_of

MANY = 3


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents are a job already."""
    monkeypatch.setattr(bulk, "IN_REQUEST", 1)


def _print(client: FlaskClient, *keys: int, route: str = "/invoices") -> Any:
    return client.post(f"{route}/action_post", data={"action": "print", "rowid": list(keys)})


def test_the_chosen_invoices_are_one_document_in_the_order_of_the_list(session: Session, office: FlaskClient) -> None:
    keys = [make.make_invoice(session, number=f"КС-{number}").id for number in (1, 2, 3)]
    session.commit()
    page = office.get("/invoices/list/?tab=all").text
    assert "Печать" in texts_of(page, "//form[@id='bulk']//button[@data-command='print']")

    answer = _print(office, keys[2], keys[0])

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "%D0%A1%D1%87%D0%B5%D1%82%D0%B0" in answer.headers["Content-Disposition"]  # «Счета …»
    assert answer.headers["Content-Security-Policy"] == printing.PDF_POLICY
    words = text_of(answer.data)
    assert 0 < words.index("КС-3") < words.index("КС-1")
    assert "КС-2" not in words
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 2


def test_a_single_one_is_named_as_from_its_card(session: Session, office: FlaskClient) -> None:
    invoice = make.make_invoice(session)
    session.commit()
    assert (
        _print(office, invoice.id).headers["Content-Disposition"]
        == office.get(f"/print/invoice/{invoice.id}.pdf").headers["Content-Disposition"]
    )


@pytest.mark.parametrize(
    ("route", "maker"),
    [
        ("/quotes", make_quote),
        ("/orders", make_order),
        ("/contracts", make.make_contract),
        ("/visits", make.make_visit),
    ],
)
def test_every_document_with_a_form_is_printed(route: str, maker: Any, session: Session, admin: FlaskClient) -> None:
    make.make_organisation(session)
    keys = [maker(session).id]
    session.commit()
    assert _print(admin, *keys, route=route).data.startswith(b"%PDF")


def test_what_has_no_form_is_not_printed(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()
    assert _print(office, client.id, route="/clients").status_code == 404
    assert 'value="print"' not in office.get("/clients/list/").text


def test_nobody_prints_what_they_may_not_see(
    session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any, client_as: ClientAs
) -> None:
    mine = make.make_invoice(session, client=own_client)
    theirs = make.make_invoice(session, client=foreign_client)
    session.commit()
    assert _print(sales, mine.id, theirs.id).status_code == 404
    assert client_as(Role.ENGINEER).post("/invoices/action_post", data={"action": "print"}).status_code in {403, 404}


def test_many_are_a_file_of_a_job_without_what_its_owner_may_not_see(
    few: None, session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any
) -> None:
    mine = make.make_invoice(session, client=own_client, number="КС-1")
    theirs = make.make_invoice(session, client=foreign_client, number="КС-2")
    session.commit()

    answer = _print(sales, mine.id, theirs.id)

    session.expire_all()
    job = session.scalars(select(Job)).one()
    assert answer.headers["Location"] == f"/jobs/{job.id}"
    assert (job.state, job.done, job.total, job.result_text) == (JobState.DONE, 2, 2, "Выполнено: 1, отказано: 1")
    assert [line.text for line in session.scalars(select(JobLine))] == [
        f"Записи № {theirs.id} уже нет, или она вам недоступна."
    ]
    words = text_of(sales.get(f"/jobs/{job.id}/file").data)
    assert "КС-1" in words
    assert "КС-2" not in words


def test_a_document_that_cannot_be_printed_is_logged_and_the_job_goes_on(
    few: None, session: Session, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pdf(record: Any) -> bytes:
        if record.id in refused:
            raise RuleError("Не печатается")
        return make_pdf()

    form = printing.Form(printing.FORMS["invoice"].model, "Invoices", pdf, lambda _record: "Счёт.pdf")
    monkeypatch.setattr(printing_screen(), "printed", form)
    keys = [make.make_invoice(session).id for _each in range(MANY)]
    session.commit()

    for refused in (keys[:1], keys):
        _print(office, *keys)
        session.expire_all()
        job = session.scalars(select(Job).order_by(Job.id.desc())).first()
        assert job is not None
        assert job.result_text == f"Выполнено: {MANY - len(refused)}, отказано: {len(refused)}"
        assert (job.result_file is None) == (len(refused) == MANY)


def printing_screen() -> Any:
    """The class of the invoices' screen."""
    return type(bulk._screens["InvoiceView"])


def test_a_job_prints_nothing_once_the_right_is_gone(
    few: None, session: Session, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [make.make_invoice(session).id for _each in range(2)]
    session.commit()
    asked: list[bool] = []

    def once(screen: Any) -> bool:
        asked.append(True)
        return len(asked) == 1 and may_print(screen)

    monkeypatch.setattr(bulk, "may_print", once)
    _print(office, *keys)
    session.expire_all()
    assert session.scalars(select(Job)).one().state is JobState.FAILED


def test_there_is_an_end_to_the_printed(
    app: Flask, session: Session, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_PRINTED", 1)
    keys = [make.make_invoice(session).id for _each in range(2)]
    session.commit()
    assert _print(office, *keys).headers["Location"].startswith("/invoices/list/")
    assert session.scalars(select(Job)).first() is None
