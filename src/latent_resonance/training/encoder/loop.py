"""Trains an encoder for a generator that stays as it is.

Half of each batch are the generator's own sounds, whose places are known; half are real clips,
which are to come back through the generator. Of a share of both a span is hidden, and what is
wanted is still the whole.
"""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.contracts.errors import InputError
from latent_resonance.training.checkpoint import Checkpoint, gather, load, restore, save
from latent_resonance.training.encoder.effort import EncoderEffort
from latent_resonance.training.encoder.frozen import FrozenGenerator
from latent_resonance.training.encoder.judge import Judge, Verdict, at_top, placing, scaled
from latent_resonance.training.encoder.losses import place_loss, spectral_loss
from latent_resonance.training.encoder.masked import MaskedEncoder
from latent_resonance.training.encoder.masks import hide
from latent_resonance.training.encoder.perceptual import find_perceptual
from latent_resonance.training.encoder.real_clips import RealClips
from latent_resonance.training.progress import TrainingProgress, often_enough
from latent_resonance.training.schedule import warm_cosine

_FRESH_RATE, _KNOWN_RATE = 1e-3, 3e-4
_LONGEST_WARM_UP = 100
_PLACE, _NEAR, _PERCEPTUAL = 0.3, 0.003, 0.5
_KEPT = 0.995
_LARGEST_STEP = 5.0
_TOLD_EVERY = 10
_SAVED_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Taught:
    """An encoder and how it was judged.

    Attributes:
        encoder: the averaged one of the best step.
        step: that one.
        before: of the encoder that training began with.
        after: of ``encoder``.
        seconds: of training.
    """

    encoder: MaskedEncoder
    step: int
    before: Verdict
    after: Verdict
    seconds: float


