"""Sliders of imported pictures: each does to the picture what its name says."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result
from network_forge import GAN, TURNING, disturbed
from pickles import network_pickle

from latent_resonance.bundles.foreign.read import read_network
from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.cli.models import models
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, ResonanceError
from latent_resonance.contracts.members import WEIGHTS
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, Latent, Spec
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.networks import stylegan2, stylegan3
from latent_resonance.networks.bending import AMOUNTS, bend
from latent_resonance.networks.bundle_members import PictureMember
from latent_resonance.networks.controlled_picture import ControlledPicture
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.directions.picture_controls import (
    add_picture_controls,
    open_pictures,
)
from latent_resonance.training.importing.bundle import import_network
from latent_resonance.training.importing.mix import mix_bundles, mix_networks

SETTINGS: dict[str, Any] = {**GAN, "img_resolution": 32, "img_channels": 3}
FAMILIES: dict[str, tuple[Any, dict[str, Any]]] = {
    "stylegan2": (stylegan2.Generator, {}),
    "stylegan2-small": (
        stylegan2.Generator,
        {"img_resolution": 8, "mapping_kwargs": {"num_layers": 2}},
    ),
    "stylegan3-t": (stylegan3.Generator, {"num_layers": 3}),
    "stylegan3-r": (stylegan3.Generator, {"num_layers": 3, **TURNING}),
}
STYLEGAN3 = ("stylegan3-r", "stylegan3-t")
TRIED = ["stylegan2", "stylegan3-r", pytest.param("stylegan3-t", marks=pytest.mark.slow)]
Image = np.ndarray


def pickled(path: Path, family: str, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    make, options = FAMILIES[family]
    settings = {**SETTINGS, **options}
    generator = make(**settings).eval()
    disturbed(generator)
    state = {name: value.numpy() for name, value in generator.state_dict().items()}
    path.write_bytes(network_pickle(state, settings))
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The bundle of a forged pickle, made once."""
    folder = tmp_path_factory.mktemp("imported")

    def make(family: str, seed: int = 0) -> Path:
        output = folder / f"{family}-{seed}.resonance"
        if not output.exists():
            import_network(pickled(folder / f"{family}-{seed}.pkl", family, seed), output)
        return output

    return make


@pytest.fixture(scope="module")
def commanded(
    imported, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, Result]]:
    """A bundle that got its sliders by the command, once, and what that said."""
    folder = tmp_path_factory.mktemp("controlled")
    told: dict[str, Result] = {}

    def make(family: str) -> tuple[Path, Result]:
        output = folder / f"{family}.resonance"
        if family not in told:
            mixes = ("--mix", "place_1,place_2", "--mix", "tone,place_4")
            words = ["controls", str(imported(family)), "--output", str(output), *mixes]
            told[family] = CliRunner().invoke(models, words, catch_exceptions=False)
        return output, told[family]

    return make


@pytest.fixture(scope="module")
def controlled_file(commanded) -> Callable[[str], Path]:
    return lambda family: commanded(family)[0]


@pytest.fixture(scope="module")
def controlled(controlled_file) -> Callable[[str], Bundle]:
    return lambda family: read_bundle(controlled_file(family))


def alike(one: Image, other: Image) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


class Drawn:
    """Pictures ``[3, h, w]`` of a bundle, by named sliders at -5..5 from a place."""

    def __init__(self, bundle: Bundle) -> None:
        self.space = bundle.space
        self._network = Member(bundle, "synthesis.onnx")

    def at(self, w: np.ndarray) -> Image:
        return self._network.run(w=w)[0]

    def __call__(self, place: str = "place_1", **sliders: float) -> Image:
        w = self.space.place(place).copy()
        for name, value in sliders.items():
            w += value * self.space.directions[name].vector
        return self.at(w)


@pytest.mark.parametrize(
    "family", ["stylegan2", *(pytest.param(one, marks=pytest.mark.slow) for one in STYLEGAN3)]
)
def test_at_rest_it_is_the_picture_of_before(imported, controlled, family: str) -> None:
    before, after = read_bundle(imported(family)), controlled(family)
    assert after.latent_size > 4 * before.latent_size
    old, new = Drawn(before), Drawn(after)
    for name in ("tone", "place_1", "place_5"):
        wanted = old(name)
        assert np.abs(new(name) - wanted).max() < 1e-4 * np.ptp(wanted)
    place = seeded_place(after, 5)
    assert np.allclose(place[: before.latent_size], seeded_place(before, 5), atol=1e-5)
    assert not place[before.latent_size :].any()


