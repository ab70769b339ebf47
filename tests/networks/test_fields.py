"""Pictures from coordinates: the same at any size, moved by every control, coloured by name."""

import itertools
import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from latent_resonance.evaluation.pictures.appearance import measure, rank_correlation
from latent_resonance.networks.fields.draw import draw, grid
from latent_resonance.networks.fields.fold import Fold, edginess, flat, jagged_at
from latent_resonance.networks.fields.layout import (
    CONTROLS,
    FAMILIES,
    LIVE,
    SIZE,
    SLOTS,
    slot,
)
from latent_resonance.networks.fields.palette import NAMED_HUES_DEGREES, Palette
from latent_resonance.networks.fields.sample import COLOUR_DRAWS, Mix, Sample, calibrate
from latent_resonance.training.fields.build import draw_place


@pytest.fixture(scope="module")
def fold() -> Fold:
    return Fold().eval()


@pytest.fixture(scope="module")
def places(fold: Fold) -> "torch.Tensor":
    with torch.no_grad():
        sample = Sample(fold).eval()
        return torch.cat([draw_place(sample, seed) for seed in range(6)])


def shown(fold: Fold, w: "torch.Tensor", size: int = 64) -> np.ndarray:
    with torch.no_grad():
        return draw(fold(w), grid(size, size))[0].permute(1, 2, 0).numpy()


def moved(w: "torch.Tensor", name: str, value: float) -> "torch.Tensor":
    other = w.clone()
    other[0, slot(name)] = value
    return other


def test_a_packet_is_as_long_as_its_layout_says(fold: Fold, places: "torch.Tensor") -> None:
    packet = fold(places[:1])
    for name, shape in fold.widths.packet.items():
        assert tuple(packet[name].shape) == shape
    assert len(flat(packet, fold.widths)) == 5476


def test_places_are_finite_and_their_pictures_differ(fold: Fold, places: "torch.Tensor") -> None:
    assert places.shape == (6, SIZE)
    assert torch.isfinite(places).all()
    pictures = [shown(fold, places[k : k + 1]) for k in range(6)]
    for k, one in enumerate(pictures):
        assert one.std() > 0.03
        for other in pictures[:k]:
            assert np.abs(one - other).mean() > 0.05


def test_half_the_size_is_the_same_picture(fold: Fold, places: "torch.Tensor") -> None:
    for k in range(3):
        large = shown(fold, places[k : k + 1], 256)
        small = shown(fold, places[k : k + 1], 128)
        halved = large.reshape(128, 2, 128, 2, 3).mean((1, 3))
        assert np.corrcoef(halved.ravel(), small.ravel())[0, 1] > 0.85


@pytest.mark.parametrize("name", [*CONTROLS, *FAMILIES, *LIVE])
def test_everything_that_can_be_moved_is_seen(
    fold: Fold, places: "torch.Tensor", name: str
) -> None:
    steps = []
    for k in range(4):
        w = places[k : k + 1]
        # Points are those of the kaleidoscope: without one there are none.
        w = moved(w, "symmetry", 1.0) if name == "points" else w
        low, high = (0.0, 0.45) if name in LIVE else (0.0 if name in FAMILIES else -1.0, 1.0)
        steps.append(
            np.abs(shown(fold, moved(w, name, low)) - shown(fold, moved(w, name, high))).mean()
        )
    assert max(steps) > 0.02


def test_whole_turns_of_the_flow_look_alike(fold: Fold, places: "torch.Tensor") -> None:
    w = places[:1]
    np.testing.assert_allclose(shown(fold, moved(w, "flow", 1.0)), shown(fold, w), atol=2e-3)


@pytest.mark.parametrize("index", range(len(NAMED_HUES_DEGREES)))
def test_a_named_hue_is_that_hue(index: int) -> None:
    palette = Palette()
    angle = palette.angle(torch.tensor(-1 + index / 4))
    assert math.degrees(float(angle)) == pytest.approx(NAMED_HUES_DEGREES[index], abs=0.1)
    around = palette.angle(torch.tensor(1 + index / 4))
    assert float(around - angle) == pytest.approx(2 * math.pi, abs=1e-4)


def test_colours_and_light_are_what_was_asked_for(fold: Fold, places: "torch.Tensor") -> None:
    """Told by a judge that knows nothing of the generator: each control against its measure."""
    random = np.random.default_rng(7)
    asked: dict[str, list[float]] = {name: [] for name in ("chroma", "light", "symmetry")}
    found: dict[str, list[float]] = {name: [] for name in asked}
    for k in range(24):
        w = places[k % 6 : k % 6 + 1].clone()
        for name in asked:
            w[0, slot(name)] = float(random.uniform(-1, 1))
        with torch.no_grad():
            w = calibrate(fold, w)
        seen = measure((255 * shown(fold, w, 96)).astype(np.uint8))
        for name, values in asked.items():
            values.append(float(w[0, slot(name)]))
            found[name].append(float(getattr(seen, name)))
    for name, values in asked.items():
        assert rank_correlation(values, found[name]) > 0.5, name


def test_a_mixture_has_the_forms_of_the_place_that_leads(places: "torch.Tensor") -> None:
    noise = torch.zeros(1, len(places) + COLOUR_DRAWS)
    noise[0, 2] = 2.0
    noise[0, len(places)] = 0.4
    mixed, first = Mix(places)(noise)[0].detach(), SLOTS["hue"].start
    forms = slot("jagged")
    assert torch.allclose(mixed[:first], places[2, :first], atol=1e-3)
    assert torch.allclose(mixed[forms:], places[2, forms:], atol=1e-3)
    angle = math.pi * math.erf(0.4 / math.sqrt(2))
    assert float(mixed[first]) == pytest.approx(math.cos(angle), abs=1e-4)
    assert SLOTS["live"].stop == SIZE


def test_warmth_goes_from_an_opposite_hue_to_red_without_a_jump(
    fold: Fold, places: "torch.Tensor"
) -> None:
    w = places[:1].clone()
    w[0, SLOTS["hue"]] = torch.tensor([math.cos(0.2), math.sin(0.2)])  # near turquoise
    with torch.no_grad():
        colours = [
            fold(moved(w, "warmth", warm))["par"][21:27, :3] for warm in np.linspace(0, 1, 21)
        ]
    steps = [float((b - a).norm(dim=1).max()) for a, b in itertools.pairwise(colours)]
    assert max(steps) < 0.3 * float((colours[-1] - colours[0]).norm(dim=1).max())


def test_the_control_of_a_wanted_edginess_gives_it() -> None:
    wanted = torch.linspace(0, 1, 41)
    torch.testing.assert_close(edginess(jagged_at(wanted)), wanted)
    way = edginess(torch.linspace(-1, 1, 41))
    assert float(way[0]) == 0
    assert float(way[-1]) == 1
    assert bool((way[1:] > way[:-1]).all())


def test_jagged_alone_is_seen_in_most_places(fold: Fold) -> None:
    """Seven even steps, all else standing still, told by the measure; half of the places."""
    steps, found = np.linspace(-1, 1, 7), []
    with torch.no_grad():
        sample = Sample(fold).eval()
        for seed in range(400_000, 400_016):
            w = draw_place(sample, seed)
            looks = [(255 * shown(fold, moved(w, "jagged", x), 128)).round() for x in steps]
            seen = [measure(look.astype(np.uint8)).jagged for look in looks]
            found.append(rank_correlation(steps, seen))
    assert np.median(found) >= 0.9
