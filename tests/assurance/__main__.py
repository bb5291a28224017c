"""python -m tests.assurance: run the measurements and write their figures.

Exit codes: 0, 1 (something happened that must not), 2 (wrong usage).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reports.assurance import violations
from reports.errors import WrongUsage
from reports.files import check_file, write_file
from reports.progress import Progress
from tests.assurance.frame import SCALES, as_text, commit, measurements, run


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.assurance", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="sample", help="how much is measured")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the figures go, as JSON")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help="run this measurement; the others keep the figures that they have in FILE",
    )
    given = parser.parse_args(arguments)
    try:
        return assure(given.scale, given.out, given.only)
    except WrongUsage as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def assure(scale: str, out: Path | None, only: Sequence[str] | None) -> int:
    """Measure, print the summary, write the figures; 1 where something happened that must not."""
    known = list(measurements())
    for name in only or ():
        if name not in known:
            raise WrongUsage(f"there is no measurement {name!r}: choose from {', '.join(known)}")
    if out is not None:
        check_file(out)
    before = read(out) if only and out is not None and out.exists() else {}
    figures = run(only or known, scale, lambda name: Progress(name), before, commit())
    for name in only or known:
        print(f"{name} ({figures[name]['scale']})")
        for label, figure in figures[name]["summary"]:
            print(f"  {label}: {figure}")
    if out is not None:
        write_file(out, as_text(figures))
    wrong = violations(figures)
    for what in wrong:
        print(f"must not happen: {what}", file=sys.stderr)
    return 1 if wrong else 0


def read(path: Path) -> dict[str, object]:
    """The figures of an earlier run."""
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise WrongUsage(f"{path} is not JSON: remove it, and run without --only") from None
    if not isinstance(figures, dict):
        raise WrongUsage(f"{path} has no figures: remove it, and run without --only")
    return figures


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
