"""What a certificate rests on: the lemmas, hypotheses and facts that its steps bring in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from theory.judge import Judgement
from theory.kernel.certificates import decode
from theory.kernel.terms import (
    Formula,
    Inner,
    KernelError,
    Norm,
    Relation,
    Root,
    Signature,
    Term,
    term,
)

FACTS = {
    "square": "a square is not negative",
    "norm_nonnegative": "a norm is not negative",
    "root_nonnegative": "a root is not negative",
    "cauchy_schwarz": "Cauchy-Schwarz",
}
"""Rules that bring in something non-negative, and why it is."""

ZERO_OR_ONE = "an indicator is 0 or 1"
"""Why a square of a condition, which is the condition itself, is not negative."""


def lemmas(judgement: Judgement) -> list[str]:
    """The readings that a proof uses, in the order in which it first does."""
    return list(
        dict.fromkeys(
            step[1]
            for step in _steps(judgement)
            if step[0] == "lemma" and len(step) > 1 and isinstance(step[1], str)
        )
    )


def facts(signature: Signature, judgement: Judgement) -> list[tuple[str, Relation]]:
    """What a proof knows to be non-negative, and why: the things that it may drop."""
    found: dict[Relation, str] = {}
    for rule, *arguments in _steps(judgement):
        if rule in FACTS:
            try:
                values = [decode(a) for a in arguments]
                relation = _fact(signature, rule, values)
            except KernelError:
                continue
            if relation is not None:
                zero_or_one = rule == "square" and relation.left in values
                found.setdefault(relation, ZERO_OR_ONE if zero_or_one else FACTS[rule])
    return [(why, relation) for relation, why in found.items()]


def rules(judgement: Judgement) -> dict[str, int]:
    """How often each rule of the kernel is applied, the commonest first."""
    names = [step[0] for step in _steps(judgement)]
    return dict(sorted(((n, names.count(n)) for n in set(names)), key=lambda p: (-p[1], p[0])))


def assumed(judgement: Judgement) -> tuple[Formula, ...]:
    """The formulas that a proof assumes."""
    theorem = judgement.theorem
    return () if theorem is None else tuple(theorem.assumptions)


def _fact(signature: Signature, rule: str, values: list[Any]) -> Relation | None:
    match rule, values:
        case "square", [Term() as x]:
            if signature.check(x) == "vector":
                return Relation(Inner(x, x), ">=", term(0))
            return Relation(x if _is_condition(signature, x) else x**2, ">=", term(0))
        case "norm_nonnegative", [Term() as u]:
            return Relation(Norm(u), ">=", term(0))
        case "root_nonnegative", [Term() as x]:
            return Relation(Root(x), ">=", term(0))
        case "cauchy_schwarz", [Term() as u, Term() as v]:
            return Relation(Inner(u, v), "<=", Norm(u) * Norm(v))
    return None


def _is_condition(signature: Signature, x: Term) -> bool:
    try:
        signature.check_condition(x)
    except KernelError:
        return False
    return True


def _steps(judgement: Judgement) -> Iterator[list[Any]]:
    """The steps of a certificate, or of all certificates of a family."""
    found = judgement.certificate
    for certificate in found if isinstance(found, list) else [found]:
        steps = certificate.get("steps", []) if isinstance(certificate, dict) else []
        yield from (s for s in steps if isinstance(s, list) and s and isinstance(s[0], str))


def constant_of(judgement: Judgement) -> Term | None:
    """The value that a proof gives to the constant of "there is a constant"."""
    certificate = judgement.certificate
    if not judgement.verdict.startswith("PROVED") or not isinstance(certificate, dict):
        return None
    value = decode(certificate.get("value"))
    return value if isinstance(value, Term) else None
