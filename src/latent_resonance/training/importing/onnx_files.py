"""``resonance models export``: ONNX files for other programs, each compared with its source."""

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import find_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, InputError, MissingPartError, OutputError
from latent_resonance.contracts.files import give_name, partial_path
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import LATENT, SYNTHESIS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.checked_network import PIXELS
from latent_resonance.models.engines.quiet_onnxruntime import load_onnxruntime
from latent_resonance.networks.fields.draw import grid
from latent_resonance.training.importing.check import (
    Difference,
    Inputs,
    Run,
    Samples,
    check_members,
    difference,
    on_engine,
)
from latent_resonance.training.importing.onnx_members import Form, Members
from latent_resonance.training.importing.rebuild import (
    from_bundle,
    from_checkpoint,
    from_pickle,
    is_network_file,
)
from latent_resonance.training.onnx_export import OPSET

_REPORT = "export.json"
_SAMPLES, _SIDE = 4, 64
_TOLD = ("name", "kind", "family", "description", "latent_size", "conditioning", "codec", "picture")


@dataclass(frozen=True, slots=True)
class _Exported:
    """Files to write, how far each network is from what it was compared with, facts."""

    files: dict[str, bytes]
    compared: dict[str, tuple[str, Difference | None]]
    facts: dict[str, Any]


def export_files(
    what: str, folder: Path, *, opset: int | None = None, movable: bool = False
) -> dict[str, Any]:
    """Write the ONNX networks of ``what`` to ``folder``, and a report beside them.

    Networks whose weights and family are known are made anew and compared with PyTorch; others are
    copied as they are, and OpenVINO is compared with ONNX Runtime where that is installed. Where
    an opset is asked for, copies of another are left out beside networks that are made anew.

    Args:
        what: a bundle by name or path, a training checkpoint, or a foreign network pickle.
        folder: new; gets the networks, ``latent.safetensors`` where there is one, ``export.json``.
        opset: of ONNX; 18 when None. Networks that are copied keep theirs.
        movable: the synthesis of a StyleGAN3 also takes ``transform [3, 3]``, as NVIDIA's
            ``synthesis.input.transform``: the inverse of how the picture is moved and turned.

    Returns:
        The report, as in ``export.json``.

    Raises:
        InputError: ``what`` cannot be read, or its networks cannot have another opset
            or be moved.
        OutputError: ``folder`` exists, or cannot be written.
    """
    if folder.exists():
        raise OutputError(f"{folder} exists already: remove it or choose another name")
    exported = _export(what, opset, Form(opset or OPSET, movable=movable))
    report = {
        **exported.facts,
        "networks": {
            name: _described(exported.files[name], *compared)
            for name, compared in exported.compared.items()
        },
    }
    _write(folder, exported.files | {_REPORT: json.dumps(report, indent=1).encode() + b"\n"})
    return {"folder": str(folder), "files": sorted([*exported.files, _REPORT]), **report}


def _export(what: str, opset: int | None, form: Form) -> _Exported:
    path = Path(what)
    if path.is_file() and is_network_file(path):
        return _made(*from_pickle(path, form), {"source": path.name})
    if path.is_file() and path.suffix == ".safetensors":
        return _made(*from_checkpoint(path, form), {"source": path.name})
    bundle = read_bundle(find_bundle(what))
    facts = {key: value for key in _TOLD if (value := bundle.facts.get(key)) not in (None, {}, "")}
    facts["licence"] = bundle.facts["provenance"]["licence"]
    rebuilt = from_bundle(bundle, form)
    if form.movable and not rebuilt:
        raise InputError("only the pictures of a StyleGAN3 can be moved")
    if rebuilt:
        exported = _beside(bundle, _made(*rebuilt, facts), opset)
    else:
        exported = _copied(bundle, facts, opset)
    if LATENT in bundle.members:
        exported.files[LATENT] = bundle.members[LATENT]
    return exported


def _made(members: Members, samples: Samples, facts: dict[str, Any]) -> _Exported:
    compared = check_members(members, samples)
    return _Exported(
        dict(members.files), {name: ("PyTorch", one) for name, one in compared.items()}, facts
    )


def _copied(bundle: Bundle, facts: dict[str, Any], opset: int | None) -> _Exported:
    files = _networks(bundle)
    if not files:
        raise InputError(f"the bundle '{bundle.name}' has no networks to export")
    for name, data in files.items():
        own = _opset(data)
        if opset not in (None, own):
            raise InputError(
                f"{name} of '{bundle.name}' is of opset {own} and cannot be made anew in {opset}: "
                "the bundle does not carry what rebuilds it"
            )
    return _Exported(files, _between_engines(bundle, files), facts)


