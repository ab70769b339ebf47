"""A voice live, timed from the sample to the picture: the whole chain, by the clock.

The recipe ``voice`` as it is played, at 256 x 256: its microphone gets pieces of 10 ms, each at the
moment at which its last sample is there, from a thread in place of a sound card; its stage notes
when each picture is shown. What a sound card adds is not in it.

For speech of DATA (voice/), else for vowels: pictures the model made a second and pictures shown;
the 99th percentile of the differences of neighbouring pictures over their median; and how long it
takes from any moment of the sound to the picture that begins to follow what was heard up to then,
by following vectors, place and picture through the chain. The glide after that is not in it. As
timbre and words are measured in turns, that is the first of the two; ``in_full_ms`` is both.

That glide is in what follows, told from pixels: from the first sample of a change to the first
picture that is farther from its predecessor than any was in the half second before, and a quarter
of a grey level more. ``starts``: a vowel begins after a pause. ``turns``: a vowel turns into
another of the same pitch and level, with nothing mapped and no orbit, so that the place of the
voice alone moves the picture. The baseline is the same for moments at which nothing changed: how
often a picture would be taken for an answer there within 250 ms.

    python benchmarks/voice_live.py [DATA] [SECONDS]
"""

import sys
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
from scipy.signal import lfilter

from latent_resonance.contracts.values import ByteArray, Controls, FloatArray, Frame
from latent_resonance.engine.assemble import assemble, attach
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.fitting import find_recipe
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.engine.setup import Setup
from latent_resonance.sense import microphone
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sound.voice.described import TIMBRE, WORDS

RATE = 16_000
_PIECE = RATE // 100
_SIDE = 64
_BEFORE_SECONDS, _MOST_SECONDS, _SOON_SECONDS = 0.5, 1.2, 0.25
_DRAWN = 2000
_MARGIN = 0.25
_WARM_SECONDS = 3.0
_HZ = 160.0
# Formants in Hz of Peterson and Barney's men (1952): heed, hod, who'd, had, heard.
_VOWELS = (
    (270, 2290, 3010),
    (730, 1090, 2440),
    (300, 870, 2240),
    (660, 1720, 2410),
    (490, 1350, 1690),
)


