"""What a callable does beside its choice: bad input, far vectors, symmetries, ties, repetition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass

import numpy as np

from empirics.calling import Extra
from empirics.interfaces import FloatArray
from empirics.probe.asking import Answer, Ask, Came, Question
from empirics.probe.family import tied
from empirics.probe.identify import Rule, separating_inputs

AS_THE_PAPER, FREE, VARIANT, DIFFERS = "as the paper", "free", "variant", "differs"
"""The verdicts: as the paper has it; the paper leaves it open; a rule of its own that others have
described; something that the paper's theorem does not cover or forbids."""

N, F = 9, 2
"""The size at which most questions are asked."""
SAME = "the same result"
DOES = {
    Came.SILENCE: "hangs",
    Came.END: "ends its process",
    Came.VECTOR: "answers",
    Came.NONSENSE: "returns no vector",
    Came.UNASKED: "was not asked",
    Came.ERROR: "refuses",
}
"""What a callable does, by what came of it."""
UNDEFINED = ((4, 1), (6, 2), (8, 3), (3, 1), (5, 2))
"""Some (n, f) with 2f + 2 >= n."""
DIGITS = {
    "|g|/sigma = 1e4, float64": ("float64", 13),
    "|g|/sigma = 1e8, float64": ("float64", 27),
    "|g|/sigma = 1e4, float32": ("float32", 13),
}
"""The findings on lost digits: the type of the vectors, and the power of two nearest the ratio."""
FAR_N, FAR_F, FAR_D, FAR_TRIALS = 30, 9, 20, 40
"""The size at which digits are lost: some libraries take another way from 26 workers on."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    verdict: str
    """One of the four verdicts."""
    found: str
    """What it does."""
    paper: str
    """What the paper says of it."""


def behaviour(
    ask: Ask, rule: Rule | None, fresh: Callable[[], None] = lambda: None
) -> Iterator[Finding]:
    """Every finding, in a fixed order; `rule` is what was identified, if anything was.

    After `fresh` the callable remembers nothing of what it was asked.
    """
    vectors = _clear(rule, separating_inputs(N, F))[:30]
    plain = ask([(v, F) for v in vectors])
    yield _ties(ask, rule)
    yield _undefined(ask)
    yield from _not_finite(ask, rule, vectors[0])
    yield from _symmetries(ask, vectors, plain)
    yield from _digits(ask, rule)
    yield _repeats("asked again", ask, vectors, plain)
    fresh()
    order = np.roll(np.arange(len(vectors))[::-1], -10)
    yield _repeats("asked anew, in another order", ask, vectors[order], [plain[i] for i in order])
    yield from _exactly(rule, vectors, plain)
    yield _input(plain)
    yield _bad_input(ask, vectors[0])


def switch(ask: Ask, name: str) -> Finding:
    """Whether a switch between Krum and Multi-Krum does anything."""
    vectors = separating_inputs(N, F)[:20]
    off, on = (ask([(v, F, Extra(multi=multi)) for v in vectors]) for multi in (False, True))
    pairs = [(a, b) for a, b in zip(off, on, strict=True) if a.asked and b.asked]
    same = all(a.same(b) for a, b in pairs)
    found = "on and off are the same" if same else "on and off differ"
    paper = "Krum, or the average of m vectors"
    return Finding(f"the switch {name}", DIFFERS if same else FREE, found, paper)


CLAIM = 1_000_000
"""Examples that a worker claims to have, where all others have one."""


def counts(ask: Ask) -> Iterator[Finding]:
    """What the numbers of examples do that come with the vectors, and numbers that make no sense.

    They are what workers say they have, and a Byzantine one may say anything.
    """
    trials = [(v, place) for v in separating_inputs(N, F)[:6] for place in range(N)]
    claims = [tuple(CLAIM if i == place else 1 for i in range(N)) for _, place in trials]
    plain = ask([(v, F) for v, _ in trials])
    told = ask([(v, F, Extra(c)) for (v, _), c in zip(trials, claims, strict=True)])
    changed = sum(not a.same(b) for a, b in zip(plain, told, strict=True))
    ruled = sum(
        a.value is not None and bool(np.allclose(a.value, v[place], atol=1e-2)) and not a.same(b)
        for (v, place), a, b in zip(trials, told, plain, strict=True)
    )
    found = "do not matter"
    if changed:
        found = (
            f"weigh: a worker that claims {CLAIM:,} is the whole result in {ruled} of "
            f"{len(trials)} trials, namely whenever it is kept; and it may be Byzantine"
        )
    yield Finding(
        "numbers of examples",
        DIFFERS if changed else AS_THE_PAPER,
        found,
        "a plain average: what is certified is for equal numbers" if changed else found,
    )
    bad = {"0": 0.0, "-1": -1.0, "NaN": float("nan")}
    v = separating_inputs(N, F)[0]
    parts = [
        f"{name}: {_bad(ask([(v, F, Extra((number,) * N))])[0])}" for name, number in bad.items()
    ]
    harmless = all(part.endswith("refuses") for part in parts) or not changed
    yield Finding(
        "numbers of examples that are none",
        FREE if harmless else DIFFERS,
        ", ".join(parts),
        "refuse them",
    )


def _bad_input(ask: Ask, v: FloatArray) -> Finding:
    """What makes no sense as input at all; each must be refused, or at least crash nothing."""
    asked: dict[str, Question] = {
        "no workers": (v[:0], 0),
        "f = -1": (v, -1),
        "f = 1.5": (v, 1.5),  # type: ignore[dict-item]
        "f = '2'": (v, "2"),  # type: ignore[dict-item]
        "vectors of different lengths": (v, F, Extra(shorter=True)),
    }
    given = dict(zip(asked, ask(list(asked.values())), strict=True))
    if not any(a.asked for a in given.values()):
        return Finding("bad input", DIFFERS, "no answer to judge by", "refuse it")
    does = {name: _bad(a) for name, a in given.items() if a.asked}
    parts = [f"{name}: {says}" for name, says in does.items() if says != DOES[Came.ERROR]]
    crash = any(a.came in (Came.SILENCE, Came.END) for a in given.values())
    found = "; ".join(parts) or "refuses all of it"
    return Finding("bad input", DIFFERS if crash else FREE, found, "refuse it")


def _bad(answer: Answer) -> str:
    """What was done with bad input."""
    if answer.value is not None and not np.isfinite(answer.value).all():
        return "returns NaN or infinity"
    return answer.error if answer.came is Came.END else DOES[answer.came]


def _clear(rule: Rule | None, vectors: FloatArray) -> FloatArray:
    """Those of the vectors [B, N, d] at which no tie decides."""
    if rule is None or rule.anew or rule.k_of(N, F) < 1:
        return vectors
    return vectors[~tied(rule.scores(vectors, F), rule.m_of(N, F))]


def _ties(ask: Ask, rule: Rule | None) -> Finding:
    paper = "any choice among equal scores; the smallest index is usual"
    if rule is None or rule.anew or rule.m == "n":
        return Finding("ties", FREE, "not looked at, as no rule explains the answers", paper)
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, 12, (3000, 7, 1)).astype(np.float64)
    first, last = rule.value(drawn, 1), rule.value(drawn, 1, last=True)
    which = np.flatnonzero(np.any(np.abs(first - last) > 1e-3, axis=1))[:60]
    questions = [(drawn[t], 1) for t in which]
    answers, again = ask(questions), ask(questions)
    moods = sum(not a.same(b) for a, b in zip(answers, again, strict=True))
    smallest = sum(a.is_close(first[t]) for a, t in zip(answers, which, strict=True))
    largest = sum(a.is_close(last[t]) for a, t in zip(answers, which, strict=True))
    if smallest == len(which):
        found = "the smallest index wins"
    elif largest == len(which):
        found = "the largest index wins"
    elif moods:
        found = f"at random: asked again, another won in {moods} of {len(which)} ties"
    else:
        found = f"neither end always: the smallest index won {smallest} of {len(which)} ties"
    return Finding("ties", FREE, found, paper)


def _undefined(ask: Ask) -> Finding:
    rng = np.random.default_rng(2)
    answers = ask([(np.rint(rng.standard_normal((n, 2)) * 9), f) for n, f in UNDEFINED])
    parts = []
    for came, does in DOES.items():
        sizes = [
            f"n = {n}, f = {f}"
            for (n, f), a in zip(UNDEFINED, answers, strict=True)
            if a.came is came
        ]
        if sizes and came is not Came.ERROR:
            parts.append(f"{does} for {'; '.join(sizes)}")
    return Finding(
        "2f + 2 >= n",
        DIFFERS if parts else AS_THE_PAPER,
        ", ".join(parts) or "refuses",
        "undefined: no theorem holds there, so refuse it",
    )


def _not_finite(ask: Ask, rule: Rule | None, vectors: FloatArray) -> Iterator[Finding]:
    paper = "speaks of finite vectors: refuse, or treat the worker as infinitely far"
    places = (0, N // 2, N - 1)
    far = []
    for place in places:
        replaced = vectors.copy()
        replaced[place] = 1e7
        far.append(replaced)
    expected = None if rule is None else rule.value(np.array(far), F)
    for name, value in (("NaN", np.nan), ("infinity", np.inf), ("1e200", 1e200)):
        questions: list[Question] = []
        for place in places:
            sent = vectors.copy()
            sent[place] = value
            questions.append((sent, F))
        done = {
            _met(a, None if expected is None else expected[i]) for i, a in enumerate(ask(questions))
        }
        if len(done) > 1:
            done.discard(DOES[Came.UNASKED])
        harmless = done <= {"refuses", "ignores it"}
        met = " or ".join(sorted(done))
        verdict = AS_THE_PAPER if harmless and value == 1e200 else FREE if harmless else DIFFERS
        says = "finite: such a worker is far from all others" if value == 1e200 else paper
        yield Finding(f"a worker sends {name}", verdict, met, says)


def _met(answer: Answer, expected: FloatArray | None) -> str:
    """What was done with a worker that sent no ordinary vector."""
    if answer.value is None:
        return answer.error if answer.came is Came.END else DOES[answer.came]
    if np.isnan(answer.value).any():
        return "returns NaN"
    if (np.abs(answer.value) > 1e100).any():
        return "returns that vector"
    if expected is None or answer.is_close(expected):
        return "ignores it"
    return "makes another choice than without it"


def _symmetries(ask: Ask, vectors: FloatArray, plain: list[Answer]) -> Iterator[Finding]:
    d = vectors.shape[2]
    shift = np.resize([1000.0, -700.0, 400.0], d)
    order = np.random.default_rng(3).permutation(N)
    changes: tuple[
        tuple[str, str, Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]],
        ...,
    ] = (
        ("all vectors moved", "moves along", lambda v: v + shift, lambda v: v + shift),
        ("all vectors doubled", "doubles", lambda v: v * 2, lambda v: v * 2),
        ("all signs changed", "changes its sign", lambda v: -v, lambda v: -v),
        ("workers in another order", "stays", lambda v: v[order], lambda v: v),
    )
    for name, usual, change, follow in changes:
        changed = ask([(change(v), F) for v in vectors])
        pairs = [
            (a, b.value)
            for a, b in zip(changed, plain, strict=True)
            if a.asked and b.value is not None and np.isfinite(b.value).all()
        ]
        wrong = sum(not a.is_close(follow(value)) for a, value in pairs)
        found = f"not so in {wrong} of {len(pairs)} trials" if wrong else f"the result {usual}"
        yield _compared(name, wrong, pairs, found, f"the result {usual}")


def _digits(ask: Ask, rule: Rule | None) -> Iterator[Finding]:
    """Whole-numbered noise far from the origin: no digit is lost before the callable starts."""
    rng = np.random.default_rng(4)
    sigma = 2.0**8
    noise = np.rint(rng.standard_normal((FAR_TRIALS, FAR_N, FAR_D)) * sigma)
    if rule is not None and not rule.anew and rule.k_of(FAR_N, FAR_F) >= 1:
        m = rule.m_of(FAR_N, FAR_F)
        scores = np.sort(rule.scores(noise, FAR_F), axis=1)
        if m < FAR_N:  # rounding of float32 may decide between scores that nearly agree
            noise = noise[scores[:, m] - scores[:, m - 1] > 1e-4 * scores[:, m]]
    near = ask([(v, FAR_F) for v in noise])
    for name, (dtype, exponent) in DIGITS.items():
        far = sigma * 2.0**exponent
        sent = [(v + far).astype(dtype) for v in noise]
        answers = ask([(v, FAR_F) for v in sent])
        pairs = [
            (a, b.value)
            for a, b in zip(answers, near, strict=True)
            if a.asked and b.value is not None and np.isfinite(b.value).all()
        ]
        wrong = sum(
            a.value is None or not (np.abs(a.value - far - value) <= 0.02 * sigma).all()
            for a, value in pairs
        )
        found = f"another result in {wrong} of {len(pairs)} trials" if wrong else SAME
        yield _compared(name, wrong, pairs, found, f"{SAME} as for |g| = 0")


def _repeats(name: str, ask: Ask, vectors: FloatArray, plain: list[Answer]) -> Finding:
    again = ask([(v, F) for v in vectors])
    pairs = [(a, b) for a, b in zip(again, plain, strict=True) if a.asked and b.value is not None]
    other = sum(not a.same(b) for a, b in pairs)
    found = f"another result in {other} of {len(pairs)} trials" if other else SAME
    return _compared(name, other, pairs, found, SAME)


def _exactly(rule: Rule | None, vectors: FloatArray, plain: list[Answer]) -> Iterator[Finding]:
    """Whether what should be a worker's vector is one; whole numbers are exact in float32 too."""
    if rule is None or rule.m != "1":
        return
    off = [
        float(np.abs(v - a.value).max(axis=1).min())
        for v, a in zip(vectors, plain, strict=True)
        if a.value is not None
    ]
    paper = "the vector of a worker"
    largest = max(off, default=0.0)
    found = f"{paper}, but for rounding: off by {largest:.1g}" if largest else paper
    yield _compared("the result", largest > 0, off, found, paper)


def _input(plain: list[Answer]) -> Finding:
    given = [a for a in plain if a.value is not None]
    changed = sum(a.changed for a in given)
    found = "is changed in place" if changed else "is left alone"
    return _compared("its input", changed, given, found, "a function of its input")


def _compared(name: str, wrong: int, trials: Sized, found: str, paper: str) -> Finding:
    """A finding that rests on trials; without any, nothing was found."""
    if not trials:
        return Finding(name, DIFFERS, "no answer to judge by", paper)
    return Finding(name, DIFFERS if wrong else AS_THE_PAPER, found, paper)
