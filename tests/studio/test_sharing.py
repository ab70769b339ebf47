"""Sets: what is shared in one home opens in another and plays the same; hostile ones do not."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from latent_resonance.bundles.container import read_container
from latent_resonance.bundles.find import open_bundle, user_folder
from latent_resonance.bundles.manifest import seal_of, spelled
from latent_resonance.bundles.stored_zip import pieces
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import (
    BundleError,
    InputError,
    OutputError,
    ResonanceError,
    UnknownNameError,
)
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import load_recipe, user_recipe_folder
from latent_resonance.studio.named_presets import named_patch, preset_recipe, presets_of
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.sharing.gather import finish, gather
from latent_resonance.studio.sharing.open_set import open_set, plan_opening
from latent_resonance.studio.sharing.set_file import read_set, write_set
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.presets import NewPreset, Presets
from latent_resonance.studio.store.sessions import Sessions
from latent_resonance.studio.studio import DATABASE, studio_folder

RECIPE = """
# a drone by hand
name = "still"
bundle = "{bundle}"
sense = "sliders"
render = "living_spectrogram"
held = {{ gain_db = -6.0 }}
model = "onnxruntime"

[navigate]
part = "blend"
"""
PRESET = NewPreset(
    name="Low tide",
    tags=["slow"],
    patch=Patch(instrument="still", place=Place(weights={"organ": 1.0}), seed=5),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Moves to another home folder."""

    def move(name: str) -> None:
        for variable in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            monkeypatch.setenv(variable, str(tmp_path / name))

    move("first")
    return move


def keep(*presets: NewPreset, folder: Path | None = None) -> None:
    with closing(Database((folder or studio_folder()) / DATABASE)) as database:
        for preset in presets:
            Presets(database).add(preset)


def own_instrument(bundle: str = "mine") -> None:
    """A recipe and a bundle of the player's, and a preset of them."""
    user_folder().mkdir(parents=True, exist_ok=True)
    opened = open_bundle("drone")
    kept = {n: d for n, d in opened.members.items() if not n.startswith(("weights", "preview"))}
    rewrite_bundle(user_folder() / "mine.resonance", opened, kept)
    user_recipe_folder().mkdir(parents=True, exist_ok=True)
    (user_recipe_folder() / "still.toml").write_text(RECIPE.format(bundle=bundle))
    keep(PRESET)


def rendered(path: Path) -> bytes:
    patch = named_patch("still", "Low tide")
    recipe = preset_recipe(load_recipe("still"), patch, by_itself=True)
    render_file(recipe, path, seconds=0.3)
    return path.read_bytes()


def everything() -> list[Path]:
    """All files of a home but the database's own."""
    root = user_folder().parent
    return sorted(p for p in root.rglob("*") if p.is_file() and DATABASE not in p.name)


def test_what_is_shared_in_one_home_plays_the_same_in_another(
    home: Callable[[str], None], tmp_path: Path
) -> None:
    own_instrument()
    before = rendered(tmp_path / "a.wav")
    shared = tmp_path / "x.resonance-set"
    for _ in range(2):  # the same bytes each time
        write_set(shared, finish(gather(["still/Low tide"]), pictures=False))
        digest = hashlib.sha256(shared.read_bytes()).hexdigest()
    home("second")
    with pytest.raises(UnknownNameError):
        load_recipe("still")
    plan = open_set(shared)
    assert plan.report == {
        "presets": ["still/Low tide"],
        "recipes": ["still"],
        "bundles": ["mine"],
        "replaced": [],
        "here_already": 0,
        "notes": [],
    }
    assert rendered(tmp_path / "b.wav") == before
    # Once more there is nothing to do, and what is opened can be shared again.
    assert open_set(shared).same == 3
    again = tmp_path / "again.resonance-set"
    write_set(again, finish(gather([], everything=True), pictures=False))
    assert hashlib.sha256(again.read_bytes()).hexdigest() == digest


def test_nothing_of_the_players_is_written_over_unasked(
    home: Callable[[str], None], tmp_path: Path
) -> None:
    own_instrument(bundle="drone")
    shared = tmp_path / "x.resonance-set"
    write_set(shared, finish(gather(["preset:Low tide"]), pictures=False))
    other = PRESET.model_copy(update={"line": "mine, not yours"})
    home("second")
    user_recipe_folder().mkdir(parents=True)
    (user_recipe_folder() / "still.toml").write_text(RECIPE.format(bundle="drone") + "# mine\n")
    keep(other)
    with pytest.raises(InputError, match=r"preset still/Low tide; ask to replace") as caught:
        open_set(shared)
    assert "recipe still" in str(caught.value)
    assert "# mine" in (user_recipe_folder() / "still.toml").read_text()
    assert presets_of("still")["Low tide"].line == "mine, not yours"
    open_set(shared, replace=True)
    assert "# mine" not in (user_recipe_folder() / "still.toml").read_text()
    (kept,) = presets_of("still").values()
    assert kept.line == ""


