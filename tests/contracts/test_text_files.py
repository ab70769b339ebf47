"""TOML, JSON and CSV of others are read within bounds: a value, or one line."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, field_validator

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.file_names import is_printable, printable, spell_name
from latent_resonance.contracts.text_files import (
    parse_csv,
    parse_json,
    parse_toml,
    read_csv,
    read_text,
    read_toml,
)
from latent_resonance.engine.recipe import Recipe


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


@pytest.mark.parametrize(
    "name", ["می\u200cخواهم", "👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f", "ok"]
)
def test_words_and_emoji_that_are_joined_are_printable(name: str) -> None:
    assert is_printable(name)
    assert printable(name) == name
    for hidden in ("\u200b", "\u202e", "\u2066", "\n", "\x1b", "\ufeff"):
        assert not is_printable(name + hidden)


RECIPE = """
name = "b"
sense = "face"
bundle = "texture"
navigate = { part = "semantic" }
render = { part = "living_spectrogram" }
"""
CHAINS = RECIPE.replace("bundle", "[[chain]]\nbundle") + "".join(
    ["[[chain]]\n", *RECIPE.splitlines(keepends=True)[3:]]
)


@pytest.mark.parametrize(
    ("line", "place", "says"),
    [
        ("map = { rate = 3 }", "map.rate", "should be the name of a sensed control, a list"),
        ("map = 3", "map", "should be a table"),
        ('map = { rate = { from = "m", gatee = 1 } }', "map.rate.gatee", "did you mean 'gate'?"),
        ('map = { rate = { from = "m", in = [0, 1, 2] } }', "map.rate.in", "has 3 entries, at mo"),
        ("map = { rate = { gate = 0.1 } }", "map.rate.from", "is missing"),
        ("map = { rate = [1] }", "map.rate 1", "should be text"),
        ('bundel = "b"', "bundel", "there is no such key; did you mean 'bundle'?"),
        ("whatever = 1", "whatever", "there is no such key; there is: absent, bundle"),
        ('held = { rate = "x" }', "held.rate", "should be a number"),
        ("place = 3", "place", "should be a table or a list"),
        ('place = { rain = "x" }', "place.rain", "should be a number"),
        ('place = ["x"]', "place 1", "should be a number"),
        ("move = { rate = { hand = [0, 3], beats = 1 } }", "move.rate.hand 2", "less than or"),
        ('move = { rate = { lfo = "sin", beats = 1 } }', "move.rate.lfo", "'sine'"),
        ('move = { rate = { lfo = "sine", beats = -1 } }', "move.rate.beats", "greater than"),
        ('move = { rate = { lfo = "sine", beets = 1 } }', "move.rate.beets", "mean 'beats'?"),
        ('move = { rate = { from = "" } }', "move.rate", "'from' should be the name"),
        ("rate = 48000.5", "rate", "should be a whole number"),
    ],
)
def test_an_entry_is_told_as_it_is_written_and_in_plain_words(
    tmp_path: Path, line: str, place: str, says: str
) -> None:
    path = tmp_path / "mine.toml"
    for text, at in ((RECIPE, place), (CHAINS, f"chain 2.{place}")):
        path.write_text(f"{text}{line}\n")
        with pytest.raises(InputError) as caught:
            read_toml(path, Recipe, "recipe")
        said = str(caught.value)
        assert f"mine.toml, '{at}': " in said
        assert says in said


def test_a_name_that_is_mistyped_is_told_before_the_one_that_lacks(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(RECIPE.replace("bundle", "bundel"))
    with pytest.raises(InputError, match="'bundel': there is no such key; did you mean 'bundle'"):
        read_toml(path, Recipe, "recipe")
    path.write_text(RECIPE.replace("bundle = ", "# "))
    with pytest.raises(InputError, match="'bundle': is missing"):
        read_toml(path, Recipe, "recipe")


def test_what_is_wrong_with_a_file_as_a_whole_has_no_empty_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    names = CHAINS.replace("[[chain]]", '[[chain]]\nname = "one"')
    path.write_text(names)
    with pytest.raises(InputError, match=r"mine\.toml: two chains are called 'one'"):
        read_toml(path, Recipe, "recipe")
