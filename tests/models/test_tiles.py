"""Stripes of a picture: together they are the picture in one piece."""

import os
import sys
import threading

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models import openvino
from latent_resonance.models.engines import bundle_player, tiles
from latent_resonance.models.engines.shared_networks import SharedNetworks


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


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_stripes_side_by_side_are_the_same_bytes(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(engine)
    monkeypatch.setattr(tiles, "_MOST_PIXELS", 48 * 96)
    monkeypatch.setattr(bundle_player, "NETWORKS", SharedNetworks())
    bundle = open_bundle("fields")
    drawing = set()
    draw = tiles.Tiles.draw

    def watched(stripes, one, spread=map):
        def told(pixels):
            drawing.add(threading.current_thread().name)
            return one(pixels)

        return draw(stripes, told, spread)

    monkeypatch.setattr(tiles.Tiles, "draw", watched)

    def drawn(threads: int = 0) -> bytes:
        drawing.clear()
        part = find_part("models", engine).make({}, bundle)
        part.prepare(Spec(format=PictureFormat(96, 160), threads=threads))
        made = [part.generate(Latent(bundle.space.place(n))) for n in ("calm", "ember")]
        part.close()
        return b"".join(one.pixels.tobytes() for one in made)

    alone = drawn(threads=1)
    assert drawing == {threading.main_thread().name}
    assert drawn(threads=3) == alone
    assert all(name.startswith("stripes") for name in drawing)
    monkeypatch.setattr(bundle_player, "physical_cores", lambda: 2)
    assert drawn() == alone
    assert threading.main_thread().name not in drawing


@pytest.mark.skipif(sys.platform != "linux", reason="each thread has a priority of its own")
def test_stripes_have_the_priority_of_who_draws() -> None:
    found = []

    def draw() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 7)
        spread = tiles.in_threads(2)
        found.extend(spread(lambda _: os.getpriority(os.PRIO_PROCESS, 0), range(4)))

    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()
    assert found == [7] * 4


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
