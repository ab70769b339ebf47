"""Voices: how many pictures a second, how soon a sound is seen, and how evenly pictures move.

``live`` is two steps without guidance, ``guided`` two steps with it as the recipe has them.
``still`` is what the bundle does where nothing is asked for: it is the baseline, and ``times`` says
how many of its time go into one of the others. On one thread the processor's time is taken, which
others' work lengthens less than the clock's.

``heard`` is what listening to 0.1 s takes when a navigator follows the voice.
``sound_to_picture_ms`` is how old the newest sound is that a picture has begun to follow, computed
from the times that were measured: waits for a hop of listening, for the vectors, for the model that
is busy and for the moment of a picture, 2,000 times at random, and what the work takes. The glide
after that is not in it. ``evenness`` is the 99th percentile of the differences of neighbouring
pictures over their median, for speech of ``--data`` (voice/), else for a hum.

    resonance benchmark voice
"""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, FloatArray, Latent, Spec
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.models.engines.threads import processor_name
from latent_resonance.sense.listening.descriptors import HOP_SECONDS
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sound.voice.described import DESCRIBED, TIMBRE
from latent_resonance.sound.voice.described import HOP_SECONDS as HOPS

_BUNDLE = "voice"
_RATE, _FRAME_RATE = 16_000, 30.0
_ROUNDS, _DRAWN, _FILM_SECONDS = 12, 2000, 12
# Steps of a live voice's pictures, and how words pull in them.
_LIVE = load_recipe("voice").chain[0].model.options


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure the bundle of voices.

    Raises:
        MissingPartError: there is no such bundle here.
    """
    name = os.environ.get("RESONANCE_VOICE_BUNDLE", _BUNDLE)
    if name == _BUNDLE and name not in list_bundles():
        raise MissingPartError("the bundle 'voice' is not here")
    bundle = open_bundle(name)
    layout = bundle.space.diffusion
    assert layout is not None
    sound = _sound(data_dir)
    ways = {
        "still": ({"steps": layout.steps}, layout.guidance),
        "guided": (_LIVE, layout.guidance),
        "live": (_LIVE, 1.0),
    }
    ready = {way: _ready(bundle, *asked) for way, asked in ways.items()}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(_ROUNDS):
        for way, draw in ready.items():
            began = time.process_time()
            draw()
            taken[way].append(1e3 * (time.process_time() - began))
    pictures = {way: round(float(np.median(found)), 2) for way, found in taken.items()}
    heard = _heard(sound)
    late = _late(np.array(taken["live"]), heard)
    return {
        "processor": processor_name(),
        "bundle": bundle.name,
        "picture_ms": pictures,
        "pictures_a_second": {way: round(1e3 / one, 1) for way, one in pictures.items()},
        "times": {way: round(one / pictures["still"], 3) for way, one in pictures.items()},
        "heard_ms": round(heard, 2),
        "sound_to_picture_ms": {q: round(float(np.percentile(late, q)), 1) for q in (50, 95)},
        "evenness": round(_evenness(bundle, sound), 2),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    found = [f"  {result['processor']}, one thread; bundle {result['bundle']}"]
    for way, one in result["picture_ms"].items():
        told = f"{one:8.1f} ms a picture, {result['pictures_a_second'][way]:5.1f}/s"
        found.append(f"  {way:8}{told}, {result['times'][way]:.2f} of still")
    late = result["sound_to_picture_ms"]
    return [
        *found,
        f"  listening {result['heard_ms']:.1f} ms every 0.1 s",
        f"  sound to picture p50 {late[50]:.0f} ms, p95 {late[95]:.0f} ms (aim: 250)",
        f"  evenness {result['evenness']:.2f} (aim: at most 4)",
    ]


def _ready(bundle: Bundle, options: Mapping[str, Any], guidance: float) -> Callable[[], Any]:
    player = find_part("models", "openvino").make(dict(options), bundle)
    player.prepare(Spec(threads=1))
    navigator = _navigator(bundle, guidance)
    latent, _ = navigator.step(navigator.start(), Controls(0.0), 1 / _FRAME_RATE)
    player.generate(latent)
    return lambda: player.generate(latent)


def _navigator(bundle: Bundle, guidance: float = 1.0) -> Any:
    options = {"prompt": "red circles on blue", "guidance": guidance}
    navigator = find_part("navigate", "voice_noise").make(options)
    navigator.prepare(Spec(space=bundle.space))
    return navigator


def _sound(data_dir: Path | None) -> FloatArray:
    """Twelve seconds of speech, or of a hum."""
    files = sorted((data_dir / "voice").glob("speech*")) if data_dir else []
    if files:
        from latent_resonance.data.decode import decode_mono

        parts = [decode_mono(path, _RATE).samples for path in files[:8]]
        return np.concatenate(parts)[: _FILM_SECONDS * _RATE]
    at = np.arange(_FILM_SECONDS * _RATE) / _RATE
    phase = 2 * np.pi * (140 * at - 8 * np.cos(2 * at))
    tone = sum(np.sin(k * phase) / k for k in range(1, 12))
    return np.asarray(0.1 * tone * (1.2 + np.sin(5 * at)), np.float32)


def _heard(sound: FloatArray) -> float:
    """Milliseconds for 0.1 s of sound."""
    listener = Listener(_RATE, follows=tuple(DESCRIBED))
    began = time.process_time()
    listener.feed(sound)
    return 1e3 * (time.process_time() - began) / (len(sound) / _RATE / HOPS[TIMBRE])


def _late(picture_ms: FloatArray, heard_ms: float) -> FloatArray:
    """Ages of the newest sound in a picture, ``[draws]``, in milliseconds."""
    random = np.random.default_rng(0)
    # Timbre and words are measured in turns.
    waits = [1e3 * HOP_SECONDS, 1e3 * HOPS[TIMBRE] / 2, 1e3 / _FRAME_RATE]
    # A picture is begun when the one before it is done.
    model = random.choice(picture_ms, (2, _DRAWN))
    waited = sum(random.uniform(0, one, _DRAWN) for one in waits)
    return np.asarray(heard_ms + waited + model[0] + random.uniform(0, 1, _DRAWN) * model[1])


def _evenness(bundle: Bundle, sound: FloatArray) -> float:
    player = find_part("models", "openvino").make(dict(_LIVE), bundle)
    player.prepare(Spec(threads=1))
    navigator = _navigator(bundle)
    updates = Listener(_RATE, follows=tuple(DESCRIBED)).feed(sound)
    state, before, steps = navigator.start(), None, []
    for number in range(int(_FILM_SECONDS * _FRAME_RATE / 2)):
        index = min(int(number / _FRAME_RATE / HOP_SECONDS), len(updates) - 1)
        heard = Controls(number / _FRAME_RATE, {}, vectors=updates[index].vectors)
        latent, state = navigator.step(state, heard, 1 / _FRAME_RATE)
        pixels = np.asarray(player.generate(Latent(latent.w)).pixels, np.float32)
        if before is not None:
            steps.append(float(np.sqrt(((pixels - before) ** 2).mean())))
        before = pixels
    return float(np.percentile(steps, 99) / max(np.median(steps), 1e-6))
