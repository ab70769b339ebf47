"""A small texture bundle: levels are linear in w, so that its encoder can be exact."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from forge import field, node, tensor, value_info

from latent_resonance.bundles.manifest import Codec, Manifest, Provenance
from latent_resonance.bundles.write import write_bundle

SIZE, BINS, COLUMNS, HOP, RATE = 8, 64, 64, 16, 16_000


@dataclass(frozen=True)
class Toy:
    """What the bundle sounds like.

    Attributes:
        rate: in Hz.
        hop: in samples.
        middle: levels at w = 0, ``[bins, columns]``.
        adds: what each number of w adds, ``[size, bins, columns]``.
    """

    rate: int
    hop: int
    middle: np.ndarray
    adds: np.ndarray


def bases() -> tuple[np.ndarray, np.ndarray]:
    """Levels at w = 0 ``[bins, columns]`` and what each number of w adds ``[size, bins, columns]``."""
    random = np.random.default_rng(4)
    rows = np.linspace(-1, 1, BINS)[:, None]
    time = np.arange(COLUMNS)[None]
    beat = np.where(time % 8 < 2, 6.0, -2.0)
    decay = -12.0 * (time % 32) / 32 + 6
    zero = np.zeros((BINS, COLUMNS))
    rough = random.standard_normal((BINS, COLUMNS)) * 2
    low = np.exp(-((rows + 0.9) ** 2) / 0.02) * 10
    smooth = [
        np.outer(np.cos(np.pi * k * np.linspace(0, 1, BINS)), np.ones(COLUMNS)) * 2
        for k in (2, 3, 4)
    ]
    middle = -34.0 - 8 * rows + 3 * np.where(time % 16 < 2, 3.0, -1.0)
    adds = [7 * rows + zero, zero + beat, zero + decay, low + zero, rough, *smooth]
    return middle, np.array(adds)


def _events() -> Toy:
    """A quarter of a second in which things happen, so that all sliders have something to move.

    The second number of w lets a second stroke follow the first or fade, one event or two; the
    third makes the window die away, the fifth lets its rows flutter.
    """
    random = np.random.default_rng(4)
    rate, hop = 8_000, 32
    rows = np.linspace(-1, 1, BINS)[:, None]
    time = np.arange(COLUMNS) / COLUMNS
    zero = np.zeros((BINS, COLUMNS))
    # Each dies away with a time constant of 12 ms.
    first, second = (np.exp(-((time - at) % 1) * COLUMNS * hop / rate / 0.012) for at in (0.2, 0.7))
    low = np.exp(-((rows + 0.9) ** 2) / 0.02) * 6
    # 31 Hz; half the rows go against the others.
    flutter = 2 * np.outer(random.standard_normal(BINS), np.cos(2 * np.pi * 8 * time))
    smooth = [2 * np.cos(np.pi * k * (rows + 1) / 2) + zero for k in (2, 3, 4)]
    middle = -34.0 - 8 * rows + 12 * first + 6 * second + 1.5 * flutter
    adds = [7 * rows + zero, zero + 3 * second, zero + 4 - 8 * time, low + zero, flutter, *smooth]
    return Toy(rate, hop, middle, np.array(adds))


STEADY, EVENTS = Toy(RATE, HOP, *bases()), _events()


def _graph(nodes: list[bytes], tensors: list[bytes], inputs: bytes, outputs: bytes) -> bytes:
    graph = b"".join(field(1, one) for one in nodes) + field(2, b"small")
    graph += b"".join(field(5, one) for one in tensors)
    graph += field(11, inputs) + field(12, outputs)
    return field(1, 8) + field(7, graph) + field(8, field(1, b"") + field(2, 18))


def synthesis(toy: Toy) -> bytes:
    """``w [1, 8]`` => ``level_db [1, 64, 64]``."""
    middle, adds = toy.middle, toy.adds
    return _graph(
        [
            node("MatMul", ["w", "A"], "flat"),
            node("Add", ["flat", "middle"], "level"),
            node("Reshape", ["level", "shape"], "level_db"),
        ],
        [
            tensor("A", adds.reshape(SIZE, -1).astype(np.float32)),
            tensor("middle", middle.reshape(1, -1).astype(np.float32)),
            tensor("shape", np.array([1, BINS, COLUMNS], np.int64)),
        ],
        value_info("w", (1, SIZE)),
        value_info("level_db", (1, BINS, COLUMNS)),
    )


def encoder(toy: Toy) -> bytes:
    """``level_db [1, 64, 64]`` => the place of the nearest levels, whatever their loudness."""
    middle, adds = toy.middle, toy.adds
    # One more column takes up how loud it is.
    basis = np.vstack([adds.reshape(SIZE, -1), np.ones((1, BINS * COLUMNS))])
    inverse = np.linalg.pinv(basis)[:, :SIZE]
    return _graph(
        [
            node("Reshape", ["level_db", "shape"], "flat"),
            node("Sub", ["flat", "middle"], "above"),
            node("MatMul", ["above", "inverse"], "w"),
        ],
        [
            tensor("shape", np.array([1, BINS * COLUMNS], np.int64)),
            tensor("middle", middle.reshape(1, -1).astype(np.float32)),
            tensor("inverse", np.ascontiguousarray(inverse, np.float32)),
        ],
        value_info("level_db", (1, BINS, COLUMNS)),
        value_info("w", (1, SIZE)),
    )


def mapping() -> bytes:
    """``z [1, 8]`` => ``w``, the same."""
    return _graph(
        [node("MatMul", ["z", "one"], "w")],
        [tensor("one", np.eye(SIZE, dtype=np.float32))],
        value_info("z", (1, SIZE)),
        value_info("w", (1, SIZE)),
    )


def linear_weights(toy: Toy = STEADY) -> bytes:
    """``weights.safetensors`` of a decoder that makes what ``synthesis`` makes (needs PyTorch).

    Its rectifiers are given numbers far above 0, where they change nothing, and its time is laid
    out at once, a seed for each column.
    """
    import torch

    from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder
    from latent_resonance.training.bundling import pack_weights

    settings = {"latent": SIZE, "hidden": BINS, "channels": BINS, "seeds": COLUMNS}
    decoder = Decoder(AutoencoderSize(bins=BINS, columns=COLUMNS, **settings))
    middle, adds = (torch.from_numpy(one.astype(np.float32)) / 80 for one in (toy.middle, toy.adds))
    up = 40.0
    one = torch.eye(BINS)
    for name, value in decoder.named_parameters():
        value.data.zero_()
        if name == "unfold.0.weight":
            value.data[:SIZE] = torch.eye(SIZE)
        elif name in {"unfold.0.bias", "moving.bias"}:
            value.data += up
        elif name == "to_seeds.weight":
            value.data[:, :SIZE] = adds.flatten(1).t()
        elif name == "to_seeds.bias":
            value.data += (middle + 1 - up * adds.sum(0)).flatten()
        elif name in {"moving.weight", "to_bins.weight"}:
            value.data += one[:, :, None]
        elif name == "to_bins.bias":
            value.data -= up
    facts = {"family": "autoencoder", "settings": settings}
    state = {name: value.numpy() for name, value in decoder.state_dict().items()}
    return pack_weights(facts, state, {}, halve=False)


def forge_texture(path: Path, *, name: str = "small", toy: Toy = STEADY, **more: bytes) -> Path:
    """Write the bundle, with named places and principal axes but no sliders."""
    from safetensors.numpy import save

    random = np.random.default_rng(0)
    places = {
        "w_avg": np.zeros(SIZE, np.float32),
        "w_std": np.ones(SIZE, np.float32),
        "examples": random.standard_normal((4, SIZE)).astype(np.float32),
        "directions": np.eye(SIZE, dtype=np.float32)[:4],
        "anchor/label/rain": np.full(SIZE, 0.5, np.float32),
        "anchor/label/fire_crackle": np.full(SIZE, -0.5, np.float32),
    }
    members = {
        "synthesis.onnx": synthesis(toy),
        "mapping.onnx": mapping(),
        "encoder.onnx": encoder(toy),
        "latent.safetensors": save(places),
        **more,
    }
    manifest = Manifest(
        schema_version=1,
        name=name,
        kind="sound",
        family="stylegan2",
        latent_size=SIZE,
        codec=Codec(
            sample_rate=toy.rate,
            n_fft=2 * BINS,
            hop=toy.hop,
            columns=COLUMNS,
            range_db=80.0,
            window="gauss",
        ),
        provenance=Provenance(data=[], command="tests", licence="CC0-1.0"),
        members={},
    )
    return write_bundle(path, manifest, members)


def forge_with_sliders(folder: Path) -> Path:
    """The same with sliders, prototypes and SeFa's axes, found in some seconds (needs PyTorch)."""
    from latent_resonance.training.directions.add import Effort, add_controls

    random = np.random.default_rng(2)
    weights = {
        f"synthesis.b{size}.{layer}.weight": random.standard_normal((6, SIZE)).astype(np.float32)
        for size in (4, 8, 16)
        for layer in ("conv1.affine", "torgb.affine", "axes.rows")
    }
    own = {"weights.safetensors": linear_weights(EVENTS)}
    bare = forge_texture(folder / "bare.resonance", toy=EVENTS, **own)
    effort = Effort(places=400, slopes=6, axes=8, rounds=1, hidden=16)
    add_controls(bare, folder / "small.resonance", weights=weights, effort=effort)
    return folder / "small.resonance"


def two_kinds_of_clips(folder: Path) -> Path:
    """A folder of noises and one of short ones."""
    random = np.random.default_rng(0)
    for label in ("rain_thunder", "impact_thud"):
        (folder / label).mkdir(parents=True)
        for number in range(6):
            sound = random.uniform(-0.5, 0.5, 2_000) * (0.1 + 0.1 * number)
            if label == "impact_thud":
                sound *= np.exp(-np.arange(2_000) / 100)
            soundfile.write(folder / label / f"{number}.wav", sound, 16_000)
    return folder
