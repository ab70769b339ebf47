"""What each family of recipes brings: how it gathers, trains, starts from others, exports."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.training.recipe import RunRecipe

AUTOENCODERS = {
    "autoencoder": ("encoder", "decoder"),
    "note_autoencoder": ("encoder", "decoder", "prior"),
}


@dataclass(frozen=True, slots=True)
class Family:
    """The steps from a recipe to a bundle; each takes the recipe first.

    Attributes:
        gather: the material.
        train: the loop; after the recipe it takes a folder, ``RunSettings`` and the material, if
            it was gathered before.
        export: to a bundle.
        weights: of a bundle or checkpoint to start from, by name.
        describe: the material, for a reader.
        networks: of a finished run, by name.
        suffix: of the file that is exported.
        checkpoints: folders of a run, from its own on, that hold one.
    """

    gather: Callable[..., Any]
    train: Callable[..., Any]
    export: Callable[..., Path]
    weights: Callable[[Path], dict[str, Any]]
    describe: Callable[[Any], str]
    networks: Callable[[Any], dict[str, Any]]
    suffix: str = ".resonance"
    checkpoints: tuple[str, ...] = (".",)


def family_of(recipe: RunRecipe) -> Family:
    """The family's steps; PyTorch is imported here.

    Raises:
        ModuleNotFoundError: what training needs is not installed.
    """
    if recipe.family == "autoencoder":
        return _autoencoder()
    if recipe.family == "note_autoencoder":
        return _notes()
    if recipe.family == "fields":
        return _fields()
    if recipe.family == "mood_map":
        return _mood_map()
    if recipe.family == "latent_diffusion":
        return _latent_diffusion()
    return _adversarial()


def _autoencoder() -> Family:
    from latent_resonance.training.autoencoder import train
    from latent_resonance.training.autoencoder_export import export_bundle
    from latent_resonance.training.autoencoder_material import gather_sounds
    from latent_resonance.training.start_weights import autoencoder_weights

    return Family(
        gather_sounds,
        train,
        export_bundle,
        lambda path: autoencoder_weights(path, AUTOENCODERS["autoencoder"]),
        lambda sounds: _counted("sounds", len(sounds.seen), len(sounds.held_out), sounds.labels),
        lambda trained: {"encoder": trained.encoder, "decoder": trained.decoder},
    )


def _notes() -> Family:
    from latent_resonance.training.notes.export import export_notes
    from latent_resonance.training.notes.loop import train_notes
    from latent_resonance.training.notes.material import Notes
    from latent_resonance.training.start_weights import autoencoder_weights

    return Family(
        Notes,
        train_notes,
        export_notes,
        lambda path: autoencoder_weights(path, AUTOENCODERS["note_autoencoder"]),
        lambda notes: _counted("notes", len(notes.seen), len(notes.held_out), notes.families),
        lambda trained: trained.networks.modules(),
    )


def _fields() -> Family:
    from latent_resonance.training.fields.build import build_fields, no_material
    from latent_resonance.training.fields.export import export_fields

    return Family(
        no_material,
        build_fields,
        export_fields,
        no_material,
        lambda _: "nothing: its weights are drawn, not learned",
        lambda built: {"fold": built.fold},
        checkpoints=(),
    )


def _mood_map() -> Family:
    from latent_resonance.training.mood_map.export import export_mood_map
    from latent_resonance.training.mood_map.loop import train_mood_map
    from latent_resonance.training.mood_map.material import gather_music
    from latent_resonance.training.start_weights import autoencoder_weights

    return Family(
        gather_music,
        train_mood_map,
        export_mood_map,
        lambda path: autoencoder_weights(path, ("network",)),
        lambda music: f"{len(music.songs)} songs",
        lambda trained: {"network": trained.network},
        ".safetensors",
    )


def _latent_diffusion() -> Family:
    from latent_resonance.training.diffusion.export import export_diffusion
    from latent_resonance.training.diffusion.loop import train_diffusion
    from latent_resonance.training.diffusion.material import CaptionedPictures
    from latent_resonance.training.start_weights import autoencoder_weights

    return Family(
        CaptionedPictures,
        train_diffusion,
        export_diffusion,
        lambda path: autoencoder_weights(path, ("velocity",)),
        lambda pictures: _counted("pictures", len(pictures), 0, []),
        lambda trained: {"velocity": trained.velocity, **trained.autoencoder.modules()},
        checkpoints=(".", "autoencoder"),
    )


def _adversarial() -> Family:
    from latent_resonance.training.adversarial.export import export_gan
    from latent_resonance.training.adversarial.loop import train_adversarial
    from latent_resonance.training.adversarial.material import Images, gather_material
    from latent_resonance.training.start_weights import player_weights

    def describe(material: Any) -> str:
        if isinstance(material, Images):
            return _counted("pictures", sum(row["clips"] for row in material.sources), 0, [])
        return _counted("sounds", len(material.clips), len(material.held_out), material.labels)

    def networks(trained: Any) -> dict[str, Any]:
        return {
            name: module
            for name, module in trained.players.modules.items()
            if not name.endswith("_average")
        }

    return Family(
        gather_material, train_adversarial, export_gan, player_weights, describe, networks
    )


def _counted(what: str, seen: int, held_out: int, labels: list[str]) -> str:
    told = f"{seen} {what}"
    if held_out:
        told += f", {held_out} more kept back"
    if len(labels) > 1:
        told += f"; {len(labels)} labels: {', '.join(labels[:8])}{', ..' * (len(labels) > 8)}"
    return told
