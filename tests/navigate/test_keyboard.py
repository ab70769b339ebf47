"""Keys without a sound: purity, exact times, knobs, choices, places, and keys that controls play."""

import copy
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from additive_notes import FAMILIES, SIZE, TIMBRE, space
from notes_driver import bend, control, note, program

from latent_resonance.contracts.errors import AssemblyError, InputError, UnknownNameError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import ControlRange, Controls, Event, Hit, Latent, Spec, Tone
from latent_resonance.navigate import keyboard

STEP = 0.008
SPEC = Spec(space=space())


class Keys:
    """A keyboard that is stepped."""

    def __init__(self, spec: Spec = SPEC, **options: Any) -> None:
        self.part = keyboard.Part(keyboard.Options(**options))
        self.part.prepare(spec)
        self.state = self.part.start()
        self.number = 0

    def step(self, *events: Event, **more: Any) -> Latent:
        controls = Controls(self.number * STEP, events=events, **more)
        latent, self.state = self.part.step(self.state, controls, STEP)
        self.number += 1
        return latent


def on(at: float, key: int, channel: int = 0) -> Event:
    return note(at, 1, key, channel=channel)[0]


def off(at: float, key: int, channel: int = 0) -> Event:
    return Event(at, "note_off", channel, key)


def test_the_state_that_was_given_is_not_changed() -> None:
    keys = Keys(glide_seconds=0.1)
    keys.step(on(0, 60), on(0, 64), control(0, 64, 127))
    before, kept = keys.state, copy.deepcopy(keys.state)
    events = (off(0.01, 60), control(0.01, 64, 0), control(0.01, 101, 0), program(0.01, 40),
              bend(0.01, 0.5), on(0.012, 67), control(0.013, 120, 0))  # fmt: skip
    first = keys.step(*events, values={"pan": 3.0, "play_level": 0.9})
    keys.state, keys.number = before, 1
    again = keys.step(*events, values={"pan": 3.0, "play_level": 0.9})
    assert [(n.number, n.key, n.pan) for n in first.notes] == [
        (n.number, n.key, n.pan) for n in again.notes
    ]

    def plain(state: Any) -> Any:
        return (
            state.keys.channels, [(k.note.number, k.note.released_after, k.down, k.caught,
            k.note.glide_semitones) for k in state.keys.struck], state.keys.notes, state.knobs,
            state.pending, state.own_key, state.keys.sample,
        )  # fmt: skip

    assert plain(before) == plain(kept)


def test_nothing_new_gives_the_same_notes() -> None:
    keys = Keys()
    keys.step(on(0, 60))
    assert keys.step().notes[0] is keys.step().notes[0]


def test_a_note_begins_on_the_sample_that_its_time_rounds_to() -> None:
    keys = Keys()
    begins = {}
    # 127.6 samples round to the next step's first, though a sensor gives them in this one.
    due = [on(at / 16_000, key) for key, at in enumerate([0, 5.4, 5.6, 127.4, 127.6, 300.5])]
    for step in range(4):
        end = (step + 1) * STEP
        now = [event for event in due if event.time_seconds < end]
        due = [event for event in due if event.time_seconds >= end]
        for one in keys.step(*now).notes:
            begins.setdefault(one.key, step * 128 + round(one.offset_seconds * 16_000))
    assert begins == {0: 0, 1: 5, 2: 6, 3: 127, 4: 128, 5: 300}


def test_late_events_count_from_the_steps_start() -> None:
    keys = Keys()
    for _ in range(9):
        keys.step()
    assert keys.step(on(0.001, 60)).notes[0].offset_seconds == 0


def test_what_ends_between_two_notes_of_one_step_says_between_which() -> None:
    keys = Keys()
    keys.step(on(0, 60), on(0, 62))
    latent = keys.step(off(0.009, 60), on(0.01, 64), control(0.011, 120, 0), on(0.012, 65))
    by_key = {one.key: one for one in latent.notes}
    assert by_key[60].released_after == 2
    assert by_key[60].silenced_after == by_key[62].silenced_after == 3
    assert by_key[64].silenced_after == 3
    assert by_key[65].held
    assert by_key[65].silenced_after is None
    assert [one.key for one in keys.step().notes] == [65]


