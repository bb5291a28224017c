"""Other spellings of rules and attacks, and what may have been meant."""

import pytest

from empirics.attacks import ATTACKS
from empirics.names import ALSO, part_named, spelled
from empirics.rules import RULES

EVERY = {**RULES, **ATTACKS}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("multikrum", "multi_krum"),
        ("Multi-Krum", "multi_krum"),
        ("RFA", "geometric_median"),
        ("signflip", "sign_flip"),
        ("minmax", "min_max"),
        ("CenteredClipping", "centred_clipping"),
        ("krum", "krum"),
    ],
)
def test_other_spellings_are_accepted(written, meant):
    assert spelled(written, EVERY) == meant


def test_every_name_is_its_own_spelling_and_none_is_ambiguous():
    plain = [name.replace("_", "") for name in EVERY]
    assert len(set(plain)) == len(plain)
    assert not set(ALSO) & set(plain)
    assert {spelled(name, EVERY) for name in EVERY} == set(EVERY)
    assert set(ALSO.values()) - set(EVERY) == {"label_flip"}


@pytest.mark.parametrize("wrong", ["", "xyz", 3, None, ["krum"]])
def test_what_is_none_is_refused_in_one_line(wrong):
    with pytest.raises(ValueError, match=r"no rule .*there are") as error:
        part_named("rule", wrong, RULES)
    assert "\n" not in str(error.value)


def test_what_may_be_meant_is_proposed():
    with pytest.raises(ValueError, match="did you mean 'trimmed_mean'\\? There are average"):
        part_named("rule", "trimed mean", RULES)
