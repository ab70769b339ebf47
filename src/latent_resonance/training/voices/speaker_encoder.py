"""Makes the file of the speaker encoder: a published network, rounded to three bits a weight.

    python -m pip download --no-deps resemblyzer==0.1.4
    python -m latent_resonance.training.voices.speaker_encoder WHEEL --data ../shared/data/voice

Resemblyzer, Copyright Resemble AI, Apache License 2.0 (see NOTICE). Its weights are sliced out of
the wheel, whose digest is checked: the pickle around them is not read. Each row and column gets a
step by what an error in it does to the embedding (the gradient's square, as Fisher information);
then the rounded network learns, through the rounding (straight-through estimator, Bengio 2013), to
say of a second of another take what the whole one says of the clip (distillation, Hinton 2015): it
hears through rooms and noise better than that. Five minutes on a core.
"""

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.sound.voice.clip import RATE, take_voice
from latent_resonance.sound.voice.speaker import speaker_frames
from latent_resonance.sound.voice.speaker_weights import (
    BIASES,
    DEPTH,
    FILE,
    MATRICES,
    Rounded,
    tensors_of,
)
from latent_resonance.training.in_one_line import end_in_one_line
from latent_resonance.training.voices.augment import record_again

_SHA256 = "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f"
_MEMBER = "resemblyzer/pretrained.pt"
# Where the numbers lie in it, and the sizes of the network.
_LSTM_AT, _LINEAR_AT, _LINEAR_BIAS_AT = 269_883, 7_731, 6_699
_BANDS, _UNITS, _SIZE = 40, 256, 256
_GATES = 4 * _UNITS

_HOLD_BACK_ONE_IN = 5
_MOST = 127
_HALVINGS = 14
_LEAST_SHARE = 0.01  # of the mean: no row or column counts for less
_SENSITIVE_BATCHES = 24
_LENGTHS = (100, 120, 160)  # frames
_FASTEST = 1.22  # other speeds are other throats
_AGAIN = 0.6  # share of other takes


class SpeakerEncoder(nn.Module):
    """Mel frames ``[n, time, 40]`` to embeddings ``[n, 256]`` of length 1 (Wan et al. 2018)."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(_BANDS, _UNITS, DEPTH, batch_first=True)
        self.linear = nn.Linear(_UNITS, _SIZE)

    def forward(self, frames: Tensor) -> Tensor:
        """As the class says; all windows of a batch have one length."""
        _, (last, _) = self.lstm(frames)
        made = torch.relu(self.linear(last[-1]))
        placed: Tensor = made / made.norm(dim=1, keepdim=True).clamp_min(1e-9)
        return placed


def published_weights(wheel: Path) -> dict[str, FloatArray]:
    """The weights under PyTorch's names.

    Raises:
        InputError: it is not that wheel.
    """
    try:
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != _SHA256:
            raise InputError(f"{wheel} is damaged or not resemblyzer 0.1.4 (wrong sha256)")
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(_MEMBER)
    except OSError as error:
        raise InputError(f"cannot read {wheel}: {error.strerror}") from error
    found: dict[str, FloatArray] = {}

    def take(name: str, at: int, *shape: int) -> int:
        count = int(np.prod(shape))
        found[name] = np.frombuffer(data, "<f4", count, at).reshape(shape).astype(np.float32)
        return at + 4 * count

    at = _LSTM_AT
    for layer in range(DEPTH):
        at = take(f"lstm.weight_ih_l{layer}", at, _GATES, _UNITS if layer else _BANDS)
        at = take(f"lstm.weight_hh_l{layer}", at, _GATES, _UNITS)
    for layer in range(DEPTH):
        at = take(f"lstm.bias_ih_l{layer}", at, _GATES)
        at = take(f"lstm.bias_hh_l{layer}", at, _GATES)
    take("linear.weight", _LINEAR_AT, _SIZE, _UNITS)
    take("linear.bias", _LINEAR_BIAS_AT, _SIZE)
    return found


Pair = tuple[FloatArray, FloatArray]
"""Mel frames of a clip, and of the same as if recorded again."""


def corpus_frames(folder: Path, takes: int, random: np.random.Generator) -> list[Pair]:
    """Clips of a folder at several speeds, each with another take; held-back ones are left.

    Args:
        folder: with a manifest.csv.
        takes: of each clip.
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
    for take in range(takes):
        for sound in sounds:
            speed = random.uniform(1 / _FASTEST, _FASTEST) if take else 1.0
            changed = soxr.resample(sound, RATE, RATE / speed)
            again = record_again(changed, sounds, random, cuts=False)
            found.append((speaker_frames(changed), speaker_frames(again)))
    return [pair for pair in found if min(map(len, pair)) >= _LENGTHS[0]]


