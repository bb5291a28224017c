"""All that must be trusted for a robustness coefficient: FORMAT.md says what a certificate means.

`coefficient` checks those of one n and f, `families` those of infinitely many at once. `replay` and
`replay_families` are the second checkers, written from the same text.
"""
