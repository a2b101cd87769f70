"""What the documents say of the code is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOLES = (ROOT / "docs" / "framework-holes.md").read_text("utf-8")


def test_every_test_that_proves_a_hole_closed_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", HOLES)
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or f"def {name}(" not in (ROOT / path).read_text("utf-8")
    ]
    assert missing == []
    assert len(named) > 30


def test_every_file_that_closes_a_hole_exists() -> None:
    named = re.findall(r"`((?:app|migrations)/[\w/.]+)`", HOLES)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert named


def test_no_hole_is_left_out() -> None:
    assert re.findall(r"^\| ([A-Z]|\d+) \|", HOLES, re.MULTILINE) == [*"ABCDEFGHIJKLMNO", *map(str, range(1, 17))]
