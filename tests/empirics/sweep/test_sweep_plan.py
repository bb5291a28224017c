"""Plans: what is read, what is refused and at which line, and what the keys depend on."""

import sys
from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest

import empirics.sweep
from empirics.attacks.alie import ALittleIsEnough
from empirics.attacks.mimic import Mimic
from empirics.models.gaussian import Gaussian
from empirics.models.two_point import TwoPoint
from empirics.sweep import cells
from empirics.sweep import plan as planning
from empirics.sweep.cells import PLAIN, REDUCED, Sampling
from empirics.sweep.claims import QUANTITIES, least_gradient, sweep_claims
from empirics.sweep.plan import BadPlan, read_plan


def problems(text):
    with pytest.raises(BadPlan) as bad:
        read_plan(text)
    return bad.value.problems


def test_the_example_is_a_plan():
    folder = Path(empirics.sweep.__file__).parent
    plan = read_plan((folder / "example.toml").read_text(encoding="utf-8"))
    assert len(plan.cells) == 4 * 2 * 2 * 3 * 2 + 2 * 2 * 3 + 9
    assert {cell.method for cell in plan.cells.values() if cell.d == 1000} == {PLAIN, REDUCED}
    assert plan.sampling == Sampling(512, 16, 1)
    assert TwoPoint(Fraction(1, 5)) in {cell.model for cell in plan.cells.values()}


def test_grids_overlap_without_repeating_cells(plan_text):
    read: list[str] = []
    once = read_plan(plan_text(), read.append)
    assert read == [f"reads the plan: {count} cells" for count in range(1, 7)]
    grid = plan_text(claims='"error-sharp"').partition("[[grid]]")[2]
    twice = read_plan(plan_text() + "[[grid]]" + grid)
    assert list(twice.cells) == list(once.cells)
    assert {tuple(bounds) for bounds in twice.bounds.values()} == {("1-8a", "error-sharp")}
    assert twice.hash != once.hash


def test_keys_and_hash_depend_on_content_alone(plan_text):
    plan = read_plan(plan_text())
    assert read_plan("# a comment\n" + plan_text().replace("[7]", "[ 7 ]")).hash == plan.hash
    more = read_plan(plan_text(d="3, 4, 2, 1"))
    assert set(plan.cells) < set(more.cells)
    assert set(read_plan(plan_text(trials=64)).cells).isdisjoint(plan.cells)


