"""The skeleton of a new table is whole: it compiles, and lint and types have nothing to say."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.cli.new_table import FILES, ROOT

pytestmark = pytest.mark.once

MADE = [path.format(module="spare_parts") for path in FILES.values()]


@pytest.fixture
def runner(settled: Flask) -> FlaskCliRunner:
    return settled.test_cli_runner()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, where a file more does no harm."""
    root = tmp_path / "copy"
    leave_out = shutil.ignore_patterns("__pycache__", "static", "translations", "data")
    shutil.copytree(ROOT / "app", root / "app", ignore=leave_out)
    shutil.copytree(ROOT / "tests", root / "tests", ignore=leave_out)
    for name in ("pyproject.toml", "config.py"):
        shutil.copy(ROOT / name, root)
    return root


def test_the_skeleton_compiles_and_pleases_lint_and_types(runner: FlaskCliRunner, copy: Path) -> None:
    answer = runner.invoke(args=["kontora", "new-table", "spare-parts", "--root", str(copy), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found["written"] == MADE
    assert any("SparePartView" in step for step in found["next"])
    for command in (["ruff", "check"], ["ruff", "format", "--check"]):
        subprocess.run([sys.executable, "-m", *command, *MADE], cwd=copy, check=True)
    program = (
        "from app.models.spare_parts import SparePart; import app.views.spare_parts as views;"
        "from tests.factories.spare_parts import make_spare_part; compile(open(%r).read(), 'test', 'exec');"
        "assert views.SparePartView.model is SparePart; assert SparePart.__tablename__ == 'spare_part';"
        "assert make_spare_part"
    )
    subprocess.run([sys.executable, "-c", program % MADE[3]], cwd=copy, check=True)


@pytest.mark.long
def test_the_skeleton_is_typed(runner: FlaskCliRunner, copy: Path) -> None:
    runner.invoke(args=["kontora", "new-table", "spare-parts", "--root", str(copy)])
    subprocess.run([sys.executable, "-m", "mypy", *MADE[:2]], cwd=copy, check=True)


def test_irregular_words_are_given(runner: FlaskCliRunner, copy: Path) -> None:
    made = runner.invoke(args=["kontora", "new-table", "branches", "--one", "branch", "--root", str(copy)])
    assert made.exit_code == 0
    assert '__tablename__ = "branch"' in (copy / "app/models/branches.py").read_text("utf-8")


@pytest.mark.parametrize("name", ["Clients", "../x", "a b", "stock", "x--y", "деталь"])
def test_a_name_that_is_no_plural_word_is_refused(runner: FlaskCliRunner, tmp_path: Path, name: str) -> None:
    answer = runner.invoke(args=["kontora", "new-table", name, "--root", str(tmp_path)])
    assert answer.exit_code == 1
    assert not list(tmp_path.rglob("*.py"))


def test_what_is_there_is_not_overwritten(runner: FlaskCliRunner, copy: Path) -> None:
    before = (copy / "app/models/clients.py").read_text("utf-8")
    answer = runner.invoke(args=["kontora", "new-table", "clients", "--root", str(copy)])
    assert answer.exit_code == 1
    assert "app/models/clients.py" in answer.stderr
    assert (copy / "app/models/clients.py").read_text("utf-8") == before
