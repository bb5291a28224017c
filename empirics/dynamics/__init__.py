"""Descent with an aggregation rule: simulated runs, and exact runs without one hypothesis.

`sgd.simulate` runs x_{t+1} = x_t - gamma_t F(V_1, ..., V_n) with any rule, attack, noise model,
cost and step sizes. `dropped.DROPPED` lists, for hypotheses of Proposition 2, an exact run on which
the others hold and the conclusion fails, with its proof.
"""
