"""The kernel accepts every stored certificate of the Krum document, and says the same verdicts."""

from theory.judge import Judge, load_certificates
from theory.papers import certificate_folder, load


def test_every_verdict_is_the_one_that_the_document_expects():
    document = load("krum")
    judge = Judge(document, load_certificates(certificate_folder("krum")))
    judgements = list(judge.all())
    assert [j.id for j in judgements if not j.as_expected] == []
    assert judge.found == {}, "every proof is stored"
