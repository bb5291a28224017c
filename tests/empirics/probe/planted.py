"""Krums with a known difference, as libraries have them or might, for the probe to tell."""

import os
import time

import numpy as np


def gram(v):
    """Squared distances without centring: |x|^2 + |y|^2 - 2<x, y>."""
    norms = np.square(v).sum(axis=1)
    return norms[:, None] + norms[None, :] - 2 * v @ v.T


def direct(v):
    return np.square(v[:, None] - v[None]).sum(axis=2)


def manhattan(v):
    return np.abs(v[:, None] - v[None]).sum(axis=2)


def chebyshev(v):
    return np.abs(v[:, None] - v[None]).max(axis=2)


def cosine(v):
    unit = v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12)
    return 1 - unit @ unit.T


def scores(v, k, distances=direct, power=1.0):
    """The sum of the k smallest distances to others."""
    return np.sort(distances(v) ** power, axis=1)[:, 1 : k + 1].sum(axis=1)


def paper(v, f):
    n = len(v)
    if 2 * f + 2 >= n or not np.isfinite(v).all():
        raise ValueError("undefined")
    return v[scores(v, n - f - 2).argmin()]


def one_more(v, f):
    return v[scores(v, len(v) - f - 1).argmin()]


def one_less(v, f):
    return v[scores(v, len(v) - f - 3).argmin()]


def counts_itself(v, f):
    return v[np.sort(direct(v), axis=1)[:, : len(v) - f - 2].sum(axis=1).argmin()]


def lengths(v, f):
    return v[scores(v, len(v) - f - 2, power=0.5).argmin()]


def lengths_one_more(v, f):
    return v[scores(v, len(v) - f - 1, power=0.5).argmin()]


def fourth(v, f):
    return v[scores(v, len(v) - f - 2, power=2.0).argmin()]


def root_of_length(v, f):
    return v[scores(v, len(v) - f - 2, power=0.25).argmin()]


def in_manhattan(v, f):
    return v[scores(v, len(v) - f - 2, manhattan).argmin()]


def in_chebyshev(v, f):
    return v[scores(v, len(v) - f - 2, chebyshev).argmin()]


def by_angle(v, f):
    return v[scores(v, len(v) - f - 2, cosine).argmin()]


def last_neighbour(v, f):
    return v[np.sort(direct(v), axis=1)[:, len(v) - f - 2].argmin()]


def medoid(v, f):
    return v[direct(v).sum(axis=1).argmin()]


def forgets_f(v, f):
    return v[scores(v, len(v) - 2).argmin()]


def twice_f(v, f):
    return v[scores(v, len(v) - 2 * f - 2).argmin()]


def largest_index(v, f):
    s = scores(v, len(v) - f - 2)
    return v[len(v) - 1 - s[::-1].argmin()]


def of_gram(v, f):
    return v[scores(v, len(v) - f - 2, gram).argmin()]


def in_float32(v, f):
    return paper(v.astype(np.float32), f)


def careless(v, f):
    result = paper(v, f).copy()
    v.sort(axis=0)
    return result


def worst(v, f):
    return v[scores(v, len(v) - f - 2).argmax()]


def average(v, f):
    return v.mean(axis=0)


def median(v, f):
    return np.median(v, axis=0)


def median_alone(v):
    return np.median(v, axis=0)


def _multi(v, f, m):
    return v[np.argsort(scores(v, len(v) - f - 2), kind="stable")[:m]].mean(axis=0)


def multi(v, f):
    return _multi(v, f, len(v) - f)


def multi_narrow(v, f):
    return _multi(v, f, max(1, len(v) - 2 * f - 3))


def multi_told(v, f, m):
    return _multi(v, f, m)


def multi_three(v, f):
    return _multi(v, f, 3)


def multi_too_wide(v, f):
    return _multi(v, f, len(v) - f + 1) if f else v.mean(axis=0)


def multi_one_more(v, f):
    n = len(v)
    return v[np.argsort(scores(v, n - f - 1), kind="stable")[: n - f]].mean(axis=0)


def multi_anew(v, f):
    """Remove the best, score the rest again."""
    rest, chosen = v, []
    while len(rest) > 2 * f + 2:
        best = scores(rest, len(rest) - f - 2).argmin()
        chosen.append(rest[best])
        rest = np.delete(rest, best, axis=0)
    return np.mean(chosen, axis=0)