def test_released_notes_are_followed_for_a_while_and_then_forgotten() -> None:
    keys = Keys()
    keys.step(on(0, 60), on(0, 72))
    keys.step(off(0.008, 60))
    counts = []
    for _ in range(600):
        counts.append(len(keys.step().notes))
    assert counts[300] == 2
    assert counts[-1] == 1
    moved = keys.step(bend(keys.number * STEP, 1.0))
    assert moved.notes[0].shift_semitones == 2


def test_a_note_that_has_long_fallen_silent_moves_no_more() -> None:
    keys = Keys()
    keys.step(on(0, 60), on(0, 72))
    keys.step(off(0.008, 60))
    rate = keys.step().notes[0].tones[0].release_db_per_second
    for wheel, heard, seconds in ((1.0, True, 100 / rate), (-1.0, False, 250 / rate)):
        while keys.number * STEP < seconds:
            keys.step()
        shifts = [one.shift_semitones for one in keys.step(bend(keys.number * STEP, wheel)).notes]
        assert shifts == [2 * wheel if heard else 2, 2 * wheel]


def test_all_off_lifts_every_key_and_pedal() -> None:
    for channel, left in ((-1, []), (1, [60])):
        keys = Keys()
        keys.step(*(control(0, 64, 127, n) for n in (0, 1)), on(0, 60), on(0, 62, 1))
        keys.step(off(0.008, 60), off(0.008, 62, 1))
        latent = keys.step(Event(0.016, "all_off", channel))
        assert [one.key for one in latent.notes if one.held] == left


def test_a_knob_acts_on_all_channels_when_it_moves_and_leaves_them_alone_when_it_rests() -> None:
    keys = Keys()
    keys.step(on(0, 60), on(0, 62, 5), values={"volume": 100.0})
    quiet = keys.step(control(0.008, 7, 20, 5), values={"volume": 100.0})
    assert quiet.notes[1].gain < quiet.notes[0].gain - 2
    both = keys.step(values={"volume": 64.0})
    assert both.notes[0].gain == both.notes[1].gain < 0
    held = keys.step(off(0.02, 60), values={"volume": 64.0, "sustain": 127.0})
    assert held.notes[0].held
    assert not keys.step(values={"volume": 64.0, "sustain": 0.0}).notes[0].held


def test_bend_adds_to_the_wheels_and_brightness_is_a_tilt() -> None:
    keys = Keys()
    latent = keys.step(on(0, 60), bend(0, 0.5), values={"bend": 0.25, "brightness": 0.5})
    assert latent.notes[0].shift_semitones == pytest.approx(1.5)
    assert latent.play == {"tilt_db": 3.0}
    assert keys.step().play == {}


def test_programs_choices_and_places_say_what_notes_sound_like() -> None:
    keys = Keys()
    flute = space().place("instrument/flute")
    assert keys.step().w is space_tone(keys, "grand_piano")
    latent = keys.step(program(0, 73), on(0.008, 60), on(0.008, 61, 3))
    assert [one.tones[0].name for one in latent.notes] == ["flute", "grand_piano"]
    np.testing.assert_array_equal(latent.w, flute)
    chosen = keys.step(on(0.016, 62), choices={"instrument": "church organ"})
    assert chosen.notes[-1].tones[0].name == "church_organ"
    place = np.zeros(SIZE, np.float32)
    place[TIMBRE : TIMBRE + 3] = (-1, 2, 6)
    placed = keys.step(on(0.024, 63), place=place, choices={"instrument": "cello"})
    tone = placed.notes[-1].tones[0]
    np.testing.assert_allclose(tone.w[TIMBRE : TIMBRE + 4], [0, 0.25, 0.75, 0])
    assert keys.step(place=place).w is tone.w
    np.testing.assert_allclose(
        keys.step(place=np.zeros(SIZE, np.float32)).w[TIMBRE:-2], 1 / len(FAMILIES)
    )
    # The programs rule again.
    assert keys.step(on(0.05, 64)).notes[-1].tones[0].name == "flute"
    names = keys.part.report(keys.state)["instruments"]
    assert names == sorted(["flute", "grand_piano", "church_organ", "a place"])
    with pytest.raises(UnknownNameError, match="did you mean 'cello'"):
        keys.step(choices={"instrument": "chello"})
    with pytest.raises(InputError, match=f"{SIZE} finite numbers"):
        keys.step(place=np.zeros(3, np.float32))


