"""Every theorem of Krum has a witness: a finite model, or a run, with all of its hypotheses."""

import pytest

from theory.judge import load_certificates, theorem_id
from theory.kernel.certificates import decode
from theory.kernel.evidence import witnesses
from theory.kernel.terms import AlmostSure, KernelError
from theory.kernel.witnesses import read_run, write_run
from theory.papers import certificate_folder, load

KRUM = load("krum")
SIGNATURE = KRUM.language.signature
CERTIFICATES = load_certificates(certificate_folder("krum"))
MODELS = [build() for _, build in KRUM.witnesses]
RUNS = [build() for _, build in KRUM.runs]
PROVED = {
    theorem_id(claim, reading): reading
    for claim in KRUM.claims().values()
    for reading in claim.readings
    if reading.expected.startswith("PROVED")
}


def is_witness(reading, model, value=None):
    hypotheses = {**KRUM.hypotheses, **reading.needs}
    try:
        witnesses(SIGNATURE, hypotheses, reading.statement, model, value)
    except KernelError:
        return False
    return True


@pytest.mark.parametrize("name", PROVED)
def test_what_is_proved_has_a_witness(name):
    reading = PROVED[name]
    formulas = (reading.statement, *reading.needs.values())
    if any(isinstance(formula, AlmostSure) for formula in formulas):
        assert any(is_witness(reading, run) for run in RUNS)
        assert not any(is_witness(reading, model) for model in MODELS)
    else:
        written = CERTIFICATES[name]["value"]
        value = None if written is None else decode(written)
        assert any(is_witness(reading, model, value) for model in MODELS)


def test_the_runs_are_data():
    for run in RUNS:
        assert write_run(read_run(write_run(run))) == write_run(run)
    assert any(is_witness(PROVED["2-12"], read_run(write_run(run))) for run in RUNS)
