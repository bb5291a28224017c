"""`byzproof simulate --data digits`: training under attack with one rule or all."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from reports.errors import WrongUsage
from reports.progress import Progress

if TYPE_CHECKING:
    from empirics.dynamics.training import Learned
    from empirics.interfaces import Attack

ALL = "all"
"""In the place of a rule: every rule that takes n and f."""
FORMAT = 1
"""Of the JSON."""


def trained(arguments: argparse.Namespace) -> tuple[list[Learned], dict[str, str]]:
    """What each rule learned, and why others are left out; WrongUsage for what cannot be."""
    from empirics.attacks import ATTACKS
    from empirics.dynamics.training import LABEL_FLIP, Training, defined, digits, train
    from empirics.names import part_named, spelled
    from empirics.rules import RULES

    try:
        attack: Attack | str = LABEL_FLIP
        if not spelled(arguments.attack, [LABEL_FLIP]):
            attack = part_named("attack", arguments.attack, ATTACKS, f", {LABEL_FLIP}")
        rules = list(RULES.values())
        if arguments.rule != ALL:
            rules = [part_named("rule", arguments.rule, RULES, f", {ALL}")]
        settings = [
            Training(
                rule,
                attack,
                **{
                    name: getattr(arguments, name)
                    for name in ("n", "f", "steps", "runs", "seed")
                    if getattr(arguments, name) is not None
                },
                batch=arguments.batch,
                rate=arguments.rate,
                momentum=arguments.momentum,
                alpha=arguments.alpha,
            )
            for rule in rules
        ]
        good, refused = defined(rules, settings[0].n, settings[0].f)
        if not good:
            raise ValueError(next(iter(refused.values())))
        data = digits()
        found = []
        with Progress("training") as progress:
            for number, setting in enumerate([s for s in settings if s.rule in good], 1):
                what = f"{setting.rule.name}, rule {number} of {len(good)}: steps"
                found.append(
                    train(setting, data, lambda done, of, w=what: progress(w, done, of))  # type: ignore[misc]
                )
    except (ValueError, ModuleNotFoundError) as wrong:
        raise WrongUsage(str(wrong)) from None
    return found, refused


def summary(found: list[Learned], refused: dict[str, str]) -> str:
    """The accuracy and the loss at the end, a line for each rule, the best first."""
    from empirics.dynamics.training import spread

    one = found[0].training
    width = max(len(learned.training.rule.label) for learned in found)
    lines = [
        f"digits against {one.attack_label}: n = {one.n}, f = {one.f}, alpha = {one.alpha:g}, "
        f"momentum {one.momentum:g}, {one.steps} steps, {one.runs} runs",
        f"{'rule':{width}}  accuracy (standard error)     loss (standard error)",
    ]
    for learned in sorted(found, key=lambda each: -float(each.accuracy[:, -1].mean())):
        (accuracy, a), (loss, b) = spread(learned.accuracy[:, -1]), spread(learned.loss[:, -1])
        lines.append(
            f"{learned.training.rule.label:{width}}  {accuracy:8.3f} ({a:.3f})          "
            f"{loss:12.3g} ({b:.2g})"
        )
    lines += [f"left out: {why}" for why in refused.values()]
    return "\n".join(lines)


def as_json(found: list[Learned], refused: dict[str, str]) -> str:
    """All that was measured."""
    one = found[0].training
    names = ("n", "f", "steps", "runs", "seed", "batch", "rate", "momentum", "alpha")
    data: dict[str, Any] = {
        "format": FORMAT,
        "data": "digits",
        "setting": {
            "attack": one.attack_label,
            **{name: getattr(one, name) for name in names},
        },
        "steps": found[0].steps.tolist(),
        "rules": {
            learned.training.rule.label: {
                "accuracy": learned.accuracy.tolist(),
                "loss": learned.loss.tolist(),
            }
            for learned in found
        },
        "left_out": refused,
    }
    return json.dumps(data, indent=1, sort_keys=True, allow_nan=False) + "\n"
