"""Krum: the runs of the convergence half."""

from reports.render.dynamics_figures import captions, figures

__all__ = ["captions", "figures"]
