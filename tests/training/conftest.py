"""Small runs of every family, and few threads."""

from pathlib import Path

import numpy as np
import pytest

try:
    import lightning_fabric  # noqa: F401
    import torch
except ImportError:  # training needs the extra latent-resonance[train]
    collect_ignore_glob = ["test_*.py"]

ADVERSARIAL = {
    "material": "spectrogram",
    "resolution": 32,
    "hop": 16,
    "synthetic": 5,
    "z_dim": 8,
    "w_dim": 8,
    "mapping_layers": 2,
    "channel_base": 256,
    "channel_max": 8,
    "discriminator_base": 256,
    "discriminator_max": 8,
    "layers": 5,
    "batch": 4,
    "steps": 4,
    "save_every": 2,
    "show_every": 100,
    "penalty_every": 2,
    "augment_start": 0.5,
}
SMALL = {
    "autoencoder": {
        "synthetic": 6,
        "steps": 4,
        "batch": 2,
        "latent": 8,
        "hidden": 32,
        "channels": 8,
        "save_every": 2,
        "held_out": 0.2,
    },
    "note_autoencoder": {
        "synthetic": 13,
        "steps": 4,
        "batch": 2,
        "latent": 4,
        "hidden": 16,
        "channels": 8,
        "partials": 16,
        "bands": 8,
        "save_every": 2,
    },
    "stylegan2": ADVERSARIAL,
    "stylegan3": ADVERSARIAL,
    "dcgan": ADVERSARIAL | {"r1": 0.0},
}


def make_recipe(family: str, **changes: object):
    """A recipe of the family that trains in a second."""
    values = {"name": "small", "family": family, **SMALL[family], **changes}
    if family == "autoencoder":
        from latent_resonance.training.recipe import TrainingRecipe as Recipe
    elif family == "note_autoencoder":
        from latent_resonance.training.notes.recipe import NotesRecipe as Recipe
    else:
        from latent_resonance.training.adversarial.recipe import AdversarialRecipe as Recipe
    return Recipe.model_validate(values)


def make_toml(path: Path, family: str, **changes: object) -> Path:
    """The same as a file."""
    values = {"name": "small", "family": family, **SMALL[family], **changes}
    shown = {True: "true", False: "false"}
    path.write_text(
        "".join(
            f"{key} = {shown.get(value, repr(value)) if isinstance(value, bool) else repr(value)}\n"
            for key, value in values.items()
        )
    )
    return path


def weights_of(trained) -> dict[str, object]:
    """All weights of a finished run, by name; of autoencoders the averaged ones."""
    if hasattr(trained, "players"):
        modules = trained.players.modules
    elif hasattr(trained, "networks"):
        modules = trained.networks.modules()
    else:
        modules = {"encoder": trained.encoder, "decoder": trained.decoder}
    return {
        f"{name}/{key}": value
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }


@pytest.fixture(autouse=True)
def few_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def small():
    return make_recipe


@pytest.fixture
def small_toml():
    return make_toml


@pytest.fixture
def weights():
    return weights_of


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of twelve pictures in two colours."""
    from PIL import Image

    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = ["file,source_repo"]
    random = np.random.default_rng(0)
    for index in range(12):
        values = random.integers(0, 255, (48, 40, 3), np.uint8)
        values[..., index % 2] = 0
        Image.fromarray(values).save(folder / f"{index}.png")
        rows.append(f"{index}.png,{'one' if index % 2 else 'other'}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder
