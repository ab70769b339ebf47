"""From a sentence encoder to the file of a tower: words, pictures, training, figures."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.navigate.prompts.tower import tower_from
from latent_resonance.training.tower.figures import measure_tower
from latent_resonance.training.tower.loop import TowerEffort, TrainedTower, train_tower
from latent_resonance.training.tower.material import CaptionedPictures
from latent_resonance.training.tower.spread import (
    TableOptions,
    read_sentence_encoder,
    spread_words,
)

_UNSEEN_SEED = 1_000_000  # added to the seed for pictures that training does not see


@dataclass(frozen=True, slots=True)
class TowerPlan:
    """What a tower is made from: pictures to train on, unseen ones to measure with, and how."""

    pictures: int = 9000
    unseen: int = 1026
    table: TableOptions = field(default_factory=TableOptions)
    effort: TowerEffort = field(default_factory=TowerEffort)


def build_tower(
    encoder: Path,
    output: Path,
    plan: TowerPlan | None = None,
    on_progress: Callable[[str, float, float], None] | None = None,
) -> dict[str, Any]:
    """Train a tower and write it, whole or not at all.

    Args:
        encoder: a folder with ``model.safetensors`` and ``vocab.txt`` of a sentence encoder.
        output: the file, safetensors.
        plan: how much of everything.
        on_progress: gets what is being done, how much of it, of how much.

    Returns:
        ``figures`` (see ``measure_tower``), ``bytes`` and ``loss``.

    Raises:
        InputError: no encoder, or too little of something.
        OutputError: the file cannot be written.
    """
    from safetensors.numpy import save

    plan = plan or TowerPlan()
    if plan.pictures < plan.effort.batch or plan.unseen < 128:
        raise InputError("a tower needs more pictures than a batch has, and 128 unseen ones")
    tell = on_progress or (lambda what, done, of: None)
    reader, vocabulary = read_sentence_encoder(encoder)
    tell("pictures", 0, plan.pictures)
    material = CaptionedPictures(plan.pictures, plan.effort.seed + 1)
    trained = train_tower(material, plan.effort, lambda done, of, _: tell("training", done, of))
    taught = trained.text.words.weight.detach()
    tensors = spread_words(
        reader, vocabulary, taught, plan.table, lambda done, of: tell("words", done, of)
    )
    tensors |= picture_tensors(trained)
    unseen = CaptionedPictures(plan.unseen, plan.effort.seed + _UNSEEN_SEED)
    figures = measure_tower(tower_from(tensors), unseen)
    told = {"format": "prompt-tower", "version": "1", "figures": json.dumps(figures)}
    content = save({name: np.ascontiguousarray(value) for name, value in tensors.items()}, told)
    with whole_output(output) as partial:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
    return {"figures": figures, "bytes": len(content), "loss": trained.loss}


def picture_tensors(trained: TrainedTower) -> dict[str, np.ndarray]:
    """The picture network's weights as float16, by the names that the NumPy tower reads."""
    folded = trained.picture.folded().items()
    return {f"picture.{name}": value.numpy().astype(np.float16) for name, value in folded}
