"""Starting from other weights: what fits is taken, and the report says what was not."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import torch

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.networks import stylegan2
from latent_resonance.training.adversarial.networks import make_pictures
from latent_resonance.training.adversarial.player_set import Players
from latent_resonance.training.autoencoder import make_networks as networks
from latent_resonance.training.checkpoint import read, save
from latent_resonance.training.families import family_of
from latent_resonance.training.notes.loop import make_networks as note_networks
from latent_resonance.training.notes.loop import note_size
from latent_resonance.training.run import load_training_recipe, train_bundle
from latent_resonance.training.run_settings import RunSettings
from latent_resonance.training.start_sources import sources_of
from latent_resonance.training.transfer import transfer, transfer_all

# Exporters warn of their own future; nothing here can change that.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def generator(resolution=32, channels=8, seed=0):
    torch.manual_seed(seed)
    return stylegan2.Generator(
        8, 0, 8, resolution, 1, {"num_layers": 2}, channel_base=4096, channel_max=channels
    )


def test_the_same_network_is_taken_whole():
    source, target = generator(seed=1), generator(seed=2)
    report = transfer(target, source.state_dict())
    assert set(report.whole) == set(source.state_dict())
    assert not report.partly
    assert not report.fresh
    assert not report.left
    z = torch.randn(2, 8)
    assert torch.equal(source(z, noise_mode="const"), target(z, noise_mode="const"))


def test_another_resolution_shares_the_blocks_that_both_have():
    source, target = generator(64, seed=1), generator(32, seed=2)
    report = transfer(target, source.state_dict())
    assert not report.fresh
    assert all("b64" in name for name in report.left)
    assert report.left
    back = transfer(generator(64, seed=3), target.state_dict())
    assert all("b64" in name for name in back.fresh)
    assert back.fresh
    assert any("b64" in line for line in back.lines() if line.startswith("started fresh"))


def test_more_channels_begin_as_what_the_narrower_network_was():
    source, target = generator(channels=8, seed=1), generator(channels=12, seed=2)
    before = {name: value.clone() for name, value in target.state_dict().items()}
    report = transfer(target, source.state_dict())
    name = "synthesis.b8.conv1.weight"
    assert name in report.partly
    now, given = target.state_dict()[name], source.state_dict()[name]
    assert torch.equal(now[:8, :8], given)
    assert torch.equal(now[8:], before[name][8:])
    assert any(line.startswith("in part: ") for line in report.lines())
    z = torch.randn(2, 8)
    given, now = source(z, noise_mode="const"), target(z, noise_mode="const")
    assert torch.allclose(now, given, atol=1e-4)
    # The new channels learn: what they are read by has a slope.
    now.square().sum().backward()
    slope = target.synthesis.b8.conv1.weight.grad
    assert float(slope[:8, 8:].abs().max()) > 0


def test_fewer_channels_share_the_first_of_them():
    source, target = generator(channels=12, seed=1), generator(channels=8, seed=2)
    transfer(target, source.state_dict())
    name = "synthesis.b8.conv1.weight"
    assert torch.equal(target.state_dict()[name], source.state_dict()[name][:8, :8])


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("dcgan", {}),
        pytest.param("stylegan2", {}, marks=pytest.mark.slow),
        pytest.param("stylegan2", {"channel_max": 16, "z_dim": 12}, marks=pytest.mark.slow),
        pytest.param("stylegan2", {"resolution": 64}, marks=pytest.mark.slow),
    ],
)
def test_from_a_bundle(small_toml, tmp_path: Path, family: str, changes) -> None:
    one = small_toml(tmp_path / "one.toml", family, steps=2)
    made = train_bundle(one, tmp_path / "one" / "one.resonance")
    assert "transfer" not in made
    other = small_toml(tmp_path / "two.toml", family, steps=1, seed=5, **changes)
    bundle = tmp_path / "two" / "two.resonance"
    source = tmp_path / "one" / "one.resonance"
    made = train_bundle(other, bundle, source=source, steps=1)
    command = open_bundle(str(bundle)).facts["provenance"]["command"]
    assert command.split()[2:] == [other.as_posix(), "--from", source.as_posix(), "--steps", "1"]
    told = made["transfer"]
    assert told == (tmp_path / "two" / "transfer.txt").read_text().splitlines()
    assert told[0].startswith("taken ")
    text = " ".join(told)
    if not changes:
        assert ", 0 in part" in told[0]
        assert "fresh" not in text
    elif "resolution" in changes:
        assert "started fresh" in text
        assert "b64" in text
    else:
        assert "in part: " in text


@pytest.mark.parametrize("family", ["stylegan2", "autoencoder", "note_autoencoder"])
def test_from_a_checkpoint_goes_on_from_its_averages(family, small, tmp_path: Path) -> None:
    recipe = small(family, steps=3)
    steps = family_of(recipe)
    material = steps.gather(recipe)
    steps.train(recipe, tmp_path / "one", material=material)
    source = steps.weights(tmp_path / "one" / "checkpoint.safetensors")
    # With nothing to learn, what was given stays.
    rates = {"learning_rate": 1e-12}
    if family == "stylegan2":
        rates["ema_kimg"] = 1e9
    still = small(family, steps=1, seed=7, **rates)
    trained = steps.train(still, tmp_path / "two", RunSettings(source=source), material=material)
    assert trained.transferred.partly == trained.transferred.left == []
    modules = (
        {"": trained.players.average}
        if family == "stylegan2"
        else {f"{name}/": network for name, network in steps.networks(trained).items()}
    )
    for prefix, module in modules.items():
        own = dict(module.named_parameters())
        assert own
        for name, value in own.items():
            assert torch.allclose(value, source[prefix + name], atol=1e-4), name


RECIPES = Path(__file__).resolve().parents[2] / "recipes" / "train"


def untrained(name: str) -> dict[str, torch.nn.Module]:
    """The networks of a default bundle's recipe."""
    recipe = load_training_recipe(RECIPES / f"{name}.toml")
    if name == "texture":
        players = Players(recipe, SimpleNamespace(labels=[]), torch.device("cpu"), 0)
        return {"": players}
    if name == "notes":
        families = len(open_bundle(name).facts["conditioning"]["family"])
        return note_networks(note_size(recipe, families)).modules()
    return dict(
        zip(("encoder", "decoder"), networks(recipe, SimpleNamespace(conditions=0)), strict=True)
    )


