"""Hold the code to the floors of [tool.kontora.coverage] in pyproject.toml, over all runs together."""

import io
import sys
import tomllib
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parent.parent


def incomplete(measured: coverage.Coverage, folders: list[str]) -> list[str]:
    """List the files that must be covered in full and are not, each with its open lines and branches."""
    offenders = []
    for path in sorted(measured.get_data().measured_files()):
        name = Path(path).relative_to(ROOT).as_posix()
        if not name.startswith(tuple(folders)) or not Path(path).exists():
            continue
        analysis = measured.branch_stats(path)
        _, _, _, _, lines = measured.analysis2(path)
        branches = [str(line) for line, (total, taken) in sorted(analysis.items()) if taken < total]
        if lines or branches:
            offenders.append(f"  {name}  lines {lines or '-'}  branches at {', '.join(branches) or '-'}")
    return offenders


def main(data_files: list[str]) -> int:
    """Combine the data files, print one line or the offenders; 1 when a floor is missed."""
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["kontora"]["coverage"]
    measured = coverage.Coverage(data_file=str(ROOT / ".coverage"))
    measured.combine(data_files, strict=True, keep=True)
    measured.save()
    total = measured.report(file=io.StringIO())
    offenders = incomplete(measured, floors["complete"])
    print(f"coverage: {total:.1f} % of lines and branches (at least {floors['total']} %)")
    if offenders:
        print("must be covered in full:", *offenders, sep="\n")
    return int(bool(offenders) or total < floors["total"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
