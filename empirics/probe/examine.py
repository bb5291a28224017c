"""Examine a callable from top to bottom, and say what came of it as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from empirics.foreign import ForeignRule
from empirics.names import spelled
from empirics.probe.agreement import INPUTS, Agreement, compare
from empirics.probe.asking import Answer, Ask, Question
from empirics.probe.behaviour import (
    AS_THE_PAPER,
    DIFFERS,
    DIGITS,
    FREE,
    VARIANT,
    Finding,
    behaviour,
    counts,
    switch,
)
from empirics.probe.bounds import BoundMatch, consequence, match_bound
from empirics.probe.identify import SIZES, Identified, Rule, identify
from empirics.probe.process import Isolated
from empirics.probe.smallest import (
    Disagreement,
    as_pytest,
    far_disagreement,
    large_disagreement,
    smallest_disagreement,
)
from empirics.probe.variants import AVERAGED, Variant, documented

PAPER = "n-f-2"
"""The paper's k."""
LARGEST_M = min(n for n, _ in SIZES)
"""The largest m that can be passed on."""
NEAR = 2 / 3
"""The share of answers that a rule must explain to be called the closest."""
FORMAT = 1
"""The version of the JSON form; a key that is removed or means something else raises it."""
RULES = ("krum", "multi_krum")
"""What a callable may be examined as."""

Bound = Mapping[tuple[int, int], float]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Report:
    """What was found out about a callable."""

    spec: str
    rule: str
    """What it was examined as, of RULES."""
    call: str
    """How it was called, over `vectors` and f = 1."""
    layout: str
    """The name of the layout in which it took the vectors."""
    identified: Identified
    variant: Variant | None
    """The documented variant that it is, if it is one."""
    findings: tuple[Finding, ...]
    """The rule first, then the behaviour."""
    disagreement: Disagreement | None
    """The smallest input found on which the paper's rule would give something else."""
    pytest: str
    """The same as a test to paste, or ""."""
    certified: str
    """What is proved for the rule that it computes."""
    bound: BoundMatch | None
    agreement: Agreement | None = None
    """How it compares with the rule that was identified on inputs that were drawn."""
    warnings: tuple[str, ...] = ()
    """What is no difference, but should be known."""

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that are not the paper's; none if the callable computes its rule."""
        return tuple(f for f in self.findings if f.verdict in (VARIANT, DIFFERS))

    def as_json(self) -> str:
        """All of it, with sorted keys; the same for the same answers."""
        shown, found = self.disagreement, self.identified
        data: dict[str, Any] = {
            "format": FORMAT,
            "agreement": None
            if self.agreement is None
            else {
                "inputs": self.agreement.asked,
                "unclear": self.agreement.unclear,
                "apart": self.agreement.apart,
                "says": self.agreement.says,
            },
            "warnings": list(self.warnings),
            "layout": self.layout,
            "callable": self.spec,
            "examined_as": self.rule,
            "called": self.call,
            "computes": None if found.rule is None else _as_data(found.rule),
            "closest": None if found.closest is None else _as_data(found.closest),
            "explained": found.explained,
            "answers": found.asked,
            "also_explained_by": [r.label for r in found.equivalents],
            "failures": list(found.failures),
            "variant": None
            if self.variant is None
            else {"title": self.variant.title, "sources": self.variant.sources},
            "findings": [asdict(f) for f in self.findings],
            "differences": len(self.differences),
            "disagreement": None
            if shown is None
            else {
                "n": len(shown.vectors),
                "f": shown.f,
                "vectors": shown.vectors.astype(int).tolist(),
                "moved_by": shown.offset,
                "result": None
                if shown.answer.value is None
                else [x if isfinite(x) else str(x) for x in shown.answer.value.tolist()],
                "error": shown.answer.error,
                "allowed": shown.allowed.tolist(),
                "pytest": self.pytest,
            },
            "certified": self.certified,
            "bound": None if self.bound is None else asdict(self.bound),
        }
        return json.dumps(data, indent=2, sort_keys=True, allow_nan=False) + "\n"