@pytest.mark.parametrize(
    ("name", "new"), [("texture", ["discriminator"]), ("drone", ["encoder"]), ("notes", [])]
)
def test_a_default_bundle_gives_all_that_it_has(name: str, new: list[str]) -> None:
    recipe = load_training_recipe(RECIPES / f"{name}.toml")
    modules, source = untrained(name), family_of(recipe).weights(Path(name))
    players = modules.get("")
    report = players.start_from(source) if players else transfer_all(modules, source)
    assert report.untouched == new
    assert not report.partly
    assert not report.fresh
    assert len(report.whole) > 29
    # What is computed anew when a network is built.
    assert set(report.left) <= {"encoder/bands", "encoder/number"}


def test_a_bundle_sounds_the_same_with_the_noise_of_training() -> None:
    players = untrained("texture")[""]
    players.start_from(
        family_of(load_training_recipe(RECIPES / "texture.toml")).weights(Path("texture"))
    )
    torch.manual_seed(3)
    w = 0.3 * torch.randn(4, 128)
    with torch.no_grad():
        own, fresh = (
            make_pictures(players.average, w[:0], None, w=w, noise=noise).parts
            for noise in ("const", "random")
        )
    # Of -1..1, 80 dB; what a fresh noise brings is a grain that is hardly there.
    assert (own - fresh).abs().mean() < 0.01


def test_what_cannot_be_started_from_is_named(small, small_toml, tmp_path: Path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "autoencoder", steps=1)
    made = train_bundle(recipe, tmp_path / "a" / "a.resonance")
    held = family_of(load_training_recipe(recipe)).weights(Path(made["bundle"]))
    assert held
    assert all(name.startswith("decoder/") for name in held)
    gan = small_toml(tmp_path / "g.toml", "stylegan2", steps=1)
    checkpoint = tmp_path / "a" / "checkpoint.safetensors"
    with pytest.raises(InputError, match="no generator"):
        train_bundle(gan, tmp_path / "g" / "g.resonance", source=checkpoint)
    with pytest.raises(InputError, match="give one of them"):
        train_bundle(recipe, tmp_path / "a" / "a.resonance", source=checkpoint, resume=True)
    network = small("dcgan")
    with pytest.raises(InputError, match="nothing of --from fits"):
        family_of(network).train(
            network, tmp_path / "d", RunSettings(source={"other": torch.zeros(1)})
        )