def test_presets_of_one_name_are_all_shared(home: Callable[[str], None], tmp_path: Path) -> None:
    home("first")
    twins = [
        NewPreset(name="twin", patch=Patch(instrument="texture", seed=seed)) for seed in (1, 2, 3)
    ]
    keep(*twins)
    shared = finish(gather([], everything=True), pictures=False)
    write_set(tmp_path / "a.resonance-set", shared)
    home("second")
    opened = open_set(tmp_path / "a.resonance-set")
    assert {one.name for one in opened.presets} == {"twin", "twin 2", "twin 3"}
    assert {one.patch.seed for one in opened.presets} == {1, 2, 3}


def test_a_large_bundle_is_named_and_not_carried_unless_asked(
    home: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.studio.sharing import gather as module

    own_instrument()
    monkeypatch.setattr(module, "MOST_CARRIED", 1000)
    large = finish(gather(["recipe:still"]), pictures=False)
    assert large.bundles == {}
    for asked in (
        finish(gather(["still"]), pictures=False, with_bundles=True),
        finish(gather(["still", "mine"]), pictures=False),
    ):
        assert list(asked.bundles) == ["mine"]
    write_set(tmp_path / "x.resonance-set", large)
    home("second")
    (note,) = open_set(tmp_path / "x.resonance-set").notes
    whole = tmp_path / "first" / "latent-resonance" / "bundles" / "mine.resonance"
    assert hashlib.sha256(whole.read_bytes()).hexdigest() in note


def test_names_that_fit_nothing_or_too_much_are_told(home: Callable[[str], None]) -> None:
    own_instrument()
    keep(NewPreset(name="mine", patch=Patch(instrument="texture")))
    for name, says in (
        ("Low tied", "did you mean 'Low tide'"),
        ("mine", "say 'preset:texture/mine' or 'bundle:mine'"),
        ("face", "ships with the program"),
        ("session:last", "'session:last' is what the studio played last"),
    ):
        with pytest.raises(InputError, match=says):
            gather([name])
    with closing(Database(studio_folder() / DATABASE)) as database:
        Sessions(database).add(Patch(instrument="face", controls={"mouth": 0.5}))
    for name in ("copper tide", "Vision/COPPER tide"):
        (found,) = gather([name]).presets
        assert found.name == "Copper tide"
    (last,) = gather(["session:last"]).presets
    assert (last.name, last.patch.controls) == ("face as played", {"mouth": 0.5})
    home("empty")
    with pytest.raises(InputError, match="no presets, recipes or bundles of your own"):
        gather([], everything=True)
    assert everything() == []


def test_presets_of_a_studio_in_a_folder_of_its_own_are_shared_and_opened(
    home: Callable[[str], None], tmp_path: Path
) -> None:
    # Of the name of one that ships, of another instrument.
    keep(NewPreset(name="Copper tide", patch=Patch(instrument="face", seed=9)), folder=tmp_path)
    shared = tmp_path / "x.resonance-set"

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, [*words, "--json"])

    def share(name: str, folder: Path) -> Result:
        return run("share", name, "-o", str(shared), "--no-pictures", "--folder", str(folder))

    for name, folder, says in (
        ("Copper tide", tmp_path, "'preset:vision/Copper tide' or 'preset:face/Copper tide'"),
        ("face/Copper tide", tmp_path / "nowhere", "no studio keeps its presets in"),
    ):
        refused = share(name, folder).exception
        assert isinstance(refused, InputError)
        assert says in str(refused)
    assert not shared.exists()
    assert share("face/Copper tide", tmp_path).exit_code == 0
    there = tmp_path / "there"
    for words in (["--list"], []):
        opened = run("open", str(shared), "--folder", str(there), *words)
        assert json.loads(opened.stdout)["presets"] == ["face/Copper tide"]
        assert (there / DATABASE).is_file() != bool(words)
    assert presets_of("face", there)["Copper tide"].patch.seed == 9
    assert "Copper tide" not in presets_of("face")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('stage = { part = "audio_file", path = "take.wav" }', "option 'path' names a file"),
        ('sense = { part = "midi", source = "tune.mid" }', "option 'source' names a file"),
        ('sense = { part = "face", source = "me.MP4" }', "option 'source' names a file"),
        ('stage = { part = "osc", host = "../x" }', "option 'host' names a file"),
    ],
)
def test_a_recipe_that_names_files_is_not_shared(
    home: Callable[[str], None], line: str, says: str
) -> None:
    own_instrument(bundle="drone")
    path = user_recipe_folder() / "still.toml"
    text = path.read_text().replace("[navigate]", f"{line}\n[navigate]")
    if line.startswith("sense"):  # in the place of its own
        text = text.replace('sense = "sliders"\n', "")
    path.write_text(text)
    with pytest.raises(BundleError, match=says):
        gather(["still"])


