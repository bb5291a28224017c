"""Mutants of every certificate: neither checker accepts one, unless it proves what it should.

An accepted mutant must prove the claim's own statement, from the same assumptions or fewer: the
edit then hit something that the proof does not need. Both checkers must say the same of each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from random import Random
from typing import Any

from tests.assurance import subject
from tests.assurance.frame import Figures, Progress, spread
from tests.assurance.mutating.certificates import mutant
from theory import replay as second
from theory.bundle import bundle
from theory.kernel.certificates import encode, replay
from theory.kernel.rules import Kernel, Theorem
from theory.kernel.terms import KernelError

NAME = "certificate mutants"
SEED = 1703
EACH = {"sample": 4, "full": 48}
"""Mutants of each certificate."""
SMALL, CLAIMS = 60, 16
"""A sample: so many claims, each with a certificate of at most so many steps."""


@dataclass
class Tally:
    """What was found about the mutants of one certificate."""

    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def measure(scale: str, progress: Progress) -> Figures:
    """Try mutants of every certificate, or of a sample of small ones."""
    names = [name for name, _ in _certificates()]
    if scale == "sample":
        names = [name for name, c in _certificates() if len(c["steps"]) <= SMALL]
        names = Random(SEED).sample(names, CLAIMS)
    _second()
    found = spread(partial(_tried, EACH[scale]), names, scale, progress)
    kinds = sum((one.kinds for one in found), Counter())
    outcomes = sum((one.outcomes for one in found), Counter())
    wrong = [what for one in found for what in one.wrong]
    return {
        "certificates": len(names),
        "mutants": kinds.total(),
        "by kind": dict(sorted(kinds.items())),
        "by outcome": dict(sorted(outcomes.items())),
        "violations": wrong,
        "summary": [
            ["mutants of certificates", kinds.total()],
            ["refused by both checkers", outcomes[REFUSED]],
            ["refused as proofs of another statement", outcomes[OTHER]],
            ["refused as they assume what the document does not", outcomes[MORE]],
            ["accepted by both, as they still prove the claim", outcomes[SAME]],
            ["on which the checkers disagree, or which prove too much", len(wrong)],
        ],
    }


REFUSED, SAME = "refused", "the claim itself"
OTHER, MORE = "another statement", "from what the document does not assume"


@cache
def _certificates() -> tuple[tuple[str, Any], ...]:
    """The certificates of theorems by claim, as they stand in the files."""
    return tuple(
        (judgement.id, json.loads(json.dumps(judgement.certificate)))
        for judgement in subject.judgements().values()
        if judgement.theorem is not None
    )


@cache
def _second() -> Any:
    """The second checker, with all theorems of the document."""
    data = json.loads(json.dumps(bundle(subject.document(), subject.judgements().values())))
    checker = second.Checker(data["signature"])
    known = second.named(checker, data["hypotheses"])
    document = second.Document(checker, known, dict(data["witnesses"]))
    for claim in data["claims"]:
        checker.reader = second.Reader()
        second.claim(document, claim)
    return checker


def _tried(count: int, name: str) -> Tally:
    certificates = dict(_certificates())
    random, tally = Random(f"{SEED} {name}"), Tally()
    original = subject.judgements()[name].theorem
    assert original is not None
    needs = subject.judgements()[name].reading.needs
    known = {*subject.document().hypotheses.values(), *needs.values()}
    for kind, changed in _mutants(random, name, certificates, count):
        tally.kinds[kind] += 1
        said = f"{name}, {kind}"
        one, other = _by_kernel(name, changed), _by_second(name, changed)
        if isinstance(one, Exception) or isinstance(other, Exception):
            tally.wrong.append(f"{said}: a checker crashed ({one!r}, {other!r})")
        elif (one is None) != (other is None) or (
            one is not None and other != (encode(one.statement), _written(one))
        ):
            tally.wrong.append(
                f"{said}: the checkers disagree ({_shown(one)}, {other is not None})"
            )
        elif one is None:
            tally.outcomes[REFUSED] += 1
        elif one.statement != original.statement:
            tally.outcomes[OTHER] += 1
        elif one.assumptions <= original.assumptions:
            tally.outcomes[SAME] += 1
        elif one.assumptions <= known:
            tally.wrong.append(f"{said}: proves the claim from other hypotheses than it names")
        else:
            tally.outcomes[MORE] += 1
    return tally


def _mutants(
    random: Random, name: str, certificates: dict[str, Any], count: int
) -> Iterator[tuple[str, Any]]:
    others = [c for other, c in certificates.items() if other != name]
    for _ in range(count):
        found = None
        while found is None:
            found = mutant(random, certificates[name], others)
        yield found


def _by_kernel(name: str, certificate: Any) -> Theorem | Exception | None:
    """The theorem that the kernel makes of it, None where it refuses."""
    kernel = Kernel(subject.document().language.signature, _others(name))
    try:
        return replay(kernel, certificate)
    except KernelError:
        return None
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is a finding
        return crash


def _others(name: str) -> dict[str, Theorem]:
    """The theorems that the claim may use: not itself."""
    return {other: theorem for other, theorem in subject.lemmas().items() if other != name}


def _by_second(name: str, certificate: Any) -> Any:
    """Statement and assumptions that the second checker makes of it, None where it refuses."""
    checker = _second()
    checker.reader = second.Reader()
    own = checker.theorems.pop(name)
    try:
        theorem, _ = second.certificate(checker, certificate)
    except (second.Refused, *second.FAULTS):
        return None
    except Exception as crash:  # noqa: BLE001
        return crash
    finally:
        checker.theorems[name] = own
    return _json(theorem.statement), frozenset(map(json.dumps, map(_json, theorem.assumptions)))


def _written(theorem: Theorem) -> frozenset[str]:
    return frozenset(json.dumps(encode(assumption)) for assumption in theorem.assumptions)


def _json(x: Any) -> Any:
    """A node of the second checker as JSON values."""
    if isinstance(x, second.Node):
        return [x.tag, *map(_json, x.args)]
    if isinstance(x, second.Index):
        return ["Index", *x]
    if isinstance(x, tuple):
        return ["tuple", *map(_json, x)]
    return x if x is None or isinstance(x, (str, int)) else ["q", str(x)]


def _shown(theorem: Theorem | None) -> str:
    return "refused" if theorem is None else f"proves {subject.text(theorem.statement)}"


def _said(found: Any) -> str:
    return "refused" if found is None else f"proves {found[0]}"