NOT_SOLD = "CC-BY-NC-4.0"


def sounds_under(folder: Path, licence: str, files: int = 3) -> Path:
    """A folder of short noises, all of them under this licence."""
    folder.mkdir()
    rows = ["file,label,midi_pitch,licence,attribution"]
    random = np.random.default_rng(files)
    for index in range(files):
        soundfile.write(folder / f"{index}.wav", 0.3 * random.uniform(-1, 1, 16_000), 16_000)
        rows.append(f"{index}.wav,reed,60,{licence},Ada")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder


def licences(bundle: Path) -> tuple[set[str], str]:
    told = open_bundle(str(bundle)).facts["provenance"]
    return {row["licence"] for row in told["data"]}, told["licence"]


@pytest.mark.parametrize("family", ["dcgan", "autoencoder", "note_autoencoder"])
@pytest.mark.parametrize("kind", ["bundle", "checkpoint"])
def test_whoever_starts_from_weights_owes_it_to_their_data(
    family: str, kind: str, small_toml, tmp_path: Path
) -> None:
    folder = sounds_under(tmp_path / "kept", NOT_SOLD)
    theirs = small_toml(tmp_path / "one.toml", family, steps=1, synthetic=0, batch=2)
    listed = f"folders=[{{path={folder.as_posix()!r}, label='label'}}]"
    made = Path(
        train_bundle(theirs, tmp_path / "one" / "one.resonance", changes=[listed])["bundle"]
    )
    assert licences(made) == ({NOT_SOLD}, f"that of its data: {NOT_SOLD} (see data)")
    source = made if kind == "bundle" else made.parent / "checkpoint.safetensors"
    mine = small_toml(tmp_path / "two.toml", family, steps=1, synthetic=13)
    second = tmp_path / "two" / "two.resonance"
    train_bundle(mine, second, source=source)
    assert licences(second) == ({NOT_SOLD, "CC0-1.0"}, f"that of its data: {NOT_SOLD} (see data)")
    # A run that goes on still knows, and so does one that starts from it in turn.
    train_bundle(mine, second, resume=True, steps=2)
    assert licences(second)[0] == {NOT_SOLD, "CC0-1.0"}
    command = open_bundle(str(second)).facts["provenance"]["command"]
    assert command.split()[2:] == [mine.as_posix(), "--resume", "--steps", "2"]
    third = tmp_path / "three" / "three.resonance"
    train_bundle(mine, third, source=second.parent / "checkpoint.safetensors")
    (row,) = (
        row
        for row in open_bundle(str(third)).facts["provenance"]["data"]
        if row["licence"] == NOT_SOLD
    )
    assert row == {"source": "kept", "licence": NOT_SOLD, "attribution": "Ada", "clips": 3}


def test_a_checkpoint_that_names_no_data_is_said_to(small_toml, tmp_path: Path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "dcgan", steps=1)
    train_bundle(recipe, tmp_path / "a" / "a.resonance")
    path = tmp_path / "a" / "checkpoint.safetensors"
    save(path, replace(read(path), sources=None))
    made = train_bundle(recipe, tmp_path / "b" / "b.resonance", source=path)
    found, licence = licences(Path(made["bundle"]))
    assert found == {"unknown", "CC0-1.0"}
    assert licence == "that of its data: unknown (see data)"


def test_a_bundle_whose_licence_asks_for_more_than_its_data_is_a_source_itself() -> None:
    data = [{"source": "a", "licence": "CC0-1.0", "clips": 2}]
    for licence, names in (
        ("CC-BY-4.0 (attribution: the sources listed under data)", ["a"]),
        ("that of its data: unknown (see data)", ["a"]),
        ("CC-BY-NC-4.0", ["a", "theirs"]),
        ("", ["a", "theirs"]),
    ):
        facts = {"provenance": {"data": data, "licence": licence}}
        bundle = SimpleNamespace(name="theirs", facts=facts)
        assert [row["source"] for row in sources_of(bundle)] == names
