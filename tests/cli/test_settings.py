"""Settings go into a file and come out of it."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner


@pytest.fixture
def runner(settled: Flask) -> FlaskCliRunner:
    made = settled.test_cli_runner()
    assert made.invoke(args=["kontora", "init-security"]).exit_code == 0
    return made


def test_an_export_is_imported_without_a_change(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = str(tmp_path / "settings.json")
    written = json.loads(runner.invoke(args=["kontora", "export-settings", file, "--json"]).stdout)
    assert written["roles"] == 9
    answer = runner.invoke(args=["kontora", "import-settings", file, "--json"])
    assert json.loads(answer.stdout) == {"added": 0, "changed": 0, "unknown rights": []}


def test_a_file_that_is_there_is_not_overwritten(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text("mine")
    assert runner.invoke(args=["kontora", "export-settings", str(file)]).exit_code == 1
    assert file.read_text() == "mine"


@pytest.mark.parametrize("content", ["no json", "{}", '{"format": 99}'])
def test_something_else_is_refused(runner: FlaskCliRunner, tmp_path: Path, content: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(content)
    answer = runner.invoke(args=["kontora", "import-settings", str(file)])
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Kontora: ")
