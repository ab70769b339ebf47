"""The factory's presets: each opens with its instrument, sounds, and is like no other."""

import json
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from latent_resonance.bundles.find import open_bundle
from latent_resonance.studio import factory_previews
from latent_resonance.studio.cards import details_of
from latent_resonance.studio.factory_presets import FOLDER, embedded_preview, factory_presets
from latent_resonance.studio.pictures.png import read_png
from latent_resonance.studio.pictures.preset_sound import preset_sound
from latent_resonance.studio.pictures.previews import HEIGHT, WIDTH
from latent_resonance.studio.play.player import RecipePlayer
from latent_resonance.studio.store.presets import Preset

INSTRUMENTS = ("face", "texture", "notes")
PRESETS = factory_presets()
SEEN = tuple(one for one in PRESETS if one.patch.instrument == "vision")
HEARD = tuple(one for one in PRESETS if one not in SEEN)
# The others, and these, are all heard by `pytest -m slow`.
SOME = [one for name in INSTRUMENTS for one in HEARD if one.patch.instrument == name][::3]
MOST_BYTES = 850_000


def of(instrument: str) -> list[Preset]:
    return [preset for preset in PRESETS if preset.patch.instrument == instrument]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_there_are_a_dozen_with_words_maps_and_morphs(instrument: str) -> None:
    found = of(instrument)
    assert len(found) >= 12
    assert sum(bool(preset.patch.map) for preset in found) >= 2
    morphs = [preset for preset in found if preset.other]
    assert len(morphs) >= 2
    assert all(0 < preset.morph < 1 for preset in morphs)
    for preset in found:
        assert 2 <= len(preset.tags) <= 4
        assert preset.line.endswith(".")
        assert len(preset.line) <= 100
        assert preset.other is None or preset.other.instrument == instrument
    assert len({preset.name for preset in found}) == len(found)
    assert all(preset.phrase for preset in found) == (instrument == "notes")


def test_ids_stay_and_differ() -> None:
    assert max(Counter(preset.id for preset in PRESETS).values()) == 1
    first = next(preset for preset in PRESETS if preset.name == "Shakers into birdsong")
    assert first.id == "28c6debc-90c3-5aed-9b86-c2fb32e9d6aa"
    assert all(preset.factory for preset in PRESETS)


def test_presets_of_pictures_name_what_there_is_and_look_like_no_other() -> None:
    assert len(SEEN) >= 10
    details = details_of("vision", None)
    ranges = {one.name: one for one in details.controls}
    sources = {one.name for cards in details.senses.values() for one in cards}
    for preset in SEEN:
        patch = preset.patch
        assert preset.line.endswith(".")
        assert len(preset.line) <= 100
        assert patch.map.keys() | patch.moves.keys() <= ranges.keys()
        # What is held is moved by nothing.
        assert not patch.map.keys() & patch.controls.keys()
        for name, value in patch.controls.items():
            assert ranges[name].low <= value <= ranges[name].high
        assert {one for line in patch.map.values() if line for one in line.source} <= sources
    strips = [np.asarray(Image.open(embedded_preview(one)).convert("RGB"), float) for one in SEEN]
    assert {strip.shape for strip in strips} == {(80, 384, 3)}
    apart = [np.abs(a - b).mean() for k, a in enumerate(strips) for b in strips[:k]]
    assert min(apart) > 12


@pytest.mark.parametrize(
    "preset",
    [pytest.param(one, marks=() if one in SOME else pytest.mark.slow) for one in HEARD],
    ids=lambda preset: preset.name,
)
def test_it_opens_and_sounds_at_a_sensible_level(preset: Preset) -> None:
    ranges = {one.name: one for one in details_of(preset.patch.instrument, None).controls}
    for patch in filter(None, (preset.patch, preset.other)):
        for name, value in patch.controls.items():
            assert ranges[name].low <= value <= ranges[name].high
        RecipePlayer(patch, None, 1).close()
    samples, rate = preset_sound(preset, 1.0)
    assert len(samples) == rate
    assert np.isfinite(samples).all()
    assert 0.05 < np.abs(samples).max() < 0.9


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_no_two_look_alike(instrument: str) -> None:
    pictures = [read_png(embedded_preview(one).read_bytes())[0] for one in of(instrument)]
    like = np.array([[*one.mean(axis=1), *one.std(axis=1)] for one in pictures], np.float64)
    apart = np.abs(like[:, None] - like[None]).mean(axis=2)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 6


def test_pictures_are_of_the_presets_as_they_are() -> None:
    assert factory_previews.main(["--check"]) == 0
    files = [embedded_preview(preset) for preset in PRESETS]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    for preset in HEARD:
        pixels, _ = read_png(embedded_preview(preset).read_bytes())
        assert pixels.shape == (HEIGHT, WIDTH)
        assert pixels.max() > 200


def test_a_changed_preset_has_a_stale_picture(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = PRESETS[0]
    changed = first.model_copy(update={"patch": first.patch.model_copy(update={"tempo": 61.0})})
    monkeypatch.setattr(factory_previews, "factory_presets", lambda: (changed, *PRESETS[1:]))
    assert factory_previews.main(["--check"]) == 1
    assert f"stale pictures: {first.name}; run" in capsys.readouterr().err
    # Another name changes nothing that is heard.
    named = first.model_copy(update={"name": "Another", "tags": [], "line": ""})
    monkeypatch.setattr(factory_previews, "factory_presets", lambda: (named, *PRESETS[1:]))
    assert factory_previews.main(["--check"]) == 0


def test_files_are_plain_json_with_places_that_people_see() -> None:
    for path in FOLDER.glob("*/*.json"):
        patch = json.loads(path.read_text(encoding="utf-8"))["patch"]
        bundle = {"face": "drone", "vision": "fields"}.get(patch["instrument"], patch["instrument"])
        space = open_bundle(bundle).space
        assert set(patch.get("place", {}).get("weights", {})) <= set(space.shown)