class _Batches:
    """Windows of one length ``[n, time, 40]``, some of other takes, and which clips they are of."""

    def __init__(self, pairs: Sequence[Pair], size: int, seed: int) -> None:
        self._pairs = pairs
        self._size = size
        self._random = np.random.default_rng(seed)

    def __iter__(self) -> Iterator[tuple[Tensor, list[int]]]:
        random = self._random
        while True:
            count = int(random.choice(_LENGTHS))
            long = [at for at, pair in enumerate(self._pairs) if min(map(len, pair)) >= count]
            chosen = [int(one) for one in random.choice(long, self._size)]
            windows = []
            for index in chosen:
                clean, again = self._pairs[index]
                frames = again if random.random() < _AGAIN else clean
                start = int(random.integers(min(len(clean), len(again)) - count + 1))
                gains = np.interp(
                    np.arange(_BANDS), np.linspace(0, _BANDS - 1, 6), random.normal(0, 0.25, 6)
                )
                gain = np.exp(gains + random.normal(0, 0.15))
                windows.append((frames[start : start + count] * gain).astype(np.float32))
            yield torch.from_numpy(np.stack(windows)), chosen


def sensitivity(
    network: SpeakerEncoder, batches: Iterator[tuple[Tensor, list[int]]], count: int
) -> dict[str, np.ndarray]:
    """Mean squares of what each weight does to random directions of the embedding."""
    found: dict[str, np.ndarray] = {}
    random = torch.Generator().manual_seed(0)
    for _ in range(count):
        made = network(next(batches)[0])
        network.zero_grad()
        ((made * torch.randn(made.shape, generator=random)).sum()).backward()
        for name, weight in network.named_parameters():
            if weight.grad is not None:
                found[name] = found.get(name, 0) + weight.grad.numpy() ** 2 / (count * len(made))
    return found


def steps_of(
    weight: FloatArray, squares: np.ndarray, scale: float
) -> tuple[FloatArray, FloatArray]:
    """Steps of rows ``[m, 1]`` and columns ``[1, n]``, representable as float16.

    Errors of one step then do about the same everywhere (Fisher information, its rows' and
    columns' means); a row whose greatest number would leave -127..127 gets a larger one.
    """
    least = _LEAST_SHARE * squares.mean()
    rows = scale * np.sqrt(squares.mean()) / np.sqrt(squares.mean(axis=1, keepdims=True) + least)
    columns = 1 / np.sqrt(squares.mean(axis=0, keepdims=True) + least)
    middle = np.exp(np.log(columns).mean())
    columns = _half(columns / middle)
    needed = (np.abs(weight) / columns).max(axis=1, keepdims=True) / (_MOST + 0.45)
    return _half(np.maximum(rows * middle, 1.002 * needed)), columns


def _half(values: np.ndarray) -> FloatArray:
    return values.astype(np.float16).astype(np.float32)


