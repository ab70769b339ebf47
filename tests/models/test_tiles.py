"""Stripes of a picture: together they are the picture in one piece."""

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models import openvino
from latent_resonance.models.engines import tiles


@pytest.mark.parametrize(
    "size", [(256, 256), (270, 480), (512, 512), (1080, 1920), (33, 7), (1, 1)]
)
def test_every_pixel_is_drawn_once_where_it_is(size: tuple[int, int]) -> None:
    height, width = size
    made = tiles.Tiles(height, width).draw(lambda pixels: pixels)
    assert made.shape == (1, 2, height, width)
    np.testing.assert_allclose(
        made[0, 1, :, 0], (np.arange(height) + 0.5) * 2 / height - 1, atol=1e-5
    )
    np.testing.assert_allclose(
        made[0, 0, 0], ((np.arange(width) + 0.5) * 2 - width) / height, atol=1e-4
    )


def test_little_is_drawn_twice() -> None:
    drawn = []
    tiles.Tiles(512, 512).draw(lambda pixels: drawn.append(pixels.shape[2]) or pixels)
    assert len(drawn) == 4
    assert sum(drawn) <= 1.07 * 512


def test_stripes_are_the_picture_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = open_bundle("fields")
    form = PictureFormat(96, 160)

    def drawn() -> np.ndarray:
        part = openvino.Part(openvino.Options(threads=1), bundle)
        part.prepare(Spec(format=form))
        pictures = [part.generate(Latent(bundle.space.place(n))) for n in ("calm", "ember")]
        part.close()
        return np.stack([one.pixels for one in pictures]).astype(int)

    whole = drawn()
    assert whole.shape == (2, 160, 96, 3)
    monkeypatch.setattr(tiles, "_MOST_PIXELS", 48 * 96)
    assert len(tiles.Tiles(160, 96)) > 3
    off = np.abs(drawn() - whole)
    assert np.quantile(off, 0.999) <= 1
