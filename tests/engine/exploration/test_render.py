"""Files of places: length, loudness, variations, morphs, and the recipe that makes them again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.values import FloatArray, Frame, Latent, Spectrogram
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.render import (
    Output,
    render_again,
    render_places,
    sound_of,
)
from latent_resonance.engine.exploration.request import PlaceRequest, Weighted
from latent_resonance.engine.exploration.sequence import play_way
from latent_resonance.engine.exploration.sound_recipe import (
    SoundRecipe,
    carried_place,
    check_events,
    recipe_in,
    recipe_to_change,
)
from latent_resonance.engine.instrument import Instrument
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.render.spectral.loop import Loop
from latent_resonance.sound.loudness import true_peak_db
from latent_resonance.stage.metadata.recipe_of import read_recipe


def test_a_file_makes_itself_again_to_the_last_bit(explorer: Explorer, tmp_path: Path) -> None:
    request = PlaceRequest(seed=4, prototypes=[Weighted("rain", 0.5)], settings={"brightness": 2.0})
    for suffix in (".wav", ".flac"):
        first = tmp_path / f"first{suffix}"
        report = render_places(explorer, request, Output(first))
        again = tmp_path / f"again{suffix}"
        render_again(first, again, explorer)
        assert first.read_bytes() == again.read_bytes()
        assert report["set"] == {"brightness": 2.0}
    wide = Output(tmp_path / "wide.wav", 0.7, rate=48_000, channels=2)
    report = render_places(explorer, request, wide)
    assert (report["sample_rate"], report["channels"], report["clicks"]) == (48_000, 2, 0)
    render_again(wide.path, tmp_path / "again.wav", explorer)
    assert wide.path.read_bytes() == (tmp_path / "again.wav").read_bytes()
    carried = read_recipe(tmp_path / "first.wav")
    assert carried is not None
    assert carried["made_by"]["prototypes"] == {"rain": 0.5}
    third = tmp_path / "third.wav"
    render_again(again, third, explorer)
    assert read_recipe(third) == carried


@pytest.mark.parametrize("suffix", [".ogg", ".opus", ".mp3"])
def test_a_packed_file_says_all_of_its_recipe(
    explorer: Explorer, tmp_path: Path, suffix: str
) -> None:
    first, again, other = tmp_path / f"a{suffix}", tmp_path / "a.wav", tmp_path / "b.wav"
    goal = {"seconds": 0.6, "loudness": -18.0, "fade_in": 0.1, "fade_out": 0.2}
    render_places(explorer, PlaceRequest(seed=3), Output(first, **goal))
    render_again(first, again, explorer)
    render_places(explorer, PlaceRequest(seed=3), Output(other, **goal))
    assert again.read_bytes() == other.read_bytes()
    samples, _ = soundfile.read(again)
    assert np.abs(samples[:160]).max() < 0.05 * np.abs(samples).max()
    assert np.abs(samples[-160:]).max() < 0.05 * np.abs(samples).max()


def test_a_long_sound_and_a_morph_are_as_long_as_asked(explorer: Explorer, tmp_path: Path) -> None:
    for name, options in {
        "short": {"seconds": 0.03},
        "long": {"seconds": 1.5},
        "way": {"seconds": 1.5, "morph": ["fire"]},
        "ways": {"seconds": 1.5, "morph": ["fire", "rain"]},
    }.items():
        path = tmp_path / f"{name}.wav"
        report = render_places(explorer, PlaceRequest(seed=1), Output(path, **options))
        assert soundfile.info(path).frames == round(options["seconds"] * 8_000)
        assert report["clicks"] == 0
        render_again(path, tmp_path / "again.wav", explorer)
        assert path.read_bytes() == (tmp_path / "again.wav").read_bytes()
    stays, goes = (soundfile.read(tmp_path / f"{name}.wav")[0] for name in ("long", "way"))
    assert np.abs(stays[-8_000:] - goes[-8_000:]).max() > 0.01


def test_a_long_sound_has_new_events_and_older_files_keep_theirs(explorer: Explorer) -> None:
    asked: list[bytes] = []
    generate = explorer.model.generate

    def generate_at(latent: Latent) -> Spectrogram | Frame:
        asked.append(latent.w.tobytes())
        return generate(latent)

    explorer.model.generate = generate_at  # type: ignore[method-assign]
    w = explorer.space.place("rain")
    recipe = SoundRecipe("", "", w, (), 1.2, 1, events=True, named={"rain": 1.0})
    windows = 1.2 * explorer.layout.sample_rate / (explorer.layout.columns * explorer.layout.hop)
    new = sound_of(explorer, recipe)
    assert asked[0] == w.tobytes()
    assert len(set(asked)) >= int(windows) >= 4
    np.testing.assert_array_equal(new, sound_of(explorer, recipe))
    asked.clear()
    # The recipe of an older file says nothing of events.
    before = replace(recipe, events=False, named={})
    sound_of(explorer, before)
    assert set(asked) == {w.tobytes()}
    assert not {"events", "named"} & before.table().keys()


def test_windows_that_go_on_join_at_columns_of_their_own() -> None:
    columns = np.arange(12, dtype=np.float32)
    loop = Loop(columns.reshape(6, 2), columns)
    turned = loop.turned(2)
    np.testing.assert_array_equal(turned.magnitude[0], loop.magnitude[2])
    assert turned.envelope is not None
    np.testing.assert_array_equal(turned.envelope[:2], [4, 5])


def test_a_way_comes_by_every_place_that_is_named(explorer: Explorer) -> None:
    asked: list[FloatArray] = []
    generate = explorer.model.generate

    def generate_at(latent: Latent) -> Spectrogram | Frame:
        asked.append(latent.w)
        return generate(latent)

    explorer.model.generate = generate_at  # type: ignore[method-assign]
    start, *goals = (explorer.seeded(number) for number in range(4))
    play_way(explorer.model, explorer.layout, start, goals, 3.0)
    for place in (start, *goals):
        nearest = min(float(np.abs(w - place).max()) for w in asked)
        assert nearest < 0.06 * np.abs(goals[0] - start).max()
    np.testing.assert_allclose(asked[-1], goals[-1], atol=1e-5)


def test_a_morph_to_the_models_own_file_goes_to_its_exact_place(
    explorer: Explorer, tmp_path: Path
) -> None:
    goal = tmp_path / "goal.wav"
    render_places(explorer, PlaceRequest(seed=9), Output(goal))
    path = tmp_path / "way.wav"
    render_places(explorer, PlaceRequest(seed=1), Output(path, seconds=0.5, morph=[str(goal)]))
    (arrived,) = recipe_in(path).goals
    np.testing.assert_array_equal(arrived, explorer.seeded(9))


def test_a_saved_sound_is_changed_from_where_it_is(explorer: Explorer, tmp_path: Path) -> None:
    first, brighter, back = (tmp_path / f"{name}.wav" for name in ("first", "brighter", "back"))
    saved = Output(first, seconds=0.4, loudness=-26, channels=2)
    render_places(explorer, PlaceRequest(seed=5, settings={"size": 1.0}), saved)
    report = render_places(
        explorer, PlaceRequest(start=first, settings={"brightness": 2.0}), Output(brighter)
    )
    before, after = recipe_in(first), recipe_in(brighter)
    wanted = explorer.move(before.w, PlaceRequest(settings={"brightness": 2.0}))
    np.testing.assert_array_equal(after.w, wanted)
    assert report["changed"] == "first.wav"
    kept = ("seal", "seconds", "seed", "loudness", "channels", "goals")
    assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]
    instrument = Instrument(load_recipe("texture"), explorer.bundle)
    with instrument:
        made = instrument.generate(start=first, brightness=2.0).samples
    np.testing.assert_allclose(made, soundfile.read(brighter)[0], atol=1e-5)
    way = Output(back, seconds=0.2, morph=[str(first)])
    render_places(explorer, PlaceRequest(start=brighter, prototypes=[Weighted("rain", 0.5)]), way)
    np.testing.assert_array_equal(recipe_in(back).goals[0], before.w)
    assert recipe_in(back).seconds == 0.2


def test_a_bundle_knows_its_sounds_by_its_seal_whatever_its_name(
    explorer: Explorer, tmp_path: Path
) -> None:
    path = tmp_path / "sound.wav"
    render_places(explorer, PlaceRequest(seed=3), Output(path))
    bundle = explorer.bundle
    found = carried_place(path, replace(bundle, name="another"))
    np.testing.assert_array_equal(found, explorer.seeded(3))
    other = replace(bundle, facts={**bundle.facts, "seal": "0" * 64})
    assert carried_place(path, other) is None
    with pytest.raises(InputError, match=r"another version .*, whose networks are not those"):
        recipe_to_change(path, other)
    renewed = replace(other, facts={**other.facts, "former_seals": [bundle.seal]})
    np.testing.assert_array_equal(recipe_to_change(path, renewed).w, found)
    known = recipe_in(path)
    check_events(known, renewed, explorer.window_seconds)
    with pytest.raises(InputError, match="events that a former version of"):
        check_events(replace(known, seconds=known.seconds + 1), renewed, explorer.window_seconds)
    # Longer than all that may lie beside it explains.
    longer = bundle.latent_size + len(bundle.space.beside) + 1
    assert carried_place(path, replace(bundle, latent_size=longer)) is None


def test_loudness_is_reached_unless_peaks_forbid_it(explorer: Explorer, tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    report = render_places(explorer, PlaceRequest(), Output(path, seconds=2.0, loudness=-26))
    assert report["loudness_lufs"] == pytest.approx(-26, abs=0.6)
    samples, rate = soundfile.read(path, dtype="float32")
    assert true_peak_db(samples, rate) <= -0.9


def test_variations_are_numbered_and_differ(
    explorer: Explorer, tmp_path: Path, sounds: Path
) -> None:
    request = PlaceRequest(query=[sounds / "noise.wav"], strength=2)
    report = render_places(explorer, request, Output(tmp_path / "v.wav", variations=3))
    paths = [Path(one["output"]) for one in report["variations"]]
    assert [path.name for path in paths] == ["v-1.wav", "v-2.wav", "v-3.wav"]
    found = [soundfile.read(path)[0] for path in paths]
    assert np.abs(found[0] - found[1]).max() > 0.01
    render_again(paths[2], tmp_path / "again.wav", explorer)
    assert paths[2].read_bytes() == (tmp_path / "again.wav").read_bytes()


def test_another_version_of_the_bundle_is_noticed(
    explorer: Explorer, small_texture: Path, tmp_path: Path
) -> None:
    from texture_forge import forge_texture

    path = tmp_path / "sound.wav"
    render_places(explorer, PlaceRequest(), Output(path))
    other = read_bundle(forge_texture(tmp_path / "other.resonance"))
    with Explorer(other) as opened, pytest.raises(InputError, match="another version"):
        render_again(path, tmp_path / "again.wav", opened)
    assert not (tmp_path / "again.wav").exists()


def test_what_cannot_be_made_or_written_is_refused(
    explorer: Explorer, tmp_path: Path, sounds: Path
) -> None:
    with pytest.raises(MediaError, match="carries no recipe"):
        render_again(sounds / "noise.wav", tmp_path / "again.wav", explorer)
    for options, says in (
        ({"seconds": -1}, "--seconds"),
        ({"seconds": 1e9}, "--seconds"),
        ({"variations": 0}, "--variations"),
        ({"loudness": 3}, "--loudness"),
    ):
        with pytest.raises(InputError, match=says):
            Output(tmp_path / "x.wav", **options)
    with pytest.raises(OutputError, match="no folder"):
        render_places(explorer, PlaceRequest(), Output(tmp_path / "none" / "x.wav"))
    with pytest.raises(OutputError, match=r"\.aac"):
        render_places(explorer, PlaceRequest(), Output(tmp_path / "x.aac"))
    assert not list(tmp_path.glob("*.partial"))
    for broken in ('{"format": "latent-resonance texture"}', '{"w": 1}', "[]"):
        path = tmp_path / "lie.wav"
        soundfile.write(path, np.zeros(100), 16_000)
        from latent_resonance.stage.metadata.wav_info import append_comment

        append_comment(path, f"recipe: {broken}")
        with pytest.raises(MediaError, match="carries no recipe"):
            recipe_in(path)
