"""The drone's training, two steps long and all the way to a bundle that plays."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra latent-resonance[train]")
pytest.importorskip("onnxscript", reason="training needs the extra latent-resonance[train]")

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder, Encoder
from latent_resonance.training.autoencoder import train
from latent_resonance.training.recipe import TrainingRecipe, load_training_recipe

ROOT = Path(__file__).resolve().parents[2]

# Exporters warn of their own future; nothing here can change that.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

SMALL = """
name = "small"
family = "autoencoder"
synthetic = 12
steps = 2
batch = 2
latent = 8
hidden = 32
channels = 8
[[anchors]]
name = "tone"
labels = ["nothing", "tone"]
pitch = 50
"""


def small(**changes: object) -> TrainingRecipe:
    values = {
        "name": "small",
        "family": "autoencoder",
        "synthetic": 6,
        "steps": 4,
        "batch": 2,
        "latent": 8,
        "hidden": 32,
        "channels": 8,
        "save_every": 2,
        "held_out": 0.2,
        **changes,
    }
    return TrainingRecipe.model_validate(values)


@pytest.fixture(autouse=True)
def few_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_shapes_and_ranges() -> None:
    size = AutoencoderSize(latent=8, hidden=32, channels=8)
    decoder, encoder = Decoder(size).eval(), Encoder(size)
    level = decoder(torch.randn(2, 8))
    assert level.shape == (2, 256, 256)
    assert -80 <= float(level.min()) <= float(level.max()) <= 0
    mean, log_variance = encoder(level)
    assert mean.shape == log_variance.shape == (2, 8)
    with pytest.raises(ValueError, match="power of 2"):
        Decoder(AutoencoderSize(columns=100))


def test_resumed_equals_uninterrupted(tmp_path: Path) -> None:
    whole = train(small(), tmp_path / "whole")
    train(small(), tmp_path / "cut", steps=2)
    resumed = train(small(), tmp_path / "cut", resume=True)
    for name, value in whole.decoder.state_dict().items():
        assert torch.equal(value, resumed.decoder.state_dict()[name]), name
    assert resumed.steps == 4


def test_training_learns(tmp_path: Path) -> None:
    losses: list[float] = []
    train(
        small(steps=160, synthetic=4, held_out=0, learning_rate=3e-3, mixtures=0),
        tmp_path,
        on_progress=lambda progress: losses.append(progress.loss),
    )
    assert losses[-1] < 0.75 * losses[0]


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    train(small(steps=1), tmp_path)
    with pytest.raises(InputError, match="latent 8, the recipe says 16"):
        train(small(latent=16), tmp_path, resume=True)
    (tmp_path / "checkpoint.safetensors").write_bytes(b"\x80\x04 not one")
    with pytest.raises(InputError, match="not a checkpoint"):
        train(small(), tmp_path, resume=True)


def test_the_command_trains_exports_and_the_bundle_plays(tmp_path: Path) -> None:
    from latent_resonance.training.run import train_bundle

    recipe = tmp_path / "small.toml"
    recipe.write_text(SMALL)
    made = train_bundle(recipe, tmp_path / "small.resonance")
    assert json.dumps(made)
    bundle = read_bundle(tmp_path / "small.resonance")
    assert set(bundle.landmarks) == {"tone", "w_avg", "w_std"}
    assert bundle.facts["provenance"]["metrics"]["onnx_largest_difference_db"] < 0.1
    assert bundle.facts["provenance"]["data"] == [
        {"source": "synthetic", "licence": "CC0-1.0", "attribution": "", "clips": 12}
    ]
    player = find_part("models", "openvino").make({}, bundle)
    player.prepare(Spec())
    assert player.generate(Latent(np.zeros(8, np.float32))).level_db.shape == (256, 256)


@pytest.mark.parametrize("path", sorted((ROOT / "recipes" / "train").glob("*.toml")))
def test_every_training_recipe_runs_two_steps(path: Path, tmp_path: Path) -> None:
    recipe = load_training_recipe(path).model_copy(
        update={"synthetic": 13, "hidden": 32, "channels": 8, "batch": 2, "folders": []}
    )
    assert train(recipe, tmp_path, steps=2).steps == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "not valid TOML"),
        ("name = 'x'\nfamily = 'gan'", "family"),
        ("name = 'x'\nfamily = 'autoencoder'\nstepz = 3", "stepz"),
    ],
)
def test_a_bad_recipe_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        load_training_recipe(path)
    with pytest.raises(InputError, match="no sounds"):
        train(small(synthetic=0), tmp_path / "run")