class _Card:
    """In place of a sound card: pieces of a sound, each when its last sample is there."""

    latency = 0.0

    def __init__(self, sound: FloatArray) -> None:
        self._sound = sound
        self.began = 0.0
        self.late: list[float] = []
        self._stop = threading.Event()

    def open(self, _chosen: Any, _seconds: float, take: Any, _ended: Any = None) -> Any:
        self._thread = threading.Thread(target=self._play, args=(take,), daemon=True)
        self._thread.start()
        return self

    def _play(self, take: Any) -> None:
        self.began = time.perf_counter()
        for number in range(len(self._sound) // _PIECE):
            due = self.began + (number + 1) * _PIECE / RATE
            if self._stop.wait(max(0.0, due - time.perf_counter())):
                return
            self.late.append(time.perf_counter() - due)
            take(self._sound[number * _PIECE : (number + 1) * _PIECE], False)

    def close(self) -> None:
        self._stop.set()


def run(data_dir: Path | None = None, seconds: float = 120.0) -> dict[str, Any]:
    """Measure for about so many seconds, a third of them each."""
    random = np.random.default_rng(0)
    result: dict[str, Any] = {}
    late: list[float] = []
    for name, pause in (("starts", 1.6), ("turns", 0.0)):
        sound, changes = _sung(seconds / 3, pause, random)
        played = _play(sound, alone=not pause)
        began = played.card.began
        late += played.card.late
        found = [_answer(played.moved, began + at) for at in changes]
        answers = [one for one in found if one is not None]
        still = [_answer(played.moved, began + at - 0.5) for at in changes]
        false = [one is not None and one <= _SOON_SECONDS for one in still]
        result[name] = {
            "changes": len(changes),
            "seen": len(answers),
            "ms": _percentiles(answers),
            "seen_where_nothing_changed": round(float(np.mean(false)), 3),
        }
    spoken = _speech(data_dir, seconds / 3) if data_dir else _sung(seconds / 3, 0.0, random)[0]
    played = _play(spoken)
    steps = [distance for _, distance in played.moved]
    length = played.moved[-1][0] - played.moved[0][0]
    return {
        "sound_to_picture_ms": _percentiles(_delays(played.heard)),
        "in_full_ms": _percentiles(_delays(played.in_full)),
        "model_pictures_a_second": round(played.made / length, 1),
        "shown_a_second": round(len(steps) / length, 1),
        "evenness": round(float(np.percentile(steps, 99) / np.median(steps)), 2),
        **result,
        "pieces_late_ms_p99": round(1e3 * float(np.percentile(late + played.card.late, 99)), 1),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    late, full = result["sound_to_picture_ms"], result["in_full_ms"]
    told = []
    for name in ("starts", "turns"):
        one = result[name]
        told.append(
            f"{name}, until it is seen: p50 {one['ms'][50]:.0f} ms, p95 {one['ms'][95]:.0f} ms; "
            f"{one['seen']} of {one['changes']} seen, "
            f"{one['seen_where_nothing_changed']:.0%} where nothing changed"
        )
    rates = result["model_pictures_a_second"], result["shown_a_second"]
    return [
        f"sound to picture: p50 {late[50]:.0f} ms, p95 {late[95]:.0f} ms (aim: 250)",
        f"to one that follows timbre and words: p50 {full[50]:.0f} ms, p95 {full[95]:.0f} ms",
        f"pictures of the model: {rates[0]:.1f}/s (aim: 15), shown: {rates[1]:.1f}/s",
        f"step between pictures, p99 over median: {result['evenness']:.2f} (aim: at most 4)",
        *told,
        f"pieces of sound came late by {result['pieces_late_ms_p99']:.1f} ms (p99)",
    ]


def _percentiles(seconds: Any) -> dict[int, float]:
    return {q: round(1e3 * float(np.percentile(seconds, q)), 1) for q in (50, 95)}


_Heard = tuple[float, float]
"""Moments of the newest sample of which one of the vectors was made, and of which both were."""
_NOTHING: _Heard = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Played:
    """What was shown, after a warm start.

    Attributes:
        card: that the sound came from.
        moved: moments of pictures, and how far each is from the one before.
        heard: moments of pictures, and that of the newest sample whose place each begins to show.
        in_full: the same of the newest sample of which timbre and words are both in it.
        made: pictures of the model.
    """

    card: _Card
    moved: list[tuple[float, float]]
    heard: list[tuple[float, float]]
    in_full: list[tuple[float, float]]
    made: int


def _play(sound: FloatArray, *, alone: bool = False) -> _Played:
    """Play it to the end; with ``alone`` nothing but the place of the voice moves the pictures."""
    card, trace = _Card(sound), _Trace()
    shown: list[tuple[float, _Heard, ByteArray]] = []

    def show(frame: Frame) -> None:
        pixels = np.asarray(frame.pixels)
        step = len(pixels) // _SIDE
        cut = pixels[: step * _SIDE, : step * _SIDE]
        small = cut.reshape(_SIDE, step, _SIDE, step, 3).mean(axis=(1, 3))
        shown.append((time.perf_counter(), trace.shown, small))

    still = {"orbit": 0.0, "hue": 0.0, "mist": 0.0, "speed": 1.0, "guidance": 2.0}
    device = SimpleNamespace(sample_rate=RATE, channels=1, index=0, name="card")
    chosen = SimpleNamespace(device=device, source="")
    with (
        mock.patch.object(microphone, "choose_input", return_value=chosen),
        mock.patch.object(microphone, "open_input", card.open),
        mock.patch.object(microphone, "Listener", trace.listener),
        assemble(find_recipe("voice"), Setup(held=still if alone else {})) as performance,
    ):
        stage = attach(performance, performance.chain, PartChoice(part="silent"), live=True)
        stage.show = show  # type: ignore[attr-defined]
        trace.follow(performance.chain)
        clock = LiveClock(performance)
        clock.run(len(sound) / RATE - 0.1)
        made = clock.meters.generation.count
    warm = card.began + _WARM_SECONDS
    moved = [
        (at, float(np.sqrt(((new - old) ** 2).mean())))
        for (_, _, old), (at, _, new) in pairwise(shown)
        if at >= warm
    ]
    ages = [
        [(at, card.began + heard[which]) for at, heard, _ in shown if at >= warm]
        for which in (0, 1)
    ]
    return _Played(card, moved, *ages, round(made * len(moved) / len(shown)))


class _Trace:
    """Follows what is heard through the chain: vectors, place, the model's picture, the one shown.

    Moments are seconds of sound, of the newest sample that a thing was made of.
    """

    def __init__(self) -> None:
        self._of: dict[Any, _Heard] = {}
        self._kept: list[Any] = []  # so that no identity comes twice
        self.shown = _NOTHING

    def listener(self, rate: int, *given: Any, **more: Any) -> Listener:
        made = Listener(rate, *given, **more)
        feed = made.feed

        def noted(samples: FloatArray) -> list[Controls]:
            updates = feed(samples)
            for one in updates:
                for vector in one.vectors.values():
                    self._note(vector, (one.time_seconds, one.time_seconds))
            return updates

        made.feed = noted  # type: ignore[method-assign]
        return made

    def follow(self, chain: Any) -> None:
        step, ready, render = chain.navigator.step, chain.renderer.ready, chain.renderer.render

        def stepped(state: Any, controls: Controls, seconds: float) -> Any:
            latent, after = step(state, controls, seconds)
            of = {name: self._of.get(id(v), _NOTHING) for name, v in controls.vectors.items()}
            both = min(of.get(TIMBRE, _NOTHING), of.get(WORDS, _NOTHING))
            newest = max(of.values(), default=_NOTHING)
            self._of[latent.w.tobytes()] = newest[0], both[1]
            return latent, after

        def kept(made: Any, want: Any) -> Any:
            picture = ready(made, want)
            self._note(picture, self._of.get(want.w.tobytes(), _NOTHING))
            return picture

        def rendered(state: Any, latent: Any, windows: Any) -> Any:
            self.shown = self._of.get(id(windows.latest()), self.shown)
            return render(state, latent, windows)

        chain.navigator.step, chain.renderer.ready = stepped, kept
        chain.renderer.render = rendered

    def _note(self, thing: Any, heard: _Heard) -> None:
        if id(thing) not in self._of:
            self._of[id(thing)] = heard
            self._kept.append(thing)


def _delays(heard: list[tuple[float, float]]) -> FloatArray:
    """From any moment of the sound to the picture that begins to show it, in seconds."""
    at = np.array([one for one, _ in heard])
    newest = np.maximum.accumulate([sample for _, sample in heard])
    random = np.random.default_rng(0)
    moments = random.uniform(at[0], newest[-1], _DRAWN)
    return np.asarray(at[np.searchsorted(newest, moments)] - moments, np.float32)


def _answer(shown: list[tuple[float, float]], change: float) -> float | None:
    """Seconds from a change to the first picture that moves more than those before it did."""
    before = [d for at, d in shown if change - _BEFORE_SECONDS <= at < change]
    if not before:
        return None
    least = max(before) + _MARGIN
    after = (at - change for at, d in shown if change <= at < change + _MOST_SECONDS and d > least)
    return next(after, None)


def _sung(
    seconds: float, pause: float, random: np.random.Generator
) -> tuple[FloatArray, list[float]]:
    """Vowels of 2.6 to 3.4 s, with pauses, and the moments at which they begin."""
    parts, changes, at, last = [], [], 0.0, -1
    while at < seconds:
        vowel = int(random.choice([k for k in range(len(_VOWELS)) if k != last]))
        length = float(random.uniform(2.6, 3.4)) + (_WARM_SECONDS if last < 0 else 0.0)
        if last >= 0:
            changes.append(at)
        parts.append(_vowel(vowel, round(at * RATE), round(length * RATE)))
        quiet = round(pause * random.uniform(0.9, 1.1) * RATE)
        parts.append(np.zeros(quiet, np.float32))
        at += (len(parts[-2]) + quiet) / RATE
        last = vowel
    return np.concatenate(parts), changes


def _vowel(number: int, start: int, count: int) -> FloatArray:
    """Harmonics through three resonances, at one level; the phase runs on."""
    phase = 2 * np.pi * _HZ * (start + np.arange(count)) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, int(0.45 * RATE / _HZ)))
    sound = np.asarray(tone, np.float64)
    for hz in _VOWELS[number]:
        radius, turn = np.exp(-np.pi * 90 / RATE), 2 * np.pi * hz / RATE
        sound = lfilter([1 - radius], [1, -2 * radius * np.cos(turn), radius**2], sound)
    hiss = np.random.default_rng(start).standard_normal(count)
    level = 0.1 * sound / np.sqrt((sound**2).mean())
    return np.asarray(level + 2e-4 * hiss, np.float32)


def _speech(data_dir: Path, seconds: float) -> FloatArray:
    from latent_resonance.data.decode import decode_mono

    sounds: list[FloatArray] = []
    for path in sorted((data_dir / "voice").glob("speech*")):
        sounds.append(decode_mono(path, RATE).samples)
        if sum(map(len, sounds)) >= seconds * RATE:
            break
    return np.concatenate(sounds)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    asked = float(sys.argv[2]) if len(sys.argv) > 2 else 120.0
    for line in lines(run(folder, asked)):
        print(line)
