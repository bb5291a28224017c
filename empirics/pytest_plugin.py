"""`pytest --byzproof MODULE:CALLABLE`: one test for each property that a rule must have.

It does nothing, and imports nothing but pytest, unless the option is given. The callable runs in a
process of its own. See `empirics/TESTING.md`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from empirics.expected import Expected
    from empirics.interfaces import FloatArray
    from empirics.probe.asking import Answer
    from empirics.probe.process import Isolated
    from empirics.properties import Property

OPTION = "--byzproof"
RULES = (
    *("krum", "multi_krum", "median", "trimmed_mean"),
    *("bulyan", "geometric_median", "meamed", "phocas"),
)
"""The same as `empirics.properties.RULES`, which is imported when it is needed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("byzproof", "tests of aggregation rules")
    group.addoption(
        OPTION,
        action="append",
        default=[],
        metavar="MODULE:CALLABLE",
        help="test that this rule, called as krum(vectors, f) or Krum(f)(vectors), has the "
        "properties of the paper's; may be repeated",
    )
    group.addoption(
        f"{OPTION}-rule",
        type=_rule,
        choices=RULES,
        default="krum",
        help="what it is meant to be (default: krum)",
    )
    group.addoption(
        f"{OPTION}-m",
        metavar="M",
        help="how many vectors a Multi-Krum averages: 1 to 5, passed on to one that takes it, or "
        "a formula such as n-f (default: found out by asking)",
    )
    group.addoption(
        f"{OPTION}-timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="for each property (default: 60)",
    )


def _rule(text: str) -> str:
    """One of `RULES` from any spelling; what is none is left for argparse to refuse."""
    from empirics.names import spelled

    return spelled(text, RULES) or text


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be loaded before any test runs, and before xdist starts its workers."""
    config.stash[CALLABLES] = {}
    for spec in config.getoption(OPTION):
        if spec not in config.stash[CALLABLES]:
            called = Called(spec, config)
            config.stash[CALLABLES][spec] = called
            config.add_cleanup(called.close)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What is tested as what."""
    return [called.title for called in config.stash[CALLABLES].values()]


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
        called = self.config.stash[CALLABLES][self.name]
        for name, check in called.properties.items():
            yield PropertyItem.from_parent(self, name=name, called=called, check=check)


