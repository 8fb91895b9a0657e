"""A file of settings, line by line."""

from pathlib import Path

import pytest

from june_runtime.settings_file import MAX_BYTES, Content, read_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "june.env"


def written(path: Path, content: str | bytes) -> Content:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path)


def values(content: Content) -> dict[str, str]:
    assert content.faults == []
    return {name: given.value for name, given in content.values.items()}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("A = 1 ", "1"),
        ("export A=1", "1"),
        ("A=1 # one", "1"),
        ("A=#1", "#1"),
        ("A=", ""),
        ("A='one two # three'", "one two # three"),
        ('A="one \\"two\\" \\n three"', 'one "two" \n three'),
        ('A="over two\nlines"', "over two\nlines"),
        ("A=$HOME/${HOME}", "$HOME/${HOME}"),
        ('A={"words": ["x"]}', '{"words": ["x"]}'),
    ],
)
def test_lines_are_read_as_other_tools_read_them(path: Path, line: str, value: str) -> None:
    """Comments, quotes and `export`; nothing is put in for `$NAME`."""
    assert values(written(path, f"# settings\n\n{line}\n")) == {"A": value}


def test_every_value_tells_its_line(path: Path) -> None:
    """Counted as editors count, whatever ends the lines."""
    content = written(path, b"\xef\xbb\xbf# first\r\n\r\nA=1\r\nB='x\r\ny'\r\nC=3")
    assert {name: given.where for name, given in content.values.items()} == {
        "A": f"{path}, line 3",
        "B": f"{path}, line 4",
        "C": f"{path}, line 6",
    }


@pytest.mark.parametrize(
    "line", ["A", "A: 1", "=1", "A B=1", "A='1", 'A="1" 2', "a=1", "MIIEvQIBADAN+/x=", "1A=x"]
)
def test_a_line_that_is_no_setting_is_told_by_its_number_alone(path: Path, line: str) -> None:
    """What stands there may be a piece of a secret. The lines around it are read."""
    content = written(path, f"B=1\n\n{line}\nC=3\n")
    assert content.faults == [
        (f"{path}, line 3", "is not NAME=value with the name in capitals"),
    ]
    assert set(content.values) == {"B", "C"}


def test_a_name_that_is_set_twice_is_told_with_its_second_line(path: Path) -> None:
    """Which of the two was meant is anybody's guess."""
    content = written(path, "A=1\nB=2\nA=1\n")
    assert content.faults == [("A", f"is set a second time ({path}, line 3)")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"A=\xff", "is not UTF-8"),
        (b"A=\0", "is no text"),
        (b"#" * (MAX_BYTES + 1), "is larger than 1,000,000 bytes"),
    ],
)
def test_what_is_no_file_of_settings_is_refused(path: Path, content: bytes, told: str) -> None:
    """As a whole."""
    with pytest.raises(ValueError, match=told):
        written(path, content)


def test_the_largest_file_is_read(path: Path) -> None:
    """To the last byte."""
    assert values(written(path, b"#" * (MAX_BYTES - 4) + b"\nA=1")) == {"A": "1"}


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """Missing, or a folder."""
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        read_file(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="cannot be read: Is a directory"):
        read_file(tmp_path)
