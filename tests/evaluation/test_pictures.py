"""Judges of pictures, on pictures whose answer is plain."""

import numpy as np
import pytest

from latent_resonance.evaluation.pictures.appearance import (
    hue_agreement,
    hue_distance,
    measure,
    rank_correlation,
)

SIZE = 96
AXIS = (np.arange(SIZE) + 0.5) / SIZE * 2 - 1
X, Y = np.meshgrid(AXIS, AXIS)


def flat(*colour: int) -> np.ndarray:
    return np.broadcast_to(np.array(colour, np.uint8), (SIZE, SIZE, 3)).copy()


def grey(values: np.ndarray) -> np.ndarray:
    """Values in 0..1 as a grey picture."""
    return np.repeat(np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)[..., None], 3, 2)


def checks(count: int) -> np.ndarray:
    return grey((np.floor((X + 1) * count / 2) + np.floor((Y + 1) * count / 2)) % 2)


def blobs(count: float) -> np.ndarray:
    return grey(0.5 + 0.25 * (np.sin(count * np.pi * X) + np.sin(count * np.pi * Y)))


def test_flat_colours_have_their_own_hue_chroma_and_lightness() -> None:
    # Ottosson's published values of OKLCH for the primaries of sRGB.
    for colour, light, chroma, hue in (
        ((255, 0, 0), 0.628, 0.258, 29.2),
        ((0, 255, 0), 0.866, 0.295, 142.5),
        ((0, 0, 255), 0.452, 0.313, 264.1),
    ):
        look = measure(flat(*colour))
        assert look.light == pytest.approx(light, abs=0.002)
        assert look.chroma == pytest.approx(chroma, abs=0.002)
        assert look.hue_degrees == pytest.approx(hue, abs=0.3)
        assert look.spread == pytest.approx(0, abs=1e-4)
        assert look.contrast == pytest.approx(0, abs=1e-6)
    assert measure(flat(255, 255, 255)).light == pytest.approx(1, abs=1e-3)
    assert measure(flat(0, 0, 0)).light == pytest.approx(0, abs=1e-3)
    assert measure(flat(90, 90, 90)).chroma < 1e-4


def test_spread_tells_one_hue_from_all() -> None:
    half = flat(220, 60, 60)
    half[:, SIZE // 2 :] = (60, 170, 170)
    assert measure(half).spread > 0.6
    half[:, SIZE // 2 :] = (200, 70, 60)
    assert measure(half).spread < 0.05


def test_contrast_scale_and_jagged_are_ordered() -> None:
    assert measure(checks(4)).contrast > measure(grey(0.4 + 0.1 * (X > 0))).contrast
    assert measure(blobs(1)).scale > measure(blobs(3)).scale > measure(blobs(8)).scale
    assert measure(checks(6)).jagged > measure(blobs(6)).jagged
    assert (
        measure(grey((np.abs(X) + np.abs(Y)) < 0.7)).jagged
        > measure(grey(1 / (1 + np.exp(12 * (np.hypot(X, Y) - 0.6))))).jagged
    )


def test_detail_is_fine_structure_and_not_the_edge_of_a_form() -> None:
    disc = 0.3 + 0.4 * (np.hypot(X, Y) < 0.6)
    fine = 0.05 * np.sin(30 * np.pi * X) * np.sin(30 * np.pi * Y)
    assert measure(grey(disc + fine)).detail > measure(grey(disc)).detail + 1


def test_symmetry_about_either_axis() -> None:
    slope = grey(0.5 + 0.4 * X)
    assert measure(slope).symmetry == pytest.approx(1, abs=1e-6)  # top to bottom
    assert measure(grey(np.abs(X - 0.3 * Y))).symmetry < 0.95
    corner = grey((X > 0) & (Y > 0))
    assert measure(corner).symmetry < 0
    assert measure(flat(9, 9, 9)).symmetry == 1


def test_a_picture_is_judged_at_one_size() -> None:
    one = measure(blobs(4))
    large = np.repeat(np.repeat(blobs(4), 4, 0), 4, 1)
    other = measure(large)
    for name in ("light", "chroma", "contrast", "symmetry"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), abs=0.02)
    assert other.scale == pytest.approx(one.scale, abs=0.3)


def test_what_is_no_picture_is_refused() -> None:
    for wrong in (
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 3)),
        np.zeros((8, 64, 3), np.uint8),
    ):
        with pytest.raises(ValueError, match="a picture"):
            measure(wrong)  # type: ignore[arg-type]


def test_hues_agree_over_the_seam() -> None:
    assert hue_distance(350, 20) == pytest.approx(30)
    hues = np.linspace(0, 359, 50)
    assert hue_agreement(hues, (hues + 4) % 360) > 0.98
    assert abs(hue_agreement(hues, np.random.default_rng(0).permutation(hues))) < 0.3
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 2, 3], [5, 5, 5]) == 0
