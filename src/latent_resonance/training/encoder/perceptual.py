"""LPIPS (Zhang et al. 2018, 1801.03924) between spectrograms, for those who installed it."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from latent_resonance.contracts.errors import MissingPartError, UnknownNameError
from latent_resonance.training.encoder.effort import PERCEPTUAL

Perceptual = Callable[[Tensor, Tensor], Tensor]


def find_perceptual(name: str, range_db: float) -> Perceptual | None:
    """A loss of levels ``[n, bins, columns]`` in dB (made, wanted); None for ``"none"``.

    Raises:
        UnknownNameError: there is no such loss.
        MissingPartError: LPIPS, or what it needs, is not installed or not at hand.
    """
    if name not in PERCEPTUAL:
        raise UnknownNameError("perceptual loss", name, PERCEPTUAL)
    if name == "none":
        return None
    try:
        import lpips  # type: ignore[import-not-found,unused-ignore]

        network: Any = lpips.LPIPS(net="alex", verbose=False)
    except ImportError as error:
        raise MissingPartError(
            f"--perceptual lpips needs the package {error.name or 'lpips'}: "
            "pip install lpips torchvision"
        ) from error
    except (OSError, RuntimeError) as error:
        raise MissingPartError(f"--perceptual lpips has no weights at hand: {error}") from error
    network.eval().requires_grad_(False)

    def loss(made: Tensor, wanted: Tensor) -> Tensor:
        pictures = [
            (one.clamp(-range_db, 0) * (2 / range_db) + 1)[:, None].expand(-1, 3, -1, -1)
            for one in (made, wanted)
        ]
        found: Tensor = network(*pictures).mean()
        return found

    return loss
