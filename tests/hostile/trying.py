"""Trying something hostile: it must end soon, raise nothing, and leave with a documented code."""

import contextlib
import io
import signal
import time
from fractions import Fraction

SECONDS = 2.0
"""Processor time that a checker may take; of a machine that does `_yardstick` in its time."""
WAITING = 600.0
"""Wall seconds after which it is waiting for something that never comes; decides nothing else."""
YARDSTICK = 0.008
CODES = (0, 1, 2, 130)
"""The exit codes that are documented."""


class Hung(BaseException):
    """It takes too long; no Exception, so that nothing which catches those goes on."""


class Waits(Hung):
    """It does nothing, and does not end."""


def bounded(work, seconds=SECONDS, waiting=WAITING):
    """The result of the work; raises Hung where it takes more processor time, or waits longer.

    A busy or a slow machine needs more for the same work. So what seems to hang is tried again,
    with as much more time as this machine now needs for a piece of work that is known: what is
    measured is a hang, and never how fast a machine is.
    """
    try:
        return _within(work, seconds, waiting)
    except Waits:
        raise
    except Hung:
        pass
    return _within(work, 2 * seconds * max(1.0, _yardstick() / YARDSTICK), waiting)


def _within(work, seconds, waiting):
    def stop(number, frame):
        if number == signal.SIGALRM:
            raise Waits("it waits for something that does not come")
        raise Hung("it takes more than its processor time")

    before = {number: signal.signal(number, stop) for number in (signal.SIGALRM, signal.SIGPROF)}
    signal.setitimer(signal.ITIMER_REAL, waiting, 1)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)  # again, if a `finally` swallowed the first
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _yardstick():
    """Processor seconds that some arithmetic with fractions takes here and now."""
    before = time.process_time()
    sum((Fraction(1, k) for k in range(1, 2500)), Fraction(0))
    return time.process_time() - before


def fault(work, *refusals):
    """How the work ended badly, in words; empty where it ended, or with one of the refusals."""
    try:
        bounded(work)
    except refusals:
        return ""
    except Hung as hung:
        return str(hung)
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is a finding
        return f"raised {type(crash).__name__}: {str(crash)[:200]}"
    return ""


def command(program, arguments):
    """Run a program in this process: its exit code, and all that it printed."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = program(list(arguments))
    return code, said.getvalue()


def ending(program, arguments):
    """What is wrong with how a program ends, empty where it ends as is documented; and its code."""
    ended = []
    wrong = fault(lambda: ended.append(command(program, arguments)))
    if wrong:
        return wrong, None
    code, said = ended[-1]
    if code not in CODES:
        wrong = f"ended with code {code!r}"
    elif "Traceback" in said:
        wrong = "printed a traceback"
    elif code and not said.strip():
        wrong = "said nothing"
    return wrong, code


def undocumented(program, arguments):
    """What is wrong with how a program ends."""
    return ending(program, arguments)[0]
