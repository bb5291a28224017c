"""Which hand-written proofs of the Krum notes does the search find from their statements alone?

Each relation of the notes that has a proof by hand is searched for again from what that proof rests
on, by name: the hypotheses and the claims that its certificate uses, and the claims in `MORE`.

    python -m tests.theory.search.krum_alone            # all of them, some minutes
    python -m tests.theory.search.krum_alone 1-1a 1-3b:repaired
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from theory.judge import Judge, load_certificates, theorem_id
from theory.kernel.certificates import decode
from theory.kernel.rules import Kernel
from theory.kernel.terms import Relation
from theory.notation.document import Reading
from theory.papers.krum.document import DOCUMENT
from theory.search.automatic import Attempt, prove
from theory.search.uses import Use

EFFORT = 8_000

MORE: dict[str, tuple[str, ...]] = {
    "1-3e": ("1-3c", "1-3d"),
    "1-5b": ("1-4",),
    "1-6": ("1-5a", "1-5b", "zeta-b:repaired"),
    "1-7a:repaired": ("1-7-gap",),
    "1-7c": ("1-1a", "1-1b", "1-1d"),
    "1-7-counts": ("1-1a", "1-1b", "1-1d"),
    "1-8a": ("error-eta", "error-rational"),
    "1-10a": ("1-6",),
    "1-11-sharp-r2": ("krum-pathwise",),
    "ball-a": ("1-8a", "1-8b"),
    "ball-b": ("ball-a",),
    "proposition-1-i-a": ("ball-b",),
    "proposition-1-i-b": ("sin-alpha-b",),
    "result-3-i": ("proposition-1-i-a",),
}
"""Claims of the notes that an author would name beside those that the proof by hand names."""


def readings() -> dict[str, Reading]:
    """The relations with a proof by hand, by the name of the reading."""
    return {
        theorem_id(claim, reading): reading
        for step in DOCUMENT.steps
        for claim in step.claims
        for reading in claim.readings
        if reading.proof is not None and isinstance(reading.statement, Relation)
    }


class Alone:
    """Searches for the relations of the notes, each from what is named for it."""

    def __init__(self) -> None:
        assert DOCUMENT.folder is not None
        self.certificates = load_certificates(DOCUMENT.folder / "certificates")
        self.judge = Judge(DOCUMENT, self.certificates)
        self.readings = readings()

    def named(self, name: str) -> Iterator[str | Use]:
        """The hypotheses and claims that the stored proof uses, and those of `MORE`."""
        yield from self.judge.judge(name).assumes
        for rule, *arguments in self.certificates[name]["steps"]:
            if rule == "lemma":
                yield Use(decode(arguments[0]), decode(arguments[1]))
        yield from (Use(claim) for claim in MORE.get(name, ()))

    def attempt(self, name: str) -> Attempt:
        """What the search finds for one of them."""
        facts = list(dict.fromkeys(self.named(name)))
        for claim in [fact.name for fact in facts if isinstance(fact, Use)]:
            self.judge.judge(claim)
        lemmas = {key: found for key, found in self.judge.kernel.lemmas.items() if key != name}
        kernel = Kernel(DOCUMENT.language.signature, lemmas)
        return prove(kernel, DOCUMENT, self.readings[name], effort=EFFORT, by=facts)


def main(names: list[str]) -> None:
    """Print which are found, and why the others are not."""
    alone = Alone()
    wanted = names or list(alone.readings)
    found = 0
    for name in wanted:
        attempt = alone.attempt(name)
        found += attempt.certificate is not None
        print(f"{name}: {'found' if attempt.certificate else attempt.reason}", flush=True)
    print(f"{found} of {len(wanted)}")


if __name__ == "__main__":
    main(sys.argv[1:])
