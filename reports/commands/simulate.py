"""`byzproof simulate`: descent under attack, as a figure and as numbers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.files import Output, check_file, write_file
from reports.progress import Progress

if TYPE_CHECKING:
    from empirics.dynamics.schedules import Schedule
    from empirics.dynamics.sgd import Setting, Trace

SHOWN = 200
"""The most steps that the JSON gives."""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "simulate",
        help="descent with a rule under attack, as a figure",
        description="Simulate x_{t+1} = x_t - gamma_t F(V_1, ..., V_n) in independent runs, and "
        "draw the quantities of the convergence proof. An unknown name lists the known ones.",
    )
    for name, default, what in (
        ("rule", "krum", "the aggregation rule; all with --data: every one"),
        ("attack", "ipm", "what the Byzantine workers do; label_flip with --data"),
        ("model", "gaussian", "the law of the correct workers' noise"),
        ("cost", "quadratic", "the cost Q"),
        ("schedule", "standard", "the step sizes: a name, or A,B,P for A/(t+B)^P"),
    ):
        parser.add_argument(
            f"--{name}", default=default, metavar="NAME", help=f"{what} (default: {default})"
        )
    for flag, number, with_data, what in (
        ("n", 11, "; 17 with --data", "workers"),
        ("f", 3, "", "Byzantine workers among them"),
        ("d", 10, "", "dimension"),
        ("steps", 1000, "; 300 with --data", "steps of each run"),
        ("runs", 20, "; 5 with --data", "independent runs"),
        ("seed", 0, "", "the same seed gives the same runs"),
    ):
        parser.add_argument(
            f"--{flag}", type=int, metavar="N", help=f"{what} (default: {number}{with_data})"
        )
    for flag, real, what in (
        ("sin-alpha", 0.5, "noise in proportion to the gradient, as (iv) allows: 0 to 1"),
        ("extra-noise", 0.0, "noise that stays at the minimum, against (iv): its deviation"),
        ("growth", 1.0, "B of the weights mu_t"),
    ):
        parser.add_argument(
            f"--{flag}", type=float, default=real, metavar="X", help=f"{what} (default: {real:g})"
        )
    data = parser.add_argument_group("training on data, instead of descent on a cost")
    data.add_argument(
        "--data",
        choices=("digits",),
        help="logistic regression on the digits of scikit-learn (extra: data), with accuracy and "
        "loss; --model, --cost and what goes with them play no part",
    )
    data.add_argument("--batch", type=int, default=32, metavar="N", help="examples (default: 32)")
    for flag, real, what in (
        ("rate", 1.0, "step size"),
        ("momentum", 0.9, "of each worker: 0 to below 1"),
        ("alpha", 1.0, "of the Dirichlet law of the shards; small: few digits a worker"),
    ):
        data.add_argument(
            f"--{flag}", type=float, default=real, metavar="X", help=f"{what} (default: {real:g})"
        )
    parser.add_argument("--horizon", type=float, metavar="D", help="D of u_t (default: the cost's)")
    parser.add_argument(
        "--out",
        default="byzproof-simulate.svg",
        metavar="FIGURE.svg",
        help="the figure (default: byzproof-simulate.svg)",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the numbers as JSON; - is standard output"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Simulate, write the figure, and say what came of it."""
    figure = Path(arguments.out)
    if figure.suffix.lower() != ".svg":
        raise WrongUsage(f"--out {arguments.out}: the figure is SVG; name a file FIGURE.svg")
    check_file(figure)
    output = Output(arguments.json)
    if output.path is not None and output.path.absolute() == figure.absolute():
        raise WrongUsage(f"--json and --out are both {arguments.out}: name two files")
    drawing, text, said = _on_data(arguments) if arguments.data else _on_a_cost(arguments)
    write_file(figure, drawing)
    output.write(lambda: text)
    if not output.standard:
        print(said)
        print(f"Open {figure}")
    return 0


def _on_a_cost(arguments: argparse.Namespace) -> tuple[str, str, str]:
    """The figure, the JSON and the words of descent on a cost."""
    trace = _simulate(setting_of(arguments))
    from reports.render.dynamics_figures import simulation

    return simulation(trace), as_json(trace), summary(trace)


def _on_data(arguments: argparse.Namespace) -> tuple[str, str, str]:
    """The same of training on data."""
    from reports import training
    from reports.render.training_figure import training_figure

    found = training.trained(arguments)
    return training_figure(found[0]), training.as_json(*found), training.summary(*found)


