"""Random command lines: made from the parsers themselves, so that a new option is tried as well.

A value is what fits, now and then, and otherwise anything: a number too large, a path that is no
file, a text of odd signs. A command that would work for long gets something that it must refuse:
no document to read, or no place to write. Pipes and devices are left out: whoever names one on a
command line waits for it, as with any program.
"""

import argparse
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from reports.cli import main, parser
from tests.hostile.edits import CODE, seeded
from tests.hostile.trying import undocumented

TEXTS = [
    "", " ", "-", "--", "\x00", "\ud800", "\u202e", "é" * 300, "x" * 5_000, "a\nb", "[bold]", "%s",
    "~", "~nobody-at-all/x", "~/x", ".", "..", "/", "/dev/null", "/dev/full/x",
    "/proc/self/mem", "/proc/self/fd", "C:\\x", "https://example.org/x", "tcp://127.0.0.1:1",
    "file:///x", "a folder", "an empty file", "garbage", "a link to itself",
    "a document.py", "an empty file.py", "KRUM", "krum/", "1-7", "1-7a", "(1-7a)", "3", "os:abort",
    "os:", ":", "no.such:thing", "json:loads", "reports.cli:main", "sys", "ipm", "gaussian", "1,2",
    "1,2,x", "nan,nan,nan", "1e400,1,1", *CODE,
]  # fmt: skip
NUMBERS = [
    "0", "-0", "-1", "1", "2", "3", "5", "7", "11", "1e3", "1_0", "0x10", "１２", "٣", "+5", " 7 ",
    "1.5", "-1.5", "nan", "inf", "-inf", "1e308", "1e999", "1e-320", "9" * 30, "-" + "9" * 30,
    "9" * 5_000, str(2**31), str(2**63), str(-(2**63)), "true", "",
]  # fmt: skip
HOPELESS = {
    "report": ["--out", "an empty file/x"],
    "simulate": ["--out", "no/such/folder/x.svg"],
    "kappa": ["--json", "no/such/folder/x.json"],
    "worst-case": ["--json", "no/such/folder/x.json"],
    "probe": ["--json", "no/such/folder/x.json"],
    "sweep": ["--export", "no/such/folder/x.json"],
}
"""What makes these commands refuse, whatever else they are given: they work for long otherwise."""


def commands():
    """The parser of every command by its name."""
    (action,) = (
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return action.choices


def command_line(number):
    """The number-th command line, as a list of words."""
    random = seeded("command line", number)
    known = commands()
    if random.random() < 0.03:
        return [random.choice(TEXTS) for _ in range(random.randrange(4))]
    name = random.choice(sorted(known))
    words = []
    for action in known[name]._actions:
        if isinstance(action, argparse._HelpAction) and random.random() < 0.97:
            continue
        wanted = action.required or action.dest == "document" or random.random() < 0.3
        times = random.choice((1, 1, 1, 2)) if wanted else 0
        words += [_given(random, action) for _ in range(times)]
    words = [group for group in words if group]
    random.shuffle(words)
    words.sort(key=lambda group: group[-1].startswith("--"))  # no value is taken for another's
    if random.random() < 0.1:
        words.append([random.choice(("--no-such-option", "--", "-x", "--out=", "--json="))])
    return [name, *(word for group in words for word in group), *HOPELESS.get(name, [])]


def _given(random, action):
    """An option with its value, or the value of a positional argument."""
    option = [random.choice(action.option_strings)] if action.option_strings else []
    if action.nargs == 0:
        return option
    if random.random() < 0.05 and action.dest != "document":
        return option
    value = _value(random, action)
    if option and option[0].startswith("--") and random.random() < 0.2:
        return [f"{option[0]}={value}"]
    return [*option, value]


def _value(random, action):
    if action.choices and random.random() < 0.7:
        return str(random.choice(sorted(action.choices)))
    number = action.type in (int, float)
    value = random.choice(NUMBERS if number == (random.random() < 0.9) else TEXTS)
    # In the place of a document "--" says that there is none, so that it is Krum: much work.
    return "KRUM" if value == "--" and not action.option_strings else value


@contextmanager
def surroundings():
    """An own working folder, with things in it that are no files, and a home of its own."""
    before, home = Path.cwd(), os.environ.get("HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["HOME"] = folder
        try:
            Path("a folder").mkdir()
            Path("an empty file").touch()
            Path("an empty file.py").touch()
            Path("garbage").write_bytes(bytes(range(256)))
            Path("a link to itself").symlink_to("a link to itself")
            Path("a document.py").write_text("raise SystemExit(3)\n")
            yield Path(folder)
        finally:
            os.chdir(before)
            if home is not None:
                os.environ["HOME"] = home


def tried(number):
    """The number-th command line, and what is wrong with how it ends."""
    words = command_line(number)
    with surroundings() as folder:
        there = sorted(folder.rglob("*"))
        wrong = undocumented(main, words)
        left = [path.name for path in sorted(folder.rglob("*")) if path not in there]
    partial = [name for name in left if name.startswith(".byzproof")]
    return words, wrong or (f"left {partial} behind" if partial else "")
