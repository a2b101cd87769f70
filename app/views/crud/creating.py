"""Where a record of a table is made: for the fields that pick one and offer to create it."""

from typing import Any

from flask import url_for

from app.permissions import WRITE
from app.views.current import viewer

_forms: dict[type[Any], tuple[str, str]] = {}


def register_form(model: type[Any], endpoint: str, area: str) -> None:
    """Say which form makes records of a table, for people who may write its area."""
    _forms[model] = (endpoint, area)


def create_url(model: type[Any]) -> str:
    """The address of the form that makes a record of the table; '' where the person may not, or there is none."""
    endpoint, area = _forms.get(model, ("", ""))
    return url_for(endpoint) if endpoint and viewer().may(WRITE, area) else ""
