"""A bundle whose notes are exact: partials of a Gaussian window are parabolas in dB."""

import math
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.bundles.manifest import Codec, Manifest, Provenance
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.bundle import Bundle

FAMILIES = ["dark", "bright"]
TIMBRE = 2
COLUMNS = 96
N_FFT = 1024


@pytest.fixture(scope="session")
def exact_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the notes kind, with an encoder that gives timbre 0."""
    pytest.importorskip("onnx", reason="needs onnx, of the extra latent-resonance[train]")
    from safetensors.numpy import save

    size = TIMBRE + len(FAMILIES) + 2
    manifest = Manifest(
        schema_version=1,
        name="exact",
        kind="sound",
        family="note_autoencoder",
        latent_size=size,
        conditioning={
            "timbre": ["1", "2"],
            "family": FAMILIES,
            "pitch": ["octaves from middle C"],
            "velocity": ["0 soft .. 1 hard"],
        },
        codec=Codec(
            sample_rate=16_000, n_fft=N_FFT, hop=128, columns=COLUMNS, range_db=80.0, window="gauss"
        ),
        provenance=Provenance(data=[], command="tests", licence="CC0-1.0"),
        members={},
    )
    ones = np.ones(size, np.float32)
    members = {
        "synthesis.onnx": _tones(size),
        "encoder.onnx": _encoder(),
        "latent.safetensors": save({"w_avg": 0 * ones, "w_std": ones}),
    }
    return write_bundle(tmp_path_factory.mktemp("bundle") / "exact.resonance", manifest, members)


@pytest.fixture(scope="session")
def exact_bundle(exact_notes: Path) -> Bundle:
    return read_bundle(exact_notes)


@pytest.fixture(scope="session")
def tone_levels():
    """Function of MIDI pitch and dB per partial that gives what the bundle plays."""
    return _tone_levels


def _tone_levels(midi: float, slope_db: float, columns: int = COLUMNS) -> np.ndarray:
    """What the bundle plays: partials that fall by ``slope_db`` each, ``[512, columns]``."""
    step = 440 * 2 ** ((midi - 69) / 12) * N_FFT / 16_000
    n = np.arange(1, 9)
    away = np.arange(N_FFT // 2)[None] - step * n[:, None]
    level = (-_bend() * away**2 - slope_db * (n[:, None] - 1)).max(axis=0)
    return np.repeat(np.clip(level, -80, 0)[:, None], columns, axis=1).astype(np.float32)


def _bend() -> float:
    """dB per squared bin, of the transform of a Gaussian that has fallen to 0.005 at its edge."""
    return 20 / math.log(10) * math.pi**2 / (-4 * math.log(0.005))


def _tones(size: int) -> bytes:
    """w => parabolas around the partials; the second family falls off more slowly."""
    from onnx import TensorProto, helper, numpy_helper

    n = np.arange(1, 9, dtype=np.float32)
    pitch = np.zeros((size, 1), np.float32)
    pitch[-2] = 1
    slope = np.zeros((size, 8), np.float32)
    slope[TIMBRE] = -9 * (n - 1)
    slope[TIMBRE + 1] = -3 * (n - 1)
    middle_c = 440 * 2 ** (-9 / 12) * N_FFT / 16_000
    constants = {
        "pick": pitch,
        "slopes": slope,
        "two": np.float32(2).reshape(1, 1),
        "base": (middle_c * n).reshape(1, 8),
        "bins": np.arange(N_FFT // 2, dtype=np.float32).reshape(1, N_FFT // 2, 1),
        "bend": np.float32(-_bend()).reshape(1, 1, 1),
        "axis": np.array([1], np.int64),
        "last": np.array([2], np.int64),
        "low": np.float32(-80).reshape(()),
        "high": np.float32(0).reshape(()),
        "shape": np.array([1, N_FFT // 2, COLUMNS], np.int64),
    }
    steps = [
        helper.make_node("MatMul", ["w", "pick"], ["octave"]),
        helper.make_node("Pow", ["two", "octave"], ["ratio"]),
        helper.make_node("Mul", ["ratio", "base"], ["centres"]),
        helper.make_node("Unsqueeze", ["centres", "axis"], ["centres3"]),
        helper.make_node("Sub", ["bins", "centres3"], ["away"]),
        helper.make_node("Mul", ["away", "away"], ["squared"]),
        helper.make_node("Mul", ["squared", "bend"], ["lobes"]),
        helper.make_node("MatMul", ["w", "slopes"], ["gains"]),
        helper.make_node("Unsqueeze", ["gains", "axis"], ["gains3"]),
        helper.make_node("Add", ["lobes", "gains3"], ["partials"]),
        helper.make_node("ReduceMax", ["partials", "last"], ["level"], keepdims=1),
        helper.make_node("Clip", ["level", "low", "high"], ["clipped"]),
        helper.make_node("Expand", ["clipped", "shape"], ["level_db"]),
    ]
    ends = [("w", [1, size])], [("level_db", [1, N_FFT // 2, COLUMNS])]
    return _model(helper, TensorProto, numpy_helper, steps, ends, constants)


def _encoder() -> bytes:
    """Takes all that it may be told, gives timbre 0 whatever it is."""
    from onnx import TensorProto, helper, numpy_helper

    constants = {"zero": np.zeros((1, 1, 1), np.float32), "shape": np.array([1, -1], np.int64)}
    constants["only"] = np.zeros((len(FAMILIES), TIMBRE), np.float32)
    constants["none"] = np.zeros((1, TIMBRE), np.float32)
    constants["axes"] = np.array([1, 2], np.int64)
    steps = [
        helper.make_node("ReduceMean", ["level_db", "axes"], ["mean"], keepdims=0),
        helper.make_node("Reshape", ["mean", "shape"], ["flat"]),
        helper.make_node("Mul", ["flat", "none"], ["nothing"]),
        helper.make_node("MatMul", ["family", "only"], ["of_family"]),
        helper.make_node("Mul", ["pitch", "none"], ["of_pitch"]),
        helper.make_node("Add", ["nothing", "of_family"], ["both"]),
        helper.make_node("Add", ["both", "of_pitch"], ["timbre"]),
    ]
    ends = (
        [
            ("level_db", [1, N_FFT // 2, COLUMNS]),
            ("pitch", [1, 1]),
            ("family", [1, len(FAMILIES)]),
        ],
        [("timbre", [1, TIMBRE])],
    )
    return _model(helper, TensorProto, numpy_helper, steps, ends, constants)


def _model(helper, proto, numpy_helper, steps, ends, constants) -> bytes:
    inputs, outputs = (
        [helper.make_tensor_value_info(name, proto.FLOAT, shape) for name, shape in side]
        for side in ends
    )
    graph = helper.make_graph(
        steps,
        "made",
        inputs,
        outputs,
        [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 8
    return bytes(model.SerializeToString())
