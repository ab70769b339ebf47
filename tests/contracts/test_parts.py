"""One contract for all parts of all rooms; a new file in a room is tested unasked."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import additive_notes
import diffusion_forge
import midi_bytes
import numpy as np
import pytest
import soundfile
from PIL import Image
from pydantic import BaseModel

from latent_resonance.contracts import parts
from latent_resonance.contracts.errors import (
    AssemblyError,
    InputError,
    ResonanceError,
    UnknownNameError,
)
from latent_resonance.contracts.formats import PictureFormat, SoundFormat, SpectrogramFormat
from latent_resonance.contracts.registry import ROOMS, PartEntry, find_part, list_parts
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    Controls,
    Event,
    Frame,
    Latent,
    Note,
    Spec,
    Spectrogram,
    Tone,
)
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.windows import InlineWindows

LAYOUT = SpectrogramFormat(columns=96)
PICTURE = PictureFormat(24, 16, 25.0)
PLACES = {
    "tone": np.array([0, -4, 0], np.float32),
    "octave": np.array([1, 0, 0], np.float32),
}
CONTROLS = (ControlRange("mouth", 0, 1), ControlRange("yaw_degrees", -90, 90, 0, "degrees"))
# What the parts of a performance agree on: one of sound, one of notes, two of pictures.
SOUND = Spec(
    format=LAYOUT,
    space=LatentSpace.of(3, PLACES),
    listens=CONTROLS,
    senses=CONTROLS,
    picture=PICTURE,
)
NOTES = replace(SOUND, format=additive_notes.LAYOUT, space=additive_notes.space())
PICTURES = replace(SOUND, format=PictureFormat(24, 16))
DRAWN_BY_STEPS = replace(PICTURES, space=diffusion_forge.space())
ROLES = {
    "sense": parts.Sensor,
    "navigate": parts.Navigator,
    "models": parts.Model,
    "render": parts.Renderer,
    "stage": parts.Stage,
}
STAGES = {
    SoundFormat: parts.SoundStage,
    PictureFormat: parts.PictureStage,
    Controls: parts.ControlStage,
}
ALL = [entry for room in ROOMS for entry in list_parts(room).values()]


def options_for(entry: PartEntry, folder: Path) -> dict[str, Any]:
    """A file for what reads one, a place for what writes one."""
    module = entry.load()
    fields = module.Options.model_fields
    if entry.room == "stage" and "path" in fields:
        return {"path": folder / Path(fields["path"].default).name}
    if entry.room != "sense" or "source" not in fields:
        return {}
    kind = next(k for k in (".csv", ".mid", ".osc", ".png", ".wav") if k in module.Part.reads)
    path = folder.parent / f"sensed{kind}"
    match kind:
        case ".csv":
            path.write_text("time,present,mouth,events\n0,1,0,0.02:note_on:0:60:90\n1,1,1,\n")
        case ".mid":
            path.write_bytes(midi_bytes.song([(0.02, 0.5, 60, 90)]))
        case ".osc":
            path.write_text("0 /mouth 0.5\n0.02 /note 60 90\n1 /mouth 1\n")
        case ".png":
            Image.new("RGB", (64, 48), (90, 90, 90)).save(path)
        case ".wav":
            soundfile.write(path, 0.5 * np.sin(np.arange(16_000) / 5), 16_000)
    return {"source": str(path)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where stages write."""
    made = tmp_path / "out"
    made.mkdir()
    return made


def make(entry: PartEntry, folder: Path) -> Any:
    inputs = [_bundle()] if entry.room == "models" else []
    return entry.make(options_for(entry, folder), *inputs)


def prepared(entry: PartEntry, folder: Path) -> tuple[Any, Spec]:
    """The part, and the first of the performances that it fits into.

    Skips where the machine lacks what the part needs.
    """
    refused: list[ResonanceError] = []
    for spec in (SOUND, NOTES, PICTURES, DRAWN_BY_STEPS):
        part = make(entry, folder)
        fits = replace(spec, format=_bundle().format) if entry.room == "models" else spec
        try:
            part.prepare(fits)
        except AssemblyError as error:
            assert "\n" not in str(error)
            refused.append(error)
            part.close()
        except ResonanceError as error:
            assert "\n" not in str(error)
            pytest.skip(f"this machine cannot: {error}")
        else:
            return part, spec
    raise AssertionError(f"{entry.name} fits into nothing: {refused}")


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
def test_every_part_has_its_role_and_closes_at_any_time(entry: PartEntry, folder: Path) -> None:
    part = make(entry, folder)
    for name, member in inspect.getmembers(ROLES[entry.room]):
        if not name.startswith("_") and callable(member):
            assert callable(getattr(part, name)), f"{entry.name} has no {name}()"
    asked = [name for name, _ in inspect.getmembers(ROLES[entry.room], _is_property)]
    part.close()
    part.close()
    part, _ = prepared(entry, folder)
    assert part.latency_seconds >= 0
    assert not [name for name in asked if not hasattr(part, name)]
    part.reset()
    part.close()
    part.close()


