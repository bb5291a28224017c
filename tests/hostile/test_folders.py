"""Published reports that somebody tampered with are read without a crash, soon, and not believed."""

import pytest

from tests.hostile import folders

LATER = {("index.html", "a pipe"), ("index.html", "a device without end")}


@pytest.mark.parametrize("number", range(4))
def test_edited_reports_are_answered(number):
    for each in range(12 * number, 12 * number + 12):
        kind, wrong = folders.edited_folder(each)
        assert not wrong, kind


@pytest.mark.parametrize("kind", folders.NO_FILES)
@pytest.mark.parametrize("name", folders.FILES)
def test_what_is_no_file_is_no_report(name, kind):
    if (name, kind) in LATER:
        return
    wrong, code = folders.sabotaged(name, kind)
    assert not wrong
    assert code == (1 if (name, kind) in HAS_A_PAGE else 2)


HAS_A_PAGE = {("index.html", "an empty file"), ("index.html", "a file of 32 MB")}
"""A page may be any text: then it does not show what is proved."""


def test_the_empty_folder_and_no_folder(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        assert not folders.undocumented(folders.verify, [str(folder)])
        assert folders.command(folders.verify, [str(folder)])[0] == 2
    assert folders.second.main([str(tmp_path)]) == 2
