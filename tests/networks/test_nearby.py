"""Random places near known ones: as wide as these, and like them."""

import pytest
import torch

from latent_resonance.networks import stylegan2
from latent_resonance.networks.nearby import NearbyMapping, covariance_root


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def filled(blur: float = 0.3) -> tuple[NearbyMapping, torch.Tensor]:
    """Places in three heaps."""
    heaps = 5 * torch.randn(3, 12)
    places = heaps[torch.randint(3, (600,))] + 0.2 * torch.randn(600, 12)
    mapping = NearbyMapping(12, 4, blur, 600)
    mapping.remember(places)
    return mapping, places


def test_the_whole_is_as_wide_as_the_places() -> None:
    mapping, places = filled()
    w = mapping(torch.randn(20_000, 12))[:, 0]
    torch.testing.assert_close(w.mean(0), places.mean(0), atol=0.15, rtol=0.1)
    torch.testing.assert_close(torch.cov(w.t()), torch.cov(places.t()), atol=0.6, rtol=0.1)


def test_places_lie_nearer_to_known_ones_than_a_normals_do() -> None:
    mapping, places = filled()
    near = mapping(torch.randn(500, 12))[:, 0]
    spread = torch.linalg.cholesky(torch.cov(places.t()) + 1e-6 * torch.eye(12))
    normal = places.mean(0) + torch.randn(500, 12) @ spread.t()
    away = [torch.cdist(one, places).amin(1).mean() for one in (near, normal)]
    assert away[0] < 0.6 * away[1]


def test_truncation_leads_to_the_middle_and_styles_agree() -> None:
    mapping, places = filled()
    z = torch.randn(3, 12)
    ws = mapping(z)
    assert ws.shape == (3, 4, 12)
    assert torch.equal(ws[:, 0], ws[:, 3])
    torch.testing.assert_close(mapping(z, psi=0.0)[1, 0], places.mean(0))
    # The ends of the normal choose the first and the last, not none.
    ends = torch.zeros(2, 12)
    ends[:, 0] = torch.tensor([-40.0, 40.0])
    assert mapping(ends).isfinite().all()


def test_few_places_are_repeated_and_the_latest_are_kept() -> None:
    mapping = NearbyMapping(4, 1, 0.1, 8)
    few = torch.randn(3, 4)
    mapping.remember(few)
    assert torch.equal(mapping.places[:3], few)
    assert torch.equal(mapping.places[3:6], few)
    many = torch.randn(20, 4)
    mapping.remember(many)
    assert torch.equal(mapping.places, many[-8:])


def test_a_generator_asks_for_it_by_its_blur() -> None:
    options = {"mapping_kwargs": {"blur": 0.3}, "channel_base": 64, "channel_max": 8}
    generator = stylegan2.Generator(8, 0, 8, 16, 1, **options)
    assert isinstance(generator.mapping, NearbyMapping)
    with pytest.raises(ValueError, match="as long as w"):
        stylegan2.Generator(4, 0, 8, 16, 1, **options)


def test_one_place_has_no_spread() -> None:
    assert torch.equal(covariance_root(torch.ones(1, 3)), torch.zeros(3, 3))
    mapping = NearbyMapping(3, 1, 0.5, 8)
    mapping.remember(torch.full((1, 3), 2.0))
    assert torch.equal(mapping(torch.randn(5, 3)), torch.full((5, 1, 3), 2.0))
