"""Krums in the shapes that public implementations have; written anew, with their parameters."""

from collections import OrderedDict

import numpy as np

from empirics.rules.krum import krum
from empirics.rules.multi_krum import multi_krum


def _flat(layers):
    return np.concatenate([np.ravel(layer) for layer in layers])


def _rows(updates):
    return np.array([_flat(layers) for layers in updates])


def _where(rows, f):
    return int(np.flatnonzero((rows == krum(rows, f)).all(axis=1))[0])


def list_of_layers(weights, num_byzantine):
    assert all(isinstance(layers, list) and layers[0].ndim == 2 for layers in weights)
    return weights[_where(_rows(weights), num_byzantine)]


def state_dicts(local_models, n_attackers):
    rows = _rows([state.values() for state in local_models])
    return OrderedDict(local_models[_where(rows, n_attackers)])


def dict_of_state_dicts(client_models, f):
    rows = _rows([state.values() for _, state in sorted(client_models.items())])
    return client_models[_where(rows, f)]


def flower(results, num_malicious):
    """The kept index's parameters, weighted by what clients claim to have."""
    rows = _rows([parameters for parameters, _ in results])
    counts = np.array([count for _, count in results], float)
    n = len(rows)
    scores = np.sort(np.square(rows[:, None] - rows).sum(2), 1)[:, 1 : n - num_malicious - 1].sum(1)
    kept = scores.argsort(kind="stable")[: n - num_malicious]
    return np.average(rows[kept], axis=0, weights=counts[kept])


class FedMLLike:
    """Made with a configuration; gives back the kept ones as they came."""

    def __init__(self, config):
        self.f, self.m = config.byzantine_client_num, 1
        if hasattr(config, "krum_param_m"):
            self.m = config.krum_param_m

    def defend_before_aggregation(self, raw_client_grad_list, extra_auxiliary_info=None):
        rows = _rows([state.values() for _, state in raw_client_grad_list])
        n = len(rows)
        scores = np.sort(np.square(rows[:, None] - rows).sum(2), 1)[:, 1 : n - self.f - 1].sum(1)
        kept = scores.argsort(kind="stable")[: self.m]
        return [raw_client_grad_list[i] for i in kept]


class ModelsOnly:
    """As p2pfl: all others count, the norms of the layers are added up, and there is no f."""

    def __init__(self, disable_partial_aggregation=False):
        self.partial = not disable_partial_aggregation

    def aggregate(self, models):
        layers = [model.get_parameters() for model in models]
        sums = [
            sum(
                float(np.linalg.norm(a - b))
                for other in layers
                for a, b in zip(one, other, strict=True)
            )
            for one in layers
        ]
        return models[int(np.argmin(sums))].build_copy(params=layers[int(np.argmin(sums))])


class Forward:
    def __init__(self, n, f, m=None, mk=False):
        self.n, self.f = n, f

    def forward(self, inputs):
        assert len(inputs) == self.n
        return krum(np.array(inputs), self.f)


class NeedsM:
    """As torch code: m has a default that does not work."""

    def __init__(self, n, f, m=None, mk=True):
        self.f, self.m = f, m

    def __call__(self, inputs):
        if self.m < 1:
            raise ValueError("m")
        return multi_krum(np.array(inputs), self.f, self.m)


def by_fraction(vectors, byzantine_fraction=0.2):
    return krum(vectors, int(byzantine_fraction * len(vectors)))


def by_ratio_rounded_up(vectors, malicious_ratio):
    return krum(vectors, int(np.ceil(malicious_ratio * len(vectors))))


def old_names(users_grads, users_count, corrupted_count, distances=None, return_index=False):
    assert users_count == len(users_grads)
    assert distances is None
    assert not return_index
    return krum(users_grads, corrupted_count)


def spread(*vectors, f=0):
    return krum(np.array(vectors), f)


def indices(updates, f):
    return [_where(np.array(updates), f)]


def mask(updates, f):
    return np.arange(len(updates)) == _where(np.array(updates), f)


def kept_vectors(updates, f):
    return [updates[_where(np.array(updates), f)]]


def fixed_f(vectors):
    return krum(vectors, 1)


def dict_config(updates, args):
    return krum(np.array(updates), args["num_attackers"])


def dead_switch(updates, f, multi=False):
    return krum(np.array(updates), f)


def live_switch(updates, f, multi=False):
    return multi_krum(np.array(updates), f, len(updates) - f) if multi else krum(updates, f)


SAME_AS_KRUM = {
    "list_of_layers": "list of lists of layers",
    "state_dicts": "list of state dicts",
    "dict_of_state_dicts": "dict of state dicts",
    "FedMLLike": "list of (num_examples, state dicts)",
    "Forward": "array",
    "by_fraction": "array",
    "by_ratio_rounded_up": "array",
    "old_names": "array",
    "spread": "array",
    "indices": "array",
    "mask": "array",
    "kept_vectors": "array",
    "dict_config": "array",
}
"""Those that compute Krum, and the layout in which they take the vectors."""
