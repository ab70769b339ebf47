"""Gives a bundle an encoder: train, export, check, write; all other members stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from latent_resonance.bundles.manifest import Manifest, Source
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.space import MASKED
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.members import ENCODER
from latent_resonance.data.corpus import SourceCount
from latent_resonance.models.engines.member import Member
from latent_resonance.training.adversarial.export import EncoderMember
from latent_resonance.training.encoder.begin import new_encoder, read_encoder
from latent_resonance.training.encoder.effort import EncoderEffort
from latent_resonance.training.encoder.frozen import FrozenGenerator
from latent_resonance.training.encoder.judge import Judge, Place, Verdict
from latent_resonance.training.encoder.loop import Taught, full_rate, teach
from latent_resonance.training.encoder.real_clips import RealClips
from latent_resonance.training.onnx_export import to_onnx
from latent_resonance.training.progress import TrainingProgress

# What an export said of an earlier encoder.
_STALE = (
    "held_out_spectral_convergence_db",
    "held_out_clips",
    "seen_spectral_convergence_db",
    "seen_clips",
)
_BY_THE_ENCODER = "heard by the encoder"


def add_encoder(
    path: Path,
    output: Path,
    *,
    data: Sequence[Path] = (),
    weights: Path | None = None,
    effort: EncoderEffort | None = None,
    kept: Path | None = None,
    on_progress: Callable[[TrainingProgress], None] | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` with a newly trained encoder to ``output``.

    Args:
        path: a bundle of sounds, with an encoder or without.
        output: the new bundle, may be the same file.
        data: folders of real clips; one in twenty is kept back and only judged by.
        weights: a checkpoint with the encoder to go on from.
        effort: how much is trained.
        kept: a checkpoint of this training: a run that was cut goes on from it.
        on_progress: gets where the run stands.

    Returns:
        How the encoder was judged, beside the one that training began with and the bundle's own.

    Raises:
        ResonanceError: something cannot be read, does not fit, or cannot be written; or the
            bundle's own encoder, which would be replaced, is better.
    """
    bundle = read_bundle(path)
    effort = effort or EncoderEffort()
    if effort.threads:
        torch.set_num_threads(effort.threads)
    with FrozenGenerator(bundle, threads=effort.threads or 1) as generator:
        encoder = (
            read_encoder(weights, generator) if weights else new_encoder(generator, effort.seed)
        )
        clips = RealClips(data, generator.layout)
        judge = Judge(generator, clips, effort.seed)
        own = judge(_member_place(bundle)) if ENCODER in bundle.members else None
        taught = teach(
            generator,
            clips,
            encoder,
            effort,
            rate=full_rate(effort, known=weights is not None),
            kept=kept,
            on_progress=on_progress,
        )
        layout = generator.layout
        member = EncoderMember(taught.encoder, layout.range_db).eval()
        example = torch.zeros(1, layout.bins, layout.columns)
        data_of = to_onnx(member, {"level_db": example}, "w", quarter=True)
        written = judge(_member_place(bundle, data_of))
    if own is not None and own.loss < written.loss and output.resolve() == path.resolve():
        raise InputError(
            f"the encoder of '{bundle.name}' is better as it is, {own.convergence_db:.2f} dB of "
            f"spectral convergence, than after {effort.steps} steps, {written.convergence_db:.2f}: "
            "nothing is written. Go on from a checkpoint with --weights, give more --steps, or "
            "write another bundle with --output"
        )
    metrics = _metrics(taught, written, effort, judge)
    _write(bundle, output, data_of, metrics, clips.sources)
    return {
        "bundle": str(output),
        "steps": effort.steps,
        "best_step": taught.step,
        "seconds": round(taught.seconds, 1),
        "judged_by": "held-out clips" if judge.is_real else "sounds of its own",
        "windows": len(judge.windows),
        "masked": effort.masked > 0,
        "before": _told(taught.before),
        "after": _told(written),
        "bundles_own": _told(own) if own else None,
        "refused": clips.refused,
    }


def _member_place(bundle: Bundle, data: bytes | None = None) -> Place:
    """An encoder as it is played, ``encoder.onnx``."""
    import numpy as np

    members = bundle.members if data is None else {**bundle.members, ENCODER: data}
    member = Member(replace(bundle, members=members), ENCODER)
    if len(member.inputs) != 1:
        raise BundleError(f"the encoder of '{bundle.name}' takes more than levels")
    (name,) = member.inputs
    return lambda levels: np.array([member.run(**{name: one}).reshape(-1) for one in levels])


def _told(verdict: Verdict) -> dict[str, float]:
    return {
        "loss": round(verdict.loss, 4),
        "spectral_convergence_db": round(verdict.convergence_db, 2),
        "level_error_db": round(verdict.level_db, 2),
        "cut_off_spectral_convergence_db": round(verdict.cut_convergence_db, 2),
    }


def _metrics(
    taught: Taught, written: Verdict, effort: EncoderEffort, judge: Judge
) -> dict[str, float]:
    found = {
        MASKED: float(effort.masked > 0),
        "encoder_steps": float(taught.step),
        "encoder_minutes": round(taught.seconds / 60, 1),
    }
    if judge.is_real:
        found["held_out_spectral_convergence_db"] = round(written.convergence_db, 2)
        found["held_out_clips"] = float(len(judge.windows))
    return found


def _write(
    bundle: Bundle,
    output: Path,
    encoder: bytes,
    metrics: Mapping[str, float],
    sources: Sequence[SourceCount],
) -> None:
    manifest = Manifest.model_validate(dict(bundle.facts))
    provenance = manifest.provenance
    known = {(one.source, one.licence) for one in provenance.data}
    added = [
        Source.model_validate({**row, "attribution": row["attribution"] or _BY_THE_ENCODER})
        for row in sources
        if (row["source"], row["licence"]) not in known
    ]
    kept = {key: value for key, value in provenance.metrics.items() if key not in _STALE}
    manifest = manifest.model_copy(
        update={
            "provenance": provenance.model_copy(
                update={"data": [*provenance.data, *added], "metrics": {**kept, **metrics}}
            )
        }
    )
    write_bundle(output, manifest, {**bundle.members, ENCODER: encoder}, bundle)
