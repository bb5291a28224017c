"""One spelling of each rule and attack, others that are accepted, and what may have been meant."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")

ALSO = {
    "rfa": "geometric_median",
    "geomed": "geometric_median",
    "trmean": "trimmed_mean",
    "coordinatewisetrimmedmean": "trimmed_mean",
    "coordinatewisemedian": "median",
    "cwmed": "median",
    "mean": "average",
    "averaging": "average",
    "fedavg": "average",
    "centeredclipping": "centred_clipping",
    "clipping": "norm_clipping",
    "meanaroundmedian": "meamed",
    "nearestneighbourmixing": "nnm",
    "nearestneighbormixing": "nnm",
    "layerkrum": "layerwise_krum",
    "alittleisenough": "alie",
    "lie": "alie",
    "innerproductmanipulation": "ipm",
    "signflipping": "sign_flip",
    "fang": "fang_krum",
    "labelflipping": "label_flip",
}
"""Other names, in the form of `_plain`."""


def spelled(name: str, known: Iterable[str]) -> str | None:
    """The known name that this one is another spelling of, or None.

    Case, hyphens and underscores do not matter.

    >>> spelled("MultiKrum", ["krum", "multi_krum"]), spelled("crum", ["krum"])
    ('multi_krum', None)
    """
    plain = {_plain(one): one for one in known}
    return plain.get(_plain(name)) or plain.get(_plain(ALSO.get(_plain(name), "")))


def option(known: Iterable[str]) -> Callable[[str], str]:
    """The type of an option that takes one of these names in any spelling, for argparse.

    What is none of them is left as it is, for argparse to refuse.
    """
    names = list(known)
    return lambda text: spelled(text, names) or text


def part_named(kind: str, name: str, known: Mapping[str, T], more: str = "") -> T:
    """The part of that name, in any accepted spelling.

    Raises ValueError, in one line, with what may have been meant and all that there are; `more`
    says what else could be given.

    >>> part_named("rule", "multicrum", {"krum": 1, "multi_krum": 2})
    Traceback (most recent call last):
    ValueError: no rule 'multicrum'; did you mean 'multi_krum'? There are krum, multi_krum
    """
    if isinstance(name, str):
        found = spelled(name, known)
        if found is not None:
            return known[found]
        plain = {_plain(one): one for one in known}
        close = get_close_matches(_plain(name), plain, n=1)
        meant = f"; did you mean {plain[close[0]]!r}? There are" if close else "; there are"
    else:
        meant = "; there are"
    raise ValueError(f"no {kind} {name!r}{meant} {', '.join(sorted(known))}{more}")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
