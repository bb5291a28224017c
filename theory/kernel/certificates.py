"""Derivations as data: what a rule was given, in JSON, and its replay.

    value       ::= null | integer | string | ["q", "a/b"] | ["tuple", value ...]
                  | ["map", [value, value] ...] | ["line", k] | [Node, value ...]
    Node        ::= the name of a dataclass of `terms`, followed by its fields in order
    step        ::= [rule, value ...]
    certificate ::= {"statement": value, "value": value, "steps": [step ...],
                     "lines": [k ...], "obligations": [k ...]}

Reading builds data from the names listed here and runs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from fractions import Fraction
from typing import Any

from theory.kernel import terms
from theory.kernel.polynomials import WORK
from theory.kernel.rules import Kernel, Line, Theorem
from theory.kernel.runs import RULES
from theory.kernel.terms import (
    AlmostSure,
    Exists,
    Integrable,
    KernelError,
    Relation,
    SomeConstant,
    Statement,
    Term,
)

NODES = {
    name: getattr(terms, name)
    for name in [
        "Index",
        "Number",
        "Atom",
        "Plus",
        "Times",
        "Power",
        "Quotient",
        "Root",
        "Inner",
        "Norm",
        "Total",
        "Expect",
        "At",
        "Equal",
        "Call",
        "Relation",
        "Integrable",
        "Iid",
        "Exists",
        "SomeConstant",
        "AlmostSure",
        "Cited",
    ]
}
DEEPEST = 60
LONGEST = 5_000
READING = 3
"""The work that each JSON value of a step counts for; the largest of Krum's proofs has 12,000."""


