"""How long each step will take, by doing a little of it with networks of the same size."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.directions.add import Effort, measurings
from latent_resonance.training.directions.workshop import Workshop
from latent_resonance.training.encoder.begin import new_encoder
from latent_resonance.training.encoder.effort import EncoderEffort
from latent_resonance.training.encoder.frozen import FrozenGenerator
from latent_resonance.training.encoder.loop import Lesson
from latent_resonance.training.encoder.real_clips import RealClips
from latent_resonance.training.fabric import finish
from latent_resonance.training.families import family_of
from latent_resonance.training.make.plan import MakeEffort
from latent_resonance.training.rehearsal import time_run

STEPS = ("prepare", "train", "encoder", "envelope", "controls")
_MEASURED = 12
# Of a step: from there on its own pace says how long it takes.
_TELLING = 0.1


def time_training(recipe: AdversarialRecipe, material: Any, weights: Any, threads: int) -> float:
    """Seconds of the whole run."""
    try:
        seconds, _ = time_run(family_of(recipe), recipe, material, threads, weights, recipe.steps)
    finally:
        finish()
    return seconds


def time_encoder(bundle: Bundle, prepared: Path, effort: MakeEffort) -> float:
    """Seconds of the encoder of such a bundle."""
    with FrozenGenerator(bundle, threads=effort.threads or 1) as generator:
        clips = RealClips([prepared], generator.layout)
        lesson = Lesson(generator, clips, new_encoder(generator, 0), EncoderEffort(2), 1e-3)
        lesson.take()
        began = time.perf_counter()
        lesson.take()
        return (time.perf_counter() - began) * effort.encoder_steps


def time_controls(bundle: Bundle, effort: MakeEffort) -> float:
    """Seconds of measuring the sliders of such a bundle."""
    with Workshop(bundle) as workshop:
        places = workshop.draw(_MEASURED, np.random.default_rng(0))
        workshop.measure(places[:2])
        began = time.perf_counter()
        workshop.measure(places[2:])
        each = (time.perf_counter() - began) / (_MEASURED - 2)
    return each * measurings(measured_by(effort), bundle.latent_size)


def measured_by(effort: MakeEffort) -> Effort:
    """What is measured for the sliders."""
    known = min(Effort().known, max(1, effort.places // 4))
    return Effort(effort.places, effort.slopes, calibrated=effort.calibrated, known=known)


class Clock:
    """How long it will take from now on, by the pace of the step at work and what others take."""

    def __init__(self) -> None:
        self._step, self._began, self._first = "", 0.0, 0.0

    def left(
        self, seconds: Mapping[str, float], step: str, share: float | None, now: float
    ) -> float:
        """Seconds to go in all.

        Args:
            seconds: that whole steps were timed to take.
            step: that is at work.
            share: of it that is done, also by an earlier run; None where that is not known.
            now: in seconds from any moment on.
        """
        if step != self._step:
            self._step, self._began, self._first = step, now, share or 0.0
        gone, done = now - self._began, (share or 0.0) - self._first
        if share is not None and done >= _TELLING:
            own = gone * (1 - share) / done
        else:
            own = max(0.0, seconds.get(step, 0.0) * (1 - self._first) - gone)
        later = STEPS[STEPS.index(step) + 1 :]
        return own + sum(seconds.get(name, 0.0) for name in later)


def about(seconds: float) -> str:
    """``about 40 minutes``: no more exact than it is known."""
    minutes = seconds / 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:
        rounded = round(minutes) if minutes < 10 else 5 * round(minutes / 5)
        return "about a minute" if rounded == 1 else f"about {rounded} minutes"
    return f"about {minutes / 60:.1f} hours"
