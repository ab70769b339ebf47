"""Learns the latents: pictures in, the same pictures out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.contracts.values import ByteArray
from latent_resonance.networks.latent_diffusion.autoencoder import (
    FACTOR,
    PictureDecoder,
    Whitening,
    encode_picture,
)
from latent_resonance.training.descent import clip
from latent_resonance.training.diffusion.material import CaptionedPictures
from latent_resonance.training.diffusion.recipe import DiffusionRecipe
from latent_resonance.training.fabric import Worker
from latent_resonance.training.journal import Journal
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.run_settings import RunSettings
from latent_resonance.training.schedule import warm_cosine

_BLUR = 0.08  # deviation of noise on whitened latents, so that near ones decode alike
_WHOLE_EVERY = 4  # steps; the others see quarters of more pictures
# Of the recipe's entries, those that steer this part of the run.
_FACTS = (
    "name", "channels", "seed", "size", "composed", "synthetic", "autoencoder_pictures",
    "autoencoder_batch", "autoencoder_rate", "precision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Autoencoder:
    """What turns whitened latents into pictures, and pictures into them."""

    decoder: PictureDecoder
    whitening: Whitening

    @classmethod
    def of(cls, channels: int) -> "Autoencoder":
        """One that is not trained yet, with that many channels in its blocks."""
        return cls(PictureDecoder(channels), Whitening())

    def modules(self) -> dict[str, nn.Module]:
        """By the names of checkpoints."""
        return {"decoder": self.decoder, "whitening": self.whitening}

    @torch.no_grad()
    def encode(self, pictures: Tensor) -> Tensor:
        """Whitened latents of pictures in -1..1."""
        out: Tensor = self.whitening(encode_picture(pictures))
        return out


def train_autoencoder(
    recipe: DiffusionRecipe,
    folder: Path,
    worker: Worker,
    material: CaptionedPictures,
    settings: RunSettings,
) -> Autoencoder:
    """Train to ``recipe.autoencoder_steps``, saving in ``folder``; a finished one is read back."""
    torch.manual_seed(recipe.seed)
    model = Autoencoder.of(recipe.channels)
    modules = model.modules()
    for module in modules.values():
        module.to(device=worker.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    parameters = list(model.decoder.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=recipe.autoencoder_rate, weight_decay=1e-4)
    facts = {name: value for name, value in recipe.facts().items() if name in _FACTS}
    journal = Journal(recipe, worker, folder, facts)
    path = folder / "checkpoint.safetensors"
    total = recipe.autoencoder_steps
    if settings.resume and path.exists():
        journal.resume()
    journal.keep(modules, {"optimiser": optimiser})
    if journal.step >= total:
        return model
    pictures = np.stack(list(material.mixed(recipe.autoencoder_pictures)))
    with torch.no_grad():
        model.whitening.fit(encode_picture(to_tensor(pictures[:: max(1, len(pictures) // 256)])))

    def show(run: RunFolder, step: int) -> None:
        run.picture(step, _samples(model, pictures, worker), spectrogram=False)

    with journal:
        while journal.step < total:
            step = journal.step
            for group in optimiser.param_groups:
                group["lr"] = recipe.autoencoder_rate * warm_cosine(step, total)
            batch = _crops(recipe, pictures, step).to(worker.device)
            chance = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
            latents = model.encode(batch)
            blur = torch.randn(latents.shape, generator=chance).to(worker.device)
            with worker.fabric.autocast():
                made = model.decoder(model.whitening.back(latents + _BLUR * blur))
            made = made.float()
            apart = (made - batch).abs().mean()
            edges = sum(
                (made.diff(dim=axis) - batch.diff(dim=axis)).abs().mean() for axis in (2, 3)
            )
            loss = apart + edges
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            worker.average(parameters)
            clip(parameters)
            optimiser.step()
            told = {"loss": float(loss.detach()), "absolute": float(apart.detach())}
            journal.after(told, total, show, settings.on_progress)
    return model


def to_tensor(pictures: ByteArray, device: torch.device | None = None) -> Tensor:
    """uint8 ``[n, h, w, 3]`` to ``[n, 3, h, w]`` in -1..1, channels last in memory."""
    out = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
    return out.contiguous(memory_format=torch.channels_last)


def _crops(recipe: DiffusionRecipe, pictures: ByteArray, step: int) -> Tensor:
    random = np.random.default_rng([recipe.seed, step])
    whole = step % _WHOLE_EVERY == 0
    count = max(1, recipe.autoencoder_batch // (4 if whole else 1))
    side = recipe.size if whole else recipe.size // 2
    last = (recipe.size - side) // FACTOR
    out = []
    for index in random.integers(0, len(pictures), count):
        top, left = FACTOR * random.integers(0, last + 1, 2)
        crop = pictures[index, top : top + side, left : left + side]
        crop = crop[:, ::-1] if random.uniform() < 0.5 else crop
        out.append(crop[::-1] if random.uniform() < 0.5 else crop)
    return to_tensor(np.stack(out))


@torch.no_grad()
def _samples(model: Autoencoder, pictures: ByteArray, worker: Worker) -> np.ndarray:
    """Pictures and, behind each, what became of it."""
    chosen = to_tensor(pictures[:: max(1, len(pictures) // 10)][:10], worker.device)
    with worker.fabric.autocast():
        made = model.decoder(model.whitening.back(model.encode(chosen)))
    both: np.ndarray = torch.stack([chosen, made.float()], 1).flatten(0, 1).numpy(force=True)
    return both
