"""Gives a bundle of sounds a fine envelope; all its other members stay."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.models.engines.fine_envelope import ENVELOPE, envelope_of
from latent_resonance.sound.fine_envelope import VALUES
from latent_resonance.training.directions.workshop import Workshop
from latent_resonance.training.envelope.fit import EnvelopeEffort, fit, judged
from latent_resonance.training.envelope.pairs import make_pairs


def add_envelope(
    path: Path,
    output: Path,
    *,
    data: Sequence[Path],
    effort: EnvelopeEffort | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
) -> dict[str, Any]:
    """Write the bundle ``path`` with a newly fitted envelope to ``output``.

    Args:
        path: a bundle of sounds with an encoder.
        output: the new bundle, may be the same file.
        data: folders of real clips; one in five is kept back and only judged by.
        effort: how much is done.
        on_progress: gets the share that is done.

    Returns:
        How many sounds rise by 20 dB in 6 ms: clips kept back, what comes back of them before and
        after, and random sounds before and after.

    Raises:
        ResonanceError: something cannot be read, does not fit, or cannot be written.
    """
    from safetensors.numpy import save

    bundle, effort = read_bundle(path), effort or EnvelopeEffort()
    if effort.threads:
        torch.set_num_threads(effort.threads)
    with Workshop(bundle) as workshop:
        if workshop.layout.hop % VALUES:
            raise InputError(
                f"the columns of '{bundle.name}' are {workshop.layout.hop} samples long: "
                f"an envelope needs a multiple of {VALUES}"
            )
        pairs = make_pairs(
            workshop,
            data,
            effort.random_sounds,
            effort.seed,
            lambda share: on_progress(share / 2),
        )
    network = fit(pairs, effort, lambda step, loss: on_progress(0.5 + 0.5 * step / effort.steps))
    members = {**bundle.members, ENVELOPE: save(network.tensors())}
    envelope_of(replace(bundle, members=members))
    rewrite_bundle(output, bundle, members)
    return {
        "bundle": str(output),
        "clips": len(pairs.kept),
        "kept_back": int(pairs.kept.sum()),
        "steps": effort.steps,
        "rise_share": judged(pairs, network),
    }
