"""Worst cases of Krum in expectation: laws and omniscient adversaries with a large |E Krum - g|^2.

The sharp constant of Proposition 1 is the supremum of |E Krum - g|^2 / (d sigma^2) over the laws of
a correct vector, with mean g and E|V - g|^2 = d sigma^2, and over all adversaries. It is open. Here
it is bracketed: from below by explicit laws that a search finds and that are then evaluated exactly
(`law`, `adversary`, `exact`, `search`), from above by what is proved (`upper`). The best laws found
are in `stored`; `python -m empirics.worst_cases 5 1` replays one.
"""