def _beside(bundle: Bundle, made: _Exported, opset: int | None) -> _Exported:
    """What was made anew, and copies of the bundle's other networks in their own opset."""
    files = {
        name: data
        for name, data in _networks(bundle).items()
        if name not in made.files and opset in (None, _opset(data))
    }
    if not files:
        return made
    compared = _between_engines(bundle, files)
    return _Exported(made.files | files, made.compared | compared, made.facts)


def _networks(bundle: Bundle) -> dict[str, bytes]:
    return {name: data for name, data in bundle.members.items() if name.endswith(".onnx")}


def _between_engines(
    bundle: Bundle, networks: Mapping[str, bytes]
) -> dict[str, tuple[str, Difference | None]]:
    """OpenVINO against ONNX Runtime at a few places, where that is installed."""
    random = np.random.default_rng(7)
    places = [_place(bundle, random) for _ in range(_SAMPLES)]
    made: list[FloatArray] = []
    if isinstance(bundle.format, SpectrogramFormat) and SYNTHESIS in bundle.members:
        run = on_engine(bundle.members[SYNTHESIS])
        made = [run([place]) for place in places]
    found: dict[str, tuple[str, Difference | None]] = {}
    for name, network in networks.items():
        ends = _ends(network)["inputs"]
        try:
            other = _on_onnxruntime(network, list(ends))
        except MissingPartError:
            found[name] = "nothing", None
            continue
        samples: list[Inputs] = [
            [_likely(end, shape, [*one], random) for end, shape in ends.items()]
            for one in zip(places, made or places, strict=True)
        ]
        found[name] = "ONNX Runtime", difference(on_engine(network), other, samples)
    return found


def _place(bundle: Bundle, random: np.random.Generator) -> FloatArray:
    size = bundle.network_size
    mean, spread = (one[:size] for one in (bundle.space.mean, bundle.space.spread))
    return np.asarray(mean + random.standard_normal((1, size)) * spread, np.float32)


def _likely(
    name: str,
    shape: Sequence[int | str],
    known: Sequence[FloatArray],
    random: np.random.Generator,
) -> FloatArray:
    """What the network is given when it plays: a place, a spectrogram, pixels, noise, a class."""
    if name == PIXELS:
        return np.asarray(grid(_SIDE, _SIDE), np.float32)
    sizes = tuple(size if isinstance(size, int) else 1 for size in shape)
    for one in known:
        if one.shape == sizes:
            return one
    if name == "z":
        return random.standard_normal(sizes).astype(np.float32)
    if len(sizes) == 2 and sizes[1] > 1:
        return np.eye(sizes[1], dtype=np.float32)[random.integers(sizes[1], size=1)]
    return random.random(sizes).astype(np.float32)


def _on_onnxruntime(network: bytes, names: list[str]) -> Run:
    engine = load_onnxruntime()
    session = engine.InferenceSession(network, providers=["CPUExecutionProvider"])

    def run(inputs: Inputs) -> FloatArray:
        return np.array(session.run(None, dict(zip(names, inputs, strict=True)))[0], np.float32)

    return run


def _described(network: bytes, against: str, found: Difference | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "opset": _opset(network),
        **_ends(network),
        "bytes": len(network),
        "compared_with": against,
    }
    if found is not None:
        if not math.isfinite(found.largest):
            raise BundleError("the network gives values that are not finite")
        told["largest_difference"] = float(f"{found.largest:.3g}")
        told["output_range"] = float(f"{found.output_range:.4g}")
        told["difference_share"] = float(f"{found.share:.3g}")
    return told


def _opset(network: bytes) -> int:
    import onnx

    domains = {entry.domain: entry.version for entry in onnx.load_from_string(network).opset_import}
    return int(domains.get("", domains.get("ai.onnx", 0)))


def _ends(network: bytes) -> dict[str, dict[str, list[int | str]]]:
    """Shapes of inputs and outputs by name."""
    import onnx

    graph = onnx.load_from_string(network).graph

    def shapes(ends: Any) -> dict[str, list[int | str]]:
        return {
            end.name: [
                size.dim_value if size.HasField("dim_value") else size.dim_param or "?"
                for size in end.type.tensor_type.shape.dim
            ]
            for end in ends
        }

    return {"inputs": shapes(graph.input), "outputs": shapes(graph.output)}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    partial = partial_path(folder)
    try:
        partial.mkdir()
        for name, data in files.items():
            (partial / name).write_bytes(data)
        give_name(partial, folder)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