def space_tone(keys: Keys, name: str) -> Any:
    return keys.part._instruments.find(name).w


def test_a_morph_goes_on_from_where_it_is_for_notes_that_begin_on_the_way() -> None:
    keys = Keys(instrument="cello", morph="flute", morph_seconds=0.8)
    first = keys.step(on(0, 60)).notes[0]
    assert len(first.tones) == 9
    for _ in range(45):
        keys.step()
    late = keys.step(on(46 * STEP, 64))
    old, new = late.notes
    assert old.place == pytest.approx(8 * 46 / 100)
    assert [tone.name for tone in new.tones] == [tone.name for tone in first.tones[3:]]
    assert new.place == pytest.approx(old.place - 3)
    for _ in range(100):
        end = keys.step()
    assert [one.place for one in end.notes] == [8, 5]
    np.testing.assert_array_equal(end.w, space().place("instrument/flute"))


def test_a_morph_begins_at_what_the_programs_choose() -> None:
    keys = Keys(morph="flute", morph_seconds=0.8)
    one, two = keys.step(program(0, 40), on(0, 60), on(0, 60, 3)).notes
    starts = [note.tones[0].name for note in (one, two)]
    assert starts == [keys.part._instruments.for_program(40).name, "grand_piano"]
    assert starts[0] != starts[1]
    assert [note.tones[-1].name for note in (one, two)] == ["flute", "flute"]
    for _ in range(45):
        keys.step()
    late = keys.step(on(46 * STEP, 64, 3)).notes[-1]
    assert [tone.name for tone in late.tones] == [tone.name for tone in two.tones[3:]]


@pytest.mark.parametrize(
    "options", [{"morph": "drum kit"}, {"instrument": "drum_kit", "morph": "flute"}]
)
def test_the_drum_kit_is_on_no_way(options: dict[str, str]) -> None:
    with pytest.raises(InputError, match="the drum kit is none: leave 'morph' out"):
        Keys(KIT, **options)


def test_the_older_name_of_melodic_drums_is_read() -> None:
    assert keyboard.Options.model_validate({"drums": True}).melodic_drums
    both = {"drums": True, "melodic_drums": False}
    assert not keyboard.Options.model_validate(both).melodic_drums
    notes = Keys(KIT, melodic_drums=True).step(program(0, 73, 9), on(0, 36, 9)).notes
    assert [note.tones[0].name for note in notes] == ["flute"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"instrument": "random 1000000000000000000"}, "from 0 to 999999999999999999"),
        ({"instrument": "random -5"}, "random -5: a random timbre has a number from 0 to"),
        ({"instrument": "random x"}, "random x: a random timbre has a number from 0 to"),
        ({"instrument": "chello"}, "did you mean 'cello'"),
        ({"morph": "flut"}, "did you mean 'flute'"),
        ({"latent": [1.0] * 33}, "33 numbers"),
        ({"latent": [99.0]}, "-8 to 8"),
        ({"latent": [float("nan")]}, "finite number"),
        ({"glide_seconds": 11}, "'glide_seconds'"),
        ({"morph_seconds": 0}, "'morph_seconds'"),
    ],
)
def test_options_that_cannot_be_are_refused_in_one_line(options: dict[str, Any], says: str) -> None:
    with pytest.raises((InputError, UnknownNameError), match=re.escape(says)) as caught:
        find_part("navigate", "keyboard").make(options).prepare(SPEC)
    assert "\n" not in str(caught.value)


