"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from reports.files import CannotWrite, check_file, check_folder, write_file, write_files


def test_files_and_their_folders_are_made(tmp_path):
    write_files(tmp_path / "new", {"a.txt": "a\n", "inner/b.txt": "b\n"})
    assert (tmp_path / "new/a.txt").read_text() == "a\n"
    assert (tmp_path / "new/inner/b.txt").read_text() == "b\n"
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["a.txt", "inner"]


def test_stale_files_go_and_others_stay(tmp_path):
    for name in ("old.svg", "mine.txt"):
        (tmp_path / name).write_text("x")
    write_files(tmp_path, {"new.svg": "y"}, stale=[tmp_path / "old.svg"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.txt", "new.svg"]


def test_a_failure_leaves_the_old_files_as_they_were(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "b").write_text("a file where a folder is needed")
    with pytest.raises(CannotWrite):
        write_files(tmp_path, {"b/c.txt": "new", "a.txt": "new"})
    assert (tmp_path / "a.txt").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b"]


def test_what_cannot_be_written_is_refused_before_any_work(tmp_path):
    with pytest.raises(CannotWrite, match="there is no folder"):
        check_file(tmp_path / "nowhere" / "x.json")
    with pytest.raises(CannotWrite, match="is a folder"):
        check_file(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="is a file"):
        check_folder(tmp_path / "file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(CannotWrite, match="choose another place"):
            write_file(tmp_path / "x.txt", "x")
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_a_place_where_nobody_may_write_is_refused():
    with pytest.raises(CannotWrite, match="choose another place"):
        check_folder(Path("/proc/byzproof"))
