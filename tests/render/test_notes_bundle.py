"""The notes bundle inside the package, heard by numbers."""

from collections.abc import Iterator

import numpy as np
import pytest
from latent_resonance.engine.notes.general_midi import instrument_for_program
from latent_resonance.engine.notes.score import ScorePlayer, play_score
from measure import RATE, centroid_hz, level_db

from latent_resonance.engine.notes.open import Notes, NotesSetup
from latent_resonance.engine.notes.render import play_note
from latent_resonance.evaluation.pitch import note_pitch
from latent_resonance.sense.midi_files.messages import NOTE_OFF, NOTE_ON, PROGRAM, MidiEvent
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness

STRUCK = {"bass", "guitar", "keyboard", "mallet", "string_plucked", "synth_bass"}


@pytest.fixture(scope="module")
def shipped() -> Iterator[Notes]:
    """Opened once; the tests set its tone."""
    with Notes(NotesSetup(threads=1)) as notes:
        yield notes


def heard(notes: Notes, name: str, pitch: float, velocity: int, seconds: float) -> np.ndarray:
    notes.tone = notes.instruments.find(name)
    sound, _, _ = play_note(notes, pitch, velocity, seconds, tail=True)
    return sound.mean(axis=1)


def loudest_lufs(sound: np.ndarray) -> float:
    return max(integrated_loudness(sound[at : at + 6_400], RATE) for at in range(0, RATE, 1_600))


def test_every_family_is_in_tune_brighter_when_hard_and_clean(shipped: Notes) -> None:
    assert len(shipped.instruments.families) >= 8
    for family in shipped.instruments.families:
        for pitch in (40, 60, 80):
            soft, hard = (heard(shipped, family, pitch, v, 1.0) for v in (38, 127))
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


def test_what_is_blown_goes_on_and_what_is_struck_dies(shipped: Notes) -> None:
    for family in shipped.instruments.families:
        sound = heard(shipped, family, 52, 100, 6.0)
        levels = [level_db(sound[t * RATE : (t + 1) * RATE]) for t in range(6)]
        if family in STRUCK:
            assert levels[5] < levels[0] - 6, family
        else:
            # A window is 3.07 s long.
            assert np.ptp(levels[2:]) < 6, family
            assert levels[5] > levels[1] - 8, family
        assert find_clicks(sound, RATE) == []


def test_programs_are_found_among_its_instruments(shipped: Notes) -> None:
    for program, name in (
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
        assert instrument_for_program(program, shipped.instruments.names) == name
    # The bass of a band is plucked, not bowed.
    weights = shipped.instruments.for_program(32).w[shipped.instruments.timbre_size : -2]
    assert shipped.instruments.families[int(weights.argmax())] == "bass"


def test_an_orchestra_of_sixteen(shipped: Notes) -> None:
    shipped.tone = None
    programs = (0, 11, 19, 24, 32, 42, 48, 52, 56, 68, 73, 80, 88, 46, 60)
    channels = [n for n in range(16) if n != 9]
    events = [MidiEvent(0, PROGRAM, n, p) for n, p in zip(channels, programs, strict=True)]
    events += [MidiEvent(0, NOTE_ON, n, 36 + 3 * n, 127) for n in channels]
    events += [MidiEvent(0, NOTE_ON, 0, 84, 127)]
    events += [MidiEvent(1.5, NOTE_OFF, n, 36 + 3 * n) for n in channels]
    synthesizer = shipped.synthesizer()
    sound = play_score(ScorePlayer(synthesizer, events), 2.0)
    assert synthesizer.counts.most_voices == 16
    assert synthesizer.counts.stolen == 0
    assert len(synthesizer.counts.instruments) == 15
    assert np.abs(sound).max() <= 0.84
    assert find_clicks(sound.mean(axis=1), RATE) == []
