"""Checks note the reader's progress; in tests that goes to a folder of its own."""

import pytest


@pytest.fixture(autouse=True)
def progress_of_its_own(tmp_path, monkeypatch):
    (tmp_path / ".nn-workbook").mkdir()
    monkeypatch.chdir(tmp_path)
