"""`byzproof sweep`: a grid of experiments from a plan, resumable, and what it says."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.files import check_file, write_file
from reports.progress import Waiting
from reports.render.sweep_progress import SweepProgress

if TYPE_CHECKING:
    from empirics.sweep.engines import Engine
    from empirics.sweep.plan import SweepPlan
    from empirics.sweep.store import Store

SHOWN = 1000
"""The most rows of a printed table."""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "sweep",
        help="a grid of experiments from a plan, on all processors or a Dask cluster",
        description="Run a grid of rules, models, attacks, n, f, d and |g|/sigma from a TOML file "
        "(empirics/sweep/example.toml explains it), and compare every cell with the claims that it "
        "names. Each finished cell is kept at once: a run that was stopped goes on with --resume.",
    )
    parser.add_argument("plan", nargs="?", metavar="PLAN", help="the plan, a TOML file")
    parser.add_argument(
        "--out", metavar="FILE.sqlite", help="the results (default: the plan's name, here)"
    )
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes (default: one for each processor)"
    )
    parser.add_argument(
        "--scheduler", metavar="URL", help="run on the Dask cluster of this scheduler: tcp://..."
    )
    parser.add_argument(
        "--wait",
        action="store_true",
        help="wait for workers where the cluster has none left (default: stop, after 20 s)",
    )
    parser.add_argument(
        "--cell-timeout",
        type=float,
        default=3600.0,
        metavar="SECONDS",
        help="for a cell whose rule is of another library, after which the cell counts as failed "
        "(default: 3600)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the cells that the file lacks"
    )
    parser.add_argument(
        "--export",
        metavar="FILE",
        help="write the results as canonical JSON, the same bytes on any engine; - is standard "
        "output",
    )
    parser.add_argument("--show", metavar="FILE", help="print and plot a file of results, and stop")
    parser.add_argument(
        "--plot", metavar="FIGURE.svg", help="the figure of --show (default: the file's name, here)"
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="with --show: write the cells as a table, errors included"
    )
    parser.add_argument(
        "--example", action="store_true", help="print a plan with comments to begin with, and stop"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run the plan, or show a file."""
    from empirics.sweep.store import StoreError

    try:
        if arguments.example:
            return _example()
        if arguments.show is not None:
            return _show(arguments)
        if arguments.plan is None:
            raise WrongUsage("give a PLAN to run, --show FILE, or --example for a plan")
        for name in ("plot", "csv"):
            if getattr(arguments, name) is not None:
                raise WrongUsage(f"--{name} goes with --show FILE")
        return _run(arguments)
    except StoreError as wrong:
        raise WrongUsage(str(wrong)) from None


def _example() -> int:
    """Print the example that comes with the package."""
    from importlib.resources import files

    print((files("empirics") / "sweep" / "example.toml").read_text(encoding="utf-8"), end="")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from empirics.sweep.engines import EngineError
    from empirics.sweep.export import export
    from empirics.sweep.run import run_sweep
    from empirics.sweep.store import writing

    plan, engine = _checked(arguments)
    path = _out(arguments)
    with engine, writing(path, plan, resume=arguments.resume) as store:
        done = len(store.results())
        quiet = arguments.export == "-"
        try:
            with SweepProgress(list(plan.cells.values()), done) as progress:
                failed = run_sweep(plan, store, engine, progress)
        except KeyboardInterrupt:
            kept = len(store.results())
            print(
                f"byzproof: stopped; {path} keeps {kept} of {len(plan.cells)} cells, "
                "--resume goes on",
                file=sys.stderr,
            )
            return 130
        except EngineError as wrong:
            raise WrongUsage(str(wrong)) from None
        # Before anything is printed: who reads it may have gone.
        if arguments.export is not None and not quiet:
            write_file(Path(arguments.export), export(store))
        contradicted = _summary(store, path, done, quiet=quiet)
        if quiet:
            sys.stdout.write(export(store))
    for key, why in failed.items():
        cell = ", ".join(f"{name} = {value}" for name, value in plan.cells[key].content().items())
        print(f"byzproof: failed: {cell}: {why}", file=sys.stderr)
    return 1 if failed or contradicted else 0


def _out(arguments: argparse.Namespace) -> Path:
    return Path(arguments.out or f"{Path(arguments.plan).stem}.sqlite")


