"""The proved upper bounds."""

import pytest

from empirics.worst_cases import upper as module
from empirics.worst_cases.exact import stored
from empirics.worst_cases.upper import of_the_document, upper
from theory.notation.language import norm
from theory.papers.krum.setting import eta2, g, lam


@pytest.mark.parametrize(("n", "f"), [(3, 0), (5, 1), (7, 2), (11, 4), (20, 3)])
def test_the_documents_bound_is_what_its_formula_says(n, f):
    m = n - f
    value = ((2 * (m - 2)) ** 0.5 + m**0.5) ** 2 / (n - 2 * f - 1)
    assert float(of_the_document(n, f).value) == pytest.approx(value, rel=1e-12)
    assert of_the_document(n, f).value <= module.number(eta2, n, f)


def test_the_certified_bound_is_used_where_it_is_sharper():
    pytest.importorskip("clarabel")
    for (n, f), value in {(5, 1): 3.125, (7, 2): 6.388, (11, 4): 9.743}.items():
        bound = upper(n, f)
        assert float(bound.value) == pytest.approx(value, abs=1e-3)
        assert "certificate" in bound.source
        assert stored()[n, f].lower() <= bound.value < of_the_document(n, f).value


def test_without_the_solver_the_document_is_left(monkeypatch):
    def missing(n, f, report):
        raise ImportError

    monkeypatch.setattr(module, "_certified", missing)
    assert upper(5, 1).value == 8
    assert "extra `robustness`" in upper(5, 1).source


def test_without_a_certificate_the_document_is_left(monkeypatch):
    def none(n, f, report):
        raise ArithmeticError

    monkeypatch.setattr(module, "_certified", none)
    assert upper(5, 1) == of_the_document(5, 1)


def test_what_n_and_f_do_not_determine_is_refused():
    with pytest.raises(KeyError):
        module.number(lam, 5, 1)
    with pytest.raises(TypeError, match="not a number"):
        module.number(norm(g), 5, 1)
