"""Fits the attribute map: a small network from places to measured attributes."""

import numpy as np
import numpy.typing as npt

from latent_resonance.navigate.latent_space.attribute_map import AttributeMap
from latent_resonance.training.directions.workshop import Measured

Doubles = npt.NDArray[np.float64]

_BATCH, _EPOCHS, _RATE, _DECAY = 128, 60, 3e-3, 1e-4
_KEPT_BACK = 0.1


def fit_map(
    measured: Measured, steps: Doubles, hidden: int = 64, seed: int = 0
) -> tuple[AttributeMap, Doubles]:
    """A map of ``measured`` in slider steps, and its share of explained variance.

    Args:
        measured: at least a few hundred places.
        steps: ``[attributes]``: what a slider's 1 is in the attribute's unit.
        hidden: units; 0 would be linear regression.
        seed: of the start, the batches, and the tenth that is kept back to judge by.

    Returns:
        The map, and R squared on what was kept back, ``[attributes]``.
    """
    import torch
    from torch.nn import functional

    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    centre, scale = measured.places.mean(axis=0), measured.places.std(axis=0) + 1e-6
    given = torch.from_numpy(((measured.places - centre) / scale).astype(np.float32))
    wanted = torch.from_numpy((measured.values / steps).astype(np.float32))
    order = random.permutation(len(given))
    kept = max(2, round(_KEPT_BACK * len(given)))
    test, train = order[:kept], order[kept:]
    size, count = given.shape[1], wanted.shape[1]
    first = torch.nn.Linear(size, hidden)
    second = torch.nn.Linear(hidden, count, bias=False)
    linear = torch.nn.Linear(size, count)
    with torch.no_grad():
        linear.weight.zero_()
        linear.bias.copy_(wanted[train].mean(0))
        first.weight.mul_(0.5)
    parameters = [*first.parameters(), *second.parameters(), *linear.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
    rounds = _EPOCHS * max(1, len(train) // _BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, rounds)
    # Attributes count alike, however many steps they span.
    weight = 1 / wanted[train].var(0).clamp_min(1e-6)
    for _ in range(rounds):
        chosen = random.choice(train, min(_BATCH, len(train)), replace=False)
        x, y = given[chosen], wanted[chosen]
        made = second(torch.tanh(first(x))) + linear(x)
        # Outliers of a measure must not bend the map.
        loss = (functional.smooth_l1_loss(made, y, reduction="none") * weight).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        made = second(torch.tanh(first(given[test]))) + linear(given[test])
        missed = ((made - wanted[test]) ** 2).mean(0)
        explained = 1 - missed / wanted[test].var(0).clamp_min(1e-6)

    def plain(tensor: torch.Tensor) -> Doubles:
        return tensor.detach().numpy().astype(np.float64)

    fitted = AttributeMap(
        centre.astype(np.float64),
        scale.astype(np.float64),
        plain(first.weight),
        plain(first.bias),
        plain(second.weight),
        plain(linear.weight),
        plain(linear.bias),
        np.asarray(steps, np.float64),
    )
    return fitted, plain(explained)