def forged(path: Path, change: Callable[[dict, dict[str, bytes]], None]) -> Path:
    """A set that was changed by who knows the format: sealed again, digests and all."""
    members = read_container(path, kind_of_sets())
    table = json.loads(members.pop("set.json"))
    change(table, members)
    for name, data in members.items():
        table["members"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    table["members"] = {n: m for n, m in table["members"].items() if n in members}
    table["seal"] = seal_of(table, whole=True)
    made = path.with_name("forged.resonance-set")
    made.write_bytes(b"".join(pieces({"set.json": spelled(table), **members})))
    return made


def kind_of_sets() -> object:
    from latent_resonance.studio.sharing import set_file

    return set_file._KIND


def recipe(old: str, new: str) -> Callable[[dict, dict[str, bytes]], None]:
    def change(table: dict, members: dict[str, bytes]) -> None:
        members["still.toml"] = members["still.toml"].replace(old.encode(), new.encode())

    return change


def renamed(name: str) -> Callable[[dict, dict[str, bytes]], None]:
    def change(table: dict, members: dict[str, bytes]) -> None:
        members[f"{name}.toml"] = members.pop("still.toml")
        table["recipes"] = [name]

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t, m: t.update(schema_version=2), "version 2, this program knows 1: update it"),
        (lambda t, m: t.update(recipes=["../still"]), "neither|missing|not listed"),
        (renamed("../../up"), "leads out of the set"),
        (renamed("face"), "name of one that ships"),
        (lambda t, m: t.update(recipes=["still", "STILL"]), "two recipes"),
        (lambda t, m: m.update({"x.py": b"1"}), "kind that sets do not have"),
        (lambda t, m: m.update({"x.toml": b"a = 1"}), "'x.toml' is not listed"),
        (lambda t, m: m.update({"x.png": b"no picture"}), "not listed"),
        (lambda t, m: m.pop("still.toml"), "'still.toml' is missing"),
        (lambda t, m: m.update({"still.toml": b"\x80\x04pickle"}), "is a pickle"),
        (lambda t, m: m.update({"still.toml": b"\xff\xfe"}), "is not text"),
        (lambda t, m: t["presets"][0].update(name="a\x1b[2J"), "cannot be printed"),
        (lambda t, m: t["presets"][0]["patch"].update(instrument="none"), "neither here nor in it"),
        (lambda t, m: t["presets"][0].update(pictured=True), "'preset-000.png' is missing"),
        (lambda t, m: t.update(more=1), "there is no such key"),
        (recipe('"drone"', '"../../drone"'), "names its bundle by a path"),
        (recipe('"drone"', '"unheard"'), "plays the bundle 'unheard'"),
        (recipe("[navigate]", 'stage = { part = "audio_file", path = "x" }\n[navigate]'), "a file"),
        (recipe("[navigate]", 'stage = { part = "ndi", name = "~/x" }\n[navigate]'), "a file"),
        (recipe("[navigate]", "[["), "is not TOML"),
        (recipe("part =", "port ="), "the recipe 'still'"),
    ],
)
def test_hostile_sets_are_refused_in_one_line(
    home: Callable[[str], None], tmp_path: Path, change: Callable, says: str
) -> None:
    own_instrument(bundle="drone")
    write_set(tmp_path / "x.resonance-set", finish(gather(["Low tide"]), pictures=False))
    made = forged(tmp_path / "x.resonance-set", change)
    home("second")
    with pytest.raises(ResonanceError, match=says) as caught:
        open_set(made)
    assert "\n" not in str(caught.value)
    assert str(caught.value).isprintable()
    assert everything() == []


