"""Voices as noise, judged on recordings that were not learned from: a report."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError, MediaError, in_a_line
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.engine.voice_pictures.embedded import open_painter
from latent_resonance.evaluation.report import (
    OF_VOICES,
    PAGE,
    Chapter,
    plain,
    whole_folder,
    write_metrics,
    write_page,
)
from latent_resonance.evaluation.voices.measures import (
    decision_errors,
    gaussianity,
    hits_among,
    identity,
    speaker_hits,
)
from latent_resonance.evaluation.voices.painted import Painted, judge_pictures
from latent_resonance.evaluation.voices.picture_chapters import picture_chapters
from latent_resonance.evaluation.voices.takes import TAKES
from latent_resonance.models.text_to_image.contract import TextToImage
from latent_resonance.navigate.voices.noise import MODES, Mode, VoiceNoise
from latent_resonance.navigate.voices.shapes import BASE
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.sound.voice.clip import take_voice

_RATE = 16_000
_EXACT_RATE = 22_050
_AGAIN = "recorded again"
_HALVES = "other words (halves): cosine, nearest, nearest of ten people"


@dataclass(frozen=True, slots=True)
class VoiceRequest:
    """What is judged.

    Attributes:
        data: a folder with a manifest.csv.
        statistics: other ones than those that are shipped.
        speaker_column: of the manifest.
        seed: of everything random.
        pictures: what paints, a bundle or a real model, where pictures are judged too.
        device: of a real model.
        prompts: how many of each kind.
    """

    data: Path
    statistics: Path | None = None
    speaker_column: str = "speaker"
    seed: int = 0
    pictures: str | None = None
    device: str = "cpu"
    prompts: int = 64


def evaluate_voices(
    request: VoiceRequest,
    output: Path,
    on_progress: Callable[[float, float], None] | None = None,
) -> dict[str, Any]:
    """Judge and write ``report.md`` and ``metrics.json``.

    Clips that the statistics hold back are judged where the folder has them; else all of them.

    Raises:
        InputError: no such folder, too few clips that can be used, or no statistics.
        OutputError: the report cannot be written.
        ResonanceError: the model of pictures cannot be used.
    """
    tell = on_progress or (lambda done, of: None)
    if request.pictures is None:
        return _evaluate(request, output, None, tell)
    with closing(open_painter(request.pictures, device=request.device)) as model:
        return _evaluate(request, output, model, tell)


def _evaluate(
    request: VoiceRequest,
    output: Path,
    model: TextToImage | None,
    tell: Callable[[float, float], None],
) -> dict[str, Any]:
    maker = VoiceNoise(load_statistics(request.statistics))
    rows = read_rows(request.data, request.speaker_column, {})
    unseen = set(maker.statistics.facts.get("held_back", ()))
    rows = [row for row in rows if row["file"] in unseen] or rows
    rows, clips, refused = _usable(request.data, rows)
    if len(rows) < 3:
        why = "".join(f"; {reason}" for reason in list(refused.values())[:1])
        raise InputError(f"{request.data} has too few clips to judge by{why}")
    speakers = [row[request.speaker_column] or row["file"] for row in rows]
    judged: dict[str, dict[str, Any]] = {mode: {} for mode in MODES}
    steps, done = 2 + len(TAKES), 0
    whole = _noises(maker, clips)
    for mode in MODES:
        judged[mode]["gaussianity"] = gaussianity(whole[mode])
        share, asked = speaker_hits(whole[mode], speakers)
        judged[mode]["speakers"] = {"top1": share, "asked": asked}
        judged[mode]["takes"] = {}
    done += 1
    tell(done, steps)
    for name, take in TAKES.items():
        random = np.random.Generator(np.random.PCG64(request.seed))
        again = _noises(maker, [take(clip, _RATE, random) for clip in clips])
        for mode in MODES:
            judged[mode]["takes"][name] = identity(whole[mode], again[mode], speakers)
        if name == _AGAIN:
            threshold = maker.statistics.threshold
            known = decision_errors(whole["voice"], again["voice"], speakers, threshold)
        done += 1
        tell(done, steps)
    halves = [
        _noises(maker, [clip[: len(clip) // 2] for clip in clips]),
        _noises(maker, [clip[len(clip) // 2 :] for clip in clips]),
    ]
    for mode in MODES:
        first, second = (half[mode] for half in halves)
        of_ten = hits_among(first, second, speakers)
        judged[mode]["halves"] = {**identity(first, second, speakers), "of_ten": of_ten}
    tell(steps, steps)
    painted = _pictures(request, model, maker, clips, speakers, tell) if model else None
    side = "held back from training" if unseen & {row["file"] for row in rows} else "all"
    facts = [
        f"clips: {len(rows)} of {len(set(speakers))} speakers, {side}",
        f"statistics: {maker.statistics.name}, of {maker.statistics.facts.get('clips')} clips",
    ]
    facts += [f"left out: {reason}" for reason in refused.values()]
    chapters = _chapters(judged, known)
    judged_of = {"clips": len(rows), "refused": refused, "modes": judged}
    metrics = {**judged_of, "known_voices": known}
    result = {"report": str(output / PAGE), **judged_of, "known": known}
    with whole_folder(output) as folder:
        if painted is not None:
            metrics["pictures"] = result["pictures"] = painted.figures
            facts.append(f"pictures: by {request.pictures}")
            chapters += picture_chapters(painted, folder)
        write_page(folder, OF_VOICES, facts, chapters)
        write_metrics(folder, metrics)
    made: dict[str, Any] = plain(result)
    return made


def _pictures(
    request: VoiceRequest,
    model: TextToImage,
    maker: VoiceNoise,
    clips: Sequence[np.ndarray],
    speakers: Sequence[str],
    tell: Callable[[float, float], None],
) -> Painted:
    random = np.random.Generator(np.random.PCG64(request.seed))
    again = [TAKES[_AGAIN](clip, _RATE, random) for clip in clips]
    shape = model.noise_shape
    whole, retaken = (_noises(maker, sounds, shape) for sounds in (clips, again))
    return judge_pictures(
        partial(model.paint, steps=model.steps, guidance=model.guidance),
        shape,
        {mode: (noises, retaken[mode]) for mode, noises in whole.items()},
        speakers,
        request.prompts,
        tell,
    )


def _usable(
    folder: Path, rows: Sequence[dict[str, str]]
) -> tuple[list[dict[str, str]], list[np.ndarray], dict[str, str]]:
    """Rows whose clips can be judged, also by halves; these clips; file to why not, for others."""
    kept, clips, refused = [], [], {}
    for row in rows:
        path = folder / row["file"]
        try:
            clip = read_mono(path, _RATE)
            for half in (clip[: len(clip) // 2], clip[len(clip) // 2 :]):
                take_voice(half, f"half of {path}")
        except MediaError as error:
            refused[row["file"]] = in_a_line(error)
        else:
            kept.append(row)
            clips.append(clip.astype(np.float64))
    return kept, clips, refused


def _noises(
    maker: VoiceNoise, clips: Sequence[np.ndarray], shape: tuple[int, int, int] = BASE
) -> dict[Mode, list[np.ndarray]]:
    import soxr

    # The mode 'exact' has one shape.
    made: dict[Mode, list[np.ndarray]] = {
        mode: [] for mode in MODES if mode != "exact" or shape == BASE
    }
    for clip in clips:
        samples = clip.astype(np.float32)
        at = maker.directions(samples)
        for mode, noises in made.items():
            if mode == "exact":
                noises.append(maker.exact(soxr.resample(samples, _RATE, _EXACT_RATE)))
            else:
                noises.append(maker.noise(at, mode, shape=shape))
    return made


def _chapters(judged: dict[str, dict[str, Any]], known: dict[str, Any]) -> list[Chapter]:
    normal = [["mode", "std", "kurtosis", "neighbours", "norm"]]
    same = [["mode", *(f"{name}: cosine, nearest" for name in TAKES)]]
    apart = [["mode", "strangers", "absolute", "deviation", "top-1", _HALVES]]
    for mode, found in judged.items():
        even = found["gaussianity"]
        normal.append(
            [
                mode,
                *(
                    f"{even[name]:.3f} (worst {even[f'{name}_worst']:.3f})"
                    for name in ("std", "kurtosis", "neighbours", "norm")
                ),
            ]
        )
        takes = found["takes"].values()
        same.append(
            [mode, *(f"{one['cosine']:.2f}, {100 * one['nearest']:.0f} %" for one in takes)]
        )
        first, half = found["takes"][_AGAIN], found["halves"]
        asked = found["speakers"]["asked"]
        apart.append(
            [
                mode,
                f"{first['strangers']:+.3f}",
                f"{first['strangers_absolute']:.3f}",
                f"{first['strangers_deviation']:.3f}",
                f"{100 * found['speakers']['top1']:.0f} % of {asked}" if asked else "nobody twice",
                f"{half['cosine']:.2f}, "
                + ", ".join(f"{100 * half[name]:.0f} %" for name in ("nearest", "of_ten")),
            ]
        )
    threshold = known["threshold"]
    strangers, takes_lost = known["strangers_let_in"], known["takes_turned_away"]
    said = (
        f"From a cosine of {threshold:.2f} on, {100 * strangers:.1f} % of strangers recorded again "
        f"are let in, {100 * takes_lost:.1f} % of the same clips recorded again are turned away."
    )
    return [
        Chapter("gaussianity", "Is it Gaussian noise?", table=normal),
        Chapter("takes", "Is another take the same?", table=same),
        Chapter("strangers", "Are others elsewhere?", table=apart),
        Chapter("known", "Voices that are kept", notes=[said]),
    ]
