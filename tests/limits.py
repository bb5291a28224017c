"""How long tests wait: guards against hanging, which measure nothing and decide nothing."""

import signal

LIMIT = 600.0
"""Seconds for another process to end, or for something to become true; a test has 900."""


def interruptible():
    """For `preexec_fn`: a shell that runs the tests in the background has Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
