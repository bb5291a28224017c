"""Untrusted: finds multipliers, derivations and counterexamples; whatever it finds, the kernel checks."""