@pytest.mark.parametrize("entry", ALL, ids=lambda e: f"{e.room}-{e.name}")
def test_every_part_refuses_an_unknown_option(entry: PartEntry, folder: Path) -> None:
    with pytest.raises(InputError, match="no_such_option"):
        entry.make({**options_for(entry, folder), "no_such_option": 1})


def _is_property(member: object) -> bool:
    return isinstance(member, property)


@pytest.mark.parametrize("entry", list_parts("sense").values(), ids=lambda e: e.name)
def test_sensors_say_what_they_give_and_give_no_event_twice(entry: PartEntry, folder: Path) -> None:
    assert isinstance(make(entry, folder), parts.Sensor)
    part, _ = prepared(entry, folder)
    assert part.quick in {True, False}
    assert part.gives_events in {True, False}
    assert all(kind == kind.lower() and kind[:1] in {"", "."} for kind in type(part).reads)
    assert part.duration_seconds is None or part.duration_seconds > 0
    names = [control.name for control in part.controls]
    assert len(set(names)) == len(names)
    assert all(control.low <= control.rest <= control.high for control in part.controls)
    seen: set[Event] = set()
    for step in range(20):
        now, length = 0.01 * step, 0.01
        controls = part.read(now, length)
        assert set(controls.values) <= set(names)
        assert all(event.time_seconds < now + length for event in controls.events)
        assert seen.isdisjoint(controls.events)
        seen.update(controls.events)
    assert part.gives_events or not seen
    part.read(now)
    assert part.read(now).events == ()
    assert isinstance(part.statistics(), dict)
    part.close()


@pytest.mark.parametrize("entry", list_parts("navigate").values(), ids=lambda e: e.name)
def test_navigators_are_pure_and_take_any_controls(entry: PartEntry, folder: Path) -> None:
    part, spec = prepared(entry, folder)
    assert isinstance(part, parts.Navigator)
    assert type(part).plays_notes in {True, False}, "recipes ask the class"
    assert part.listens
    assert all(control.low <= control.rest <= control.high for control in part.listens)
    suggested = part.suggest(CONTROLS)
    assert set(suggested) <= {control.name for control in part.listens}
    assert {name for line in suggested.values() for name in line.source} <= {"mouth", "yaw_degrees"}
    assert all(words for words in part.choices.values())
    press = (Event(0.0, "note_on", 0, 60, 100), Event(0.02, "note_off", 0, 60))
    for controls in (
        Controls(0.0),
        Controls(0.0, {"mouth": 9e9, "nobody_knows": 1.0}, present=False),
        Controls(0.0, {control.name: control.high for control in part.listens}, events=press),
    ):
        state = part.start()
        for _ in range(5):
            before = state
            first, state = part.step(before, controls, 0.008)
            second, _ = part.step(before, controls, 0.008)
            np.testing.assert_array_equal(first.w, second.w)
            assert first.play == second.play
            assert [note.number for note in first.notes] == [note.number for note in second.notes]
            assert first.w.shape == (spec.space.size,)
            assert first.w.dtype == np.float32
            assert np.isfinite(first.w).all()
            assert part.plays_notes or not first.notes
        assert isinstance(part.report(state), dict)


@pytest.mark.parametrize("entry", list_parts("render").values(), ids=lambda e: e.name)
def test_renderers_repeat_and_give_their_step(entry: PartEntry, folder: Path) -> None:
    part, spec = prepared(entry, folder)
    assert isinstance(part, parts.Renderer)
    assert type(spec.format) in part.accepts
    assert part.refresh_seconds >= 0
    assert part.lead_in_samples >= 0
    assert part.tail_seconds >= 0
    assert all(control.low <= control.rest <= control.high for control in part.controls)
    first, again = (rendered(part, spec) for _ in range(2))
    for number, (one, other) in enumerate(zip(first, again, strict=True)):
        if isinstance(part.gives, SoundFormat):
            assert isinstance(one, AudioBlock)
            np.testing.assert_array_equal(one.samples, other.samples)
            assert one.samples.shape == (part.gives.step_samples, part.gives.channels)
            assert one.samples.dtype == np.float32
            assert one.start_sample == number * part.gives.step_samples
            assert np.isfinite(one.samples).all()
        else:
            assert isinstance(one, Frame)
            np.testing.assert_array_equal(one.pixels, other.pixels)
            assert one.pixels.shape == (part.gives.height, part.gives.width, 3)
            assert one.pixels.dtype == np.uint8
            assert one.time_seconds == pytest.approx(number * (part.gives.step_seconds or 1))


