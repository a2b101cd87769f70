"""What a table asks of its records before they are loaded."""

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Client
from app.services.imports.tables import _check_client


def test_a_client_of_nobody_is_refused(session: Session):
    with pytest.raises(RuleError, match="responsible"):
        _check_client(session, Client(name="ООО «Ничей»"))