class Lesson:
    """One run; the steps can be taken one by one.

    Args:
        generator: whose places are meant.
        clips: real sounds, perhaps none.
        encoder: to begin with; it is changed.
        effort: how much.
        rate: the highest learning rate.

    Raises:
        InputError: a batch or a share that cannot be.
        MissingPartError: a perceptual loss that is not installed.
    """

    def __init__(
        self,
        generator: FrozenGenerator,
        clips: RealClips,
        encoder: MaskedEncoder,
        effort: EncoderEffort,
        rate: float,
    ) -> None:
        if effort.batch < 2 or effort.steps < 1 or not 0 <= effort.masked <= 1:
            raise InputError("an encoder is trained on batches of 2 or more, for 1 step or more")
        self._generator, self._clips, self._effort, self._rate = generator, clips, effort, rate
        self._range = generator.layout.range_db
        self._spread = torch.from_numpy(generator.spread)
        self._middle = torch.from_numpy(np.asarray(generator.middle, np.float32))
        self._perceptual = find_perceptual(effort.perceptual, self._range)
        self.encoder = encoder.train()
        self.average = deepcopy(encoder).eval().requires_grad_(False)
        self.optimiser = torch.optim.Adam(encoder.parameters(), lr=rate, betas=(0.9, 0.99))
        self.step = 0

    def take(self) -> float:
        """One step of descent; gives its loss."""
        effort = self._effort
        random = np.random.default_rng([effort.seed, self.step])
        real = effort.batch // 2 if self._clips else 0
        places = self._generator.draw(effort.batch - real, random)
        made = self._generator.levels(places)
        # Without real sounds, some of its own must come back, as loud as they are.
        back = self._clips.batch(real, random) if real else made[: effort.batch // 2]
        windows = at_top(np.concatenate([made, back]) if real else made, self._generator.layout)
        shown = torch.from_numpy(hide(windows, self._generator.layout, effort.masked, random))
        found = self.encoder(scaled(shown, self._range))
        loss = _PLACE * place_loss(found[: len(places)], torch.from_numpy(places), self._spread)
        again = found[len(places) :] if real else found[: len(back)]
        loss = loss + self._back(again, torch.from_numpy(np.ascontiguousarray(back)))
        self._descend(loss)
        return float(loss.detach())

    def _back(self, found: Tensor, wanted: Tensor) -> Tensor:
        """How far the sounds at ``found`` are from the wanted ones."""
        made = self._generator.through(found)
        loss = spectral_loss(made, wanted, self._range)
        # Near the middle, where the generator was trained, sounds are sounds.
        loss = loss + _NEAR * place_loss(found, self._middle, self._spread)
        if self._perceptual is not None:
            loss = loss + _PERCEPTUAL * self._perceptual(made, wanted)
        return loss

    def _descend(self, loss: Tensor) -> None:
        effort = self._effort
        warm = max(1, min(_LONGEST_WARM_UP, effort.steps // 10))
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate * warm_cosine(self.step, effort.steps, warm)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        size = nn.utils.clip_grad_norm_(self.encoder.parameters(), _LARGEST_STEP)
        if torch.isfinite(size):  # a single overflow must not end a long run
            self.optimiser.step()
        keep = min(_KEPT, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in zip(
                self.average.parameters(), self.encoder.parameters(), strict=True
            ):
                slow.lerp_(fast, 1 - keep)
        self.step += 1


def teach(
    generator: FrozenGenerator,
    clips: RealClips,
    encoder: MaskedEncoder,
    effort: EncoderEffort,
    *,
    rate: float,
    kept: Path | None = None,
    on_progress: Callable[[TrainingProgress], None] | None = None,
) -> Taught:
    """All steps; the averaged encoder that did best on windows that were kept back.

    The same seed, clips and threads give the same encoder.

    Args:
        generator: whose places are meant.
        clips: real sounds, perhaps none.
        encoder: to begin with; it is changed.
        effort: how much.
        rate: the highest learning rate.
        kept: a checkpoint that is written on the way; where there is one of the same bundle and
            effort, the run goes on from it.
        on_progress: gets where the run stands.
    """
    lesson = Lesson(generator, clips, encoder, effort, rate)
    judge = Judge(generator, clips, effort.seed)
    range_db = generator.layout.range_db
    began = time.perf_counter()
    before = judge(placing(lesson.average, range_db))
    best, best_step, after = deepcopy(lesson.average), 0, before
    modules = {"encoder": lesson.encoder, "average": lesson.average, "best": best}
    optimisers = {"optimiser": lesson.optimiser}
    facts = {"bundle": generator.bundle.seal, "effort": repr(effort)}
    spent, saved = 0.0, began
    found = load(kept, facts) if kept and kept.exists() else None
    if found:
        restore(found.tensors, modules, optimisers)
        lesson.step, spent, best_step = found.step, found.seconds, int(found.facts["best_step"])
        after = judge(placing(best, range_db)) if best_step else before
    first = lesson.step
    tell_every = often_enough(effort.steps, _TOLD_EVERY)
    for step in range(first + 1, effort.steps + 1):
        loss = lesson.take()
        if step % effort.judge_every == 0 or step == effort.steps:
            now = judge(placing(lesson.average, range_db))
            if now.loss < after.loss:
                best.load_state_dict(lesson.average.state_dict())
                best_step, after = step, now
        if kept and (time.perf_counter() - saved >= _SAVED_SECONDS or step == effort.steps):
            saved = time.perf_counter()
            noted = {**facts, "best_step": str(best_step)}
            tensors = gather(modules, optimisers)
            save(kept, Checkpoint(step, spent + saved - began, noted, tensors))
        if on_progress and (step % tell_every == 0 or step == effort.steps):
            speed = (step - first) * effort.batch / (time.perf_counter() - began)
            left = (effort.steps - step) * effort.batch / speed
            on_progress(
                TrainingProgress(step, effort.steps, loss, speed, left, step * effort.batch / 1000)
            )
    return Taught(best, best_step, before, after, spent + time.perf_counter() - began)


def full_rate(effort: EncoderEffort, *, known: bool) -> float:
    """The highest learning rate: less where an encoder goes on."""
    return effort.rate or (_KNOWN_RATE if known else _FRESH_RATE)
