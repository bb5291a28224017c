"""What an audit costs is decided by ratios in one run, never by seconds."""

import pytest

from reports import benchmark
from reports.benchmark import Cost, Task

TASKS = (
    Task("the yardstick", ("-c", "")),
    Task("twice the yardstick", ("-c", ""), 2.5, 100),
)


@pytest.mark.parametrize("machine", [1e-3, 1.0, 1e5])
@pytest.mark.parametrize(
    ("times", "megabytes", "code", "says"),
    [(2, 99, 0, ""), (3, 99, 1, "  too slow"), (2, 101, 1, "  too large")],
)
def test_the_ratio_and_the_memory_decide(
    machine, times, megabytes, code, says, monkeypatch, capsys
):
    costs = {TASKS[0]: Cost(machine, 50), TASKS[1]: Cost(times * machine, megabytes)}
    monkeypatch.setattr(benchmark, "measure", costs.get)
    assert benchmark.main(TASKS) == code
    row = capsys.readouterr().out.splitlines()[-1]
    assert f"{times:.2f}      2.5" in row
    assert f"{times * machine:.1f}{says}" == row[row.rindex(" ", 0, len(row) - len(says)) + 1 :]


def test_a_process_is_measured_with_all_that_it_starts():
    alone = benchmark.measure(Task("alone", ("-c", "import subprocess")))
    works = "sum(range(2 * 10**7))"  # more than ten times as much
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {works!r}])"
    above = benchmark.measure(Task("above", ("-c", code)))
    assert 0 < alone.seconds < above.seconds
    assert alone.megabytes > 1
    with pytest.raises(RuntimeError, match="fails: exit code 3"):
        benchmark.measure(Task("fails", ("-c", "raise SystemExit(3)")))
