"""The latent diffusion: words reach the picture, resuming changes nothing, the bundle agrees."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra latent-resonance[train]")

from latent_resonance.bundles.find import open_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import DECODER, RANGES, VELOCITY
from latent_resonance.models.engines.eight_bits import read_ranges
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.navigate.prompts.tokens import WORDS, load_tokens, tokens_of
from latent_resonance.networks.latent_diffusion.autoencoder import Whitening
from latent_resonance.networks.latent_diffusion.velocity import VelocityNetwork
from latent_resonance.training.diffusion import ranges
from latent_resonance.training.diffusion.export import export_diffusion
from latent_resonance.training.diffusion.loop import TrainedDiffusion, train_diffusion
from latent_resonance.training.diffusion.recipe import DiffusionRecipe, PromptPlace
from latent_resonance.training.diffusion.words import make_table
from latent_resonance.training.run_settings import RunSettings


def recipe(**changes: object) -> DiffusionRecipe:
    small: dict[str, object] = {
        "name": "small",
        "family": "latent_diffusion",
        "size": 64,
        "composed": 8,
        "synthetic": 2,
        "autoencoder_pictures": 8,
        "autoencoder_steps": 2,
        "autoencoder_batch": 4,
        "channels": 8,
        "widths": (32, 32, 32),
        "text": 32,
        "tokens": 6,
        "frequent": 50,
        "steps": 4,
        "batch": 4,
        "save_every": 2,
        "show_every": 4,
        "sampling_steps": 2,
        "places": [PromptPlace(name="one", prompt="red circles on blue", seed=1)],
    }
    return DiffusionRecipe(**(small | changes))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedDiffusion:
    return train_diffusion(recipe(), tmp_path_factory.mktemp("run"), RunSettings(threads=1))


def test_whitened_latents_have_unit_covariance() -> None:
    latents = torch.randn(8, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    latents[:, 1] = 3 * latents[:, 0] + 0.1 * latents[:, 1] + 2
    whitening = Whitening()
    whitening.fit(latents)
    white = whitening(latents)
    found = torch.cov(white.permute(1, 0, 2, 3).flatten(1))
    assert torch.allclose(found, torch.eye(4), atol=0.02)
    assert torch.allclose(whitening.back(white), latents, atol=1e-3)


def test_words_and_their_order_change_the_velocity() -> None:
    torch.manual_seed(0)
    network = VelocityNetwork(4, 3, (32, 32, 32), 32).eval()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    z, time = torch.randn(1, 4, 16, 16), torch.tensor([0.5])
    words = torch.zeros(1, 4, 3)
    words[0, :2] = torch.randn(2, 3)
    with torch.no_grad():
        one = network(z, time, words)
        turned = network(z, time, words[:, [1, 0, 2, 3]])
        nothing = network(z, time, torch.zeros(1, 4, 3))
    assert one.shape == z.shape
    assert not torch.allclose(one, turned, atol=1e-3)
    assert not torch.allclose(one, nothing, atol=1e-3)
    assert torch.isfinite(nothing).all()


def test_a_resumed_run_equals_one_that_was_never_cut(
    trained: TrainedDiffusion, tmp_path: Path
) -> None:
    train_diffusion(recipe(), tmp_path, RunSettings(steps=2, threads=1))
    again = train_diffusion(recipe(), tmp_path, RunSettings(resume=True, threads=1))
    for name, value in trained.velocity.state_dict().items():
        assert torch.equal(value, again.velocity.state_dict()[name]), name
    with pytest.raises(InputError, match="was trained with tokens 6"):
        train_diffusion(recipe(tokens=7), tmp_path, RunSettings(resume=True, threads=1))


def test_a_form_that_no_caption_holds_has_the_vector_of_those_that_mean_the_same() -> None:
    table = make_table(6, 0)
    static = table.vectors.shape[1]
    rows = {w: table.row(w) for w in ("triangles", "pyramids", "triangle", "wedges", "rings")}
    alike = (rows["triangles"] + rows["pyramids"]) / 2
    for word in ("triangle", "wedges"):
        assert np.allclose(rows[word], alike, atol=table.step)
    assert not np.allclose(rows["triangle"][:static], rows["rings"][:static], atol=0.1)
    # The bundle that ships has this table.
    shipped = load_tokens(open_bundle("voice").members[WORDS])
    assert np.array_equal(shipped.vectors[: len(table.rows)], table.vectors)


def test_the_bundle_gives_what_the_networks_give(
    trained: TrainedDiffusion, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(ranges, "_PROMPTS", 8)
    path = export_diffusion(
        trained, recipe(), "resonance train small.toml", tmp_path / "s.resonance"
    )
    bundle = read_bundle(path)
    told, layout = bundle.facts["diffusion"], bundle.space.diffusion
    table = load_tokens(bundle.members[WORDS])
    assert told["latent"] == [4, 8, 8]
    assert told["words"] == {"tokens": 6, "size": table.size}
    words, _ = tokens_of(table, "red circles on blue")
    place = bundle.space.places["one"].w
    assert len(place) == 256 + words.size + 1
    assert np.array_equal(place[256:-1], words.ravel())
    assert np.linalg.norm(place[:256]) == pytest.approx(16, rel=1e-5)
    core = load_openvino().Core()
    given = [place[:256].reshape(1, 4, 8, 8), np.array([0.5], np.float32), words[None]]
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    found = core.compile_model(core.read_model(bundle.members[VELOCITY]), "CPU", exact)(given)[0]
    with torch.no_grad():
        wanted = trained.velocity(*(torch.from_numpy(value) for value in given)).numpy()
    assert np.abs(found - wanted).max() < 0.03 * wanted.std() + 1e-3
    shown = core.compile_model(core.read_model(bundle.members[DECODER]), "CPU", exact)([given[0]])
    assert shown[0].shape == (1, 3, 64, 64)
    assert np.abs(shown[0]).max() <= 1
    named = read_ranges(bundle, VELOCITY)
    assert "deep_a.first.weight" in named
    assert not any(name.startswith(("enter", "leave")) for name in named)
    assert set(read_ranges(bundle, DECODER)) >= {"decoder.layers.5.weight"}
    again = ranges.measure_ranges(bundle.members[VELOCITY], bundle.members[DECODER], layout, table)
    assert again == bundle.members[RANGES]
