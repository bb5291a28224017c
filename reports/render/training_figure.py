"""The figure of training: accuracy and loss over the steps, one line for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from reports.render.drawing import as_svg, canvas
from reports.render.sweep_figures import COLOURS

if TYPE_CHECKING:
    from empirics.dynamics.training import Learned


def training_figure(found: Sequence[Learned]) -> str:
    """The SVG: means over the runs, with a band of one standard error to each side."""
    figure, (accuracy, loss) = canvas(1, 2, 9.6, 4.2)
    for axes, name, word in (
        (accuracy, "accuracy", "share of the test set that is recognised"),
        (loss, "loss", "cross-entropy on the test set, in nats"),
    ):
        for k, learned in enumerate(found):
            values = getattr(learned, name)
            mean, runs = values.mean(axis=0), len(values)
            error = values.std(axis=0, ddof=1) / runs**0.5 if runs > 1 else np.zeros_like(mean)
            look = {"color": COLOURS[k % len(COLOURS)]}
            dashes = "-" if k < len(COLOURS) else "--"
            label = learned.training.rule.name
            axes.plot(learned.steps, mean, dashes, linewidth=1.2, label=label, **look)
            axes.fill_between(
                learned.steps, mean - error, mean + error, alpha=0.15, linewidth=0, **look
            )
        axes.set_xlabel("step t")
        axes.set_title(word, fontsize=9)
    accuracy.set_ylim(0, 1)
    if max(float(one.loss.max()) for one in found) > 20:
        loss.set_yscale("log")
    loss.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return as_svg(figure)
