"""Bundles whose pictures are drawn by steps play on every engine."""

from pathlib import Path

import numpy as np
import pytest
from diffusion_forge import LATENT, parts, velocity

from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.diffusion import DiffusionLayout
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.engine.trial import play_once
from latent_resonance.models.engines.flow import FlowSampler
from latent_resonance.models.engines.installed import installed_engines


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("tiny") / "tiny.resonance", *parts())


@pytest.fixture(scope="module")
def bundle(file: Path) -> Bundle:
    return read_bundle(file)


def place(bundle: Bundle, guidance: float = 2.0, words: float = 1.0) -> np.ndarray:
    layout = bundle.space.diffusion
    noise = np.random.default_rng(1).standard_normal(LATENT).astype(np.float32)
    said = np.zeros((layout.tokens, layout.word_size), np.float32)
    said[0] = words
    return layout.join(noise, said, guidance)


def draw(bundle: Bundle, *places: np.ndarray, engine: str = "openvino", threads=1, **options):
    player = find_part("models", engine).make(options, bundle)
    player.prepare(Spec(threads=threads))
    made = [player.generate(Latent(w)).pixels for w in places]
    player.close()
    return made


def test_the_picture_is_euler_s_with_guidance(bundle: Bundle) -> None:
    from latent_resonance.models.engines.member import Member

    w = place(bundle)
    z, words, guidance = bundle.space.diffusion.split(w)
    z = z * np.float32(64 / np.linalg.norm(z))
    run = Member(bundle, "velocity.onnx").run
    for time in (1.0, 0.75, 0.5, 0.25):
        given = {"z": z, "time": np.array([time], np.float32)}
        said, empty = run(**given, words=words), run(**given, words=np.zeros_like(words))
        z = z - (empty + guidance * (said - empty)) / 4
    picture = Member(bundle, "decoder.onnx").run(z=z)[0]
    wanted = np.clip(picture * 127.5 + 128, 0, 255).transpose(1, 2, 0)
    (made,) = draw(bundle, w)
    assert np.abs(made - wanted).max() <= 1.01


def test_words_pull_by_what_changed_without_a_run_of_their_own() -> None:
    layout = DiffusionLayout((1, 2, 2), 1, 1, 3, 3.0)
    mean = np.array([[0.5, -1], [2, 0]], np.float32)
    runs = []

    def velocity(z, time, words):
        runs.append((round(float(time[0]), 2), bool(words.any())))
        # The picture that is predicted comes nearer to the words' with each step.
        return (z - mean - words[0, 0] * (2 - time[0])) / time[0]

    def drawn(guidance: float, by_change: float | None, said: float = 1.0) -> np.ndarray:
        w = layout.join(np.array([[1, -1], [1, -1]]), np.full((1, 1), said), guidance)
        runs.clear()
        return FlowSampler(layout, velocity, lambda z: z, 3, by_change=by_change).draw(w[None])

    usual = drawn(1.0, None)
    np.testing.assert_allclose(usual[0, 0], mean + 5 / 3, atol=1e-5)
    for guidance, by_change in ((1.0, 0.7), (3.0, 0.0)):
        np.testing.assert_allclose(drawn(guidance, by_change), usual, atol=1e-5)
        assert runs == [(1, True), (0.67, True), (0.33, True)]
    # A third more than the step before, of which words pull (3 - 1) * 0.7 farther.
    pulled = drawn(3.0, 0.7)
    np.testing.assert_allclose(pulled[0, 0], mean + 5 / 3 + 2 * 0.7 / 3, atol=1e-5)
    assert runs == [(1, True), (0.67, True), (0.33, True)]
    assert np.array_equal(drawn(3.0, 0.7, said=0.0), drawn(1.0, None, said=0.0))


def test_the_option_reaches_the_sampler(bundle: Bundle) -> None:
    w = place(bundle)
    for engine in ("openvino", "auto"):
        (exact,), (quick,) = (
            draw(bundle, w, engine=engine, guidance_by_change=share) for share in (None, 0.7)
        )
        assert not np.array_equal(exact, quick)


def test_engines_and_threads_agree_and_bytes_repeat(bundle: Bundle) -> None:
    places = [place(bundle), place(bundle, guidance=1.0)]
    usual = draw(bundle, *places)
    assert np.array_equal(usual, draw(bundle, *places))
    assert not np.array_equal(*usual)
    others = [name for name in installed_engines() if name != "torch"]
    for engine in [*others, "auto"]:
        for threads in (1, 2):
            other = draw(bundle, *places, engine=engine, threads=threads)
            assert np.abs(np.int16(other) - np.int16(usual)).max() <= 1


def test_length_of_the_noise_and_words_that_are_not_there_change_nothing(bundle: Bundle) -> None:
    w = place(bundle)
    longer = w.copy()
    longer[:4096] *= 1.7
    silent = [place(bundle, guidance, words=0) for guidance in (1.0, 3.0)]
    made = draw(bundle, w, longer, *silent)
    assert np.abs(np.int16(made[0]) - np.int16(made[1])).max() <= 1
    assert np.array_equal(made[2], made[3])


def test_steps_can_be_asked_for(bundle: Bundle) -> None:
    w = place(bundle)
    (four,), (usual,), (one,) = (draw(bundle, w, steps=steps) for steps in (4, 0, 1))
    assert np.array_equal(four, usual)
    assert not np.array_equal(four, one)


def test_pytorch_says_that_it_does_not_play_them(bundle: Bundle) -> None:
    pytest.importorskip("torch")
    with pytest.raises(BundleError, match="by steps, which PyTorch does not play"):
        draw(bundle, engine="torch")


@pytest.mark.parametrize("missing", ["velocity.onnx", "decoder.onnx"])
def test_a_missing_network_is_named(missing: str, tmp_path: Path) -> None:
    manifest, members = parts()
    del members[missing]
    bundle = read_bundle(write_bundle(tmp_path / "tiny.resonance", manifest, members))
    with pytest.raises(AssemblyError, match=missing):
        draw(bundle)


def test_a_network_of_other_sizes_is_refused(tmp_path: Path) -> None:
    manifest, members = parts()
    members["velocity.onnx"] = velocity((4, 16, 16))
    bundle = read_bundle(write_bundle(tmp_path / "tiny.resonance", manifest, members))
    with pytest.raises(BundleError, match=r"velocity\.onnx.*'z'.*16"):
        draw(bundle)


def test_it_is_tried_where_it_comes_in(file: Path) -> None:
    assert play_once(str(file))["good"] is True
