"""A trained autoencoder as a bundle: decoder to ONNX, named places, metrics, licences."""

import io
import math
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.manifest import Codec, Manifest, Provenance, Source
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.data.corpus import Clip, licences
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.networks.autoencoder import Decoder
from latent_resonance.sound.codec import decode
from latent_resonance.training.autoencoder import LAYOUT, Trained
from latent_resonance.training.recipe import AnchorChoice, TrainingRecipe

OPSET = 18
_EXAMPLES = 64


def export_bundle(trained: Trained, recipe: TrainingRecipe, command: str, path: Path) -> Path:
    """Write ``path`` (a ``.resonance`` file); the network inside is checked against PyTorch.

    Raises:
        InputError: no clip has the label of an anchor.
        OutputError: it cannot be written.
    """
    network = to_onnx(trained.decoder)
    means = encode_clips(trained, trained.seen)
    tensors = {
        "w_avg": means.mean(axis=0),
        "w_std": means.std(axis=0),
        "examples": means[:: max(1, len(means) // _EXAMPLES)][:_EXAMPLES],
        "directions": _principal(means, 16),
    }
    clips = trained.seen + trained.held_out
    for anchor in recipe.anchors:
        clip = _nearest(clips, anchor)
        tensors[f"anchor/{anchor.name}"] = encode_clips(trained, [clip])[0]
    metrics = {
        "steps": float(trained.steps),
        "training_minutes": round(trained.seconds / 60, 1),
        "onnx_largest_difference_db": round(onnx_difference(network, trained), 5),
        **_reconstruction(trained),
    }
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="sound",
        family=recipe.family,
        description=recipe.description,
        latent_size=recipe.latent,
        codec=Codec(
            sample_rate=LAYOUT.sample_rate,
            n_fft=LAYOUT.n_fft,
            hop=LAYOUT.hop,
            columns=LAYOUT.columns,
            range_db=LAYOUT.range_db,
            window="gauss",
        ),
        provenance=Provenance(
            data=[
                Source(**row, attribution=recipe.attributions.get(row["source"], ""))
                for row in licences(clips)
            ],
            command=command,
            metrics=metrics,
            licence="CC-BY-4.0 (attribution: the sources listed under data)",
        ),
        members={},
    )
    members = {
        "synthesis.onnx": network,
        "latent.safetensors": save_tensors(
            {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}
        ),
    }
    preview = _preview(trained, tensors)
    if preview:
        members["preview.flac"] = preview
    return write_bundle(path, manifest, members)


def to_onnx(decoder: Decoder) -> bytes:
    """The decoder as ONNX (opset 18), ``w [1, latent]`` to ``level_db [1, bins, columns]``.

    Large weights are stored as 16-bit floats and widened when loaded: half the size, and
    differences far below a tenth of a decibel.
    """
    example = torch.zeros(1, decoder.size.latent)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthesis.onnx"
        torch.onnx.export(
            decoder,
            (example,),
            str(path),
            input_names=["w"],
            output_names=["level_db"],
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        return _halve_weights(path.read_bytes())


def _halve_weights(data: bytes) -> bytes:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_from_string(data)
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1024:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_16"))
        casts.append(helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    # What the exporter says of itself (paths, versions) does not belong in a bundle.
    del model.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    del model.graph.metadata_props[:]
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def onnx_difference(network: bytes, trained: Trained) -> float:
    """Largest difference in dB between PyTorch and the engine over some places."""
    engine = load_openvino().Core()
    compiled = engine.compile_model(
        engine.read_model(network), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    worst = 0.0
    generator = np.random.default_rng(0)
    for _ in range(4):
        w = generator.standard_normal((1, trained.size.latent)).astype(np.float32)
        with torch.no_grad():
            wanted = trained.decoder(torch.from_numpy(w)).numpy()
        worst = max(worst, float(np.abs(compiled({0: w})[0] - wanted).max()))
    return worst


def encode_clips(trained: Trained, clips: list[Clip]) -> FloatArray:
    """Mean latents ``[clips, latent]`` of the clips' first windows."""
    found = []
    with torch.no_grad():
        for start in range(0, len(clips), 32):
            windows = [clip.level_db[:, : LAYOUT.columns] for clip in clips[start : start + 32]]
            mean, _ = trained.encoder(torch.from_numpy(np.stack(windows)))
            found.append(mean.numpy())
    return np.concatenate(found)


def _nearest(clips: list[Clip], anchor: AnchorChoice) -> Clip:
    for label in anchor.labels:
        fitting = [clip for clip in clips if clip.label == label]
        if fitting:
            return min(fitting, key=lambda clip: abs(clip.pitch - anchor.pitch))
    raise InputError(f"no clip is labelled {' or '.join(anchor.labels)}, for '{anchor.name}'")


def _principal(means: FloatArray, count: int) -> FloatArray:
    """The first principal axes of the latents, each as long as its standard deviation."""
    _, scale, axes = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    spread = scale[:count, None] / math.sqrt(max(1, len(means) - 1))
    return np.asarray(axes[:count] * spread, np.float32)


def _reconstruction(trained: Trained) -> dict[str, float]:
    """Spectral convergence in dB on clips that training did not see, beside the seen ones'."""
    found = {}
    for name, clips in (("held_out", trained.held_out), ("seen", trained.seen[:100])):
        if not clips:
            continue
        means = encode_clips(trained, clips)
        errors = []
        for clip, mean in zip(clips, means, strict=True):
            wanted = 10 ** (clip.level_db[:, : LAYOUT.columns] / 20)
            with torch.no_grad():
                level = trained.decoder(torch.from_numpy(mean[None])).numpy()[0]
            made = 10 ** (level / 20)
            errors.append(20 * math.log10(np.linalg.norm(made - wanted) / np.linalg.norm(wanted)))
        found[f"{name}_spectral_convergence_db"] = round(float(np.mean(errors)), 2)
        found[f"{name}_clips"] = float(len(clips))
    return found


def _preview(trained: Trained, tensors: dict[str, FloatArray]) -> bytes:
    """A second of each named place, one after the other, as FLAC."""
    import soundfile

    pieces = []
    for name, w in tensors.items():
        if name.startswith("anchor/"):
            with torch.no_grad():
                level = trained.decoder(torch.from_numpy(w[None].astype(np.float32))).numpy()[0]
            sound = decode(Spectrogram(level, LAYOUT))[: LAYOUT.sample_rate]
            pieces.append(0.25 * sound / max(1e-9, float(np.abs(sound).max())))
    if not pieces:
        return b""
    out = io.BytesIO()
    soundfile.write(out, np.concatenate(pieces), LAYOUT.sample_rate, format="FLAC")
    return out.getvalue()