def rendered(part: Any, spec: Spec) -> list[AudioBlock | Frame]:
    """Steps with every control at an end of its range, a note and a control that is not its own."""
    windows = InlineWindows(Louder(spec.format), part, Meters())
    state, made = part.start(), []
    w = np.array(
        spec.space.mean if spec.space.plays_notes else np.zeros(spec.space.size), np.float32
    )
    note = Note(0, 60, 100, (Tone("any", w),))
    for number in range(8):
        play = {c.name: c.low if number % 2 else c.high for c in part.controls}
        latent = Latent(w + np.float32(0.1 * number), {**play, "not_mine": 1.0}, (note,))
        given, wants, state = part.render(state, latent, windows)
        assert all(want.w.shape == (spec.space.size,) for want in wants)
        windows.serve(wants)
        made.append(given)
    assert part.sounding(state) >= 0
    assert isinstance(part.report(state), dict)
    return made


class Louder:
    """A model of any format: the first number of w is how much there is of everything."""

    def __init__(self, form: Any) -> None:
        self.form = form

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        part = float(np.clip(latent.w[0], 0, 1))
        if isinstance(self.form, PictureFormat):
            shape = (self.form.height, self.form.width, 3)
            return Frame(np.full(shape, round(255 * part), np.uint8), 0.0)
        shape = (self.form.bins, self.form.columns)
        return Spectrogram(np.full(shape, 40 * part - 60, np.float32), self.form)


@pytest.mark.parametrize("entry", list_parts("models").values(), ids=lambda e: e.name)
def test_models_are_deterministic(entry: PartEntry, folder: Path) -> None:
    part, _ = prepared(entry, folder)
    bundle = _bundle()
    assert isinstance(part, parts.Model)
    assert part.gives == bundle.format
    size = 3 if entry.name == "harmonic" else bundle.latent_size
    w = np.full(size, 0.3, np.float32)
    one, two = part.generate(Latent(w)), part.generate(Latent(w))
    np.testing.assert_array_equal(one.level_db, two.level_db)
    assert one.level_db.dtype == np.float32
    assert one.level_db.shape == (bundle.format.bins, bundle.format.columns)
    assert one.level_db.max() <= 0
    with pytest.raises(AssemblyError):
        part.generate(Latent(np.zeros(size + 1, np.float32)))
    part.close()


def give(stage: Any, sizes: Sequence[int]) -> None:
    """Some of all that it takes."""
    for number, size in enumerate(sizes):
        if SoundFormat in stage.accepts:
            stage.play(AudioBlock(np.zeros((size, 1), np.float32), 16_000))
        if PictureFormat in stage.accepts:
            pixels = np.full((PICTURE.height, PICTURE.width, 3), 10 * number, np.uint8)
            stage.show(Frame(pixels, number / PICTURE.frame_rate))
        if Controls in stage.accepts:
            stage.send(Controls(0.1 * number, {"mouth": 0.1 * number}))


@pytest.mark.parametrize("entry", list_parts("stage").values(), ids=lambda e: e.name)
def test_stages_take_what_they_accept_in_blocks_of_any_size(entry: PartEntry, folder: Path) -> None:
    part, _ = prepared(entry, folder)
    assert part.accepts
    assert all(isinstance(part, STAGES[form]) for form in part.accepts)
    give(part, (1, 7, 128))
    part.close()
    if "path" in type(part.options).model_fields:
        assert [path.name for path in folder.iterdir()] == [part.options.path.name]


@pytest.mark.parametrize("entry", list_parts("stage").values(), ids=lambda e: e.name)
def test_stages_that_are_aborted_leave_nothing(entry: PartEntry, folder: Path) -> None:
    part, _ = prepared(entry, folder)
    give(part, (128, 128))
    part.abort()
    part.close()
    assert list(folder.iterdir()) == []


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
