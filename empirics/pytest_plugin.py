"""`pytest --byzproof MODULE:CALLABLE`: one test for each property that a Krum must have.

It does nothing, and imports nothing but pytest, unless the option is given. See
`empirics/TESTING.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

OPTION = "--byzproof"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("byzproof", "tests of aggregation rules").addoption(
        OPTION,
        action="append",
        default=[],
        metavar="MODULE:CALLABLE",
        help="test that this Krum, called as krum(vectors, f) or Krum(f)(vectors), has the "
        "properties of the paper's; may be repeated",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be loaded before any test runs, and before xdist starts its workers."""
    for spec in config.getoption(OPTION):
        _loaded(spec)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Add the properties to the tests, so that -k and the like choose among them too."""
    for spec in session.config.getoption(OPTION):
        collector = AggregationRule.from_parent(session, name=spec, nodeid=f"byzproof::{spec}")
        items.extend(collector.collect())


class AggregationRule(pytest.Collector):
    """A callable, as the parent of its properties."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each property."""
        rule, properties = _loaded(self.name)
        for name, check in properties.items():
            yield Property.from_parent(self, name=name, rule=rule, check=check)


def _loaded(spec: str) -> tuple[Callable[..., Any], dict[str, Callable[[Any], None]]]:
    """The callable and the properties; UsageError where it cannot be loaded."""
    try:
        from empirics.properties import PROPERTIES
    except ImportError as missing:
        raise pytest.UsageError(
            f"{OPTION} needs {missing.name}: pip install byzproof[strategies]"
        ) from None
    from empirics.foreign import CannotLoad, load

    try:
        return load(spec), PROPERTIES
    except CannotLoad as error:
        raise pytest.UsageError(f"{OPTION}: {error}") from None


class Property(pytest.Item):
    """One property of one callable."""

    def __init__(
        self, *, rule: Callable[..., Any], check: Callable[[Any], None], **others: Any
    ) -> None:
        super().__init__(**others)
        self.rule, self.check = rule, check

    def runtest(self) -> None:
        """Search for a counterexample."""
        self.check(self.rule)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The shrunk counterexample alone, not where in the search it was found."""
        if excinfo.errisinstance(AssertionError):
            meaning = (self.check.__doc__ or "").strip()
            return f"{self.parent.name if self.parent else ''}: {meaning}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """What a report calls it."""
        return self.path, None, self.nodeid
