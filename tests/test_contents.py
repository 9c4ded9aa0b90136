from __future__ import annotations

import os
from pathlib import Path

import pytest

from geo.contents import content_of
from geo.errors import OptionError


def test_a_file_is_read_up_to_its_last_byte_and_no_larger_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for size, told in ((3 << 10, "3 KiB"), (2 << 20, "2 MiB")):
        path.write_bytes(b"x" * size)
        assert len(content_of(path, most_bytes=size)) == size
        path.write_bytes(b"x" * (size + 1))
        with pytest.raises(OptionError, match=rf"^{path}: it is larger than {told}; leave out what is not needed$"):
            content_of(path, most_bytes=size)


def test_what_is_no_file_is_told_by_the_name_given(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # which would never open: nobody writes to it
    for path, told in (
        (tmp_path, "it is a folder; give the file"),
        (tmp_path / "pipe", "it is no file but a pipe or device; save what comes from it, and give that"),
        (Path("/dev/zero"), "it is no file but a pipe or device; save what comes from it, and give that"),
        (Path("a\0b"), "it cannot be read (embedded null byte)"),
    ):
        with pytest.raises(OptionError) as raised:
            content_of(path, "row 3")
        assert str(raised.value) == f"row 3: {told}"


def test_why_a_file_cannot_be_read_is_the_cause_of_the_error(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"none: it cannot be read \(No such file or directory\)$") as raised:
        content_of(tmp_path / "none")
    assert isinstance(raised.value.__cause__, FileNotFoundError)
