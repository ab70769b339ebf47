"""Pictures of voices, judged: is that of another take the same, and does it show what was asked?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.evaluation.voices.adherence import (
    Asked,
    judge_itself,
    judge_swapped,
    known_forms,
    plain_prompts,
    score,
    swapped_prompts,
    swapped_share,
    unseen_prompts,
)

Paint = Callable[[FloatArray, str], ByteArray]
"""A noise ``[c, h, w]`` and a prompt to a picture uint8 ``[h, w, 3]``."""

_SIDE = 32
_ACROSS = 8
_TURNS = 4  # prompts that clips take turns with, so that it is not one prompt that is judged
_SEED = 3


@dataclass(frozen=True, slots=True)
class Painted:
    """What was found, and some of the pictures.

    Attributes:
        figures: plain numbers by question.
        prompts: those of taught words, in the order of their prompts.
        voices: clips, and below each its other take.
    """

    figures: dict[str, Any]
    prompts: list[ByteArray]
    voices: list[ByteArray]


def judge_prompts(
    paint: Paint,
    latent: Sequence[int],
    voices: Mapping[str, Sequence[FloatArray]],
    count: int,
    tell: Callable[[], None] = lambda: None,
    *,
    seed: int = 0,
) -> tuple[dict[str, Any], list[ByteArray]]:
    """How often colour, ground, mood and form are as asked.

    Args:
        paint: what is judged.
        latent: the shape of its noise.
        voices: noises by mode, to compare with Gaussian noise on the same prompts.
        count: of prompts in each table, half as many pairs of swapped colours.
        tell: called after each picture.
        seed: of the prompts.

    Returns:
        ``drawn`` (the judge on pictures that are right), ``taught``, ``unseen`` and each mode's
        ``voices`` as shares, ``swapped`` and ``swapped_drawn`` as one each; and the pictures of
        the taught words.
    """
    random = np.random.default_rng(9)
    judge = known_forms()

    def made(asked: Sequence[Asked], noises: Sequence[FloatArray] | None = None) -> list[ByteArray]:
        pictures = []
        for index, one in enumerate(asked):
            drawn = random.standard_normal(tuple(latent)).astype(np.float32)
            noise = drawn if noises is None else noises[index % len(noises)]
            pictures.append(paint(noise, one.prompt))
            tell()
        return pictures

    taught, unseen = plain_prompts(count, seed), unseen_prompts(count, seed + 1)
    swapped = swapped_prompts(2 * (count // 4), seed + 2)
    shown = made(taught)
    figures: dict[str, Any] = {
        "prompts": count,
        "drawn": judge_itself(judge),
        "taught": score(judge, taught, shown),
        "unseen": score(judge, unseen, made(unseen)),
        "swapped_drawn": judge_swapped(),
        "swapped": swapped_share(swapped, made(swapped)),
        "voices": {
            mode: score(judge, taught, made(taught, noises)) for mode, noises in voices.items()
        },
    }
    return figures, shown


def judge_identity(
    paint: Paint,
    clips: Sequence[FloatArray],
    takes: Sequence[FloatArray],
    speakers: Sequence[str],
    tell: Callable[[], None] = lambda: None,
) -> tuple[dict[str, Any], list[int], list[ByteArray]]:
    """Differences of pictures of 32 pixels a side, in grey levels (rms of all three channels).

    Args:
        paint: what is judged.
        clips: noises of clips.
        takes: noises of another take of each.
        speakers: whose they are; strangers are two people's clips with the same prompt.
        tell: called after each picture.

    Returns:
        ``again``, ``strangers``, ``ratio`` of the two, ``clips`` that were painted and ``refused``
        (whose noise the model does not take); which clips were painted; and a row of clips, and
        of their takes.
    """
    prompts = [one.prompt for one in plain_prompts(_TURNS, _SEED)]
    small: list[tuple[int, npt.NDArray[np.float64]]] = []
    again: list[float] = []
    shown: list[ByteArray] = []
    refused = 0
    for index, (clip, take) in enumerate(zip(clips, takes, strict=True)):
        prompt = prompts[index % _TURNS]
        try:
            pair = [paint(noise, prompt) for noise in (clip, take)]
        except InputError:
            refused += 1
        else:
            one, other = (_shrunk(picture) for picture in pair)
            small.append((index, one))
            again.append(_rms(one, other))
            shown += pair
        tell()
        tell()
    strange = [
        _rms(one, other)
        for at, (k, one) in enumerate(small)
        for m, other in small[at + 1 :]
        if speakers[k] != speakers[m] and (k - m) % _TURNS == 0
    ]
    near = float(np.mean(again)) if again else float("nan")
    far = float(np.mean(strange)) if strange else float("nan")
    found = {
        "again": near,
        "strangers": far,
        "ratio": near / far if far else float("nan"),
        "clips": len(small),
        "refused": refused,
    }
    blank = [np.zeros((1, 1, 3), np.uint8)] * _ACROSS
    rows = [(row[:_ACROSS] + blank)[:_ACROSS] for row in (shown[::2], shown[1::2])]
    return found, [index for index, _ in small], rows[0] + rows[1]


def judge_pictures(
    paint: Paint,
    latent: Sequence[int],
    noises: Mapping[str, tuple[Sequence[FloatArray], Sequence[FloatArray]]],
    speakers: Sequence[str],
    count: int,
    on_picture: Callable[[int, int], None],
) -> Painted:
    """Both questions.

    Args:
        paint: what is judged.
        latent: the shape of its noise.
        noises: by mode, of clips and of another take of each.
        speakers: whose clips they are.
        count: of prompts.
        on_picture: ``(done, of)``.
    """
    of = (2 + len(noises)) * count + 2 * (count // 4) + 2 * len(noises) * len(speakers)
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        on_picture(done, of)

    same: dict[str, Any] = {}
    usable: dict[str, Sequence[FloatArray]] = {}
    voices: list[ByteArray] = []
    for mode, (clips, takes) in noises.items():
        same[mode], painted, shown = judge_identity(paint, clips, takes, speakers, tell)
        voices += shown
        if painted:
            usable[mode] = [clips[index] for index in painted]
    figures, prompts = judge_prompts(paint, latent, usable, count, tell)
    return Painted({"identity": same, "adherence": figures}, prompts, voices)


def draw_sheet(pictures: Sequence[ByteArray], path: Path) -> None:
    """All of them, eight a row and at half size."""
    from PIL import Image

    height, width = max(picture[::2, ::2].shape[:2] for picture in pictures)
    small = []
    for picture in pictures:
        half = picture[::2, ::2]
        place = np.zeros((height, width, 3), np.uint8)
        place[: len(half), : half.shape[1]] = half
        small.append(place)
    small += [np.zeros((height, width, 3), np.uint8)] * (-len(small) % _ACROSS)
    rows = [np.concatenate(small[at : at + _ACROSS], 1) for at in range(0, len(small), _ACROSS)]
    Image.fromarray(np.concatenate(rows)).save(path, quality=80)


def _shrunk(picture: ByteArray) -> npt.NDArray[np.float64]:
    """Means of squares, ``[32, 32, 3]``; sides are multiples of 32."""
    height, width = (side // _SIDE for side in picture.shape[:2])
    cut = picture[: height * _SIDE, : width * _SIDE].astype(np.float64)
    return np.asarray(cut.reshape(_SIDE, height, _SIDE, width, 3).mean(axis=(1, 3)))


def _rms(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))