def examine(
    spec: str,
    rule: str = "krum",
    *,
    m: int | None = None,
    bound: Bound | None = None,
    timeout: float = 10.0,
    inputs: int = INPUTS,
    progress: Progress | None = None,
) -> Report:
    """Examine MODULE:CALLABLE as `krum` or `multi_krum`, in a process of its own.

    `m`, from 1 to 5, is passed on to a callable that takes it, `bound` are the values of a bound to
    compare (see `empirics.probe.process.bound_values`), `timeout` is in seconds for one answer,
    and `inputs` is how many are drawn to compare it with the rule that is identified.
    Raises CannotLoad where it cannot be called, and ValueError for another m or rule.
    """
    if m is not None and not 1 <= m <= LARGEST_M:
        raise ValueError(f"m = {m}: give 1 to {LARGEST_M}, as the smallest input has 5 workers")
    multi = spelled(rule, RULES) == "multi_krum"
    with Isolated(spec, m, timeout, multi=multi) as ask:
        return examine_by(
            *(ask, ask.rule, rule),
            bound=bound,
            fresh=ask.close,
            inputs=inputs,
            progress=progress,
        )


def examine_by(
    ask: Ask,
    foreign: ForeignRule,
    rule: str = "krum",
    *,
    bound: Bound | None = None,
    fresh: Callable[[], None] = lambda: None,
    inputs: int = INPUTS,
    progress: Progress | None = None,
) -> Report:
    """As `examine`, for whatever answers; `foreign` says how it is called.

    After `fresh` it remembers nothing of what it was asked.
    """
    rule = spelled(rule, RULES) or rule
    if rule not in RULES:
        raise ValueError(f"rule = {rule!r}: give one of {', '.join(RULES)}")
    wanted = Rule(m="1" if rule == "krum" else "n-f")
    found = identify(ask, wanted, progress)
    looking = _telling(ask, "what else it does", progress)
    findings = [*_of_the_rule(found, rule, foreign)]
    agreement = None
    if found.rule is not None and inputs:

        def told(done: int, of: int) -> None:
            if progress is not None:
                progress("drawn inputs", done, of)

        agreement = compare(ask, found.rule, inputs, told)
        findings.append(_agreed(agreement))
    findings += behaviour(looking, found.rule, fresh)
    findings += _of_the_call(looking, foreign)
    m = found.rule.m if found.rule is not None and rule == "multi_krum" else wanted.m
    expected = Rule(m=m)
    searching = _telling(ask, "smallest input", progress)
    shown = None
    if found.rule != expected:
        shown = smallest_disagreement(searching, found.rule, expected, fresh)
    if shown is None and agreement is not None and agreement.smallest is not None:
        shown = large_disagreement(searching, expected, agreement.smallest[0], fresh)
    if shown is None and any(f.name in DIGITS and f.verdict == DIFFERS for f in findings):
        shown = far_disagreement(searching, expected, fresh)
    return Report(
        spec=foreign.spec,
        rule=rule,
        call=foreign.written(1, 5)[1],
        layout=foreign.convention.container,
        identified=found,
        variant=None if found.rule is None else documented(found.rule),
        findings=tuple(findings),
        disagreement=shown,
        pytest="" if shown is None else as_pytest(foreign, shown, expected),
        certified=(
            "nothing: no rule explains the answers"
            if found.rule is None
            else _certified(found.rule, agreement, findings)
        ),
        bound=None if bound is None else match_bound(bound, found.rule),
        agreement=agreement,
        warnings=tuple(_warnings(found.rule, rule, foreign)),
    )


def _agreed(agreement: Agreement) -> Finding:
    """What the comparison on drawn inputs found."""
    verdict = DIFFERS if agreement.apart else AS_THE_PAPER
    return Finding("other inputs", verdict, agreement.says, "the rule as it was identified")


def _of_the_call(ask: Ask, foreign: ForeignRule) -> Iterator[Finding]:
    """What depends on how it is called: numbers of examples, a switch, an f that it is not told."""
    called = foreign.convention
    if called.counted:
        yield from counts(ask)
    if called.passes("multi"):
        yield switch(ask, called.named("multi") or "to Multi-Krum")
    if not called.knows_f:
        found = "it is not told f, and can refuse none"
        yield Finding(
            "f", DIFFERS, found, "f is a parameter: a bound holds for the f that is meant"
        )