def test_all_problems_are_told_at_once_each_with_its_line():
    text = """[sampling]
trials = 33
level = 2.0
colour = 1

[[grid]]
rules = ["krum", "kram",
  "no.such.module:krum"]
models = [{name = "two_point", p = "7/5"}, {name = "student_t", dif = 3}]
attacks = ["sign_flip"]
n = [7, 9,
  0]
f = [
  1,
  3,
]
d = [1.5]
gradient = [-1, true]
claims = ["1-8a", "1-8z"]

[[grid]]
rules = []
"""
    found = problems(text)
    expected = [
        (2, "trials = 33: give a multiple of groups"),
        (3, "0 < level < 1"),
        (4, "unknown key 'colour'"),
        (7, "no rule 'kram'"),
        (8, "cannot import no.such.module"),
        (9, "strictly between 0 and 1"),
        (9, "unknown parameter 'dif'"),
        (12, "n = 0: give an integer >= 1"),
        (15, "f = 3 with n = 7: Krum needs 2f + 2 < n"),
        (17, "d = 1.5: give an integer"),
        (18, "gradient = -1: give a finite number"),
        (18, "gradient = True"),
        (19, "no claim '1-8z'; there are 1-8a, ball-b, error-"),
        (22, "give rules as a list"),
        (21, "give attacks as a list"),
    ]
    for line, what in expected:
        assert any(at == line and what in said for at, said in found), (line, what, found)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[[grid]]\nn = [1,\n", 2, "not TOML"),
        ("", 1, "at least one [[grid]]"),
        ("grid = 3", 1, "at least one [[grid]]"),
        ("sampling = 3", 1, "write [sampling]"),
        ("[grids]\n", 1, "unknown table 'grids'"),
    ],
)
def test_what_is_no_plan(text, line, what):
    assert any(at == line and what in said for at, said in problems(text))


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("3", "3: give a name, or a table with a name"),
        ("{ m = 3 }", "give a name, or a table with a name"),
        ('{ name = ["krum"] }', "give a name, or a table with a name"),
        ('{ name = "multi_krum", m = "x" }', "m = 'x': give an integer"),
        ('{ name = "multi_krum", m = true }', "m = True: give an integer"),
        ('{ name = "empirics.rules.krum:krum", m = "x" }', "m = 'x': give an integer"),
        ('{ name = "empirics.rules.krum:krum", k = 1 }', "unknown parameter 'k' of foreign"),
        ('"json:loads"', "json:loads"),
        (
            '"planted:dies_when_tried"',
            "planted:dies_when_tried, when it is tried: it ended its process (exit 3)",
        ),
        ('"planted:hangs_when_tried"', "planted:hangs_when_tried, when it is tried: it took over"),
    ],
)
def test_rules_that_are_none(plan_text, rule, what, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    if "hangs" in rule:
        monkeypatch.setattr("empirics.sweep.others.IMPORTING", 0.5)
    (problem,) = problems(plan_text(rules=rule))
    assert problem[0] == 8
    assert what in problem[1]


@pytest.mark.parametrize("factor", ["nan", "-inf", '"x"', "true", "[1]", "1" + 400 * "0"])
def test_attacks_with_a_factor_that_is_no_number(plan_text, factor):
    text = plan_text().replace('"sign_flip"', f'{{ name = "ipm", factor = {factor} }}')
    (problem,) = problems(text)
    assert problem[0] == 10
    assert "give a finite number" in problem[1]


def test_a_factor_may_be_written_as_an_integer(plan_text):
    texts = (plan_text().replace('"sign_flip"', f'{{name="ipm", factor={x}}}') for x in (2, 2.0))
    assert len({read_plan(text).hash for text in texts}) == 1


def test_parameters_are_those_of_the_part(plan_text):
    def attack(written):
        text = plan_text(claims="").replace('"sign_flip"', written).replace("[1, 2]", "[2]")
        (found,) = {cell.attack for cell in read_plan(text).cells.values()}
        return found

    assert attack('{ name = "alie", z = 1.5 }') == ALittleIsEnough(1.5)
    assert attack('{ name = "mimic", worker = 2 }') == Mimic(2)
    assert attack('{ name = "optimised_ipm", against = "median" }').against == "median"
    heavy = plan_text().replace('"gaussian"', '{ name = "student_t", dof = 5.0 }')
    assert read_plan(heavy).hash == read_plan(plan_text().replace("gaussian", "student_t")).hash


@pytest.mark.parametrize("claim", ["1", "{}", "[]", '["1-8a"]'])
def test_claims_that_are_no_names(plan_text, claim):
    (problem,) = problems(plan_text(claims=claim))
    assert problem[0] == 15
    assert "no claim" in problem[1]


def test_cells_that_an_attack_a_model_or_another_rule_refuses(plan_text):
    text = plan_text(rules='"average"', claims="").replace("sign_flip", "alie")
    assert read_plan(text).cells
    (problem,) = problems(text.replace("[1, 2]", "[1, 5]"))
    assert "alie" in problem[1]
    assert "f = 5 with n = 7" in problem[1]
    (problem, _) = problems(text.replace("gaussian", "constant"))
    assert "no noise" in problem[1]
    (problem,) = problems(plan_text(rules='"median"').replace("[1, 2]", "[1, 3]"))
    assert "a claim about Krum needs 2f + 2 < n" in problem[1]


def test_vectors_that_are_no_numbers_go_to_the_rules_that_take_them(plan_text):
    text = plan_text(rules='"median"').replace("sign_flip", "inf")
    assert len(read_plan(text).cells) == 6
    found = problems(text.replace('"median"', '"median", "krum"'))
    assert {line for line, _ in found} == {12}
    assert all("inf: vectors has the value inf" in what for _, what in found)


@pytest.mark.parametrize(
    ("parts", "line", "what"),
    [
        (
            {"claims": '"proposition-1-i-a"', "gradient": "1000, 5"},
            14,
            "proposition-1-i-a has no bound for gradient = 5: "
            "sin alpha < 1 needs |g|/sigma > 12.73 with n = 7, f = 2, d = 3",
        ),
        ({"claims": '"ball-b"', "gradient": "0"}, 14, "gradient = 0: sin alpha < 1 needs"),
        ({"claims": '"ball-b"', "gradient": "1e12"}, 14, "bound is lost in rounding"),
        (
            {"claims": '"moment-constant-r3"'},
            9,
            "E|G|^3 of skewed is infinite, or not known exactly",
        ),
        ({"method": "fast"}, 16, "method = 'fast': give one of all coordinates, exact"),
        ({"method": "exact reduction"}, 16, "no exact reduction for the model skewed"),
        ({"claims": '"1-8a"', "n": "7, 2000"}, 11, "index set 'C' would have 1999"),
    ],
)
def test_what_a_claim_or_a_method_cannot_have_is_told_with_its_line(plan_text, parts, line, what):
    n = parts.pop("n", "7")
    text = plan_text(**parts).replace("gaussian", "skewed").replace("n = [7]", f"n = [{n}]")
    found = problems(text)
    assert {at for at, _ in found} == {line}
    assert any(what in said for _, said in found), found


def test_the_reduction_is_taken_where_it_is_exact_and_shorter(plan_text):
    def methods(text):
        return {(c.model.name, c.d): c.method for c in read_plan(text).cells.values()}

    text = plan_text(d="2, 9", method="automatic").replace('["gau', '["skewed", "gau')
    found = {("gaussian", 2): PLAIN, ("skewed", 2): PLAIN, ("skewed", 9): PLAIN}
    assert methods(text) == {**found, ("gaussian", 9): REDUCED}
    reduced = plan_text(d="2, 9", method="exact reduction")
    assert set(methods(reduced).values()) == {REDUCED}
    plain = plan_text(d="2, 9")
    assert set(read_plan(plain).cells).isdisjoint(read_plan(reduced).cells)
    assert read_plan(plain.replace('method = "all coordinates"', "")).hash == read_plan(plain).hash


def test_what_another_version_measured_has_another_key(plan_text, monkeypatch):
    plan = read_plan(plan_text())
    monkeypatch.setattr(cells, "MEASUREMENT", cells.MEASUREMENT + 1)
    assert set(read_plan(plan_text()).cells).isdisjoint(plan.cells)


def test_a_rule_of_another_library_that_was_changed_has_another_key(
    plan_text, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(str(tmp_path))
    keys = []
    for code in (
        "import numpy as np\n",
        "import numpy as np  # and more\n",
        "import numpy as np\n",
    ):
        written = f"{code}def mean(vectors, f):\n    return np.mean(vectors, axis=0)\n"
        (tmp_path / "theirs.py").write_text(written, encoding="utf-8")
        keys.append(set(read_plan(plan_text(rules='"theirs:mean"')).cells))
    assert keys[0] == keys[2]
    assert keys[0].isdisjoint(keys[1])
    assert "theirs" not in sys.modules


def test_bounds_come_from_the_document():
    claims = sweep_claims()
    cell = Gaussian(), 11, 3, 10, 100.0
    eta2 = 2 * (8 + (3 * 6 + 9 * 7) / 3)
    assert claims["1-8a"].bound(*cell) == eta2 * 10
    assert claims["error-rational"].bound(*cell) == (6 * 8 - 8) / 4 * 10
    assert claims["proposition-1-i-a"].bound(*cell) == pytest.approx(1 - sqrt(eta2 * 10) / 100)
    c_2 = (6 * 8 - 10) * 8 / (7 * 4)
    fourth = 100**4 + (2 * 10 + 4) * 100**2 + 10 * 12  # E|G|^4, with E|Z|^4 = d (d + 2)
    assert claims["moment-constant-r2"].bound(*cell) == pytest.approx(c_2)
    assert claims["moment-constant-r4"].bound(*cell) == pytest.approx(
        c_2**2 * fourth / (100**2 + 10) ** 2
    )
    assert {claim.quantity.name for claim in claims.values()} == {*QUANTITIES}
    assert least_gradient(11, 3, 10) == pytest.approx(sqrt(eta2 * 10))


def test_trials_that_do_not_fit_into_memory(plan_text):
    text = plan_text(d="2, 10_000_000", claims="").replace("n = [7]", "n = [7,\n 9_000_000_000]")
    assert [what for _, what in problems(text)] == [
        "n = 7 with d = 10000000 is too large: give n n, n d <= 16,777,216",
        "n = 9000000000 is too large: give n n, n d <= 16,777,216",
    ]


def test_a_plan_of_too_many_cells(plan_text, monkeypatch):
    monkeypatch.setattr(planning, "MOST", 9)
    assert len(read_plan(plan_text()).cells) == 6
    (problem,) = problems(plan_text(d="1, 2, 3, 4, 5"))
    assert "10 cells; give at most 9" in problem[1]
    grid = plan_text(d="4, 5, 6").partition("[[grid]]")[2]
    (problem,) = problems(plan_text() + "[[grid]]" + grid)
    assert "12 cells; give at most 9" in problem[1]


def test_a_newcomer_writes_single_values_other_spellings_and_leaves_out_the_usual():
    text = """
    [[grid]]
    rules = ["multikrum", "RFA"]
    attacks = "signflip"
    n = 20
    f = 4
    d = 10
    """
    cells = [cell.content() for cell in read_plan(text).cells.values()]
    assert [cell["rule"].partition("(")[0] for cell in cells] == ["multi_krum", "geometric_median"]
    assert {(c["model"], c["attack"], c["n"], c["f"], c["d"], c["gradient"]) for c in cells} == {
        ("gaussian", "sign_flip", 20, 4, 10, 1.0)
    }


def test_a_first_guess_gets_few_problems_and_what_was_meant():
    text = """
    [[grid]]
    rules = ["krum", "bullyan"]
    attacks = ["min-max", "label_flip"]
    n = 20
    f = [0, 2]
    d = 1000
    """
    first, second = problems(text)
    assert first[0] == 3
    assert "did you mean 'bulyan'?" in first[1]
    assert second[0] == 4
    assert "label_flip needs data: byzproof simulate" in second[1]


def test_the_exact_reduction_takes_any_dimension():
    text = """
    [[grid]]
    rules = "krum"
    attacks = "ipm"
    n = 100
    f = 30
    d = 10_000_000
    method = "METHOD"
    """
    (cell,) = read_plan(text.replace("METHOD", "exact reduction")).cells.values()
    assert cell.d == 10_000_000
    ((_, said),) = problems(text.replace("METHOD", "all coordinates"))
    assert "n = 100 with d = 10000000 is too large" in said