class Called:
    """A callable in a process of its own, with a limit on the time of each property.

    Raises UsageError where it cannot be loaded, or an option does not fit.
    """

    def __init__(self, spec: str, config: pytest.Config) -> None:
        rule, m = config.getoption(f"{OPTION}-rule"), config.getoption(f"{OPTION}-m")
        self.seconds: float = config.getoption(f"{OPTION}-timeout")
        self._deadline = 0.0
        if not 0 < self.seconds < 1e6:
            raise pytest.UsageError(f"{OPTION}-timeout: give a number of seconds above 0")
        if m is not None and rule != "multi_krum":
            raise pytest.UsageError(f"{OPTION}-m is for {OPTION}-rule multi_krum")
        try:
            from empirics.properties import Property, numbers_of_examples, properties_of
        except ImportError as missing:
            raise pytest.UsageError(
                f"{OPTION} needs {missing.name}: pip install byzproof[strategies]"
            ) from None
        from empirics.foreign import CannotLoad
        from empirics.probe.examine import LARGEST_M
        from empirics.probe.identify import FORMULAS
        from empirics.probe.process import Isolated

        allowed = [k for k in FORMULAS if not k.isdigit() or int(k) <= LARGEST_M]
        if m is not None and m not in allowed:
            raise pytest.UsageError(f"{OPTION}-m {m}: give one of {', '.join(allowed)}")
        number = int(m) if m is not None and m.isdigit() else None
        needs_f = rule in ("krum", "multi_krum", "bulyan", "meamed", "phocas")
        multi = rule == "multi_krum"
        self._asked = Isolated(spec, number, self.seconds, needs_f=needs_f, multi=multi)
        self.title, told = f"byzproof: {spec} as {rule}", "as told"
        try:
            self._asked.__enter__()
            if rule == "multi_krum" and m is None:
                m, told = _averaged(self._asked)
        except CannotLoad as error:
            self.close()
            raise pytest.UsageError(f"{OPTION}: {error}") from None
        if rule == "multi_krum":
            self.title += f", m = {m} ({told})"
        self.properties: dict[str, Property] = properties_of(rule, m or "1")
        called = self._asked.rule.convention
        if not called.knows_f:
            del self.properties["refuses_too_many_byzantine_workers"]
        if called.counted:
            self.properties["numbers_of_examples"] = Property(
                numbers_of_examples.__doc__ or "", numbers_of_examples, self._expected()
            )
        if m is None and called.could_take_m:
            self.title += f"; it can be told an m, as {called.could_take_m}: {OPTION}-m 2"
        if rule == "multi_krum" and m == "1":
            self.title += "; it keeps one vector for all n and f, so it is a Krum"

    def _expected(self) -> Expected:
        return next(iter(self.properties.values())).expected

    def close(self) -> None:
        """End its process."""
        self._asked.close()

    def test(self, check: Callable[[Any], None]) -> None:
        """Search for a counterexample to a property within the limit on its time."""
        self._deadline = time.monotonic() + self.seconds
        check(self)

    def __call__(self, vectors: FloatArray, f: int) -> FloatArray:
        """The result [d] for vectors [n, d]; raises as the callable does, or NoAnswer."""
        return self.watched(vectors, f)[0]

    def claiming(self, vectors: FloatArray, f: int, counts: tuple[float, ...]) -> FloatArray:
        """The result where the workers claim to have these numbers of examples."""
        return self.watched(vectors, f, counts)[0]

    def watched(
        self, vectors: FloatArray, f: int, counts: tuple[float, ...] | None = None
    ) -> tuple[FloatArray, bool]:
        """The result, and whether the callable changed the vectors that it was given."""
        from empirics.foreign import NoVector
        from empirics.properties import Raised

        answer = self._answer(vectors, f, counts)
        if answer.value is not None:
            return answer.value, answer.changed
        raise Raised(f"it raises {answer.error}") if answer.refused else NoVector(answer.error)

    def _answer(
        self, vectors: FloatArray, f: int, counts: tuple[float, ...] | None = None
    ) -> Answer:
        from empirics.calling import Extra
        from empirics.child import Silent
        from empirics.expected import listed
        from empirics.foreign import CannotLoad
        from empirics.probe.asking import Came
        from empirics.properties import NoAnswer

        asked = f"n = {len(vectors)} workers, f = {f}.\n{listed(vectors)}"
        left = self._deadline - time.monotonic()
        try:
            answer = self._asked.one(vectors, f, max(left, 0.0), Extra(counts))
        except CannotLoad as error:
            raise NoAnswer(f"It cannot be started anew: {error}") from None
        except Silent:
            if left > self.seconds / 2:  # it is not the examples before that took the time
                raise NoAnswer(f"It gave no answer within {self.seconds:g} s.\n{asked}") from None
            raise NoAnswer(
                f"All examples together took over {self.seconds:g} s: allow more by "
                f"{OPTION}-timeout, or make it faster."
            ) from None
        if answer.came is Came.END:
            raise NoAnswer(f"{answer.error[0].upper()}{answer.error[1:]}.\n{asked}")
        return answer


CALLABLES = pytest.StashKey[dict[str, Called]]()


class PropertyItem(pytest.Item):
    """One property of one callable."""

    def __init__(self, *, called: Called, check: Property, **others: Any) -> None:
        super().__init__(**others)
        self.called, self.check = called, check

    def runtest(self) -> None:
        """Search for a counterexample."""
        self.called.test(self.check)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The shrunk counterexample alone, not where in the search it was found."""
        if excinfo.errisinstance(AssertionError):
            name = self.parent.name if self.parent else ""
            return f"{name}: {self.check.meaning}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """What a report calls it."""
        return self.path, None, self.nodeid


def _averaged(asked: Isolated) -> tuple[str, str]:
    """How many vectors it averages, and how that is known; n-f if no rule explains its answers."""
    from empirics.probe.identify import Rule, identify

    usual = Rule(m="n-f")
    found = identify(asked, usual).rule
    return (usual.m, "assumed") if found is None else (found.m, "found out by asking")