def multi_counts_itself(v, f):
    """The same, where a worker counts itself among its n-f-2 closest."""
    rest, chosen = v, []
    while len(rest) > 2 * f + 2:
        best = np.sort(direct(rest), axis=1)[:, : len(rest) - f - 2].sum(axis=1).argmin()
        chosen.append(rest[best])
        rest = np.delete(rest, best, axis=0)
    return np.mean(chosen, axis=0)


CHANCE = np.random.default_rng(0)


def ties_at_random(v, f):
    s = scores(v, len(v) - f - 2)
    return v[CHANCE.choice(np.flatnonzero(s == s.min()))]


def multi_ties_at_random(v, f):
    s = scores(v, len(v) - f - 2)
    return v[np.lexsort((CHANCE.random(len(v)), s))[: len(v) - f]].mean(axis=0)


def index(v, f):
    return int(scores(v, len(v) - f - 2).argmin())


def index_one_more(v, f):
    return int(scores(v, len(v) - f - 1).argmin()), "of smallest score"


def index_from_one(v, f):
    return index(v, f) + 1


def as_float32(v, f):
    return paper(v, f).astype(np.float32)


def as_list(v, f):
    return paper(v, f).tolist()


def as_view(v, f):
    return paper(v, f)[:]


def of_buffer(v, f, *, buffers={}):  # noqa: B006  (it is meant to be kept)
    result = paper(v, f)
    buffer = buffers.setdefault(len(result), np.empty(len(result)))
    buffer[:] = result
    return buffer


def off_a_little(v, f):
    return paper(v, f) + 1e-7


def fixed_f(v, f):
    return v[scores(v, len(v) - 3).argmin()]


def centres_its_input(v, f):
    v -= v.mean(axis=0)
    return paper(v, f)


class Momentum:
    """The average of all results so far, the last ones counting most."""

    def __init__(self):
        self.mean = {}

    def aggregate(self, v, f):
        d = v.shape[1]
        self.mean[d] = 0.9 * self.mean.get(d, np.zeros(d)) + 0.1 * paper(v, f)
        return self.mean[d]


momentum = Momentum()


def every_tenth(v, f, *, calls=[0]):  # noqa: B006
    calls[0] += 1
    return v[-1] if calls[0] % 10 == 0 else paper(v, f)


def remembers_by_shape(v, f, *, chosen={}):  # noqa: B006
    return v[chosen.setdefault(v.shape, index(v, f))]


def weighted(v, f):
    """Multi-Krum whose better scores count more."""
    s = scores(v, len(v) - f - 2)
    best = np.argsort(s, kind="stable")[: len(v) - f]
    return np.average(v[best], axis=0, weights=1 / (1 + s[best]))


def summed(v, f):
    return multi(v, f) * (len(v) - f)


class Moody:
    """Adds noise to the scores."""

    rng = np.random.default_rng(0)

    def aggregate(self, v, f):
        noisy = scores(v, len(v) - f - 2) * self.rng.uniform(0.8, 1.2, len(v))
        return v[noisy.argmin()]


class Checked:
    def aggregate(self, v, f):
        return paper(v, f)


instance = Checked()


def only_odd(v, f):
    if len(v) % 2 == 0:
        raise RuntimeError("an odd number, please")
    return paper(v, f)


def sleeps_on_nan(v, f):
    if np.isnan(v).any():
        time.sleep(3600)
    return paper(v, f)


def ends_on_infinity(v, f):
    print("noise on standard output")
    if np.isinf(v).any():
        os._exit(3)
    return paper(v, f)


def eta_squared(n, f):
    m, q = n - f, n - 2 * f - 2
    return 2 * (m + (f * (m - 2) + f**2 * (m - 1)) / q)


def kappa(n, f):
    return 6 * (1 + f / (n - 2 * f))


def rational(n, f, d, sigma):
    return (6 * (n - f) - 8) / (n - 2 * f - 1) * d * sigma**2


def generous(n, f):
    return 100.0 * n


def too_good(n, f):
    return 1.0


def broken(n, f):
    return 1 / (n - n)
