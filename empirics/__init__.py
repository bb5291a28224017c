"""The empirical half: what is sampled and searched, with statistics that say what they are worth.

Importing this package imports nothing else, so that a command line starts at once.
"""
