"""One contract for all parts of all rooms; a new file in a room is tested unasked."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from latent_resonance.contracts import parts
from latent_resonance.contracts.errors import (
    InputError,
    MissingPartError,
    ResonanceError,
    UnknownNameError,
)
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.registry import ROOMS, PartEntry, find_part, list_parts
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    Controls,
    Latent,
    Spec,
    Spectrogram,
)

LAYOUT = SpectrogramFormat(columns=96)
LANDMARKS = {
    "w_avg": np.zeros(3, np.float32),
    "tone": np.array([0, -4, 0], np.float32),
    "octave": np.array([1, 0, 0], np.float32),
}
SPEC = Spec(
    format=LAYOUT, space=LatentSpace.of(3, LANDMARKS), listens=(ControlRange("mouth", 0, 1),)
)
ROLES = {
    "sense": parts.Sensor,
    "navigate": parts.Navigator,
    "models": parts.Model,
    "render": parts.Renderer,
    "stage": parts.Stage,
}
ALL = [entry for room in ROOMS for entry in list_parts(room).values()]


def options_for(entry: PartEntry, folder: Path) -> dict[str, Any]:
    """Options without which a part has nothing to work on."""
    take = folder / "take.csv"
    take.write_text("time,present,mouth,events\n0,1,0,0.02:note_on:0:60:90\n1,1,1,\n")
    song = folder / "song.mid"
    song.write_bytes(
        b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x0b" + bytes.fromhex("00903c5a 10803c00 ff2f00")
    )
    return {
        ("sense", "midi"): {"source": str(song)},
        ("sense", "recording"): {"source": take},
        ("stage", "audio_file"): {"path": folder / "sound.wav"},
    }.get((entry.room, entry.name), {})


def make(entry: PartEntry, folder: Path) -> Any:
    inputs = [_bundle()] if entry.room == "models" else []
    return entry.make(options_for(entry, folder), *inputs)


def prepared(entry: PartEntry, folder: Path) -> Any:
    part = make(entry, folder)
    try:
        part.prepare(SPEC)
    except ResonanceError as error:
        part.close()
        assert "\n" not in str(error)
        pytest.skip(f"this machine cannot: {error}")
    return part


def _bundle() -> Any:
    from latent_resonance.bundles.find import open_bundle

    return open_bundle("drone")


@pytest.mark.parametrize("entry", ALL, ids=lambda e: f"{e.room}-{e.name}")
def test_every_part_has_options_that_describe_themselves(entry: PartEntry) -> None:
    module = entry.load()
    assert issubclass(module.Options, BaseModel)
    assert (module.__doc__ or "").strip(), "the file says what it is"
    assert module.Options.model_config.get("extra") == "forbid", "a misspelt option is refused"
    for name, field in module.Options.model_fields.items():
        assert field.description or isinstance(field.annotation, type), name


@pytest.mark.parametrize("entry", ALL, ids=lambda e: f"{e.room}-{e.name}")
def test_every_part_has_its_role_and_closes_at_any_time(entry: PartEntry, tmp_path: Path) -> None:
    part = make(entry, tmp_path)
    for name, member in inspect.getmembers(ROLES[entry.room]):
        if not name.startswith("_") and callable(member):
            assert callable(getattr(part, name)), f"{entry.name} has no {name}()"
    part.close()
    part.close()
    part = prepared(entry, tmp_path)
    assert part.latency_seconds >= 0
    part.reset()
    part.close()
    part.close()


@pytest.mark.parametrize("entry", ALL, ids=lambda e: f"{e.room}-{e.name}")
def test_every_part_refuses_an_unknown_option(entry: PartEntry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no_such_option"):
        entry.make({**options_for(entry, tmp_path), "no_such_option": 1})


@pytest.mark.parametrize("entry", list_parts("sense").values(), ids=lambda e: e.name)
def test_sensors_say_what_they_give_and_give_no_event_twice(
    entry: PartEntry, tmp_path: Path
) -> None:
    assert isinstance(make(entry, tmp_path), parts.Sensor)
    part = prepared(entry, tmp_path)
    assert part.quick in {True, False}
    assert all(kind == kind.lower() and kind[:1] in {"", "."} for kind in type(part).reads)
    assert part.duration_seconds is None or part.duration_seconds > 0
    names = [control.name for control in part.controls]
    assert len(set(names)) == len(names)
    assert all(control.low <= control.rest <= control.high for control in part.controls)
    seen = set()
    for step in range(20):
        now, length = 0.01 * step, 0.01
        controls = part.read(now, length)
        assert all(event.time_seconds < now + length for event in controls.events)
        assert seen.isdisjoint(controls.events)
        seen.update(controls.events)
    part.read(now)
    assert part.read(now).events == ()
    assert isinstance(part.statistics(), dict)
    part.close()


@pytest.mark.parametrize("entry", list_parts("navigate").values(), ids=lambda e: e.name)
def test_navigators_are_pure_and_take_any_controls(entry: PartEntry, tmp_path: Path) -> None:
    part = prepared(entry, tmp_path)
    assert part.listens
    for controls in (Controls(0.0), Controls(0.0, {"mouth": 9e9, "nobody_knows": 1.0}, False)):
        state = part.start()
        for _ in range(5):
            before = state
            first, state = part.step(before, controls, 0.008)
            second, _ = part.step(before, controls, 0.008)
            np.testing.assert_array_equal(first.w, second.w)
            assert first.play == second.play
            assert first.w.shape == (3,)
            assert first.w.dtype == np.float32
            assert set(first.play) <= {control.name for control in part.play_controls}


@pytest.mark.parametrize("entry", list_parts("render").values(), ids=lambda e: e.name)
def test_renderers_are_pure_and_give_their_step(entry: PartEntry, tmp_path: Path) -> None:
    part = prepared(entry, tmp_path)
    window = Spectrogram(np.full((LAYOUT.bins, LAYOUT.columns), -40, np.float32), LAYOUT)
    state = part.start()
    for k in range(6):
        given = window if k == 1 else None
        block, after = part.render(state, given, {"not_mine": 1.0})
        again, _ = part.render(state, given, {"not_mine": 1.0})
        np.testing.assert_array_equal(block.samples, again.samples)
        assert block.samples.shape == (part.step_samples, 1)
        assert block.start_sample == k * part.step_samples
        state = after


@pytest.mark.parametrize("entry", list_parts("models").values(), ids=lambda e: e.name)
def test_models_are_deterministic(entry: PartEntry, tmp_path: Path) -> None:
    part = make(entry, tmp_path)
    try:
        part.prepare(Spec())
    except MissingPartError as error:
        pytest.skip(str(error))
    w = np.full(part.latent_size, 0.3, np.float32)
    one, two = part.generate(Latent(w)), part.generate(Latent(w))
    np.testing.assert_array_equal(one.level_db, two.level_db)
    assert one.level_db.dtype == np.float32
    assert one.level_db.max() <= 0
    assert "w_avg" in part.landmarks
    part.close()


@pytest.mark.parametrize("entry", list_parts("stage").values(), ids=lambda e: e.name)
def test_stages_take_blocks_of_any_size(entry: PartEntry, tmp_path: Path) -> None:
    part = prepared(entry, tmp_path)
    for size in (1, 7, 128):
        part.play(AudioBlock(np.zeros((size, 1), np.float32), 16_000))
    part.close()


def test_listing_imports_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from latent_resonance.contracts.registry import ROOMS, list_parts;"
        "[list_parts(room) for room in ROOMS];"
        "print(sorted(n for n in sys.modules if n.startswith(('latent_resonance.sense.',"
        " 'latent_resonance.stage.', 'latent_resonance.models.', 'openvino', 'av', 'torch'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_part_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'speaker'"):
        find_part("stage", "speeker")
