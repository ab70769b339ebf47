"""Players: what a bundle promises is what is played, and no network gets further than it may."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models import harmonic
from latent_resonance.models.engines.installed import how_to_install, installed_engines
from latent_resonance.sound.codec import decode
from latent_resonance.sound.warp import with_warp

LAYOUT = SpectrogramFormat(n_fft=64, hop=16, columns=16)
CUBE = [1, 32, 16]
ORIGIN = np.zeros(4, np.float32)


def network(nodes, constants, inputs=(("w", [1, 4]),), output=CUBE) -> bytes:
    """ONNX bytes of some nodes that end in ``level_db``."""
    made = [helper.make_node(kind, taken, [given]) for kind, taken, given in nodes]
    return graph_of(made, constants, inputs, output)


def graph_of(nodes, constants, inputs=(("w", [1, 4]),), output=CUBE) -> bytes:
    graph = helper.make_graph(
        nodes,
        "made here",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in inputs],
        [helper.make_tensor_value_info("level_db", TensorProto.FLOAT, output)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    return onnx.ModelProto.SerializeToString(model)


def bundle(synthesis: bytes | None, **changes: object) -> Bundle:
    facts = {
        "name": "made",
        "kind": "sound",
        "family": "test",
        "latent_size": 4,
        "format": LAYOUT,
        "space": LatentSpace.of(4, {}),
        "members": {} if synthesis is None else {"synthesis.onnx": synthesis},
    }
    return Bundle(**{**facts, **changes})


def linear(scale: float = 1.0, latent: int = 4, size: tuple[int, int] = (32, 16)) -> bytes:
    weights = np.random.default_rng(0).standard_normal((latent, size[0] * size[1]))
    return network(
        [("MatMul", ["w", "A"], "flat"), ("Reshape", ["flat", "shape"], "cube"),
         ("Add", ["cube", "offset"], "level_db")],
        {"A": (scale * weights).astype(np.float32), "shape": np.array([1, *size]),
         "offset": np.array([-40], np.float32)},
        inputs=(("w", [1, latent]),),
        output=[1, *size],
    )  # fmt: skip


@pytest.fixture(params=["openvino", "onnxruntime", "auto"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param not in {"auto", *installed_engines()}:
        pytest.skip(how_to_install(request.param))
    return str(request.param)


def prepared(engine: str, given: Bundle) -> Model:
    part: Model = find_part("models", engine).make({"threads": 2}, given)
    part.prepare(Spec())
    return part


def test_plays_what_the_network_says(engine: str) -> None:
    part = prepared(engine, bundle(linear()))
    w = np.array([1, -1, 0.5, 2], np.float32)
    made = part.generate(Latent(w))
    weights = np.random.default_rng(0).standard_normal((4, 512)).astype(np.float32)
    np.testing.assert_allclose(made.level_db, (w @ weights - 40).reshape(32, 16), atol=1e-4)
    assert made.format == LAYOUT
    assert made.level_db.dtype == np.float32


def test_says_the_same_again_and_keeps_what_it_gave(engine: str) -> None:
    given = bundle(linear())
    one, two = prepared(engine, given), prepared(engine, given)
    places = np.random.default_rng(1).standard_normal((8, 4)).astype(np.float32)
    first = [one.generate(Latent(w)).level_db for w in places]
    kept = [level.copy() for level in first]
    again = [two.generate(Latent(w)).level_db for w in reversed(places)]
    for a, b, c in zip(first, kept, reversed(again), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)


def test_grain_is_read_beside_the_network_which_runs_once_for_it(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = replace(LatentSpace.of(5, {}), beside=("grain",))
    plain, grainy = (
        prepared(engine, bundle(linear(), **more))
        for more in ({}, {"latent_size": 5, "space": space})
    )
    w = np.array([1, -1, 0.5, 2, 0], np.float32)
    level = plain.generate(Latent(w[:4])).level_db
    nothing = grainy.generate(Latent(np.append(w[:4], np.float32(np.nan)))).level_db
    assert (nothing == -LAYOUT.range_db).all()
    made = [grainy.generate(Latent(np.append(w[:4], np.float32(g)))) for g in (0, 1.5, -1.5, 0)]
    np.testing.assert_array_equal(made[0].level_db, level)
    np.testing.assert_array_equal(made[3].level_db, level)
    moved = [np.abs(np.diff(one.level_db, axis=1)).mean() for one in made]
    assert moved[1] > 1.2 * moved[0] > 1.2 * moved[2]
    player = getattr(grainy, "_player", grainy)
    ran = []
    draw = player._draw
    monkeypatch.setattr(player, "_draw", lambda given: ran.append(given.copy()) or draw(given))
    for g in (1.0, 2.0, 2.0, -1.0):
        grainy.generate(Latent(np.append(w[:4] + 1, np.float32(g))))
    # At first, and for the very same place again, as when engines are timed.
    assert [one.tolist() for one in ran] == [[(w[:4] + 1).tolist()]] * 2
    with pytest.raises(AssemblyError, match="w has shape"):
        grainy.generate(Latent(w[:4]))


def test_a_warp_beside_the_network_moves_lower_frequencies(engine: str) -> None:
    space = replace(LatentSpace.of(6, {}), beside=("grain", "warp"))
    model = prepared(engine, bundle(linear(), latent_size=6, space=space))
    w = np.array([1, -1, 0.5, 2, 0, 0], np.float32)
    plain = model.generate(Latent(w)).level_db
    w[-1] = -1
    moved = model.generate(Latent(w)).level_db
    np.testing.assert_array_equal(moved, with_warp(plain, -1.0, LAYOUT))
    assert np.abs(moved - plain).mean() > 1


def test_output_stays_in_range_whatever_the_network_does(engine: str) -> None:
    wild = prepared(engine, bundle(linear(scale=1e6)))
    level = wild.generate(Latent(np.ones(4, np.float32))).level_db
    assert (level.min(), level.max()) == (-80, 0)
    lost = prepared(engine, bundle(linear()))
    for poison in (np.nan, np.inf, -np.inf):
        level = lost.generate(Latent(np.full(4, poison, np.float32))).level_db
        assert np.isfinite(level).all()
        assert level.min() >= -80
        assert level.max() <= 0


def rolling() -> bytes:
    dice = helper.make_node("RandomNormal", [], ["dice"], shape=CUBE, seed=1.0)
    add = helper.make_node("Add", ["sum", "dice"], ["level_db"])
    total = helper.make_node("ReduceSum", ["w"], ["sum"], keepdims=0)
    return graph_of([dice, total, add], {})


def looping() -> bytes:
    """Doubles a tensor as often as it likes, out of sight of the shapes outside."""
    inside = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]),
         helper.make_node("Add", ["x", "x"], ["twice"])],
        "body",
        [helper.make_tensor_value_info("k", TensorProto.INT64, []),
         helper.make_tensor_value_info("go", TensorProto.BOOL, []),
         helper.make_tensor_value_info("x", TensorProto.FLOAT, CUBE)],
        [helper.make_tensor_value_info("on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("twice", TensorProto.FLOAT, CUBE)],
    )  # fmt: skip
    total = helper.make_node("ReduceSum", ["w"], ["sum"], keepdims=0)
    start = helper.make_node("Add", ["zeros", "sum"], ["start"])
    loop = helper.make_node("Loop", ["many", "", "start"], ["level_db"], body=inside)
    return graph_of([total, start, loop], {"zeros": np.zeros(CUBE, "f"), "many": np.array(10**9)})


def growing() -> bytes:
    """Takes memory by what ``w`` is, not by what the file says."""
    nodes = [
        helper.make_node("ReduceSum", ["w"], ["sum"], keepdims=0),
        helper.make_node("Cast", ["sum"], ["many"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["many", "one"], ["size"]),
        helper.make_node("ConstantOfShape", ["size"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["flat"], keepdims=0),
        helper.make_node("Expand", ["flat", "cube"], ["level_db"]),
    ]
    return graph_of(nodes, {"one": np.array([1]), "cube": np.array(CUBE)})


BIG = {
    "s": np.array([200_000, 200_000, 4]), "all": np.array([0, 1, 2]), "one": np.array([1, 1, 1]),
    "cube": np.array(CUBE),
}  # fmt: skip


@pytest.mark.parametrize(
    ("synthesis", "says"),
    [
        (linear(latent=5), r"takes \[1,5\], its manifest says \[1, 4\]"),
        (linear(size=(16, 16)), r"gives \[1,16,16\], its manifest says \[1, 32, 16\]"),
        (network([("Add", ["w", "v"], "level_db")], {}, (("w", [1, 4]), ("v", [1, 4]))), "and"),
        (network([("Identity", ["c"], "level_db")], {"c": np.zeros(CUBE, "f")}, ()), "nothing"),
        (network([("Tanh", ["w"], "level_db")], {}, (("w", ["batch", 4]),)), "takes"),
        (rolling(), "random numbers"), (looping(), "loops or branches"), (growing(), "depend on the"),
        (network([("NoSuchThing", ["w"], "level_db")], {}), "NoSuchThing"),
        (network([("Add", ["w", "c"], "level_db")], {"c": np.zeros((3, 3), "f")}), "Add"),
        (b"\x3a\x02\x12\x00", "cannot run"),
        (
            network(
                [("Expand", ["w", "s"], "huge"), ("ReduceSum", ["huge", "all"], "sum"),
                 ("Reshape", ["sum", "one"], "point"), ("Expand", ["point", "cube"], "level_db")],
                BIG,
            ),
            "numbers at once",
        ),
    ],
)  # fmt: skip
def test_a_network_that_is_not_what_it_says_is_refused(
    engine: str, synthesis: bytes, says: str
) -> None:
    with pytest.raises(BundleError, match=says) as caught:
        prepared(engine, bundle(synthesis))
    assert str(caught.value).isprintable()


def test_misuse_is_said(engine: str) -> None:
    with pytest.raises(AssemblyError, match=r"no synthesis.onnx"):
        prepared(engine, bundle(None))
    with pytest.raises(AssemblyError, match=r"no synthesis.onnx"):
        prepared(engine, bundle(None, kind="image", format=PictureFormat(16, 32)))
    part = find_part("models", engine).make({}, bundle(linear()))
    with pytest.raises(AssemblyError, match="not prepared"):
        part.generate(Latent(ORIGIN))
    part.prepare(Spec(threads=2))
    with pytest.raises(AssemblyError, match=r"shape \(3,\)"):
        part.generate(Latent(ORIGIN[:3]))
    part.close()
    with pytest.raises(AssemblyError, match="not prepared"):
        part.generate(Latent(ORIGIN))


def test_the_double_needs_no_bundle_and_plays_its_pitch() -> None:
    part: harmonic.Part = find_part("models", "harmonic").make({"hz": 440})
    part.prepare(Spec())
    for octave in (0.0, 1.0, -0.5):
        sound = decode(part.generate(Latent(np.array([octave, -4, 0], np.float32))))
        middle = sound[len(sound) // 4 : -len(sound) // 4]
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 17))
        hz = spectrum.argmax() * 16_000 / (1 << 17)
        assert abs(1200 * np.log2(hz / (440 * 2**octave))) < 10


def test_the_double_takes_a_bundle_s_layout_and_its_axes_are_heard() -> None:
    part = harmonic.Part(harmonic.Options(), bundle(None))
    part.prepare(Spec())
    assert part.gives == LAYOUT
    space = part.space
    assert all(place.w.shape == (space.size,) for place in space.places.values())
    rest = part.generate(Latent(space.place("w_avg"))).level_db
    assert rest.shape == (32, 16)
    bright = part.generate(Latent(space.place("bright"))).level_db
    assert bright[16:].mean() > rest[16:].mean() + 3
    swelling = part.generate(Latent(space.place("tremolo"))).level_db
    assert np.ptp(swelling.max(axis=0)) > 6
    assert np.ptp(rest.max(axis=0)) == 0
    with pytest.raises(AssemblyError):
        part.generate(Latent(ORIGIN))
