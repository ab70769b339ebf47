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
from latent_resonance.networks.plane_autoencoder import PlaneDecoder, PlaneEncoder
from latent_resonance.training.autoencoder import train
from latent_resonance.training.recipe import TrainingRecipe
from latent_resonance.training.run import load_training_recipe
from latent_resonance.training.run_settings import RunSettings

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


@pytest.mark.parametrize("conditions", [0, 5])
@pytest.mark.parametrize("latent", [16, 32, 64, 128])
def test_both_convolutions_have_the_same_ends(latent: int, conditions: int) -> None:
    size = AutoencoderSize(latent, 64, 32, hidden=32, channels=8, conditions=conditions)
    for make, read in ((Decoder, Encoder), (PlaneDecoder, PlaneEncoder)):
        decoder, encoder = make(size).eval(), read(size)
        asked = torch.rand(2, conditions)
        level = decoder(torch.cat([torch.randn(2, latent), asked], 1))
        assert level.shape == (2, 64, 32)
        assert -80 <= float(level.min()) <= float(level.max()) <= 0
        mean, log_variance = encoder(level, asked)
        assert mean.shape == log_variance.shape == (2, latent)
        (decoder.train()(mean.repeat(1, 2)[:, : size.length]).sum() + log_variance.sum()).backward()
        for network in (decoder, encoder):
            for name, parameter in network.named_parameters():
                assert parameter.grad is not None, name
        if conditions:
            other = encoder(level, asked + 1)[0]
            assert not torch.allclose(mean, other)
            with pytest.raises(ValueError, match="conditional"):
                encoder(level)


@pytest.mark.parametrize(("bins", "columns"), [(48, 48), (16, 16), (256, 40)])
def test_planes_that_do_not_halve_are_refused(bins: int, columns: int) -> None:
    with pytest.raises(ValueError, match="power of 2"):
        PlaneDecoder(AutoencoderSize(8, bins, columns))


def test_the_names_of_the_first_drone_are_still_the_networks_names() -> None:
    """Checkpoints of the default model load: 64 numbers, 640 wide, nothing asked."""
    shapes = {
        name: tuple(value.shape) for name, value in Decoder(AutoencoderSize()).state_dict().items()
    }
    assert shapes["unfold.0.weight"] == (640, 64)
    assert shapes["to_seeds.weight"] == (1280, 640)
    assert shapes["grow.4.convolve.weight"] == (160, 160, 3)
    assert shapes["to_spectrum.weight"] == (256, 640)
    encoder = Encoder(AutoencoderSize()).state_dict()
    assert tuple(encoder["columns.0.weight"].shape) == (384, 256, 5)
    assert tuple(encoder["whole.0.weight"].shape) == (384, 768)
    assert tuple(encoder["to_latent.weight"].shape) == (128, 384)


def test_training_learns(tmp_path: Path) -> None:
    losses: list[float] = []
    train(
        small(
            steps=80,
            synthetic=4,
            held_out=0,
            learning_rate=6e-3,
            mixtures=0,
            save_every=80,
            show_every=80,
        ),
        tmp_path,
        RunSettings(on_progress=lambda progress: losses.append(progress.loss)),
    )
    assert losses[-1] < 0.75 * losses[0]


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    train(small(steps=1), tmp_path)
    with pytest.raises(InputError, match="latent 8, the recipe says 16"):
        train(small(latent=16), tmp_path, RunSettings(resume=True))
    (tmp_path / "checkpoint.safetensors").write_bytes(b"\x80\x04 not one")
    with pytest.raises(InputError, match="not a checkpoint"):
        train(small(), tmp_path, RunSettings(resume=True))


def test_the_command_trains_exports_and_the_bundle_plays(tmp_path: Path) -> None:
    from latent_resonance.training.run import train_bundle

    recipe = tmp_path / "small.toml"
    recipe.write_text(SMALL)
    made = train_bundle(recipe, tmp_path / "small.resonance")
    assert json.dumps(made)
    bundle = read_bundle(tmp_path / "small.resonance")
    assert set(bundle.space.places) == {"tone"}
    assert bundle.facts["provenance"]["metrics"]["onnx_largest_difference_db"] < 0.1
    assert bundle.facts["provenance"]["data"] == [
        {"source": "synthetic", "licence": "CC0-1.0", "attribution": "", "clips": 12}
    ]
    player = find_part("models", "openvino").make({}, bundle)
    player.prepare(Spec())
    assert player.generate(Latent(np.zeros(8, np.float32))).level_db.shape == (256, 256)


@pytest.mark.parametrize("convolved", ["time", "plane"])
def test_a_conditional_plain_one_becomes_a_bundle_that_says_what_w_is(tmp_path, convolved) -> None:
    from latent_resonance.training.run import train_bundle

    recipe = tmp_path / "small.toml"
    recipe.write_text(SMALL)
    changes = (
        *('conditions=["label", "pitch"]', "mixtures=0", "variational=false", "steps=2"),
        *(f"convolved={convolved}", "held_out=0.2"),
    )
    train_bundle(recipe, tmp_path / "small.resonance", changes=changes)
    bundle = read_bundle(tmp_path / "small.resonance")
    asked = bundle.facts["conditioning"]
    assert asked["timbre"] == [str(number) for number in range(1, 9)]
    assert asked["pitch"] == ["octaves from middle C"]
    assert bundle.latent_size == 8 + len(asked["family"]) + 1
    # The place of a label asks for that label.
    place = bundle.space.place("label/tone")
    weights = place[8:-1]
    assert weights[asked["family"].index("tone")] == pytest.approx(1)
    assert weights.sum() == pytest.approx(1)
    assert "--set" in bundle.facts["provenance"]["command"]
    metrics = bundle.facts["provenance"]["metrics"]
    assert metrics["onnx_largest_difference_db"] < 0.1
    player = find_part("models", "openvino").make({}, bundle)
    player.prepare(Spec())
    assert player.generate(Latent(place)).level_db.shape == (256, 256)


def test_an_encoder_in_the_bundle_finds_the_places_that_training_found(tmp_path: Path) -> None:
    from latent_resonance.contracts.members import ENCODER
    from latent_resonance.models.engines.member import Member
    from latent_resonance.training.autoencoder_export import encode_sounds, export_bundle

    recipe = small(with_encoder=True, variational=False)
    trained = train(recipe, tmp_path / "run")
    path = export_bundle(trained, recipe, "test", tmp_path / "a.resonance")
    sound = trained.sounds.seen[0]
    found = Member(read_bundle(path), ENCODER).run(level_db=sound.level_db[:, :256])
    assert np.allclose(found.reshape(-1), encode_sounds(trained, [sound])[0], atol=0.02)


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