def setting_of(arguments: argparse.Namespace) -> Setting:
    """What the command line asks for; raises WrongUsage for what cannot be."""
    from empirics.attacks import ATTACKS
    from empirics.dynamics.costs import COSTS
    from empirics.dynamics.sgd import Setting
    from empirics.models import MODELS
    from empirics.rules import RULES

    try:
        return Setting(
            rule=_named("rule", arguments.rule, RULES),
            attack=_named("attack", arguments.attack, ATTACKS),
            model=_named("model", arguments.model, MODELS),
            cost=_named("cost", arguments.cost, COSTS),
            schedule=_schedule(arguments.schedule),
            **{
                name: getattr(arguments, name)
                for name in ("n", "f", "d", "steps", "runs", "seed")
                if getattr(arguments, name) is not None
            },
            sin_alpha=arguments.sin_alpha,
            extra=arguments.extra_noise,
            horizon=arguments.horizon,
            growth=arguments.growth,
        )
    except ValueError as wrong:
        raise WrongUsage(str(wrong)) from None


def _named(kind: str, name: str, known: dict[str, Any]) -> Any:
    from empirics.names import part_named

    return part_named(kind, name, known)


def _schedule(text: str) -> Schedule:
    from empirics.dynamics.schedules import SCHEDULES, Schedule

    if "," not in text:
        chosen: Schedule = _named("schedule", text, SCHEDULES)
        return chosen
    try:
        a, b, p = (float(part) for part in text.split(","))
    except ValueError:
        raise WrongUsage(
            f"--schedule {text}: give a name, or three numbers A,B,P for A/(t+B)^P, such as 2,19,1"
        ) from None
    return Schedule(a, b, p)


def _simulate(setting: Setting) -> Trace:
    from empirics.dynamics.sgd import simulate

    with Progress("simulating") as progress:
        try:
            return simulate(setting, lambda done, of: progress("steps", done, of))
        except ValueError as wrong:
            raise WrongUsage(str(wrong)) from None


def summary(trace: Trace) -> str:
    """Where the runs began and ended, in a few lines."""
    import numpy as np

    setting = trace.setting
    first, last = trace.rho[:, 0], trace.rho[:, -1]
    return (
        f"{setting.rule.label} against {setting.attack.label}, {setting.cost.label}, n = "
        f"{setting.n}, f = {setting.f}, d = {setting.d}, γ_t = {setting.schedule.label}\n"
        f"{setting.runs} runs of {setting.steps} steps: |∇Q|² from {np.median(first):.3g} to "
        f"{np.median(last):.3g} (median; largest {last.max():.3g})"
    )


def as_json(trace: Trace) -> str:
    """The quantities at up to SHOWN steps, as medians and extremes over the runs."""
    import numpy as np

    setting = trace.setting
    steps = setting.steps
    times = np.arange(1, steps + 1)
    if steps > SHOWN:
        times = np.unique(np.geomspace(1, steps, SHOWN).round().astype(int))
    at = times - 1

    def spread(values: Any) -> dict[str, list[float]]:
        chosen = values[:, at]
        return {
            "smallest": chosen.min(axis=0).tolist(),
            "median": np.median(chosen, axis=0).tolist(),
            "largest": chosen.max(axis=0).tolist(),
        }

    data = {
        "setting": {
            "rule": setting.rule.label,
            "attack": setting.attack.label,
            "model": setting.model.label,
            "cost": setting.cost.label,
            "step_sizes": setting.schedule.label,
            **{name: getattr(setting, name) for name in ("n", "f", "d", "steps", "runs", "seed")},
            "sin_alpha": setting.sin_alpha,
            "extra_noise": setting.extra,
            "horizon": setting.region,
            "growth": setting.growth,
        },
        "t": times.tolist(),
        "gamma": trace.gamma[at].tolist(),
        "h": spread(trace.h),
        "rho": spread(trace.rho),
        "u": spread(trace.u),
        "sum_gamma_descent": spread(trace.descent_sum),
        "sum_gamma_rho": spread(trace.rho_sum),
        "sum_gamma_outward": spread(trace.outward_sum),
        "mu_printed": [float(m) if np.isfinite(m) else None for m in trace.mu_printed[at]],
        "mu_repaired": trace.mu_repaired[at].tolist(),
        "last_rho": trace.rho[:, -1].tolist(),
    }
    return json.dumps(data, indent=1, sort_keys=True, allow_nan=False) + "\n"
