"""All that must be trusted: the language, its meaning, its normal form, the rules, certificates.

Standard library only. Read in this order: `terms`, `models` (with `intervals`), `polynomials`,
`rules`, `certificates`.
"""
