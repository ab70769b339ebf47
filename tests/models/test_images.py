"""Pictures of image bundles: their bytes, and that all engines make the same of them."""

from pathlib import Path

import numpy as np
import pytest

from latent_resonance.bundles.find import check
from latent_resonance.bundles.manifest import Manifest, Picture, Provenance
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec
from latent_resonance.models.engines.installed import how_to_install, installed_engines
from latent_resonance.models.engines.likeness import GREY_LEVELS
from latent_resonance.models.engines.output_form import to_pixels

pytest.importorskip("onnx")
torch = pytest.importorskip("torch")

from network_forge import IMAGES, forge


def test_pixels_are_rounded_as_nvidia_s() -> None:
    grey = np.array([[[-1.0, 1.0, 0.0, -2.0, 9.0, np.nan, np.inf, -np.inf]]], np.float32)
    pixels = to_pixels(grey)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (1, 8, 3)
    np.testing.assert_array_equal(pixels[0, :, 0], [0, 255, 128, 0, 255, 0, 255, 0])
    np.testing.assert_array_equal(pixels[..., 0], pixels[..., 2])
    random = np.random.default_rng(0).uniform(-1.2, 1.2, (3, 5, 7)).astype(np.float32)
    wanted = (torch.from_numpy(random) * 127.5 + 128).clamp(0, 255).to(torch.uint8)
    np.testing.assert_array_equal(to_pixels(random), wanted.permute(1, 2, 0).numpy())


def test_what_is_not_opaque_lies_over_black() -> None:
    colour = np.full((4, 1, 3), 1.0, np.float32)
    colour[3] = [-1, 0, 1]
    np.testing.assert_array_equal(to_pixels(colour)[0, :, 1], [0, 128, 255])
    np.testing.assert_array_equal(to_pixels(colour[2:])[0, :, 1], [0, 128, 255])


def pictures(engine: str, name: str) -> list[np.ndarray]:
    bundle = forge(IMAGES, name)
    part: Model = find_part("models", engine).make({"threads": 1}, bundle)
    part.prepare(Spec(format=bundle.format))
    assert part.gives == bundle.format
    found = []
    for w in np.random.default_rng(0).standard_normal((4, 16)).astype(np.float32):
        frame = part.generate(Latent(w))
        assert isinstance(frame, Frame)
        assert isinstance(bundle.format, PictureFormat)
        assert frame.pixels.shape == (bundle.format.height, bundle.format.width, 3)
        assert frame.pixels.dtype == np.uint8
        found.append(frame.pixels)
    part.close()
    return found


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name.endswith("alpha") else name
        for name in IMAGES
    ],
)
def test_engines_agree_to_one_level_of_grey(name: str) -> None:
    usual = pictures("openvino", name)
    assert np.std(usual) > 10
    assert np.abs(usual[0].astype(int) - usual[1]).max() > 10
    for engine in ("onnxruntime", "torch", "auto"):
        if engine not in {"auto", *installed_engines()}:
            pytest.skip(how_to_install(engine))
        other = pictures(engine, name)
        # It may choose a coarser precision, within the bound for that.
        most = GREY_LEVELS[1] if engine == "auto" else 1
        assert np.abs(np.array(usual, int) - np.array(other, int)).max() <= most, engine


def test_an_image_bundle_is_checked_and_played_from_its_file(tmp_path: Path) -> None:
    made = forge(IMAGES, "dcgan")
    manifest = Manifest(
        schema_version=1,
        name="pictures",
        kind="image",
        family="dcgan",
        latent_size=16,
        picture=Picture(height=32, width=64, channels=3),
        provenance=Provenance(data=[], command="tests", licence="CC0-1.0"),
        members={},
    )
    path = write_bundle(tmp_path / "pictures.resonance", manifest, made.members)
    assert check(str(path))["kind"] == "image"
    bundle = read_bundle(path)
    assert bundle.format == PictureFormat(64, 32)
    for engine in ("openvino", "torch"):
        part = find_part("models", engine).make({"threads": 1}, bundle)
        part.prepare(Spec(format=bundle.format))
        frame = part.generate(Latent(np.ones(16, np.float32)))
        assert frame.pixels.std() > 0
        part.close()
