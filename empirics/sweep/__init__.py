"""Sweeps: a grid of experiments from a small plan, into one file that survives whatever happens.

A plan (`plan`, TOML) names cells (`cells`) and claims (`claims`, `moments`); an engine (`engines`:
processes here, or a Dask cluster) measures each cell (`measure`), and a store (`store`, one SQLite
file) keeps them. What is compared is the canonical export (`export`); what is drawn are the series
of `summary`. Rules of other libraries are tried first (`others`).
"""
