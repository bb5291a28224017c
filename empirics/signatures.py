"""What the parameters of somebody else's function mean, by their names."""

from __future__ import annotations

import re

FRACTION = {"ratio", "fraction", "frac", "share", "proportion", "rate"}
BYZANTINE = {
    *("byz", "byzantine", "byzantines", "nbyz", "nbyzantine", "malicious", "mal", "attacker"),
    *("attackers", "adversary", "adversaries", "adversarial", "adv", "corrupted", "corrupt"),
    *("faulty", "faults", "compromised", "byzwrks", "outliers"),
}
CROWD = {
    *("worker", "workers", "client", "clients", "user", "users", "node", "nodes", "model"),
    *("models", "participant", "participants", "peer", "peers", "workrs", "nbworkers"),
}
COUNT = {"n", "nb", "num", "number", "count", "total", "nbr"}
KEPT = {"keep", "kept", "select", "selected", "selection", "agg"}
NAMES = {
    **dict.fromkeys(("f", "b", "tolerance"), "f"),
    "n": "n",
    **dict.fromkeys(("m", "krum_m", "krum_param_m", "multi_krum_m", "n_krum"), "m"),
    **dict.fromkeys(("config", "cfg", "conf", "args", "settings", "options"), "config"),
    **dict.fromkeys(
        ("num_examples", "num_samples", "n_samples", "sample_counts", "sample_nums", "data_sizes"),
        "counts",
    ),
}
"""Names that mean something as a whole."""
VECTORS = {"vectors", "gradients", "grads", "updates", "inputs", "points", "x", "xs"}
"""Names that f never has."""
SEVERAL = {"multi", "multik", "multikrum", "mk"}
"""Words of a switch between Krum and Multi-Krum."""


def role_of(name: str, default: object = None) -> str:
    """What a parameter is for: f, ratio (f/n), n, m, counts, config, multi, or "".

    >>> [role_of(x) for x in ("num_malicious_nodes", "byzFraction", "users_count", "to_keep", "lr")]
    ['f', 'ratio', 'n', 'm', '']
    """
    plain = name.strip("_")
    words = set(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", plain).lower().split("_"))
    if isinstance(default, bool):
        return "multi" if words & SEVERAL else ""
    if plain.lower() in NAMES:
        return NAMES[plain.lower()]
    if words & BYZANTINE:
        return "ratio" if words & FRACTION else "f"
    if words & KEPT and (words & COUNT or "to" in words):
        return "m"
    return "n" if words & CROWD and words & COUNT else ""
