"""The rules of rows as the application has them, and two people with a row of everything each."""

from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from tests import factories as make
from tests.services.visibility.rows import company_rows, everything_of, viewer_of


@pytest.fixture
def world(session: Session) -> SimpleNamespace:
    """Anna and Boris with a row of everything each; the session asks on Anna's behalf."""
    anna, boris = make.make_employee(session), make.make_employee(session)
    own, foreign = everything_of(session, anna), everything_of(session, boris)
    ids = {model: (own[model].id, foreign[model].id) for model in own}
    company = {model: row.id for model, row in company_rows(session).items()}
    session.expunge_all()
    viewer = viewer_of(anna)
    session.info["viewer"] = viewer
    return SimpleNamespace(viewer=viewer, anna=anna, boris=boris, ids=ids, company=company)
