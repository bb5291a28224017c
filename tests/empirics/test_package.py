"""The package itself costs nothing to import: what is heavy waits in its modules."""

import subprocess
import sys

from tests.limits import LIMIT


def test_importing_it_loads_no_library():
    code = "import sys; old = {*sys.modules}; import empirics; print(*({*sys.modules} - old))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT
    )
    assert {name.split(".")[0] for name in done.stdout.split()} == {"empirics"}
