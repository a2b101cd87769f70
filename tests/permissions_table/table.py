"""The approved table: reading it and writing it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.permissions import Role

FILE = Path(__file__).parent.parent / "permissions.txt"
ANONYMOUS = "anonymous"
VISITORS = (ANONYMOUS, *(str(role) for role in Role))
REWRITE = "KONTORA_REWRITE_PERMISSIONS"
"""Prefixes of addresses to be written anew, parted by blanks; `/` writes all."""


Table = dict[str, dict[str, str]]
"""Name of the line -> visitor -> answer."""


def read_table() -> Table:
    """The approved table."""
    if not FILE.exists():
        return {}
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    table = {}
    for line in lines:
        words = line.split()
        name = f"{words[0]:<6} {words[1]:<46} {words[2]:<7}"
        table[name] = dict(zip(VISITORS, words[3:], strict=True))
    return table


def write_column(visitor: str, answers: Mapping[str, str], lines_asked: Iterable[str]) -> None:
    """Set a visitor's column where there are answers; lines that are no longer asked go."""
    kept = read_table()
    table = {name: kept.get(name, {}) | ({visitor: answers[name]} if name in answers else {}) for name in lines_asked}
    width = [max(5, len(name)) for name in VISITORS]
    titles = " ".join(name.ljust(size) for name, size in zip(VISITORS, width, strict=True))
    lines = [f"# {'method':<4} {'address':<46} {'record':<7} {titles}".rstrip()]
    for name, row in table.items():
        cells = " ".join(row.get(person, "?").ljust(size) for person, size in zip(VISITORS, width, strict=True))
        lines.append(f"{name} {cells}".rstrip())
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