def fit_rounded(
    weights: Mapping[str, FloatArray],
    pairs: Sequence[Pair],
    *,
    size: int,
    steps: int,
    batch: int = 16,
    rate: float = 0.006,
    tell: bool = True,
) -> tuple[dict[str, Rounded], dict[str, FloatArray]]:
    """Rounded matrices and their biases, under the names of ``speaker_weights``.

    Args:
        weights: as published.
        pairs: mel frames of voices.
        size: of the file, in bytes; what is rounded to is as fine as that allows.
        steps: of learning.
        batch: windows a step.
        rate: of learning, in steps of the rounding.
        tell: whether to say how far it is.
    """
    state = {name: torch.from_numpy(value) for name, value in weights.items()}
    whole, rounded = SpeakerEncoder(), SpeakerEncoder()
    whole.load_state_dict(state)
    rounded.load_state_dict(state)
    batches = iter(_Batches(pairs, batch, 1))
    squares = sensitivity(rounded, batches, _SENSITIVE_BATCHES)
    with torch.no_grad():
        # What is to be said of a window: what the whole network says of the clean clip.
        targets = torch.stack([_of_clip(whole, clean) for clean, _ in pairs])
        mean = targets.mean(dim=0)
    matrices = [name for name, value in weights.items() if value.ndim == 2]
    sides = _sides_for(size, {name: weights[name] for name in matrices}, squares)
    step = {name: torch.from_numpy(rows * columns) for name, (rows, columns) in sides.items()}
    numbers = {name: (state[name] / step[name]).requires_grad_() for name in matrices}
    biases = {
        name: value.clone().requires_grad_() for name, value in state.items() if value.ndim == 1
    }
    optimiser = torch.optim.Adam(
        [
            {"params": list(numbers.values()), "lr": rate},
            {"params": list(biases.values()), "lr": rate / 20},
        ],
        betas=(0.9, 0.98),
    )

    def shape(at: int) -> float:
        return min(1.0, (at + 1) / 20) * (0.5 + 0.5 * float(np.cos(np.pi * at / steps)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, shape)
    for at in range(steps):
        given, which = next(batches)
        wanted = targets[which] - mean
        # Rounded going forward, as if it were not going back.
        values = {
            name: (one + (one.round() - one).detach()).clamp(-_MOST, _MOST) * step[name]
            for name, one in numbers.items()
        }
        made = torch.func.functional_call(rounded, {**values, **biases}, (given,)) - mean
        likeness = nn.functional.cosine_similarity(made, wanted).mean()
        away = ((made - wanted) ** 2).sum(dim=1).mean() / (wanted**2).sum(dim=1).mean()
        optimiser.zero_grad()
        (1 - likeness + 0.5 * away).backward()
        nn.utils.clip_grad_norm_([*numbers.values(), *biases.values()], 1.0)
        optimiser.step()
        schedule.step()
        if tell and at % 20 == 0:
            sys.stderr.write(f"{at} of {steps}: cosine {likeness.item():.3f}\n")
            sys.stderr.flush()
    return _named(numbers, sides, biases)


def _sides_for(
    size: int, matrices: Mapping[str, FloatArray], squares: Mapping[str, np.ndarray]
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """The finest steps with which the file is not larger."""
    least, most = 1e-5, 1.0
    nothing = dict.fromkeys(BIASES, np.zeros(_GATES))
    for _ in range(_HALVINGS):
        scale = float(np.sqrt(least * most))
        sides = {name: steps_of(one, squares[name], scale) for name, one in matrices.items()}
        rounded = {
            ours: _rounded(matrices[name] / (sides[name][0] * sides[name][1]), sides[name])
            for name, ours in zip(_theirs(), MATRICES, strict=True)
        }
        coded = sum(value.nbytes for value in tensors_of(rounded, nothing).values())
        least, most = (scale, most) if coded > size else (least, scale)
    return sides


def _rounded(numbers: FloatArray, sides: tuple[FloatArray, FloatArray]) -> Rounded:
    whole = np.clip(np.rint(numbers), -_MOST, _MOST).astype(np.int8)
    rows, columns = sides
    return Rounded(whole, rows[:, 0].astype(np.float16), columns[0].astype(np.float16))


def _of_clip(network: SpeakerEncoder, frames: FloatArray) -> Tensor:
    """The mean over a clip's windows, of length 1."""
    longest = _LENGTHS[-1]
    starts = {0, max(0, (len(frames) - longest) // 2), max(0, len(frames) - longest)}
    windows = np.stack([frames[start : start + longest] for start in sorted(starts)])
    mean = network(torch.from_numpy(windows)).mean(dim=0)
    placed: Tensor = mean / mean.norm().clamp_min(1e-9)
    return placed


def _named(
    numbers: Mapping[str, Tensor],
    sides: Mapping[str, tuple[FloatArray, FloatArray]],
    biases: Mapping[str, Tensor],
) -> tuple[dict[str, Rounded], dict[str, FloatArray]]:
    made = {
        ours: _rounded(numbers[name].detach().numpy(), sides[name])
        for name, ours in zip(_theirs(), MATRICES, strict=True)
    }
    flat = {name: value.detach().numpy() for name, value in biases.items()}
    # Of the two that PyTorch adds, one.
    added = {
        f"layer{k}.bias": flat[f"lstm.bias_ih_l{k}"] + flat[f"lstm.bias_hh_l{k}"]
        for k in range(DEPTH)
    }
    return made, {**added, "linear.bias": flat["linear.bias"]}


def _theirs() -> list[str]:
    each = [f"lstm.weight_{kind}_l{k}" for k in range(DEPTH) for kind in ("ih", "hh")]
    return [*each, "linear.weight"]


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 written, 1 not."""
    from latent_resonance.sound.voice import speaker_weights

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="a folder with a manifest.csv")
    parser.add_argument("--output", type=Path, default=Path(speaker_weights.__file__).parent / FILE)
    parser.add_argument("--takes", type=int, default=3)
    parser.add_argument("--steps", type=int, default=220)
    parser.add_argument("--size", type=int, default=495_000, help="of the file, in bytes")
    given = parser.parse_args(arguments)
    return end_in_one_line(lambda: _make(given))


def _make(given: argparse.Namespace) -> str:
    from safetensors.numpy import save

    torch.manual_seed(0)
    weights = published_weights(given.wheel)
    pairs = corpus_frames(given.data, given.takes, np.random.default_rng(7))
    made = fit_rounded(weights, pairs, size=given.size, steps=given.steps)
    content = save(tensors_of(*made), {"licence": "Apache-2.0", "of": "Resemblyzer 0.1.4"})
    with whole_output(given.output) as partial:
        partial.write_bytes(content)
    return f"{given.output}: {len(content)} bytes"


if __name__ == "__main__":
    sys.exit(main())
