"""What stops everything: a sign that the kernel is wrong."""


class KernelBug(Exception):
    """A proved statement is false on a model of its hypotheses: no proof here can be trusted."""