@pytest.mark.parametrize("family", TRIED)
def test_every_slider_moves_the_picture_and_torch_plays_the_same(controlled, family: str) -> None:
    bundle = controlled(family)
    drawn = Drawn(bundle)
    rest = drawn()
    names = set(bundle.space.directions)
    assert {f"pca_{n}" for n in range(1, 9)} <= names
    assert {f"sefa_{n}" for n in range(1, 9)} <= names
    assert {f"{part}_{n}" for part in ("coarse", "middle", "fine") for n in (1, 2, 3)} <= names
    assert {"zoom", "spin", "dx", "dy", "bend_invert", "bend_threshold", "bend_dilate"} <= names
    for name in names:
        assert np.abs(drawn(**{name: 5}) - rest).mean() > 1e-3 * rest.std(), name
    w = bundle.space.place("place_2") + 2 * bundle.space.directions["bend_invert"].vector
    w = w + 1.5 * bundle.space.directions["spin"].vector
    frames = []
    for engine in ("openvino", "torch"):
        player = find_part("models", engine).make({"threads": 1}, bundle)
        player.prepare(Spec(format=bundle.format))
        frames.append(player.generate(Latent(w.astype(np.float32))).pixels.astype(int))
    assert np.abs(frames[0] - frames[1]).max() <= 1


def test_a_quarter_turn_of_input_or_activations_turns_the_picture(controlled) -> None:
    """StyleGAN3-r is equivariant to turns (2106.12423, section 3): so this is exact."""
    drawn = Drawn(controlled("stylegan3-r"))
    turned = np.rot90(drawn(), axes=(1, 2))
    assert alike(drawn(spin=2.5), turned) > 0.999
    assert alike(drawn(bend_spin=2.5), turned) > 0.999
    assert alike(drawn(), turned) < 0.9


@pytest.mark.parametrize("family", TRIED[1:])
def test_moves_of_the_input_move_the_picture(controlled, family: str) -> None:
    drawn = Drawn(controlled(family))
    rest, step = drawn(), 8  # of 32 pixels: a quarter, half of the slider's half width
    right = drawn(dx=2.5)
    assert alike(right[:, :, step + 4 : -4], rest[:, :, 4 : -step - 4]) > 0.97
    down = drawn(dy=2.5)
    assert alike(down[:, step + 4 : -4], rest[:, 4 : -step - 4]) > 0.97


def test_stylegan2_is_moved_by_its_activations(controlled) -> None:
    """What layers before the bent one add to the picture stays, so it is a matter of more or less."""
    drawn = Drawn(controlled("stylegan2"))
    rest = drawn("tone")
    for step in (-8, 8):
        wanted = np.roll(rest, step, 2)[:, 6:-6, 14:-14]
        there = drawn("tone", dx=2.5 * np.sign(step))[:, 6:-6, 14:-14]
        opposite = drawn("tone", dx=-2.5 * np.sign(step))[:, 6:-6, 14:-14]
        assert alike(there, wanted) > alike(opposite, wanted) + 0.1


def test_thirds_of_the_layers_change_what_they_are_said_to(controlled) -> None:
    drawn = Drawn(controlled("stylegan2"))
    rest = drawn()

    def share_of_detail(picture: Image) -> float:
        change = picture - rest
        coarse = change.reshape(3, 4, 8, 4, 8).mean((2, 4), keepdims=True)
        whole = np.square(change).sum()
        return 1 - float(64 * np.square(coarse).sum() / whole)

    detail = {
        part: np.mean([share_of_detail(drawn(**{f"{part}_{n}": 5})) for n in (1, 2, 3)])
        for part in ("coarse", "fine")
    }
    assert detail["fine"] > detail["coarse"]


def test_a_mix_is_one_place_with_layers_of_another(imported, controlled) -> None:
    """Against NVIDIA's way of mixing: the styles of one up to a layer, of the other from it on."""
    bundle = controlled("stylegan2")
    opened = open_pictures(imported("stylegan2"))
    one, other = (
        torch.from_numpy(opened.bundle.space.place(name))[None] for name in ("place_1", "place_2")
    )
    num_ws = opened.generator.num_ws
    begin = [0, *np.cumsum([len(part) for part in np.array_split(np.arange(num_ws), 3)])]
    drawn = Drawn(bundle)
    for n, part in enumerate(("coarse", "middle", "fine")):
        ws = one[:, None].expand(-1, num_ws, -1).clone()
        ws[:, begin[n] : begin[n + 1]] = other[:, None]
        with torch.no_grad():
            wanted = opened.generator.synthesis(ws, "const")[0].numpy()
        made = drawn(f"place_1_{part}_place_2")
        assert np.abs(made - wanted).max() < 1e-3 * np.ptp(wanted)