def _checked(arguments: argparse.Namespace) -> tuple[SweepPlan, Engine]:
    """The plan and the engine; WrongUsage with all that is wrong, before any work."""
    from empirics.sweep.engines import EngineError
    from empirics.sweep.plan import BadPlan, read_plan

    problems: list[str] = []
    plan: SweepPlan | None = None
    engine: Engine | None = None
    with Waiting("sweep") as waits:
        try:
            path = Path(arguments.plan)
            if path.exists() and not path.is_file():
                raise ValueError("it is no file, or none that ends")
            plan = read_plan(path.read_text(encoding="utf-8"), waits)
        except BadPlan as bad:
            problems += [f"{arguments.plan}, line {line}: {what}" for line, what in bad.problems]
        except (OSError, ValueError) as error:  # also for names that no file can have
            problems.append(f"cannot read {arguments.plan[:200]}: {str(error)[:200]}")
        try:
            if arguments.scheduler is not None:
                waits(f"asks the Dask scheduler at {arguments.scheduler}")
            engine = _engine(arguments)
            if plan is not None:
                waits("asks the workers what they lack for this plan")
                problems += engine.problems(plan.cells.values())
        except EngineError as wrong:
            problems.append(str(wrong))
    for file in (str(_out(arguments)), arguments.export):
        if file not in (None, "-"):
            try:
                check_file(Path(file))
            except WrongUsage as wrong:
                problems.append(str(wrong))
    if plan is None or engine is None or problems:
        if engine is not None:
            engine.close()
        count = f"{len(problems)} problems, nothing was run:\n  " if len(problems) > 1 else ""
        raise WrongUsage(count + "\n  ".join(problems))
    return plan, engine


def _engine(arguments: argparse.Namespace) -> Engine:
    """What is to measure the cells; EngineError where the arguments do not fit, or no cluster."""
    from empirics.sweep.engines import Cluster, EngineError, Processes

    workers, seconds = arguments.workers, arguments.cell_timeout
    if workers is not None and workers < 1:
        raise EngineError(f"--workers {workers}: give a number of processes, at least 1")
    if not 0 < seconds < 1e9:
        raise EngineError(f"--cell-timeout {seconds:g}: give a number of seconds above 0")
    if arguments.scheduler is None:
        if arguments.wait:
            raise EngineError("--wait is for the workers of a cluster: it goes with --scheduler")
        return Processes(workers or os.cpu_count() or 1, seconds)
    if workers is not None:
        raise EngineError("--workers is of this machine, --scheduler has its own: give one")
    return Cluster(arguments.scheduler, cell_seconds=seconds, waits=arguments.wait)


def _show(arguments: argparse.Namespace) -> int:
    from empirics.sweep.export import as_csv, export
    from empirics.sweep.store import reading
    from reports.render.sweep_figures import sweep_figure

    if arguments.plan is not None:
        raise WrongUsage("--show takes the file of results alone, without a PLAN")
    path = Path(arguments.show)
    figure = Path(arguments.plot or f"{path.stem}.svg")
    if figure.suffix.lower() != ".svg":
        raise WrongUsage(f"--plot {arguments.plot}: the figure is SVG; name a file FIGURE.svg")
    check_file(figure)
    for file in (arguments.export, arguments.csv):
        if file not in (None, "-"):
            check_file(Path(file))
    if arguments.csv == "-":
        raise WrongUsage("--csv -: name a file")
    with reading(path) as store:
        table = as_csv(store)
        text = export(store) if arguments.export is not None else ""
        rows = _rows(store)
        timings = store.timings()
        drawing = sweep_figure(rows, timings)
        contradicted = _summary(store, path, None, quiet=arguments.export == "-")
    if arguments.export == "-":
        sys.stdout.write(text)
    else:
        if arguments.export is not None:
            write_file(Path(arguments.export), text)
        _print_rows(rows)
        _print_claims(rows)
        _print_fits(rows, timings)
    if arguments.csv is not None:
        write_file(Path(arguments.csv), table)
    if drawing is not None:
        write_file(figure, drawing)
    print(
        "No figure: f/n, d and |g|/σ do not vary." if drawing is None else f"Open {figure}",
        file=sys.stderr if arguments.export == "-" else sys.stdout,
    )
    return 1 if contradicted else 0


def _rows(store: Store) -> list[dict[str, Any]]:
    from empirics.sweep.export import compared

    return compared(store.content(), store.results())


def _summary(store: Store, path: Path, before: int | None, *, quiet: bool) -> bool:
    """Print the counts; whether a claim about Krum is contradicted.

    The claims are proved of Krum alone, so another rule that exceeds a bound contradicts nothing.
    """
    from empirics.sweep.cells import REDUCED

    rows = _rows(store)
    finished = sum(row["result"] is not None for row in rows)
    above = [
        row["cell"]["rule"]
        for row in rows
        for said in row["claims"].values()
        if said["verdict"] == "CONTRADICTED"
    ]
    of_krum = above.count("krum")
    if not quiet:
        known = f", {before} of them before" if before else ""
        print(f"{path}: {finished} of {len(rows)} cells{known}")
        reduced = sum(row["cell"]["method"] == REDUCED for row in rows)
        if reduced:
            plain = len(rows) - reduced
            rest = f", {plain} with all coordinates" if plain else ""
            print(f"{reduced} cells by the exact reduction, which has the same law{rest}")
        compared = sum(len(row["claims"]) for row in rows if row["result"] is not None)
        level = store.content()["level"]
        print(
            f"{compared} comparisons with bounds, at level {level:g} together: {of_krum} claims "
            f"about Krum contradicted,\nand {len(above) - of_krum} bounds of Krum exceeded by "
            "other rules, for which they are not proved"
        )
    return of_krum > 0


