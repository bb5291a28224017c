"""The file of a sweep: one SQLite database that a plan owns and one run at a time may write.

Each finished cell is committed before the next is awaited, by SQLite's rollback journal with full
synchronisation: what was there when a run was killed is there when it goes on. Times are in a table
of their own, since they are not compared.

A run keeps SQLite's own reservation of the file, from one commit to the next, so that others may
read but not write. It works wherever SQLite does, on every platform and over a network whose file
system has locks, and ends with the process. A second run is refused; should it slip in between two
commits, it is the first that stops, and nothing is lost. Where a file system only feigns locks, a
run stops when it sees that others wrote.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from empirics.seeds import canonical_json
from empirics.sweep.measure import Measured
from empirics.sweep.plan import FORMAT, SweepPlan

_APPLICATION = 0x42795A50
"""Marks the file as ours ("ByZP"), in SQLite's header."""
_SCHEMA = (
    "create table plan (hash text primary key, content text not null)",
    "create table results (key text primary key, result text not null)",
    "create table timings (key text primary key references results, "
    "seconds real not null, rule_seconds real not null)",
)
_BEGIN, _GO_ON = 1.0, 10.0
"""Seconds to wait for others: for a writer when a run begins, for readers when it keeps a cell."""


class StoreError(Exception):
    """The file cannot be used; the message says why, and what to do."""


class Store:
    """An open file; see `writing` and `reading`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection

    def content(self) -> dict[str, Any]:
        """The plan's content: see `SweepPlan.content`."""
        ((text,),) = self._ask("select content from plan")
        content: dict[str, Any] = json.loads(text)
        return content

    def plan_hash(self) -> str:
        """The plan's hash."""
        ((text,),) = self._ask("select hash from plan")
        return str(text)

    def results(self) -> dict[str, dict[str, float | None]]:
        """The values of every finished cell, by key."""
        return {key: json.loads(text) for key, text in self._ask("select key, result from results")}

    def timings(self) -> dict[str, tuple[float, float]]:
        """Seconds of every finished cell, and seconds of its rule for one trial."""
        rows = self._ask("select key, seconds, rule_seconds from timings")
        return {key: (seconds, rule) for key, seconds, rule in rows}

    def add(self, finished: Iterable[tuple[str, Measured]]) -> None:
        """Keep finished cells, all or none; StoreError where the disk does not take them."""
        self._refuse_company()
        try:
            for key, measured in finished:
                row = key, canonical_json(measured.values)
                self._connection.execute("insert into results values (?, ?)", row)
                times = key, measured.seconds, measured.rule_seconds
                self._connection.execute("insert into timings values (?, ?, ?)", times)
            self._connection.execute("commit")
        except sqlite3.Error as error:
            raise StoreError(
                f"cannot write to {self.path} ({error}): what it holds is safe; free some space or "
                "make it writable, and go on with --resume"
            ) from None
        self.reserve()

    def reserve(self) -> None:
        """Let nobody else write until the connection is closed; StoreError where somebody does."""
        try:
            self._connection.execute("begin immediate")
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise StoreError(
                    f"another run is writing {self.path}: wait, or name another file"
                ) from None
            raise StoreError(
                f"cannot write {self.path} ({error}): choose another place, on a disk of this "
                "machine if its file system has no locks"
            ) from None

    def _refuse_company(self) -> None:
        """Raise StoreError where others wrote in spite of the reservation."""
        before = self._ask("pragma data_version")
        self._ask("rollback")  # and again, to see what was written by others
        self.reserve()
        if self._ask("pragma data_version") != before:
            raise StoreError(
                f"another run writes {self.path} too, since its file system does not lock: end one "
                "of them, and go on with --resume"
            )

    def _ask(self, query: str) -> list[Any]:
        try:
            return self._connection.execute(query).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"cannot read {self.path} ({error})") from None


@contextmanager
def writing(path: Path, plan: SweepPlan, *, resume: bool) -> Iterator[Store]:
    """The file of a plan, for one run; made where it is new.

    With `resume` a file of the same plan is gone on with. Raises StoreError where there is a file
    and no `resume`, a file of something else, another run on it, or no way to write.
    """
    if path.exists() and not resume and path.is_file() and path.stat().st_size:
        raise StoreError(f"{path} exists: go on with --resume, or name another file with --out")
    try:
        path.touch()
    except OSError as error:
        raise StoreError(f"cannot write {path} ({error.strerror}): choose another place") from None
    connection = sqlite3.connect(path, timeout=_BEGIN, isolation_level=None)
    try:
        yield _prepared(path, connection, plan)
    finally:
        connection.close()


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """A file to look at, also while a run writes it; StoreError where there is none of ours."""
    if not path.is_file():
        raise StoreError(f"there is no file {path}")
    # Not "ro": what a killed run left half-written is rolled back by whoever looks first.
    connection = sqlite3.connect(path.absolute().as_uri() + "?mode=rw", uri=True, timeout=_GO_ON)
    try:
        if _is_new(path, connection):
            raise StoreError(f"{path} is empty: a sweep was stopped before it began")
        yield Store(path, connection)
    finally:
        connection.close()


def _prepared(path: Path, connection: sqlite3.Connection, plan: SweepPlan) -> Store:
    store, content = Store(path, connection), plan.content()
    _is_new(path, connection)  # refuses a file of others, before anything is done to it
    store.reserve()
    try:
        connection.execute(f"pragma busy_timeout = {1000 * _GO_ON:.0f}")
        if _is_new(path, connection):
            # One transaction: killed anywhere before its end, the file is as good as new.
            for command in (
                f"pragma application_id = {_APPLICATION}",
                f"pragma user_version = {FORMAT}",
                *_SCHEMA,
            ):
                connection.execute(command)
            row = plan.hash, canonical_json(content)
            connection.execute("insert into plan values (?, ?)", row)
            connection.execute("commit")
            store.reserve()
    except sqlite3.Error as error:
        raise StoreError(f"cannot write {path} ({error}): choose another place") from None
    then, now = store.content()["measurement"], content["measurement"]
    if then != now:
        raise StoreError(
            f"{path} was measured by another version of byzproof, and its numbers do not mix with "
            f"those of this one (measurement {then}, here {now}): go on with that version, or name "
            "another file with --out"
        )
    if store.plan_hash() != plan.hash:
        raise StoreError(
            f"{path} belongs to another plan, or a rule of another library was changed: give that "
            "plan, or name another file with --out"
        )
    return store


def _is_new(path: Path, connection: sqlite3.Connection) -> bool:
    """Whether nothing is in the file; StoreError where it is not ours."""
    try:
        ((application,),) = connection.execute("pragma application_id").fetchall()
        ((version,),) = connection.execute("pragma user_version").fetchall()
        ((tables,),) = connection.execute("select count(*) from sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"{path} is no file of a sweep ({error}): name another one") from None
    if application == 0 and tables == 0:
        return True
    if application != _APPLICATION:
        raise StoreError(f"{path} is no file of a sweep: name another one")
    if version != FORMAT:
        raise StoreError(
            f"{path} was written by another version of byzproof (format {version}, here {FORMAT}): "
            "look at it with that version, or run its plan again with another --out"
        )
    return False
