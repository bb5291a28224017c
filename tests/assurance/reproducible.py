"""The same bytes from every run of the report: what else differs between two runs may not show.

A run is a process of its own, with another seed of Python's hashes, another locale and encoding,
time zone, number of processes, number of BLAS threads and current folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.assurance.frame import Figures, Progress
from tests.limits import LIMIT

NAME = "reproducible"
ROOT = Path(__file__).resolve().parent.parent.parent
LOCALES = {"de_DE": "ISO-8859-1", "tr_TR": "UTF-8"}
"""Compiled where the machine can: a decimal comma and no UTF-8, and two letters i."""


@dataclass(frozen=True)
class Setting:
    """What a report may not depend on."""

    hash_seed: str
    locale: str
    zone: str
    processes: int
    threads: int
    folder: str
    """Below a temporary folder."""


SETTINGS = (
    Setting("0", "C.UTF-8", "UTC", 2, 1, "here"),
    Setting("1", "tr_TR.UTF-8", "Asia/Kathmandu", 1, 2, "somewhere/else"),
    Setting("4294967295", "de_DE.ISO-8859-1", "America/St_Johns", 3, 1, "with a space/ä"),
)

RUN = """
import os, sys
if __name__ == "__main__":
    processes = int(sys.argv.pop(1))
    os.cpu_count = lambda: processes
    from reports.cli import main
    sys.exit(main(sys.argv[1:]))
"""
"""The command, on a machine that seems to have so many processors."""

PROOF = """
from theory.notation.own import *

proof = Proof("How long is a mean?")
n = proof.integer("n")
workers = proof.index_set("I", n, "worker")
i = workers.index("i")
x = proof.vector("x", workers, random=True)
proof.assume("somebody works", n >= 1)
mean = total(i, x[i]) / n
squares = total(i, squared(x[i]))
proof.claim("Jensen", squared(mean) <= squares / n)
proof.claim("on average", expectation(squared(mean)) <= expectation(squares) / n)
proof.claim("too sharp", squared(mean) <= squares / n**2)
"""
"""A small document for the sample, with a claim that is proved, sampled, refuted."""


def measure(scale: str, progress: Progress) -> Figures:
    """Write the Krum report in each setting, as `make report` does; or the sample's in two."""
    full = scale == "full"
    settings = SETTINGS if full else SETTINGS[1:]
    with TemporaryDirectory() as name:
        folder = Path(name)
        document = folder / "a_mean.py"
        document.write_text(PROOF, encoding="utf-8")
        arguments = ["krum"] if full else [str(document), "--sampling", "quick"]
        locales = compile_locales(folder)
        found = []
        for done, setting in enumerate(settings, 1):
            found.append(report(arguments, setting, folder, locales))
            progress("reports", done, len(settings))
    different = differing(found)
    return {
        "reports": len(found),
        "files": len(found[0]),
        "different files": different,
        "violations": [f"{name} is not the same in all runs" for name in different],
        "summary": [
            ["runs of the report with other hashes, locales, zones, processes", len(found)],
            ["files of the report", len(found[0])],
            ["of them not the same in all runs", len(different)],
        ],
    }


def report(
    arguments: Sequence[str], setting: Setting, folder: Path, locales: Path | None
) -> dict[str, str]:
    """The digest of each file of a report that is written in a setting, by name.

    `arguments` are those of the command, without --out; a document is named by a whole path.
    Raises RuntimeError where nothing is written.
    """
    here = folder / setting.folder
    out = here / "report"
    shutil.rmtree(out, ignore_errors=True)
    here.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    environment = {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": setting.hash_seed,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "LC_ALL": setting.locale,
        "LANG": setting.locale,
        "TZ": setting.zone,
        **({"LOCPATH": str(locales)} if locales is not None else {}),
        **{f"{library}_NUM_THREADS": str(setting.threads) for library in ("OMP", "OPENBLAS")},
    }
    script = here / "run.py"
    script.write_text(RUN, encoding="utf-8")
    command = ["report", *arguments, "--out", "report"]
    done = subprocess.run(
        [sys.executable, str(script), str(setting.processes), *command],
        cwd=here,
        env=environment,
        capture_output=True,
        check=False,
        timeout=24 * LIMIT,  # a report with all its samples
    )
    files = sorted(path for path in out.rglob("*") if path.is_file())
    if not files:
        said = done.stderr.decode("utf-8", "replace")
        raise RuntimeError(f"no report with {setting}: exit code {done.returncode}\n{said}")
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def differing(reports: Sequence[dict[str, str]]) -> list[str]:
    """The files that some report lacks, or that are not the same in all of them."""
    names = sorted({name for one in reports for name in one})
    return [name for name in names if len({one.get(name) for one in reports}) > 1]


def compile_locales(folder: Path) -> Path | None:
    """A folder for LOCPATH with the locales of the settings; None where none can be compiled.

    There a locale is only a name, and Python stays with the one named C.
    """
    if shutil.which("localedef") is None:
        return None
    target = folder / "locales"
    target.mkdir()
    for name, charset in LOCALES.items():
        compiled = target / f"{name}.{charset}"
        subprocess.run(
            ["localedef", "-i", name, "-f", charset, str(compiled)],
            capture_output=True,
            check=False,
            timeout=LIMIT,
        )
    return target if any(target.iterdir()) else None
