"""The templates: one environment for all of them. Heavy, so it is imported when needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape


@cache
def environment() -> Environment:
    """The environment; HTML is escaped, scripts and Markdown are not."""
    from reports.render.mathematics import reachable

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html.j2", "svg.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["reachable"] = reachable
    return made
