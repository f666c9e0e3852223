"""What is copied into the sandbox: files, and neither links nor notebooks."""

import os

import pytest

from grader.any_course.files import UNFINISHED, cut_links, files_in, is_notebook
from grader.problem import Problem


def test_files_beside_a_notebook(tmp_path):
    for name in ("a.csv", "data/b.txt", "main.ipynb", "data/other.ipynb", UNFINISHED):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    assert files_in(tmp_path) == {"a.csv": b"a.csv", "data/b.txt": b"data/b.txt"}


def test_copies_of_links_are_taken_away(tmp_path):
    handed, copied = tmp_path / "handed", tmp_path / "copied"
    for folder in (handed, copied):
        folder.mkdir()
        (folder / "kept").write_text("mine")
    (handed / "link").symlink_to("/etc/passwd")
    (copied / "link").write_text("root")
    assert cut_links(handed, copied) == [handed / "link"]
    assert [path.name for path in copied.iterdir()] == ["kept"]


def test_a_notebook_is_a_file_of_some_size(tmp_path):
    (tmp_path / "a.ipynb").write_text("{}")
    (tmp_path / "link.ipynb").symlink_to("a.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    assert [is_notebook(str(tmp_path / f"{name}.ipynb")) for name in ("a", "link", "pipe")] == [
        True,
        False,
        False,
    ]
    with open(tmp_path / "large.ipynb", "wb") as large:
        large.truncate(21 << 20)
    (tmp_path / "long.ipynb").write_text(f'{{"cells": [{"1, " * 2000}1]}}')
    with pytest.raises(Problem, match=r"large\.ipynb is larger than 20 MB"):
        is_notebook(f"{tmp_path}/large.ipynb")
    with pytest.raises(Problem, match=r"long\.ipynb has 2001 cells; the limit is 2000"):
        is_notebook(f"{tmp_path}/long.ipynb")