def test_damaged_files_and_bombs_are_refused_unread(
    home: Callable[[str], None], tmp_path: Path
) -> None:
    own_instrument(bundle="drone")
    path, bad = tmp_path / "x.resonance-set", tmp_path / "bad.resonance-set"
    write_set(path, finish(gather(["Low tide"]), pictures=False))
    data = path.read_bytes()
    at = data.index(b"gain_db = -6.0")

    def zipped(method: int, names: list[str], size: int = 1_000_000) -> bytes:
        with zipfile.ZipFile(bad, "w", method) as archive:
            for name in names:
                archive.writestr(name, b"0" * size)
        return bad.read_bytes()

    for content, says in (
        (data[:-50], "damaged|cut short"),
        (data + b"more", "added at its end"),
        (b"more" + data, "neither a folder nor a zip"),
        (data[:at] + b"gain_db = -5.0" + data[at + 14 :], "damaged|changed"),
        (zipped(zipfile.ZIP_DEFLATED, ["set.json"]), "compressed"),
        (zipped(zipfile.ZIP_STORED, ["set.json"]), "not JSON"),
        (zipped(zipfile.ZIP_STORED, [f"{n}.json" for n in range(601)], 1), "at most 600"),
        (b"\x80\x04", "pickle"),
        (b"", "neither a folder nor a zip"),
    ):
        bad.write_bytes(content)
        with pytest.raises(BundleError, match=says):
            read_set(bad)
    with pytest.raises(BundleError, match="a folder"):
        read_set(tmp_path)
    with pytest.raises(BundleError, match="cannot read"):
        read_set(tmp_path / "none.resonance-set")


def test_a_wrong_bundle_in_a_set_leaves_nothing(
    home: Callable[[str], None], tmp_path: Path
) -> None:
    own_instrument()
    path = tmp_path / "x.resonance-set"
    write_set(path, finish(gather(["Low tide"]), pictures=False))

    def other(table: dict, members: dict[str, bytes]) -> None:
        data = members["mine.resonance"]
        at = data.index(b"latent-resonance bundle")
        members["mine.resonance"] = made = data[:at] + b"L" + data[at + 1 :]
        table["bundles"][0]["sha256"] = hashlib.sha256(made).hexdigest()

    bad = forged(path, other)
    home("second")
    with pytest.raises(BundleError, match=r"the bundle mine\.resonance"):
        open_set(bad)
    assert everything() == []
    assert list(presets_of("still")) == []


def test_a_disk_that_takes_no_preset_leaves_nothing(
    home: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_instrument(bundle="drone")
    path = tmp_path / "x.resonance-set"
    write_set(path, finish(gather(["Low tide"]), pictures=False))
    home("second")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Presets, "put", full)
    with pytest.raises((OutputError, sqlite3.Error), match="full"):
        open_set(path)
    assert everything() == []
    with closing(Database(studio_folder() / DATABASE)) as database:
        assert plan_opening(path, Presets(database)).recipes


@pytest.mark.parametrize("fails", ["mine.resonance", "still.toml"])
@pytest.mark.parametrize("replace", [False, True])
def test_a_set_of_which_one_file_cannot_be_put_in_place_changes_nothing(
    home: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    replace: bool,
) -> None:
    own_instrument()
    path = tmp_path / "x.resonance-set"
    write_set(path, finish(gather(["Low tide"]), pictures=False))
    home("second")
    if replace:  # all three are here in another form
        own_instrument()
        drone = open_bundle("drone")
        members = {n: d for n, d in drone.members.items() if not n.startswith("weights")}
        rewrite_bundle(user_folder() / "mine.resonance", drone, members)
        (user_recipe_folder() / "still.toml").write_text("# mine\n" + RECIPE.format(bundle="mine"))
        with closing(Database(studio_folder() / DATABASE)) as database:
            Presets(database).put(PRESET.model_copy(update={"line": "mine"}))
    before = {one: one.read_bytes() for one in everything()}
    put = Path.replace

    def refused(source: Path, target: Path) -> Path:
        if Path(target).name == fails and ".before." not in source.name:
            raise PermissionError(13, "Permission denied", str(target))
        return put(source, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OutputError, match=rf"{fails}: Permission denied"):
        open_set(path, replace=replace)
    assert {one: one.read_bytes() for one in everything()} == before
    with closing(Database(studio_folder() / DATABASE)) as database:
        assert [one.line for one in Presets(database).list()] == (["mine"] if replace else [])
