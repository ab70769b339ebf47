"""Windows that come late, effects that move while notes sound, and what is asked ahead of need."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from additive_notes import LAYOUT, Additive, space
from measure import RATE, centroid_hz, level_db
from notes_driver import Inline, Notes, note

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Event, Latent, Note, Spec, Spectrogram
from latent_resonance.render import note_voices
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.drums import kit_tones
from latent_resonance.sound.notes import make_tone

ORGAN = {"instrument": "church_organ"}


class Late(Inline):
    """Windows that are there once ``serve`` was called for them."""

    def __init__(self) -> None:
        super().__init__(Additive())

    def get(self, want: Want) -> Any:
        return self.kept.get(want.key)

    def serve(self, wants: list[Want], only: Callable[[Want], bool] = lambda want: True) -> None:
        for want in wants:
            if not want.ahead and only(want):
                super().get(want)


def late_notes(**options: Any) -> tuple[Notes, Late]:
    windows = Late()
    return Notes(windows=windows, **{**ORGAN, **options}), windows


def test_a_note_waits_for_its_window_and_sounds_when_it_is_there() -> None:
    notes, windows = late_notes()
    notes.step(note(0, 9, 60)[:1])
    assert {want.key for want in notes.wants if not want.ahead} == {notes.wants[0].key}
    assert notes.wants[0].key.pitch == 60
    wanted = notes.wants
    for _ in range(5):
        assert np.abs(notes.step()).max() == 0
    assert notes.renderer.sounding(notes.voices) == 1
    windows.serve(wanted)
    sound = np.concatenate([notes.step() for _ in range(20)])
    assert np.abs(sound).max() > 0.01
    report = notes.renderer.report(notes.voices)
    assert report["notes_that_waited"] == 1
    assert report["notes_from_a_neighbour"] == 0


def test_a_note_let_go_before_its_window_came_is_short_and_one_silenced_never_sounds() -> None:
    for ending, sounds in ((Event(0.01, "note_off", 0, 60), True), (None, False)):
        notes, windows = late_notes()
        notes.step(note(0, 9, 60)[:1])
        wanted = notes.wants
        notes.step([ending or Event(0.01, "control", 0, 120, 0)])
        windows.serve(wanted)
        sound = np.concatenate([notes.step() for _ in range(250)])
        assert (np.abs(sound).max() > 0.001) == sounds
        assert notes.renderer.sounding(notes.voices) == 0


def test_a_near_key_stands_in_while_the_window_is_made_but_not_a_far_one() -> None:
    for key, there in ((61, True), (62, True), (63, False)):
        notes, windows = late_notes()
        notes.step(note(0, 9, 60)[:1])
        windows.serve(notes.wants)
        notes.step()
        notes.step(note(0.016, 9, key)[:1])
        assert (key in notes.keys) == there
        assert [want.key.pitch for want in notes.wants] == [key]
        assert notes.renderer.report(notes.voices)["notes_from_a_neighbour"] == there
        # It is transposed to its own pitch.
        sounding = notes.voices.notes._sounding
        ratios = [sounding[n].voice.ratio for n in sounding]
        assert ratios == pytest.approx([1.0, 2 ** ((key - 60) / 12)][: 1 + there])


def test_what_ends_before_a_note_begins_frees_its_voice_what_ends_after_does_not() -> None:
    tone = make_tone(space(), "organ", space().place("instrument/church_organ"))
    old = Note(0, 60, 100, (tone,))
    soft = Note(1, 64, 30, (tone,))
    new = Note(2, 67, 100, (tone,))
    for ended, left in ((2, {1, 2}), (3, {0, 2})):
        notes = Notes(polyphony=2, windows=Inline(Additive()))
        render = notes.renderer.render
        w = tone.w
        for _ in range(10):
            _, _, notes.voices = render(notes.voices, Latent(w, {}, (old, soft)), notes.windows)
        released = replace(old, released_after=ended)
        latent = Latent(w, {}, (released, soft, new))
        _, _, notes.voices = render(notes.voices, latent, notes.windows)
        assert set(notes.voices.notes.numbers) == left
        assert notes.renderer.report(notes.voices)["voices_stolen"] == 1


def moved(name: str, way: Callable[[float], float], **options: Any) -> np.ndarray:
    """A held organ under a control that moves."""
    notes = Notes(**{**ORGAN, **options})
    pieces = []
    for number in range(250):
        events = note(0, 9, 60)[:1] if number == 0 else ()
        controls = {name: way(number / 125)}
        latent, notes.state = notes.navigator.step(
            notes.state, _controls(number, events), LAYOUT.hop_seconds
        )
        latent = Latent(latent.w, controls, latent.notes)
        block, _, notes.voices = notes.renderer.render(notes.voices, latent, notes.windows)
        pieces.append(block.samples)
    return np.concatenate(pieces).mean(axis=1)


def _controls(number: int, events: Any) -> Any:
    from latent_resonance.contracts.values import Controls

    return Controls(number * LAYOUT.hop_seconds, events=tuple(events))


@pytest.mark.parametrize("name", ["reverb", "distortion", "gain_db", "tilt_db"])
def test_a_control_that_jumps_or_sweeps_does_not_click(name: str) -> None:
    high = {"gain_db": -30, "tilt_db": 6}.get(name, 1.0)
    for way in (
        lambda seconds: high if seconds > 1 else 0.0,
        lambda seconds: 0.0 if seconds > 1 else high,
        lambda seconds: high * min(1.0, max(0.0, seconds - 0.5)),
    ):
        sound = moved(name, way)
        assert find_clicks(sound[RATE // 10 :], RATE) == []


def test_a_control_at_rest_is_as_none_and_a_held_one_as_the_option() -> None:
    plain = moved("nothing", lambda seconds: 0.0, reverb=0.2, distortion=0.3)
    at_rest = moved("gain_db", lambda seconds: 0.0, reverb=0.2, distortion=0.3)
    np.testing.assert_array_equal(at_rest, plain)
    held = moved("reverb", lambda seconds: 0.2, distortion=0.3)
    np.testing.assert_array_equal(held, plain)
    assert np.abs(moved("reverb", lambda seconds: 0.0, distortion=0.3) - plain).max() > 1e-3


def test_brightness_moves_the_partials_and_little_of_the_loudness() -> None:
    dark, plain, bright = (
        moved("tilt_db", lambda seconds, tilt=tilt: tilt)[RATE:] for tilt in (-6.0, 0.0, 6.0)
    )
    assert centroid_hz(dark) < 0.9 * centroid_hz(plain)
    assert centroid_hz(bright) > 1.1 * centroid_hz(plain)
    assert abs(level_db(bright) - level_db(plain)) < 6
    # While it sounds as from its beginning.
    turned = moved("tilt_db", lambda seconds: 6.0 if seconds > 0.5 else 0.0)[RATE * 3 // 2 :]
    assert centroid_hz(turned) == pytest.approx(centroid_hz(bright), rel=0.05)


def test_a_place_between_families_is_as_bright_as_their_mean() -> None:
    piano, trumpet = (space().place(f"family/{name}") for name in ("keyboard", "brass"))
    dark, bright = (make_tone(space(), "", w).tilt_db(36) for w in (trumpet, piano))
    assert bright > dark + 3
    assert make_tone(space(), "", (piano + trumpet) / 2).tilt_db(36) == pytest.approx(
        (dark + bright) / 2
    )
    assert make_tone(space(), "", piano).tilt_db(72) < bright - 3


def test_a_room_that_a_control_opened_is_waited_for() -> None:
    notes = Notes(**ORGAN)
    tone = make_tone(space(), "organ", space().place("instrument/church_organ"))
    held = Note(0, 60, 100, (tone,))
    silenced = replace(held, silenced_after=1)
    for sounding in ((held,), (silenced,), ()):
        latent = Latent(tone.w, {"reverb": 0.5}, sounding)
        _, _, notes.voices = notes.renderer.render(notes.voices, latent, notes.windows)
    steps = 0
    while notes.renderer.sounding(notes.voices):
        latent = Latent(tone.w, {"reverb": 0.5})
        _, _, notes.voices = notes.renderer.render(notes.voices, latent, notes.windows)
        steps += 1
    assert steps == pytest.approx(1.6 * 125, abs=2)


def test_a_keyboards_range_is_asked_ahead_once_for_a_tone_that_stays() -> None:
    notes = Notes()
    asked = []
    for number in range(120):
        chosen = {"instrument": "flute" if number >= 10 else "cello"}
        # A place on its way is no reason to ask.
        place = None
        if 60 <= number < 90:
            place = space().mean + np.float32(number / 100)
        notes.step(choices=chosen, place=place)
        if notes.wants:
            asked.append((number, notes.wants))
    assert [number for number, _ in asked] == [0, 41]
    first, then = (wants for _, wants in asked)
    assert not first[0].ahead
    assert all(want.ahead for want in [*first[1:], *then])
    assert len(then) == len({want.key for want in then}) == 61
    assert [want.key.pitch for want in then[:3]] == [60, 56, 64]
    assert {want.key.place for want in then} == {space().place("instrument/flute")[:-2].tobytes()}


def test_the_drums_are_asked_before_a_keyboards_range_whether_one_is_struck_or_not() -> None:
    notes = Notes()
    kit = kit_tones(open_bundle("texture").space)
    notes.renderer.prepare(replace(notes.spec, kit=kit))
    notes.start()
    asked = []
    for number in range(120):
        notes.step(choices={"instrument": "flute" if number >= 10 else "cello"})
        if notes.wants:
            asked.append(notes.wants)
    (first, *rest), then = asked
    assert not first.ahead
    assert not first.of_kit
    # What is not begun when another tone is asked for is given up, so drums are asked for again.
    for wants in (rest, then):
        assert [want.about for want in wants[: len(kit)]] == list(kit.values())
        assert all(want.ahead for want in wants)
        assert not any(want.of_kit for want in wants[len(kit) :])


def test_what_is_kept_is_measured_as_the_tone_holds() -> None:
    notes = Notes(instrument="grand_piano")
    notes.step(note(0, 1, 60)[:1])
    piano = next(iter(notes.windows.kept.values()))
    assert piano.decay is not None
    assert piano.decay.max() < 0
    assert piano.rate < 0
    notes = Notes(**ORGAN)
    notes.step(note(0, 1, 60)[:1])
    assert next(iter(notes.windows.kept.values())).decay is None
    made = notes.windows.model.generate(Latent(space().note(space().mean, 60, 0.8)))
    assert isinstance(made, Spectrogram)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (Spec(format=PictureFormat()), "spectrograms"),
        (Spec(format=LAYOUT), "of notes"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(spec: Spec, says: str) -> None:
    with pytest.raises(AssemblyError, match=says):
        note_voices.Part(note_voices.Options()).prepare(spec)
