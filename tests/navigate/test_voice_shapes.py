"""Noise of voices: exactly Gaussian, angles kept, any latent shape."""

import numpy as np
import pytest
from scipy.linalg import hadamard

from latent_resonance.contracts.errors import InputError
from latent_resonance.navigate.voices.rotation import make_gaussian, rotate
from latent_resonance.navigate.voices.shapes import double, noise_of

EVER = [0.016387939, -0.011260986, 0.007904053]


def pair(cosine: float, size: int = 48, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    first, other = np.linalg.qr(random.standard_normal((size, 2)))[0].T
    return first, cosine * first + np.sqrt(1 - cosine**2) * other


def cosine_of(first: np.ndarray, second: np.ndarray) -> float:
    first, second = first.ravel(), second.ravel()
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize("size", [64, 256])
def test_a_rotation_is_signs_and_hadamard_three_times(size: int) -> None:
    vector = np.random.default_rng(1).standard_normal(size)
    bits = np.random.PCG64(5)
    expected = vector[np.argsort(np.arange(size) * 1663 % size)]
    for _ in range(3):
        words = [int(bits.random_raw(1)[0]) for _ in range(size // 64)]
        data = np.frombuffer(b"".join(word.to_bytes(8, "little") for word in words), np.uint8)
        signs = np.unpackbits(data) * 2.0 - 1
        expected = hadamard(size) @ (expected * signs) / np.sqrt(size)
    np.testing.assert_allclose(rotate(vector, 5, size), expected, atol=1e-12)


def test_a_rotation_keeps_angles_exactly_and_seeds_are_strangers() -> None:
    first, second = pair(0.63)
    assert cosine_of(rotate(first, 9, 4096), rotate(second, 9, 4096)) == pytest.approx(0.63)
    assert abs(cosine_of(rotate(first, 9, 4096), rotate(first, 7, 4096))) < 0.06


def test_the_rotation_is_the_same_for_ever() -> None:
    turned = rotate(np.eye(48)[0], 9, 4096)
    assert (np.abs(turned) > 0).mean() > 0.9
    np.testing.assert_allclose(turned[:3], EVER, atol=1e-7)


@pytest.mark.parametrize("size", [0, 48, 63, 100])
def test_sizes_that_cannot_be_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="cannot turn"):
        rotate(np.ones(48), 1, size)


@pytest.mark.parametrize("shape", [(4, 32, 32), (4, 64, 64), (4, 128, 128), (16, 32, 32),
                                   (16, 64, 64), (4, 40, 56), (3, 16, 16)])  # fmt: skip
def test_every_shape_is_gaussian_and_keeps_angles(shape: tuple[int, int, int]) -> None:
    first, second = (noise_of(rotate(one, 9, 4096), shape) for one in pair(0.8))
    assert first.shape == shape
    assert first.dtype == np.float32
    size = first.size
    assert np.linalg.norm(first) == pytest.approx(np.sqrt(size), rel=1e-5)
    flat = first.ravel().astype(float)
    assert abs(flat.std() - 1) < 0.002
    assert abs((flat**4).mean() / flat.var() ** 2 - 3) < 0.15
    for one, other in (
        (first[:, :, 1:], first[:, :, :-1]),
        (first[:, 1:], first[:, :-1]),
        (first[1:], first[:-1]),
    ):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(one.size)
    # A shape that is no power of two is a part of a rotation: angles up to chance.
    exact = size & (size - 1) == 0 and size >= 4096
    assert cosine_of(first, second) == pytest.approx(0.8, abs=0.01 if exact else 0.05)


def test_the_worst_of_many_voices_is_gaussian_too() -> None:
    random = np.random.default_rng(3)
    for _ in range(50):
        noise = noise_of(rotate(random.standard_normal(48), 9, 4096)).astype(float)
        assert abs((noise**4).mean() / noise.var() ** 2 - 3) < 0.05
        assert abs(noise.mean()) < 1e-6


def test_what_is_larger_holds_what_is_smaller() -> None:
    direction = rotate(np.random.default_rng(4).standard_normal(48), 9, 4096)
    small, large = noise_of(direction), noise_of(direction, (4, 64, 64))
    coarse = large.reshape(4, 32, 2, 32, 2).sum((2, 4)) / 2
    np.testing.assert_allclose(coarse, small, atol=1e-5)
    first, second = (noise_of(rotate(one, 9, 4096)).astype(float) for one in pair(0.6))
    kept = cosine_of(first, second)
    assert cosine_of(double(first), double(second)) == pytest.approx(kept, abs=1e-9)


def test_making_gaussian_moves_hardly_a_number() -> None:
    turned = rotate(np.random.default_rng(5).standard_normal(48), 9, 4096)
    assert cosine_of(turned, make_gaussian(turned)) > 0.9985
    assert len(set(make_gaussian(np.zeros(64)).round(9))) == 64


@pytest.mark.parametrize("shape", [(0, 32, 32), (1, 2, 2), (4, 100_000, 100_000)])
def test_shapes_that_nobody_has_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="latents have"):
        noise_of(np.ones(4096), shape)
