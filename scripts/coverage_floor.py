"""Hold the code to the floors of [tool.kontora.coverage] in pyproject.toml, over all runs together."""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / ".coverage.json"


def incomplete(files: Mapping[str, Any], folders: list[str]) -> list[str]:
    """List the files that must be covered in full and are not, each with its open lines and branches."""
    offenders = []
    for name, file in sorted(files.items()):
        lines, branches = file["missing_lines"], file["missing_branches"]
        if name.startswith(tuple(folders)) and (lines or branches):
            ways = ", ".join(f"{start}→{end}" for start, end in branches)
            offenders.append(f"  {name}  lines {lines or '-'}  branches {ways or '-'}")
    return offenders


def main(data_files: list[str]) -> int:
    """Combine the data files, print one line or the offenders; 1 when a floor is missed."""
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["kontora"]["coverage"]
    measured = coverage.Coverage(data_file=str(ROOT / ".coverage"))
    measured.combine(data_files, strict=True, keep=True)
    measured.save()
    total = measured.json_report(outfile=str(REPORT))
    report = json.loads(REPORT.read_text("utf-8"))
    offenders = incomplete(report["files"], floors["complete"])
    print(f"coverage: {total:.1f} % of lines and branches (at least {floors['total']} %)")
    if offenders:
        print("must be covered in full:", *offenders, sep="\n")
    return int(bool(offenders) or total < floors["total"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
