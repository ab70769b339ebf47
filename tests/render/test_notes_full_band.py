"""Notes at 48 kHz in two channels: in tune, steady, without clicks, whole in mono, the same in
any blocks."""

from dataclasses import replace
from functools import cache

import numpy as np
from additive_notes import LAYOUT, Additive, bundle
from measure import cents_off, level_db
from notes_driver import Inline, Notes, Played, bend, control, note

from latent_resonance.contracts.values import Event, Spectrogram
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.clocks.sound_reader import SoundReader
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.output_rate import wide_layout, with_band
from latent_resonance.engine.performance import Steps
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows, KeptWindows
from latent_resonance.render.voices.note_window import prepare_window
from latent_resonance.render.voices.voice import Voice
from latent_resonance.render.voices.voice_bank import VoiceBank
from latent_resonance.sound.clicks import find_clicks

RATE = 48_000
WIDE = wide_layout(LAYOUT, RATE)


@cache
def windows() -> Inline:
    return Inline(with_band(Additive(), WIDE, bundle().space))


def open_notes(**options: object) -> Notes:
    opened = replace(bundle(), format=WIDE)
    return Notes(opened, windows=windows(), **{"channels": 2, "width": 0.6, **options})


def play(events: list[Event], seconds: float, **options: object) -> Played:
    return open_notes(**options).play(events, seconds)


def test_a_held_tone_is_steady_in_tune_and_loses_nothing_in_mono() -> None:
    sound = play(note(0, 3, 69), 2.6, instrument="church_organ").sound
    held = sound[RATE // 2 :]
    # ``measure`` listens at 16 kHz: of every third sample, the fundamental is the same.
    for side in held.T:
        assert abs(cents_off(side[::3], 69)) < 0.2
        levels = [level_db(side[at : at + 4800]) for at in range(0, len(side) - 4800, 4800)]
        assert max(levels) - min(levels) < 0.3
    middle, alone = held.mean(axis=1), play(note(0, 3, 69), 1.2, instrument="church_organ", width=0)
    assert abs(level_db(middle) - level_db(alone.sound[RATE // 2 :, 0])) < 0.1
    assert np.corrcoef(held.T)[0, 1] < 0.9
    spectrum = np.abs(np.fft.rfft(middle[:RATE] * np.blackman(RATE))) ** 2
    assert spectrum[8200:16_000].sum() > 1e-9 * spectrum.sum()


def test_what_velocity_brings_above_acts_there_alone() -> None:
    random = np.random.default_rng(2)
    level = np.full((WIDE.bins, WIDE.columns), -60, np.float32)
    level += random.standard_normal(level.shape).astype(np.float32)
    window = prepare_window(Spectrogram(level, WIDE))
    power = []
    for nepers in ((0, 0), (-1, -0.5)):
        # The same in all bands up to 12.5 kHz, and in those above.
        upper = np.repeat(np.float32(nepers), 5)
        bank = VoiceBank(WIDE, 1, 1)
        bank.start(Voice([window], 0.0, upper=upper), 0, 1)
        sound = np.concatenate([bank.tick()[:, 0] for _ in range(40)])
        bands = np.abs(np.fft.rfft(sound)) ** 2
        hz = np.fft.rfftfreq(len(sound), 1 / RATE)
        edges = ((500, 3900), (8200, 11_000), (14_000, 20_000))
        power.append([bands[(hz >= low) & (hz < high)].sum() for low, high in edges])
    below, lower, upper = 10 * np.log10(np.divide(*power))
    assert abs(below) < 0.1
    assert abs(lower - 20 / np.log(10)) < 0.3
    assert abs(upper - 10 / np.log(10)) < 0.3


def busy() -> list[Event]:
    """Keys, pedal, bend, vibrato, a release in mid-flight, a key that is struck again."""
    return [
        *note(0.003, 0.5, 60),
        *note(0.1, 0.2, 67, 40),
        control(0.15, 64, 127),
        bend(0.2, 0.4),
        control(0.25, 1, 90),
        control(0.3, 10, 20),
        *note(0.35, 0.3, 67, 110),
        control(0.6, 64, 0),
    ]


def test_playing_makes_no_click() -> None:
    for instrument in ("cello", "church_organ"):
        sound = play(busy(), 1.1, instrument=instrument).sound
        for side in sound.T:
            assert find_clicks(side, RATE) == []
        broken = sound[:, 0].copy()
        broken[RATE // 3] += 0.3
        assert find_clicks(broken, RATE)


def test_streaming_equals_offline() -> None:
    hands = (PartChoice(part="sliders"),)
    render = {"channels": 2, "width": 0.5, "reverb": 0.2}
    setup = Setup(senses=hands, rate=RATE, threads=1, render=render)
    with assemble(load_recipe("notes"), setup) as performance:
        chain, kept = performance.chain, KeptWindows()
        performance.senses.reset()
        performance.senses.sensors[0].press(*busy())
        (offline,) = count(performance, 0.5, kept=kept, ring_out=False)
        whole = offline.samples
        assert whole.shape == (RATE // 2, 2)
        assert level_db(whole) > -50
        performance.senses.reset()
        performance.senses.sensors[0].press(*busy())
        meters = Meters()
        windows = InlineWindows(chain.model, chain.renderer, meters, kept)
        reader = SoundReader(Steps(chain, performance.senses, windows, meters))
        sizes = [1, 4095, 7, 1536, 3001, 640]
        streamed = np.concatenate([reader.read(size).samples for size in sizes])
    lead = chain.renderer.lead_in_samples
    apart = [np.abs(streamed[at : at + 8000] - whole[:8000]).max() for at in (0, lead)]
    assert min(apart) == 0
