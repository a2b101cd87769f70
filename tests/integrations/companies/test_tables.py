"""Cells of registers as texts."""

import pytest

from app.integrations.companies.tables import _text

CELLS = [(None, ""), (7707083893.0, "7707083893"), (7707083893, "7707083893"), (" 1,5 ", "1,5"), (1.5, "1.5")]


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_a_number_of_a_workbook_has_no_point(cell, text):
    assert _text(cell) == text