def bent(value: torch.Tensor, **amounts: float) -> torch.Tensor:
    given = torch.tensor([[amounts.get(name, 0.0) for name in AMOUNTS]])
    return bend(value, given)


def test_bending_does_to_a_plane_what_it_is_called() -> None:
    torch.manual_seed(0)
    plane = torch.randn(1, 3, 16, 16)
    assert torch.allclose(bent(plane), plane, atol=1e-5)
    assert torch.allclose(bent(plane, scale=1.0), 2 * plane, atol=1e-5)
    turned = torch.rot90(plane, 1, (2, 3))
    assert torch.allclose(bent(plane, spin=math.pi / 2), turned, atol=1e-4)
    moved = bent(plane, dx=0.25)
    assert torch.allclose(moved[..., 4:], plane[..., :-4], atol=1e-4)
    moved = bent(plane, dy=0.25)
    assert torch.allclose(moved[:, :, 4:], plane[:, :, :-4], atol=1e-4)
    grown, eaten = bent(plane, dilate=1.0), bent(plane, dilate=-1.0)
    padded = torch.nn.functional.pad(plane, (1, 1, 1, 1), value=-1e9)
    windows = padded.unfold(2, 3, 1).unfold(3, 3, 1)
    assert torch.allclose(grown, windows.amax((4, 5)), atol=1e-5)
    assert (eaten <= plane + 1e-5).all()
    assert (eaten < grown).all()
    mean = plane.mean((2, 3), keepdim=True)
    assert torch.allclose(bent(plane, invert=1.0), 2 * mean - plane, atol=1e-4)
    step = bent(plane, threshold=1.0)
    far = (plane - mean).abs() > 0.4
    assert ((step - mean).sign() == (plane - mean).sign())[far].all()
    sizes = [(step - mean).abs()[0, k][far[0, k]].std() for k in range(3)]
    assert max(sizes) < 0.02, "two levels a channel"
    small = bent(torch.randn(1, 1, 16, 16).cumsum(3), zoom=1.0)
    assert small.shape == (1, 1, 16, 16)


def test_zooming_in_shows_the_middle_larger() -> None:
    y, x = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 32), indexing="ij")
    disc = ((x**2 + y**2) < 0.25).float()[None, None]
    assert bent(disc, zoom=0.5).sum() > 1.6 * disc.sum()
    assert bent(disc, zoom=-0.5).sum() < 0.8 * disc.sum()


def test_again_replaces_what_was_added_and_another_layer_bends(
    controlled_file, tmp_path: Path
) -> None:
    path = tmp_path / "made.resonance"
    path.write_bytes(controlled_file("stylegan2").read_bytes())
    once = read_bundle(path)
    told = add_picture_controls(path, path, layer=0)
    assert told["bent_layer"] == 0
    assert told["layers"] == 4
    again = read_bundle(path)
    assert again.latent_size == once.latent_size
    assert set(again.space.directions) == set(once.space.directions)
    before, after = Drawn(once), Drawn(again)
    assert np.allclose(after("place_3"), before("place_3"), atol=1e-4)
    assert np.abs(after(bend_invert=5) - before(bend_invert=5)).mean() > 0.01


def test_a_layer_that_is_not_there_is_refused(imported, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="layers 0 to 3 can be bent, not 4"):
        add_picture_controls(imported("stylegan2"), tmp_path / "c.resonance", layer=4)
    assert not (tmp_path / "c.resonance").exists()


@pytest.mark.parametrize(
    ("family", "later"),
    [("stylegan2-small", 1), pytest.param("stylegan3-t", 2, marks=pytest.mark.slow)],
)
def test_layers_are_swapped_and_weights_interpolated(
    imported, tmp_path: Path, family: str, later: int
) -> None:
    one, other = imported(family), imported(family, seed=1)
    opened = [open_pictures(path) for path in (one, other)]
    first, second = Drawn(read_bundle(one)), Drawn(read_bundle(other))
    w = seeded_place(read_bundle(one), 3)

    def mixed(layer: int, share: float) -> Image:
        network = PictureMember(mix_networks(*opened, layer, share).generator)
        with torch.no_grad():
            return network(torch.from_numpy(w[None]))[0].numpy()

    assert np.allclose(mixed(0, 1.0), second.at(w), atol=1e-4)
    half, late = mixed(0, 0.5), mixed(later, 1.0)
    for made in (half, late):
        assert np.isfinite(made).all()
        assert np.abs(made - first.at(w)).mean() > 0.01
        assert np.abs(made - second.at(w)).mean() > 0.01
    mix_bundles(one, other, tmp_path / "late.resonance", layer=later)
    assert np.allclose(Drawn(read_bundle(tmp_path / "late.resonance")).at(w), late, atol=1e-4)
    facts = read_bundle(tmp_path / "late.resonance").facts
    assert len(facts["provenance"]["data"]) == 2
    assert f"--from-layer {later}" in facts["provenance"]["command"]
    mix_bundles(tmp_path / "late.resonance", one, tmp_path / "again.resonance", layer=later)
    again = read_bundle(tmp_path / "again.resonance").facts
    assert again["provenance"]["data"] == facts["provenance"]["data"]
    add_picture_controls(tmp_path / "late.resonance", tmp_path / "late.resonance")
    assert "pca_1" in read_bundle(tmp_path / "late.resonance").space.directions


