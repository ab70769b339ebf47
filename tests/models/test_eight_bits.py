"""8-bit integers: near to 32 bits where a bundle says between what its numbers lie, else refused."""

import numpy as np
import pytest
from diffusion_forge import parts
from safetensors.numpy import save

from latent_resonance.bundles.find import open_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import rewrite_bundle, write_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.members import DECODER, RANGES, VELOCITY
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.models.engines.checked_network import check_member
from latent_resonance.models.engines.eight_bits import convolutions, read_ranges, round_inputs
from latent_resonance.models.engines.likeness import difference, places_to_compare

ENDS = np.array([-4.5, 4.5], np.float32)


def small(ranges: dict[str, np.ndarray] | bytes) -> Bundle:
    manifest, members = parts()
    told = ranges if isinstance(ranges, bytes) else save(ranges)
    return Bundle(
        manifest.name,
        manifest.kind,
        manifest.family,
        manifest.latent_size,
        None,
        None,
        {**members, RANGES: told},
    )


def test_live_pictures_of_the_shipped_bundle_are_alike() -> None:
    bundle = open_bundle("voice")
    live = load_recipe("voice").chain[0].model.options
    made = []
    for precision in ("f32", "int8"):
        player = find_part("models", "openvino").make({**live, "precision": precision}, bundle)
        player.prepare(Spec(threads=1))
        made.append([player.generate(Latent(w)) for w in places_to_compare(bundle.space)[1:5]])
        player.close()
    found = difference(zip(*made, strict=True))
    # Without instructions for integers a processor is farther off, where `auto` refuses them.
    assert 0 < found.mean < 2


def test_all_that_are_named_are_layers_and_most_of_the_work_is_theirs() -> None:
    bundle = open_bundle("voice")
    layout = bundle.space.diffusion
    z, words = [1, *layout.latent], [1, layout.tokens, layout.word_size]
    takes = {VELOCITY: {"z": z, "time": [1], "words": words}, DECODER: {"z": z}}
    gives = {VELOCITY: z, DECODER: [1, 3, 256, 256]}
    for member, least in ((VELOCITY, 0.5), (DECODER, 0.85)):
        model = check_member(bundle, member, takes[member], gives[member]).model
        work = {
            name: float(np.prod(stored.shape)) * np.prod(list(layer.output(0).shape)[2:])
            for name, (layer, stored) in convolutions(model).items()
        }
        ranges = read_ranges(bundle, member)
        round_inputs(model, ranges)
        kinds = [step.get_type_name() for step in model.get_ordered_ops()]
        assert kinds.count("FakeQuantize") >= len(ranges)
        assert sum(work[name] for name in ranges) > least * sum(work.values())


def test_the_seal_and_pictures_in_32_bits_stay(tmp_path) -> None:
    path = write_bundle(tmp_path / "tiny.resonance", *parts())
    before = read_bundle(path)
    rewrite_bundle(path, before, {**before.members, RANGES: save({"velocity.onnx/kernel": ENDS})})
    after = read_bundle(path)
    assert RANGES in after.members
    assert after.seal == before.seal
    made = []
    for bundle, precision in ((before, "f32"), (after, "f32"), (after, "int8")):
        player = find_part("models", "openvino").make({"precision": precision}, bundle)
        player.prepare(Spec(threads=1))
        made.append(player.generate(Latent(bundle.space.random(3))).pixels)
        player.close()
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[1], made[2])
    assert np.abs(np.int16(made[1]) - np.int16(made[2])).mean() < 2


def test_a_bundle_without_ranges_is_told() -> None:
    bundle = small({})
    del bundle.members[RANGES]  # type: ignore[attr-defined]
    with pytest.raises(AssemblyError, match="'tiny' has no ranges"):
        read_ranges(bundle, VELOCITY)


@pytest.mark.parametrize(
    "ranges",
    [
        b"{}",
        {"velocity.onnx/kernel": np.array([1, 2], np.float32)},
        {"velocity.onnx/kernel": np.array([-1, np.inf], np.float32)},
        {"velocity.onnx/kernel": np.array([-1, 1, 2], np.float32)},
        {"velocity.onnx/kernel": np.array([0, 0], np.float32)},
        {"velocity.onnx/kernel": np.array([-1, 1])},
    ],
)
def test_damaged_ranges_are_refused(ranges) -> None:
    with pytest.raises(BundleError, match="ranges"):
        read_ranges(small(ranges), VELOCITY)


def test_ranges_of_a_layer_that_is_not_there_are_refused_in_one_line(tmp_path) -> None:
    manifest, members = parts()
    members[RANGES] = save({"velocity.onnx/elsewhere": ENDS})
    bundle = read_bundle(write_bundle(tmp_path / "tiny.resonance", manifest, members))
    player = find_part("models", "openvino").make({"precision": "int8"}, bundle)
    with pytest.raises(BundleError, match=r"velocity\.onnx.*'elsewhere'.*no convolution"):
        player.prepare(Spec(threads=1))