def test_a_model_without_notes_is_refused() -> None:
    part = keyboard.Part(keyboard.Options())
    with pytest.raises(AssemblyError, match="plays no notes"):
        part.prepare(Spec(space=LatentSpace.of(4, {"tone": np.zeros(4, np.float32)})))


def test_the_latent_moves_the_named_instrument_or_each_that_a_program_chooses() -> None:
    for options, events, name in (
        ({"instrument": "cello"}, [program(0, 73)], "cello"),
        ({}, [program(0, 73)], "flute"),
        ({}, [], "grand_piano"),
    ):
        keys = Keys(latent=[2.0, -1.0], **options)
        tone = keys.step(*events, on(0, 60)).notes[0].tones[0]
        assert tone.name == name
        moved = tone.w - space().place(f"instrument/{name}")
        np.testing.assert_allclose(moved[:3], [2, -1, 0])


def gesture(keys: Keys, level: float, key: float) -> list[tuple[int, bool]]:
    latent = keys.step(values={"play_level": level, "play_key": key})
    return [(one.key, one.held) for one in latent.notes]


def test_a_level_plays_a_key_with_hysteresis_and_legato() -> None:
    keys = Keys()
    assert gesture(keys, 0.2, 60.0) == []
    assert gesture(keys, 0.3, 60.4) == [(60, True)]
    assert gesture(keys, 0.2, 60.55) == [(60, True)]  # neither let go nor moved yet
    assert gesture(keys, 0.9, 62.2) == [(60, False), (62, True)]
    latent = keys.step(on(keys.number * STEP, 62), values={"play_level": 0.9, "play_key": 62.2})
    soft, hard = (one.velocity for one in latent.notes[:2])
    assert 40 <= soft < hard <= 127
    # A key of a MIDI channel is another than the performer's own.
    assert [one.held for one in latent.notes] == [False, True, True]
    assert gesture(keys, 0.1, 62.2) == [(60, False), (62, False), (62, True)]
    assert gesture(keys, 0.2, 62.2)[-1] == (62, True)
    assert keys.part.report(keys.state)["notes"] == 3


def sensed(*names: str, unit: str = "") -> list[ControlRange]:
    return [ControlRange(name, 0, 1, 0, unit) for name in names]


def test_senses_without_keys_are_given_some_to_play() -> None:
    part = Keys().part
    face = part.suggest(sensed("mouth", "yaw_degrees", "roll_degrees", "brow"))
    assert face["play_level"].source == ("mouth",)
    assert face["play_key"].source == ("yaw_degrees",)
    assert (face["play_key"].low, face["play_key"].high) == (48, 72)
    assert face["play_key"].curve == "scale"
    music = part.suggest([*sensed("rms", "centroid"), *sensed("pitch", unit="MIDI number")])
    assert music["play_level"].source == ("rms",)
    assert (music["play_key"].low, music["play_key"].high) == (0, 127)
    sliders = part.suggest(part.listens)
    assert {name: line.source for name, line in sliders.items()} == {
        control.name: (control.name,) for control in part.listens
    }
    # Keys play by themselves; the face beside them shapes what they play.
    both = part.suggest(sensed("note", "velocity", "bend", "mouth", "roll_degrees"))
    assert set(both) == {"brightness", "bend"}
    assert both["bend"].source == ("roll_degrees",)
    assert part.suggest(sensed("note", "velocity", "bend")) == {}
    assert part.suggest(sensed("weather")) == {}


@pytest.mark.parametrize("number", [123, 124, 125, 126, 127])
@pytest.mark.parametrize("lifts", [False, True])
def test_all_notes_off_lifts_the_pedal_only_where_asked(number: int, lifts: bool) -> None:
    keys = Keys(off_lifts_pedals=lifts)
    keys.step(control(0, 64, 127), on(0, 60))
    held = keys.step(control(0.008, number, 0)).notes[0].held
    assert held is not lifts
    assert not keys.step(control(0.016, 64, 0)).notes[0].held


