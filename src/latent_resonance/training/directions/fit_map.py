"""Fits the attribute map: a small network from places to measured attributes."""

import numpy as np
import numpy.typing as npt

from latent_resonance.navigate.latent_space.attribute_map import AttributeMap
from latent_resonance.training.directions.workshop import Measured

Doubles = npt.NDArray[np.float64]

_BATCH, _EPOCHS, _RATE, _DECAY = 128, 60, 2e-3, 0.1
# Of some hundred places an epoch is three batches: sixty of them leave the map half learnt.
_LEAST_STEPS = 600
_KEPT_BACK = 0.1


def fit_map(
    measured: Measured, axes: Doubles, steps: Doubles, hidden: int = 64, seed: int = 0
) -> tuple[AttributeMap, Doubles]:
    """A map of ``measured`` in slider steps, and its share of explained variance.

    Args:
        measured: at least a few hundred places.
        axes: orthonormal, ``[axes, w_dim]``: what the attributes depend on, in deviations of w.
        steps: ``[attributes]``: what a slider's 1 is in the attribute's unit.
        hidden: units of each of two layers.
        seed: of the start, the batches, and the tenth that is kept back to judge by.

    Returns:
        The map, and R squared on what was kept back, ``[attributes]``.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    centre = measured.places.mean(axis=0).astype(np.float64)
    scale = measured.places.std(axis=0).astype(np.float64) + 1e-6
    given = torch.from_numpy((((measured.places - centre) / scale) @ axes.T).astype(np.float32))
    wanted = torch.from_numpy((measured.values / steps).astype(np.float32))
    order = random.permutation(len(given))
    kept = max(2, round(_KEPT_BACK * len(given)))
    test, train = order[:kept], order[kept:]
    size, count = given.shape[1], wanted.shape[1]
    first, second = nn.Linear(size, hidden), nn.Linear(hidden, hidden)
    last, linear = nn.Linear(hidden, count, bias=False), nn.Linear(size, count)
    with torch.no_grad():
        linear.weight.zero_()
        linear.bias.copy_(wanted[train].mean(0))

    def of(v: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = last(torch.tanh(second(torch.tanh(first(v))))) + linear(v)
        return found

    layers = (first, second, last, linear)
    parameters = [parameter for layer in layers for parameter in layer.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
    rounds = max(_LEAST_STEPS, _EPOCHS * (len(train) // _BATCH))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, rounds)
    # Attributes count alike, however many steps they span.
    weight = 1 / wanted[train].var(0).clamp_min(1e-6)
    for _ in range(rounds):
        chosen = random.choice(train, min(_BATCH, len(train)), replace=False)
        # Outliers of a measure must not bend the map.
        missed = functional.smooth_l1_loss(of(given[chosen]), wanted[chosen], reduction="none")
        loss = (missed * weight).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        missed = ((of(given[test]) - wanted[test]) ** 2).mean(0)
        explained = 1 - missed / wanted[test].var(0).clamp_min(1e-6)

    def plain(tensor: torch.Tensor) -> Doubles:
        return tensor.detach().numpy().astype(np.float64)

    fitted = AttributeMap(
        centre,
        scale,
        np.asarray(axes, np.float64),
        plain(first.weight),
        plain(first.bias),
        plain(second.weight),
        plain(second.bias),
        plain(last.weight),
        plain(linear.weight),
        plain(linear.bias),
        np.asarray(steps, np.float64),
    )
    return fitted, plain(explained)
