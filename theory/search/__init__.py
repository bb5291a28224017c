"""Untrusted: multipliers, derivations, counterexamples; whatever is found, the kernel checks."""
