"""An application on a database of its own, as a command meets it."""

from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from tests.conftest import make_settings


@pytest.fixture
def settled(tmp_path: Path, own_database: str) -> Flask:
    """With the schema and no rows."""
    return create_app(make_settings(tmp_path, own_database))
