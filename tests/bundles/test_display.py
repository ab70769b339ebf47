"""Names for people: read with all checks, made of the places' names where a bundle has none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from forge import refused

from latent_resonance.bundles.display import read_display, without_lost
from latent_resonance.bundles.find import open_bundle
from latent_resonance.bundles.name_places import name_places, shown_table
from latent_resonance.bundles.read import read_bundle
from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.members import DISPLAY
from latent_resonance.contracts.space import LatentSpace, Place

Make = Callable[..., Path]

NAMES = Path(__file__).parents[2] / "recipes" / "train" / "names"


def space(**kinds: str) -> LatentSpace:
    w = open_bundle("drone").space.mean
    return LatentSpace(
        size=len(w), places={n.replace("__", "/"): Place(w, k) for n, k in kinds.items()}
    )


def table(places: object, **more: object) -> bytes:
    return json.dumps({"places": places, **more}).encode()


def test_without_a_table_names_and_kinds_are_what_there_is() -> None:
    found = read_display({}, space(fire="prototype", electric_piano="label", place_1=""))
    shown = {name: (found.places[name].title, found.places[name].group) for name in found.shown}
    assert shown == {"fire": ("Fire", "Sounds"), "electric_piano": ("Electric piano", "Sounds")}
    # Where all are of no kind, all are of interest.
    plain = read_display({}, space(bass="", family__brass="family"))
    assert [plain.places[name].title for name in plain.shown] == ["Brass family"]
    assert read_display({}, space(bass="")).shown == ("bass",)


def test_a_table_names_places_groups_them_and_hides_some() -> None:
    entry = {"title": "Log fire", "group": "Fire", "x": 0.25, "y": 0.5}
    given = table({"fire": entry, "hit": {"hidden": True}}, popular=["fire"])
    found = read_display({DISPLAY: given}, space(fire="prototype", hit="prototype", rain="label"))
    assert found.shown == ("fire", "rain")
    assert found.offered == ("fire", "hit", "rain")
    fire = found.places["fire"]
    assert (fire.title, fire.group, fire.at) == ("Log fire", "Fire", (0.25, 0.5))
    assert found.popular == ("fire",)
    assert shown_table(found)["places"]["fire"] == entry


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "'as a whole': should be a table"),
        (table({"tone": {"titel": "Tone"}}), "'places.tone.titel': there is no such key"),
        (table({"tone": {"x": 0.5}}), "'places.tone': x and y go together"),
        (table({"tone": {"x": 1.5, "y": 0}}), "'places.tone.x': input should be less"),
        (table({"tone": {"title": "a\u001b[2J"}}), "cannot be printed"),
        (table({"tone": {"title": "long" * 20}}), "at most 40"),
        (table({"bell": {"title": "Bell"}}), "there is no place 'bell'"),
        (table({}, popular=["bell"]), "there is no place 'bell'"),
        (table({"tone": {"hidden": True}}, popular=["tone"]), "'tone' is popular, but hidden"),
        (b" " * (1 << 20) + b"{}", "is larger than 1 MiB"),
    ],
)
def test_a_table_that_is_none_is_refused_with_one_line(
    make_bundle: Make, tmp_path: Path, text: bytes, says: str
) -> None:
    given = tmp_path / "names.json"
    given.write_bytes(text)
    bundle = make_bundle()
    before = bundle.read_bytes()
    with pytest.raises(BundleError) as caught:
        name_places(bundle, given, bundle)
    assert says in str(caught.value)
    assert str(caught.value).startswith(str(given))
    assert "\n" not in str(caught.value)
    assert bundle.read_bytes() == before


def test_two_places_of_one_title_are_refused() -> None:
    given = table({"fire": {"title": "Fire"}, "burn": {"title": "Fire"}})
    with pytest.raises(BundleError, match="'fire' and 'burn' are both called 'Fire'"):
        read_display({DISPLAY: given}, space(fire="label", burn="label"))


def test_names_change_nothing_else_not_even_the_seal(make_bundle: Make, tmp_path: Path) -> None:
    given = tmp_path / "names.json"
    given.write_bytes(table({"tone": {"title": "Low tone"}}))
    old, output = read_bundle(make_bundle()), tmp_path / "named.resonance"
    name_places(make_bundle(), given, output)
    new = read_bundle(output)
    assert new.facts["seal"] == old.facts["seal"]
    assert {**old.members, DISPLAY: given.read_bytes()} == dict(new.members)
    assert new.space.places["tone"].title == "Low tone"
    with pytest.raises(InputError, match="cannot read"):
        name_places(output, tmp_path / "missing.json", output)


def test_a_changed_name_shows(make_bundle: Make) -> None:
    path = make_bundle("folder", display__json=table({"tone": {}}))
    (path / DISPLAY).write_bytes(table({"tone": {"title": "Changed"}}))
    refused(path, "was changed")


def test_a_table_loses_the_places_that_were_not_found_again() -> None:
    given = table({"fire": {"title": "Fire"}, "hit": {"title": "Hit"}}, popular=["hit"])
    kept = without_lost({DISPLAY: given, "a.txt": b"a"}, space(fire="prototype"))
    assert json.loads(kept[DISPLAY]) == {"places": {"fire": {"title": "Fire"}}}
    assert kept["a.txt"] == b"a"
    assert without_lost({"a.txt": b"a"}, space()) == {"a.txt": b"a"}


@pytest.mark.parametrize("name", ["texture", "notes", "drone"])
def test_the_bundles_that_ship_carry_their_curated_names(name: str) -> None:
    bundle = open_bundle(name)
    assert bundle.members[DISPLAY] == (NAMES / f"{name}.json").read_bytes()
    shown = [bundle.space.places[one] for one in bundle.space.shown]
    titles = [place.title for place in shown]
    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if "_" in title or title.lower().startswith("place")]
    assert all(place.group and place.at for place in shown)


def test_the_command_prints_a_table_and_takes_it_back(make_bundle: Make, tmp_path: Path) -> None:
    bundle, names, output = make_bundle(), tmp_path / "names.json", tmp_path / "b.resonance"
    printed = CliRunner().invoke(cli, ["models", "names", str(bundle)])
    names.write_text(printed.output.replace('"Tone"', '"Hum"'))
    words = ["models", "names", str(bundle), "--table", str(names), "--output", str(output)]
    assert "1 places shown, 0 hidden" in CliRunner().invoke(cli, words).output
    assert read_bundle(output).space.places["tone"].title == "Hum"
