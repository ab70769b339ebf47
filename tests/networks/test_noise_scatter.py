"""The scatter of a note's noise: as recordings have it, and of noise alone."""

import numpy as np
import pytest
import torch

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.networks.noise_scatter import NoiseScatter
from latent_resonance.networks.partials import PartialsToLevels
from latent_resonance.sound.codec import encode
from latent_resonance.sound.hush import hush

BINS, COLUMNS, HOP = 64, 96, 32
LAYOUT = SpectrogramFormat(n_fft=2 * BINS, hop=HOP, columns=COLUMNS, range_db=200.0)


@pytest.fixture(scope="module")
def scatter() -> NoiseScatter:
    torch.set_num_threads(1)
    return NoiseScatter(BINS, COLUMNS, HOP)


@pytest.mark.parametrize("level_db", [-45.0, -58.0, -66.0])
def test_medians_become_noise_as_it_is_hushed_for_training(
    scatter: NoiseScatter, level_db: float
) -> None:
    noise = np.random.default_rng(5).standard_normal(COLUMNS * HOP).astype(np.float32)
    recorded = encode(noise, LAYOUT)[4:-4, 4 : COLUMNS - 4]
    recorded = hush(recorded - np.median(recorded) + level_db, 80.0)
    medians = torch.full((1, BINS, COLUMNS), float(np.median(recorded)))
    made = scatter(medians)[0, 4:-4, 4:-4].clamp(min=-80.0).numpy()
    assert float(np.median(made)) == pytest.approx(float(np.median(recorded)), abs=0.8)
    assert float(made.std()) == pytest.approx(float(recorded.std()), rel=0.1)
    assert float((made <= -79.9).mean()) == pytest.approx(
        float((recorded <= -79.9).mean()), abs=0.05
    )


def test_noise_alone_scatters_and_only_once_it_is_trained(scatter: NoiseScatter) -> None:
    draw = PartialsToLevels(BINS, 16_000, 2 * BINS, 2, 8, 1.0, scatter)
    partials = torch.full((1, 2, COLUMNS), -10.0)
    bands = torch.full((1, 8, COLUMNS), -60.0)
    pitch, stretch = torch.full((1, 1), 2.0), torch.full((1, 1), 1e-6)
    trained = draw.eval()(partials, bands, pitch, stretch)[0]
    taught = draw.train()(partials, bands, pitch, stretch)[0]
    peak = int(taught[:, 0].argmax())
    assert float((trained - taught)[peak].abs().max()) < 0.1
    assert float(trained[40:60].std()) > 5
    assert float(taught[40:60].std(dim=1).max()) < 1e-3
