"""`python -m empirics.worst_cases N F`: evaluate a stored worst case again, exactly."""

from __future__ import annotations

import math
import sys

from empirics.worst_cases.exact import stored


def main(arguments: list[str]) -> int:
    cases = stored()
    known = ", ".join(f"{n} {f}" for n, f in cases)
    try:
        n, f = (int(x) for x in arguments)
        case = cases[n, f]
    except (ValueError, KeyError):
        print(f"give N and F of a stored worst case: {known}", file=sys.stderr)
        return 2
    lower = math.floor(case.lower() * 10**12) / 10**12
    print(f"n = {n}, f = {f}: |E Krum - g|^2 / (d sigma^2) is at least {lower:.12f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
