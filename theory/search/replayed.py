"""Proofs that came as data, as functions of a `Prover`: they repeat the steps of a certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from theory.kernel.certificates import LONGEST, decode
from theory.kernel.rules import Line
from theory.kernel.runs import RULES
from theory.kernel.terms import KernelError, Relation, Term
from theory.search.prover import NotFound, Proved, Prover

Proof = Callable[[Prover], Proved]


def replayed(certificate: Any) -> Proof:
    """The proof that a certificate records; every step is made, and so checked, anew."""
    return lambda prover: _repeat(prover, certificate)


def replayed_family(certificates: Sequence[Any]) -> Callable[..., list[Proved]]:
    """The proofs of the goals of a family, one certificate for each."""

    def proofs(prover: Prover, goals: Sequence[Relation]) -> list[Proved]:
        if len(goals) != len(certificates):
            raise NotFound("there is not one certificate for each goal")
        return [_repeat(prover, certificate) for certificate in certificates]

    return proofs


def nothing_found(reason: str) -> Proof:
    """A proof that says why there is none."""

    def proof(prover: Prover) -> Proved:
        raise NotFound(reason)

    return proof


def _repeat(prover: Prover, certificate: Any) -> Proved:
    try:
        steps = certificate["steps"]
        if len(steps) > LONGEST:
            raise KernelError(f"a certificate has at most {LONGEST} steps")
        lines: list[Line] = []
        for step in steps:
            if step[0] not in RULES:
                raise KernelError(f"{step[0]!r} is not a rule")
            rule, arguments = step[0], [decode(x, lines) for x in step[1:]]
            if rule == "lemma":
                name, values = arguments
                lines.append(prover.use(name, **values))
            else:
                lines.append(getattr(prover, rule)(*arguments))
        value = decode(certificate["value"])
        if value is not None and not isinstance(value, Term):
            raise KernelError("the value of a constant is a term")
        ends = tuple(lines[k] for k in certificate["lines"])
        return Proved(ends, tuple(lines[k] for k in certificate["obligations"]), value)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as wrong:
        raise KernelError(f"the certificate is damaged ({type(wrong).__name__})") from None
