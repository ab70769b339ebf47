"""The same places every time, so that progress can be seen and heard."""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from latent_resonance.contracts.values import Spectrogram
from latent_resonance.sound.codec import decode
from latent_resonance.training.adversarial.material import Material, layout_of
from latent_resonance.training.adversarial.networks import make_pictures
from latent_resonance.training.adversarial.player_set import Players
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.run_folder import RunFolder

_COUNT = 24
_HEARD = 6


class Samples:
    """Pictures of fixed places, real ones beside their reconstruction, and a preview of the sound.

    Args:
        recipe: of the run.
        players: its networks.
        material: for real pictures.
    """

    def __init__(self, recipe: AdversarialRecipe, players: Players, material: Material) -> None:
        self._recipe, self._players = recipe, players
        random = torch.Generator().manual_seed(recipe.seed)
        self._z = torch.randn(_COUNT, recipe.z_dim, generator=random)
        labels = torch.arange(_COUNT) % max(1, len(material.labels))
        self._c = one_hot(labels, len(material.labels)).float() if players.classes else None
        self._real, _ = material.batch(12, np.random.default_rng(recipe.seed + 1))

    @torch.no_grad()
    def write(self, run: RunFolder, step: int) -> None:
        """Write a sheet of samples into the run's folder."""
        players, sound = self._players, self._recipe.material == "spectrogram"
        device = next(players.average.parameters()).device
        c = None if self._c is None else self._c.to(device)
        made = make_pictures(
            players.average, self._z.to(device), c, resolution=players.resolution, noise="const"
        ).pictures.cpu()
        shown = [made]
        if players.encoder_average is not None:
            real = players.shrink(self._real.to(device))
            again = make_pictures(
                players.average,
                self._z[:1].to(device),
                None,
                resolution=players.resolution,
                w=players.encoder_average(real),
                noise="const",
            ).pictures[1:]
            # Each pair side by side: the recording, then what came back.
            shown.append(torch.stack([real.cpu(), again.cpu()], 1).flatten(0, 1))
        run.picture(step, torch.cat(shown).numpy(), spectrogram=sound)
        if sound and made.shape[2] == self._recipe.resolution:
            run.sound(step, self._hear(made[:_HEARD]), layout_of(self._recipe).sample_rate)

    def _hear(self, pictures: Tensor) -> np.ndarray:
        layout = layout_of(self._recipe)
        level = (pictures[:, 0].numpy().clip(-1, 1) - 1) * (layout.range_db / 2)
        return np.concatenate([decode(Spectrogram(one, layout)) for one in level])
