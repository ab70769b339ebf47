"""TOML, JSON and CSV of others are read within bounds: a value, or one line."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, field_validator

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.file_names import printable, spell_name
from latent_resonance.contracts.text_files import (
    parse_csv,
    parse_json,
    parse_toml,
    read_csv,
    read_text,
    read_toml,
)


class Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    steps: int = 0


HOSTILE_TOML = {
    "brackets": "[" * 3_000,
    "an array within arrays": "a = " + "[" * 3_000 + "]" * 3_000,
    "tables within tables": "a = " + "{a = " * 2_000 + "1" + "}" * 2_000,
    "digits": "a = " + "1" * 5_000,
    "a long key": ".".join(["a"] * 20_000) + " = 1",
    "a long quoted key": ".".join(['"a"'] * 20_000) + " = 1",
    "a long name of a table": "[" + ".".join(["a"] * 20_000) + "]",
    "a long inner key": "x = {" + " . ".join(["a"] * 20_000) + " = 1}",
    "nothing closed": 'a = "' + "b" * 100_000,
}


@pytest.mark.parametrize("kind", HOSTILE_TOML)
def test_toml_beyond_reason_is_refused_in_a_line(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ValueError) as said:
        parse_toml(HOSTILE_TOML[kind])
    assert len(str(said.value)) < 300
    (tmp_path / "a.toml").write_text(HOSTILE_TOML[kind])
    with pytest.raises(InputError, match="not valid TOML") as caught:
        read_toml(tmp_path / "a.toml", Anything, "recipe")
    assert "\n" not in str(caught.value)


def test_names_in_a_message_keep_their_capitals(tmp_path: Path) -> None:
    class Scale(BaseModel):
        root: str

        @field_validator("root")
        @classmethod
        def _known(cls, root: str) -> str:
            raise ValueError(f"'{root}' is no root: write C, F# or Bb")

    (tmp_path / "a.toml").write_text('root = "Hb"')
    with pytest.raises(InputError, match="'root': 'Hb' is no root: write C, F# or Bb"):
        read_toml(tmp_path / "a.toml", Scale, "recipe")


def test_what_is_wrong_in_a_toml_file_is_named_shortly(tmp_path: Path) -> None:
    key = ".".join(["k" * 200] * 50)
    (tmp_path / "a.toml").write_text(f"{key} = 1\nsteps = 1e300\n")
    with pytest.raises(InputError, match="the recipe") as caught:
        read_toml(tmp_path / "a.toml", Strict, "recipe")
    assert len(str(caught.value)) < 1000
    numbers = ", ".join(["0.125"] * 5_000)
    assert len(parse_toml(f"a = [{numbers}]")["a"]) == 5_000
    assert parse_toml("a.b.c = 1") == {"a": {"b": {"c": 1}}}


@pytest.mark.parametrize("text", ["[" * 3_000, '{"a":' * 5_000, "1" * 5_000, "{", "\ud800", ""])
def test_json_beyond_reason_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(ValueError) as said:
        parse_json(text)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"file\n" + b"x" * 131_073, "field larger"),
        (b"file,file\na,b", "two columns"),
        (b"file\nlat\xe9n.wav", "UTF-8"),
        (b"\xff\xfef\x00i\x00", "UTF-8"),
    ],
)
def test_csv_that_is_none_is_refused_in_a_line(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "manifest.csv").write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_csv(tmp_path / "manifest.csv", "manifest")
    assert "\n" not in str(caught.value)


def test_csv_rows_are_filled_and_cut_to_their_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'\xef\xbb\xbffile,label\na.wav\n\n"b\nc.wav",x,y,z\n')
    assert read_csv(tmp_path / "a.csv", "manifest") == [
        {"file": "a.wav", "label": ""},
        {"file": "b\nc.wav", "label": "x"},
    ]
    (tmp_path / "empty.csv").touch()
    assert read_csv(tmp_path / "empty.csv", "manifest") == []


@pytest.mark.parametrize("kind", ["pipe", "folder", "gone", "zero", "large", "nul"])
def test_a_text_file_is_a_regular_file_of_a_bounded_size(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "large":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    elif kind == "nul":
        path = tmp_path / "a\0b"
    with pytest.raises(InputError, match=r"cannot read|larger than") as caught:
        read_text(path, "recipe")
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet="[]{}=.,\"'#\\\n 1eE+-_ab:\0", max_size=300))
def test_no_text_makes_a_reader_fail_otherwise(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | str
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed"
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(data)
    for reader in (
        lambda: read_toml(path, Strict, "recipe"),
        lambda: read_csv(path, "manifest"),
        lambda: parse_json(data),
        lambda: parse_csv(data.decode("latin-1").splitlines()),
    ):
        try:
            reader()
        except (InputError, ValueError) as error:
            assert len(str(error)) < 3000


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_names_are_never_spelled_alike(one: str, other: str) -> None:
    assert (spell_name(one) == spell_name(other)) == (one == other)
    assert spell_name(one).isprintable()
    assert printable("plain é 🎵.wav") == "plain é 🎵.wav"
