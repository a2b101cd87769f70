"""Every factory makes a record that the database accepts."""

import inspect

import pytest
from sqlalchemy.orm import Session

from tests import factories

MAKERS = [maker for name, maker in inspect.getmembers(factories, inspect.isfunction) if name.startswith("make_")]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_factory_makes_a_valid_record(maker, session: Session):
    record = maker(session)

    session.expire_all()
    assert str(record)
