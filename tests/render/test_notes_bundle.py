"""The notes bundle inside the package, measured."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from measure import RATE, centroid_hz, level_db
from notes_driver import Inline, Notes, note, program

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.evaluation.pitch import note_pitch
from latent_resonance.navigate.keys.general_midi import instrument_for_program
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness

STRUCK = {"bass", "guitar", "keyboard", "mallet", "string_plucked", "synth_bass"}


class Shipped:
    """The bundle and its model, opened once."""

    def __init__(self, bundle: Bundle, windows: Inline) -> None:
        self.bundle, self.windows = bundle, windows
        self.instruments = Instruments(bundle.space)

    def notes(self, **options: object) -> Notes:
        return Notes(self.bundle, windows=self.windows, **options)


@pytest.fixture(scope="module")
def shipped() -> Iterator[Shipped]:
    bundle = open_bundle("notes")
    with ExitStack() as opened:
        model = find_part("models", "auto").make({}, bundle)
        opened.callback(model.close)
        model.prepare(Spec(format=bundle.format, space=bundle.space, threads=1))
        yield Shipped(bundle, Inline(model))


def played(shipped: Shipped, name: str, pitch: int, velocity: int, seconds: float) -> np.ndarray:
    """Held for ``seconds``, and what rings after them."""
    notes = shipped.notes(instrument=name)
    return notes.play(note(0, seconds, pitch, velocity), seconds + 3.0).sound


def loudest_lufs(sound: np.ndarray) -> float:
    return max(integrated_loudness(sound[at : at + 6_400], RATE) for at in range(0, RATE, 1_600))


def test_every_family_is_in_tune_brighter_when_hard_and_clean(shipped: Shipped) -> None:
    assert len(shipped.instruments.families) >= 8
    for family in shipped.instruments.families:
        for pitch in (40, 60, 80):
            soft, hard = (played(shipped, family, pitch, v, 1.0) for v in (38, 127))
            for sound in (soft, hard):
                found = note_pitch(sound[:RATE], RATE)
                assert found.sure
                assert found.midi == pytest.approx(pitch, abs=0.05), (family, pitch)
                # The attack of a hard synthesizer is no click.
                clicks = [at for at in find_clicks(sound, RATE) if at > RATE // 200]
                assert clicks == [], (family, pitch)
                assert np.abs(sound[-160:]).max() < 1e-3
            step = loudest_lufs(hard) - loudest_lufs(soft)
            assert step == pytest.approx(40 * np.log10(127 / 38), abs=5), (family, pitch)
            assert centroid_hz(hard[:RATE]) > 0.98 * centroid_hz(soft[:RATE]), (family, pitch)


def test_random_timbres_are_in_tune_end_and_differ(shipped: Shipped) -> None:
    # Not at 57: the second partial of the choir, which the second is near, is far above the first.
    seeds = range(4)
    sounds = [shipped.notes(instrument=f"random {n}").play(note(0, 1, 60), 4).sound for n in seeds]
    for sound in sounds:
        found = note_pitch(sound[:RATE], RATE)
        assert found.sure
        assert found.midi == pytest.approx(60, abs=0.2)
        assert np.abs(sound[-160:]).max() < 1e-3
    spectra = [np.abs(np.fft.rfft(sound[:RATE]))[200:2_000] for sound in sounds]
    for one, two in itertools.combinations(spectra, 2):
        assert one @ two < 0.98 * np.linalg.norm(one) * np.linalg.norm(two)


def test_what_is_blown_goes_on_and_what_is_struck_dies(shipped: Shipped) -> None:
    for family in shipped.instruments.families:
        sound = shipped.notes(instrument=family).play(note(0, 6, 52), 6.0).sound
        levels = [level_db(sound[t * RATE : (t + 1) * RATE]) for t in range(6)]
        if family in STRUCK:
            assert levels[5] < levels[0] - 6, family
        else:
            # A window is 3.07 s long.
            assert np.ptp(levels[2:]) < 6, family
            assert levels[5] > levels[1] - 8, family
        assert find_clicks(sound, RATE) == []


def test_programs_are_found_among_its_instruments(shipped: Shipped) -> None:
    for number, name in (
        (0, "grand_piano"),
        (11, "vibraphone"),
        (19, "church_organ"),
        (24, "acoustic_guitar"),
        (42, "cello"),
        (46, "harp"),
        (52, "choir_aahs"),
        (56, "trumpet"),
        (68, "oboe"),
        (73, "flute"),
    ):
        assert instrument_for_program(number, shipped.instruments.names) == name
    # The bass of a band is plucked, not bowed.
    weights = shipped.instruments.for_program(32).w[shipped.instruments.timbre_size : -2]
    assert shipped.instruments.families[int(weights.argmax())] == "bass"


def test_an_orchestra_of_sixteen(shipped: Shipped) -> None:
    programs = (0, 11, 19, 24, 32, 42, 48, 52, 56, 68, 73, 80, 88, 46, 60)
    channels = [n for n in range(16) if n != 9]
    events = [program(0, p, n) for n, p in zip(channels, programs, strict=True)]
    for n in channels:
        events += note(0, 1.5, 36 + 3 * n, 127, n)
    events += note(0, 9, 84, 127)[:1]
    done = shipped.notes(channels=2).play(events, 2.0)
    assert done.report["most_voices"] == 16
    assert done.report["voices_stolen"] == 0
    assert len(done.report["instruments"]) == 15
    assert np.abs(done.sound).max() <= 0.84
    assert find_clicks(done.sound.mean(axis=1), RATE) == []