def test_overlapping_notes_of_one_key_end_in_order() -> None:
    keys = Keys()
    keys.step(on(0, 60), on(0, 60), on(0, 60))
    for left in (1, 1, 0):
        latent = keys.step(off(keys.number * STEP, 60))
        assert len([one for one in latent.notes if one.held]) == left
    keys.step(on(keys.number * STEP, 60))
    latent = keys.step(off(keys.number * STEP, 60))
    assert not any(one.held for one in latent.notes), "what went up before is not counted again"
    keys.step(control(keys.number * STEP, 64, 127), on(keys.number * STEP, 62))
    keys.step(off(keys.number * STEP, 62), on(keys.number * STEP, 62))
    keys.step(off(keys.number * STEP, 62))
    latent = keys.step(control(keys.number * STEP, 64, 0))
    assert not any(one.held for one in latent.notes)


def test_registered_parameter_5_sets_the_depth_of_the_wheel() -> None:
    from latent_resonance.navigate.keys.channel import Channel

    def reach(*pairs: tuple[int, int]) -> float:
        channel = Channel().controlled(1, 127)
        for number, value in pairs:
            channel = channel.controlled(number, value)
        return channel.swing

    chosen = ((101, 0), (100, 5))
    assert reach() == pytest.approx(0.5, abs=1e-3)
    assert reach(*chosen, (6, 2)) == pytest.approx(2.5, abs=1e-2)
    assert reach(*chosen, (6, 2), (38, 0)) == pytest.approx(2.0, abs=1e-2)
    assert reach(*chosen, (6, 0), (38, 0)) == 0
    assert reach(*chosen, (101, 127), (100, 127), (6, 9)) == pytest.approx(0.5, abs=1e-3)


def drum(name: str, choke: str = "") -> Tone:
    return Tone(name, np.zeros(3, np.float32), hit=Hit(0.2, choke=choke))


KIT = replace(SPEC, kit={36: drum("kick"), 42: drum("closed", "hat"), 46: drum("open", "hat")})


def test_channel_10_plays_the_kit_and_a_hat_chokes_another() -> None:
    keys = Keys(KIT, instrument="cello")
    latent = keys.step(on(0, 36, 9), on(0, 46, 9), on(0, 99, 9), on(0, 60), program(0, 40, 9))
    assert [note.tones[0].name for note in latent.notes] == ["kick", "open", "cello"]
    report = keys.part.report(keys.state)
    assert report["drum_notes_skipped"] == 1
    assert report["instruments"] == ["cello", "kick", "open"]
    assert report["note"].startswith("1 notes on the drum channel were skipped")
    notes = keys.step(on(0.009, 42, 9)).notes
    assert [note.silenced_after is not None for note in notes] == [False, True, False, False]
    # The drums' program is none of the keyboard's.
    assert Keys(KIT).step(program(0, 40, 9)).w[:-2].tolist() == Keys().step().w[:-2].tolist()


def test_the_kit_is_an_instrument_too() -> None:
    keys = Keys(KIT, instrument="drum kit")
    assert "drum_kit" in keys.part.choices["instrument"]
    names = [note.tones[0].name for note in keys.step(on(0, 36), on(0, 37), on(0, 42, 3)).notes]
    assert names == ["kick", "closed"]
    told = keys.part.report(keys.state)["note"]
    assert told == "1 notes were skipped: the drum kit has no drum for them"
    with pytest.raises(UnknownNameError):
        Keys(instrument="drum kit")


def test_the_wheel_swings_pitch_and_the_level_of_what_is_held_by_breath() -> None:
    for name, swells in (("flute", True), ("grand_piano", False)):
        keys = Keys(instrument=name)
        keys.step(on(0, 60), control(0, 1, 127))
        notes = [keys.step().notes[0] for _ in range(150)]
        assert 0.3 < max(note.shift_semitones for note in notes) < 0.6
        gains = np.array([note.gain for note in notes])
        assert (np.ptp(gains) > 0.2) == swells
        # The sum of what it adds is nothing: volume stays as the channel has it.
        assert abs(gains[50:].mean() - gains[0]) < 0.06