@pytest.mark.slow
def test_a_mix_of_nothing_is_the_first(imported, tmp_path: Path) -> None:
    one, none = imported("stylegan2"), tmp_path / "none.resonance"
    mix_bundles(one, imported("stylegan2", seed=1), none, share=0.0)
    first, w = Drawn(read_bundle(one)), seeded_place(read_bundle(one), 3)
    assert np.allclose(Drawn(read_bundle(none)).at(w), first.at(w), atol=1e-4)


def test_other_architectures_are_not_mixed(imported, tmp_path: Path) -> None:
    output, other = tmp_path / "x.resonance", tmp_path / "other.resonance"
    known = read_bundle(imported("stylegan3-r"))
    # The weights of another variant beside these networks: they tell what it is.
    network = read_network(pickled(tmp_path / "t.pkl", "stylegan3-t"))
    facts = {"family": "stylegan3", "settings": {**SETTINGS, **FAMILIES["stylegan3-t"][1]}}
    members = {**known.members, WEIGHTS: pack_weights(facts, network.state, {})}
    write_bundle(other, Manifest.model_validate(dict(known.facts)), members)
    with pytest.raises(InputError, match="different architectures: family"):
        mix_bundles(imported("stylegan2"), imported("stylegan3-r"), output)
    with pytest.raises(InputError, match="different architectures: conv_kernel"):
        mix_bundles(other, imported("stylegan3-r"), output)
    with pytest.raises(InputError, match="layers 0 to 3"):
        mix_bundles(imported("stylegan2"), imported("stylegan2"), output, layer=9)
    with pytest.raises(InputError, match="from 0"):
        mix_bundles(imported("stylegan2"), imported("stylegan2"), output, share=1.5)
    assert not output.exists()


def test_the_commands(commanded) -> None:
    run = CliRunner().invoke
    made, result = commanded("stylegan2")
    assert result.exit_code == 0
    assert "pca_1" in result.output
    assert "tone_fine_place_4" in read_bundle(made).space.places
    for given, says in (
        (["controls", str(made), "--mix", "tone"], "PLACE,OTHER"),
        (["controls", str(made), "--mix", "tone,nowhere"], "nowhere"),
        (["controls", "drone", "--bend-layer", "1"], "make pictures"),
        (["controls", "fields"], "ships with the program"),
        (
            ["controls", "fields", "--output", f"{made.with_suffix('')}_x.resonance"],
            "no StyleGAN2 or StyleGAN3",
        ),
        (["mix", str(made), str(made), "--output", str(made)], "exists already"),
    ):
        with pytest.raises(ResonanceError, match=says):
            run(models, given, catch_exceptions=False)


@pytest.mark.parametrize("family", TRIED)
def test_navigators_reach_all_of_it(controlled, family: str) -> None:
    space = controlled(family).space
    spec = Spec(space=space, step_seconds=1 / 30)
    for name in ("semantic", "mood_path"):
        part = find_part("navigate", name).make({})
        part.prepare(spec)
        known = {control.name for control in part.listens}
        assert {"pca_1", "sefa_2", "fine_1", "bend_invert", "zoom"} <= known
        still, bending = (settled(part, {"bend_invert": value}) for value in (0.0, 4.0))
        away = bending - still
        expected = 4 * space.directions["bend_invert"].vector
        assert np.allclose(away, expected, atol=0.05 * np.abs(expected).max())


def settled(part: Any, values: dict[str, float]) -> np.ndarray:
    state = part.start()
    for _ in range(120):
        latent, state = part.step(state, Controls(0.0, values), 1 / 30)
    return latent.w


def test_the_plain_network_and_the_controlled_one_agree_in_torch() -> None:
    torch.manual_seed(0)
    generator = stylegan2.Generator(**SETTINGS).eval()
    network = ControlledPicture(generator, 1).eval()
    w = torch.zeros(1, network.size_of_place)
    w[:, :16] = torch.randn(1, 16)
    with torch.no_grad():
        assert torch.allclose(network(w), PictureMember(generator)(w[:, :16]), atol=1e-4)