COLUMNS = {"bias": "|EF-g|²", "error": "E|F-g|²", "angle": "1-⟨EF,g⟩/|g|²"}
"""The quantities that the table of cells shows; `_print_claims` has the others."""


def _print_rows(rows: list[dict[str, Any]]) -> None:
    """Every cell with what was measured, and the largest share of a bound."""
    from rich.markup import escape
    from rich.table import Table

    from empirics.sweep.cells import REDUCED
    from reports.terminal import console

    claimed = {said["quantity"] for row in rows for said in row["claims"].values()}
    usual = set() if claimed & COLUMNS.keys() else {"bias", "error"}
    quantities = [name for name in COLUMNS if name in claimed | usual]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    heads = [COLUMNS[name] for name in quantities]
    shared = ["of bound"] if claimed else []
    for name in ("rule, model, attack", "n", "f", "d", "|g|/σ", *heads, *shared):
        wide = ", " in name
        table.add_column(
            name,
            justify="left" if wide else "right",
            no_wrap=not wide,
            min_width=20 if wide else None,
        )
    for row in rows[:SHOWN]:
        cell, result = row["cell"], row["result"]
        names = [cell["rule"], cell["model"], cell["attack"]]
        names += ["reduced"] if cell["method"] == REDUCED else []
        place = [str(cell["n"]), str(cell["f"]), str(cell["d"]), f"{cell['gradient']:g}"]
        if result is None:
            numbers = [*("not yet" for _ in quantities), *("-" for _ in shared)]
        else:
            numbers = [_shown(name, result[name], result.get(f"{name}_se")) for name in quantities]
            shares = [said["share"] for said in row["claims"].values()]
            exceeded = any(said["verdict"] == "CONTRADICTED" for said in row["claims"].values())
            mark = "!" if exceeded else ""
            share = f"{100 * max(shares):.3g} %{mark}" if shares else ""
            numbers += [share for _ in shared]
        table.add_row(escape(", ".join(names)), *place, *numbers)
    out = console()
    out.print(table)
    if len(rows) > SHOWN:
        out.print(f"and {len(rows) - SHOWN} more cells; --csv FILE has all")
    out.print("± is one standard error.")
    if "bias" in quantities and any(row["result"] and row["result"]["bias"] < 0 for row in rows):
        out.print(
            "A negative |EF-g|² estimates a number near 0: the noise of the mean over all\n"
            "trials is subtracted, so that the estimate is right on average."
        )


def _shown(quantity: str, value: float | None, error: float | None) -> str:
    """A measured number with its standard error; of the angle, what it lacks of 1."""
    if value is None:
        return "-"
    shown = f"{1 - value if quantity == 'angle' else value:.3g}"
    return shown if error is None else f"{shown} ±{error:.1g}"


def _print_claims(rows: list[dict[str, Any]]) -> None:
    """For every rule and claim the cell that comes closest to the bound."""
    from rich.markup import escape
    from rich.table import Table

    from reports.terminal import console

    found: dict[tuple[str, str], list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for row in rows:
        for name, said in row["claims"].items():
            if said["share"] is not None:
                found.setdefault((name, row["cell"]["rule"]), []).append((said, row["cell"]))
    if not found:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("claim, rule", "cells", "largest share", "found with"):
        table.add_column(name, justify="right" if name in ("cells", "largest share") else "left")
    for (name, rule), compared in found.items():
        said, cell = max(compared, key=lambda each: each[0]["share"])
        mark = "!" if any(one["verdict"] == "CONTRADICTED" for one, _ in compared) else ""
        place = ", ".join(f"{key} = {cell[key]:g}" for key in ("n", "f", "d"))
        where = f"{cell['model']}, {cell['attack']}, {place}, |g|/σ = {cell['gradient']:g}"
        names = escape(f"{name}, {rule}")
        share = f"{100 * said['share']:.3g} %{mark}"
        table.add_row(names, str(len(compared)), share, escape(where))
    out = console()
    out.print()
    out.print(table)
    out.print("`byzproof explain CLAIM` says what is claimed; ! marks a bound that is exceeded.")


def _print_fits(rows: list[dict[str, Any]], timings: dict[str, tuple[float, float]]) -> None:
    from empirics.sweep.summary import LEVEL, time_fits
    from reports.render.sweep_figures import in_words

    fits = time_fits(rows, timings)
    for fit in fits:
        powers = "; ".join(in_words(name, found) for name, found in fit.exponents.items())
        print(f"\ntime of {fit.rule} over {len(fit.points)} sizes\n  {powers}")
    if fits:
        print(
            f"Exponents with {100 * LEVEL:g} % intervals. Result 2: O(n^2 d) for Krum, for large n "
            "and d;\n'at last' is between the two largest sizes."
        )