class Derivation:
    """A list of lines made by rules, remembered so that it can be replayed."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.lines: list[Line] = []
        self.steps: list[list[Any]] = []

    def apply(self, rule: str, *arguments: Any) -> Line:
        """Apply a rule of the kernel and record the step."""
        if rule not in RULES:
            raise KernelError(f"{rule!r} is not a rule")
        line = RULES[rule](self.kernel, *arguments)
        self.steps.append([rule, *(self._encode(a) for a in arguments)])
        self.lines.append(line)
        return line

    def certificate(
        self,
        statement: Statement,
        lines: Sequence[Line],
        obligations: Sequence[Line],
        value: Term | None = None,
    ) -> dict[str, Any]:
        """Conclude, and return the finished certificate without the steps that it does not use."""
        self.kernel.conclude(statement, lines, obligations, value)
        numbers, steps = self._needed([*lines, *obligations])
        return {
            "statement": encode(statement),
            "value": encode(value),
            "steps": steps,
            "lines": [numbers[id(line)] for line in lines],
            "obligations": sorted({numbers[id(line)] for line in obligations}),
        }

    def _needed(self, ends: Sequence[Line]) -> tuple[dict[int, int], list[list[Any]]]:
        position = {id(line): k for k, line in enumerate(self.lines)}
        wanted: set[int] = set()
        pending = [position[id(line)] for line in ends]
        while pending:
            k = pending.pop()
            if k not in wanted:
                wanted.add(k)
                pending.extend(_references(self.steps[k]))
        new = {old: k for k, old in enumerate(sorted(wanted))}
        steps = [_renumber(self.steps[old], new) for old in sorted(wanted)]
        return {id(self.lines[old]): k for old, k in new.items()}, steps

    def _encode(self, x: Any) -> Any:
        return encode(x, {id(line): k for k, line in enumerate(self.lines)})


def encode(x: Any, lines: Mapping[int, int] | None = None) -> Any:
    """Data as JSON values."""
    match x:
        case None | str():
            return x
        case Fraction():
            return ["q", str(x)]
        case bool():
            raise KernelError("truth values are not part of a certificate")
        case int():
            return x
        case tuple() | list():
            return ["tuple", *(encode(v, lines) for v in x)]
        case Line():
            if lines is None or id(x) not in lines:
                raise KernelError("the line belongs to another derivation")
            return ["line", lines[id(x)]]
        case Mapping():
            return ["map", *([encode(k, lines), encode(v, lines)] for k, v in x.items())]
    if type(x).__name__ in NODES:
        return [type(x).__name__, *(encode(getattr(x, f.name), lines) for f in fields(x))]
    raise KernelError(f"{type(x).__name__} is not part of a certificate")


def decode(x: Any, lines: Sequence[Line] = (), depth: int = 0) -> Any:
    """JSON values as data; anything unknown or too deep is refused."""
    if depth > DEEPEST:
        raise KernelError("the certificate is nested too deeply")
    if x is None or isinstance(x, str) or (isinstance(x, int) and not isinstance(x, bool)):
        return x
    if not isinstance(x, list) or not x or not isinstance(x[0], str):
        raise KernelError(f"{str(x)[:40]!r} is not part of a certificate")
    tag, *rest = x
    if tag == "q":
        if len(rest) != 1:
            raise KernelError("a rational number is one text")
        return read_fraction(rest[0])
    if tag == "line":
        if len(rest) != 1 or not _line_number(rest[0], len(lines)):
            raise KernelError("a step refers to a line that does not stand before it")
        return lines[rest[0]]
    if tag == "map":
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in rest):
            raise KernelError("a map is a list of pairs")
        return {decode(k, lines, depth + 1): decode(v, lines, depth + 1) for k, v in rest}
    values = tuple(decode(v, lines, depth + 1) for v in rest)
    if tag == "tuple":
        return values
    node = NODES.get(tag)
    if node is None:
        raise KernelError(f"{tag[:40]!r} is not a node of the language")
    expected = fields(node)
    if len(values) != len(expected):
        raise KernelError(f"{tag} takes {len(expected)} fields")
    for spec, value in zip(expected, values, strict=True):
        if not _fits(str(spec.type), value):
            raise KernelError(f"field {spec.name!r} of {tag} has the wrong type")
    return node(*values)


def _values(x: Any) -> int:
    """How many JSON values there are in one; not counted on where it is too many anyway."""
    count, pending = 0, [x]
    while pending and count <= WORK:
        value = pending.pop()
        count += 1
        if isinstance(value, list):
            pending.extend(value)
    return count


def _line_number(x: Any, count: int) -> bool:
    return isinstance(x, int) and not isinstance(x, bool) and 0 <= x < count


def read_fraction(text: Any) -> Fraction:
    """A rational number written as text, a or a/b."""
    if not isinstance(text, str) or len(text) > 400:
        raise KernelError("a rational number is written as text")
    top, slash, bottom = text.partition("/")
    digits = [top.removeprefix("-"), *([bottom] if slash else [])]
    if not all(part.isascii() and part.isdigit() for part in digits):
        raise KernelError(f"{text[:40]!r} is not a rational number")
    if slash and int(bottom) == 0:
        raise KernelError("a rational number has a denominator other than 0")
    return Fraction(int(top), int(bottom or 1))


def _fits(annotation: str, value: Any) -> bool:
    """Whether a decoded value has the type that the dataclass field names."""
    if annotation.startswith("tuple["):
        inner = annotation.removeprefix("tuple[").split(",")[0]
        return isinstance(value, tuple) and all(_fits(inner, v) for v in value)
    types: dict[str, type | tuple[type, ...]] = {
        "str": str,
        "int": int,
        "Fraction": Fraction,
        "Term": Term,
        "Index": terms.Index,
        "Relation": Relation,
    }
    return isinstance(value, types[annotation])


def _references(x: Any) -> list[int]:
    if isinstance(x, list):
        if len(x) == 2 and x[0] == "line" and isinstance(x[1], int):
            return [x[1]]
        return [k for v in x for k in _references(v)]
    return []


def _renumber(x: Any, new: Mapping[int, int]) -> Any:
    if isinstance(x, list):
        if len(x) == 2 and x[0] == "line" and isinstance(x[1], int):
            return ["line", new[x[1]]]
        return [_renumber(v, new) for v in x]
    return x


@contextmanager
def _refusing(place: str) -> Iterator[None]:
    """Turn whatever malformed data makes Python say into a refusal that names the place."""
    try:
        yield
    except KernelError as refusal:
        raise KernelError(f"{place}: {str(refusal)[:500]}") from None
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError) as wrong:
        raise KernelError(f"{place}: wrong arguments ({type(wrong).__name__})") from None


def replay(kernel: Kernel, certificate: Any) -> Theorem:
    """Check a certificate from its first step; raises KernelError with the reason of a refusal."""
    with kernel.algebra.limited():
        return _replay(kernel, certificate)


def _replay(kernel: Kernel, certificate: Any) -> Theorem:
    if not isinstance(certificate, dict) or certificate.keys() != {
        "statement", "value", "steps", "lines", "obligations",
    }:  # fmt: skip
        raise KernelError(
            "a certificate has the keys statement, value, steps, lines and obligations"
        )
    steps = certificate["steps"]
    if not isinstance(steps, list) or len(steps) > LONGEST:
        raise KernelError(f"a certificate has a list of at most {LONGEST} steps")
    lines: list[Line] = []
    for number, step in enumerate(steps):
        if (
            not isinstance(step, list)
            or not step
            or not isinstance(step[0], str)
            or step[0] not in RULES
        ):
            raise KernelError(f"step {number}: not a rule of the kernel")
        with _refusing(f"step {number} ({step[0]})"):
            kernel.algebra.spend(READING * _values(step))
            lines.append(RULES[step[0]](kernel, *(decode(a, lines) for a in step[1:])))
    with _refusing("the conclusion"):
        statement = decode(certificate["statement"])
        value = decode(certificate["value"])
        if not isinstance(statement, (Relation, Integrable, Exists, SomeConstant, AlmostSure)):
            raise KernelError("the certificate states nothing")
        if value is not None and not isinstance(value, Term):
            raise KernelError("the value of a constant is a term")
        ends = []
        for key in ("lines", "obligations"):
            numbers = certificate[key]
            if (
                not isinstance(numbers, list)
                or len(numbers) > LONGEST
                or not all(_line_number(k, len(lines)) for k in numbers)
            ):
                raise KernelError(f"{key!r} must list lines of the certificate, {LONGEST} at most")
            ends.append([lines[k] for k in numbers])
        return kernel.conclude(statement, ends[0], ends[1], value)
