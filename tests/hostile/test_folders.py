"""Reports that somebody tampered with are read without a crash, soon, and not believed."""

import pytest

from reports.published import TEXTS
from tests.hostile import folders


@pytest.mark.parametrize("start", range(0, 10, 5))
def test_edited_reports_are_answered(start):
    for number in range(start, start + 5):
        kind, wrong = folders.edited_folder(number)
        assert not wrong, kind


@pytest.mark.parametrize("kind", folders.NO_FILES)
@pytest.mark.parametrize("name", folders.FILES)
def test_what_is_no_file_is_no_report(name, kind):
    wrong, code = folders.sabotaged(name, kind)
    assert not wrong
    is_a_text = name in TEXTS and kind in ("an empty file", "a file of 32 MB")
    assert code == (1 if is_a_text else 2), "a text may be any: then it is not what was checked"


def test_the_empty_folder_and_no_folder(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        assert folders.ending(folders.verify, [str(folder)]) == ("", 2)
    assert folders.second.main([str(tmp_path)]) == 2
