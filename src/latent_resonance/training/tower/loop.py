"""The tower's training: captions and pictures that fit come together, others apart."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, normalize

from latent_resonance.networks.tower import PictureTower, TextTower
from latent_resonance.training.tower.material import CONCEPTS, TAUGHT, Batch, CaptionedPictures

_WARM_UP = 0.05  # of the run
_TELL = 8.0  # weight of telling the concepts apart, which soon shows what to look for


@dataclass(frozen=True, slots=True)
class TowerEffort:
    """How long and how: steps, captions in each, highest learning rate, seed, threads (0: any)."""

    steps: int = 3000
    batch: int = 96
    rate: float = 3e-3
    seed: int = 0
    threads: int = 0


@dataclass(frozen=True, slots=True)
class TrainedTower:
    """The two networks after training, and the mean loss of the last fiftieth of the steps."""

    picture: PictureTower
    text: TextTower
    loss: float


def train_tower(
    material: CaptionedPictures,
    effort: TowerEffort | None = None,
    on_progress: Callable[[int, int, float], None] | None = None,
) -> TrainedTower:
    """Train both networks; the same effort and material, the same weights on one thread.

    The loss is the cross entropy of both directions (Radford et al. 2021) towards all pictures of
    which a caption is true, not only its own: with known attributes, no pair is wrong by accident.
    """
    effort = effort or TowerEffort()
    if effort.threads:
        torch.set_num_threads(effort.threads)
    torch.manual_seed(effort.seed)
    random = np.random.Generator(np.random.PCG64(effort.seed))
    picture, text = PictureTower(), TextTower(len(TAUGHT))
    judge = nn.Linear(picture.hidden.out_features, len(CONCEPTS))
    scale = nn.Parameter(torch.tensor(2.3))
    descent = torch.optim.AdamW(
        [*picture.parameters(), *text.parameters(), *judge.parameters(), scale],
        effort.rate,
        weight_decay=0.02,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        descent, effort.rate, total_steps=effort.steps, pct_start=_WARM_UP
    )
    last: deque[float] = deque(maxlen=max(1, effort.steps // 50))
    for step in range(effort.steps):
        batch = material.batch(effort.batch, random)
        features = picture.features(batch.pictures)
        seen = normalize(picture.out(features), dim=1)
        fit = scale.exp() * text(batch.rows, batch.starts) @ seen.T
        told = binary_cross_entropy_with_logits(judge(features), batch.concepts)
        loss = _loss(fit, batch) + _TELL * told
        descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        descent.step()
        schedule.step()
        last.append(float(loss.detach()))
        if on_progress:
            on_progress(step + 1, effort.steps, float(np.mean(last)))
    return TrainedTower(picture.eval(), text.eval(), float(np.mean(last)))


def _loss(fit: Tensor, batch: Batch) -> Tensor:
    to_pictures = -(log_softmax(fit, 1) * batch.true).sum(1) / batch.true.sum(1)
    to_captions = -(log_softmax(fit, 0) * batch.true).sum(0) / batch.true.sum(0)
    return (to_pictures.mean() + to_captions.mean()) / 2