def _certified(rule: Rule, agreement: Agreement | None, findings: Sequence[Finding]) -> str:
    """What is proved for the rule, and how far it is that of the callable."""
    if agreement is not None and agreement.apart:
        return (
            "nothing for this callable, as it does not compute one rule. For the rule that it "
            f"computes on small inputs: {consequence(rule)}"
        )
    if any(f.name == "numbers of examples" and f.verdict == DIFFERS for f in findings):
        return f"nothing where the numbers of examples differ; where not: {consequence(rule)}"
    return consequence(rule)


def _warnings(rule: Rule | None, asked_as: str, foreign: ForeignRule) -> Iterator[str]:
    """What is no difference from the paper, and should be known."""
    called = foreign.convention
    if asked_as == "multi_krum" and rule is not None and rule.m == "1":
        yield "as a Multi-Krum it keeps one vector for all n and f, so it is a Krum"
    takes = called.could_take_m
    if takes and foreign.m is None:
        yield f"it can be told an m, as {takes}: --m 2 passes one"
    elif called.passes("m") and foreign.m is None:
        yield "it must be told an m, and was told n-f: --m 2 passes another"


def _telling(ask: Ask, what: str, progress: Progress | None) -> Ask:
    """The same, and says what it is for each time."""

    def told(questions: Sequence[Question]) -> list[Answer]:
        if progress is not None:
            progress(what, 0, 0)
        return ask(questions)

    return told


def _of_the_rule(found: Identified, asked_as: str, foreign: ForeignRule) -> list[Finding]:
    """What was identified, number by number, against the paper."""
    findings = [
        Finding("ordinary input", DIFFERS, failure, "a vector for every n > 2f + 2")
        for failure in found.failures
    ]
    rule = found.rule
    if rule is None:
        near = found.closest
        says = "no answer" if near is None else f"closest: {near.label}, {found.explained:.0%}"
        if near is not None and found.explained < NEAR:
            says = "and none comes near"
        return [
            *findings,
            Finding("the rule", DIFFERS, f"none of the family ({says})", Rule().label),
        ]
    variant = documented(rule)
    unlike = DIFFERS if variant is None else VARIANT
    own = "" if rule.k != "n-f-1" else " (the n-f closest, if it counts itself)"
    findings += [
        Finding(
            "neighbours, others",
            AS_THE_PAPER if rule.k == PAPER else unlike,
            f"k = {rule.k}{own}",
            f"k = {PAPER}",
        ),
        Finding(
            "distance",
            AS_THE_PAPER if rule.scoring == Rule().scoring else unlike,
            rule.scoring.distance
            + ("" if rule.scoring.total else f", only the {rule.scoring.take} of the k"),
            Rule().scoring.distance,
        ),
        _averaged(rule, asked_as, foreign),
    ]
    if rule.anew:
        findings.append(
            Finding("scores", unlike, "made anew after each choice", "made once for all workers")
        )
    return findings


def _averaged(rule: Rule, asked_as: str, foreign: ForeignRule) -> Finding:
    known = f"; so {AVERAGED[rule.m]}" if rule.m in AVERAGED and asked_as == "multi_krum" else ""
    if foreign.convention.passes("m"):
        known = "; it was told so" + ("" if foreign.m else ", as it must be told an m: see --m")
    if asked_as == "krum":
        verdict, paper = AS_THE_PAPER if rule.m == "1" else DIFFERS, "m = 1"
        if rule.m != "1":
            known = "; that is Multi-Krum: try --rule multi_krum"
    else:
        too_many = any(rule.m_of(n, f) > n - f for n, f in ((7, 1), (11, 3)))
        verdict = DIFFERS if too_many else FREE
        paper = "any m; nothing is proved for m > n-f" if too_many else "any m"
    return Finding("vectors averaged", verdict, f"m = {rule.m}{known}", paper)


def _as_data(rule: Rule) -> dict[str, Any]:
    return {
        "k": rule.k,
        "distance": rule.scoring.distance,
        "take": rule.scoring.take,
        "m": rule.m,
        "one_by_one": rule.anew,
        "in_words": rule.label,
    }
