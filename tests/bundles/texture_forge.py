"""A small texture bundle: levels are linear in w, so that its encoder can be exact."""

from pathlib import Path

import numpy as np
from forge import field, node, tensor, value_info

from latent_resonance.bundles.manifest import Codec, Manifest, Provenance
from latent_resonance.bundles.write import write_bundle

SIZE, BINS, COLUMNS, HOP, RATE = 8, 64, 64, 16, 16_000


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


def _graph(nodes: list[bytes], tensors: list[bytes], inputs: bytes, outputs: bytes) -> bytes:
    graph = b"".join(field(1, one) for one in nodes) + field(2, b"small")
    graph += b"".join(field(5, one) for one in tensors)
    graph += field(11, inputs) + field(12, outputs)
    return field(1, 8) + field(7, graph) + field(8, field(1, b"") + field(2, 18))


def synthesis() -> bytes:
    """``w [1, 8]`` => ``level_db [1, 64, 64]``."""
    middle, adds = bases()
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


def encoder() -> bytes:
    """``level_db [1, 64, 64]`` => the place of the nearest levels, whatever their loudness."""
    middle, adds = bases()
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


def linear_weights() -> bytes:
    """``weights.safetensors`` of a decoder that makes what ``synthesis`` makes (needs PyTorch).

    Its rectifiers are given numbers far above 0, where they change nothing, and its time is laid
    out at once, a seed for each column.
    """
    import torch

    from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder
    from latent_resonance.training.bundling import pack_weights

    settings = {"latent": SIZE, "hidden": BINS, "channels": BINS, "seeds": COLUMNS}
    decoder = Decoder(AutoencoderSize(bins=BINS, columns=COLUMNS, **settings))
    middle, adds = (torch.from_numpy(one.astype(np.float32)) / 80 for one in bases())
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


def forge_texture(path: Path, *, name: str = "small", **more: bytes) -> Path:
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
        "synthesis.onnx": synthesis(),
        "mapping.onnx": mapping(),
        "encoder.onnx": encoder(),
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
            sample_rate=RATE,
            n_fft=2 * BINS,
            hop=HOP,
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
    own = {"weights.safetensors": linear_weights()}
    bare = forge_texture(folder / "bare.resonance", **own)
    effort = Effort(places=400, slopes=6, axes=8, rounds=1, hidden=16)
    add_controls(bare, folder / "small.resonance", weights=weights, effort=effort)
    return folder / "small.resonance"
