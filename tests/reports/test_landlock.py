"""A process that gave up changing files reads them, and changes none, whatever it runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parents[2]
TRIES = """
import ctypes, json, os, signal, sys
sys.path.insert(0, sys.argv[1])
from reports.landlock import give_up_changes
missing = give_up_changes()
native = ctypes.CDLL(None)
file, new = sys.argv[2], sys.argv[2] + ".new"
tries = {
    "read": lambda: open(file).read(),
    "null": lambda: open(os.devnull).read(),
    "device": lambda: open("/dev/full"),
    "environment": lambda: open(f"/proc/{os.getppid()}/environ").read(),
    "write": lambda: open(file, "w"),
    "make": lambda: open(new, "x"),
    "pipe": lambda: os.mkfifo(new),
    "link": lambda: os.symlink(file, new),
    "rename": lambda: os.rename(file, new),
    "remove": lambda: os.remove(file),
    "execute": lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]),
    "native remove": lambda: 1 / (native.unlink(file.encode()) == 0),
}
done = []
for name, attempt in tries.items():
    try:
        attempt()
        done.append(name)
    except (OSError, ZeroDivisionError):
        pass
print(json.dumps([missing, done]))
"""


def test_it_reads_and_changes_nothing(tmp_path):
    file = tmp_path / "file"
    file.write_text("text")
    command = [sys.executable, "-I", "-c", TRIES, str(ROOT), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT)
    missing, succeeded = json.loads(done.stdout)
    if missing:
        pytest.skip(missing)
    assert succeeded == ["read", "null"]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "text")]
