"""Compiled networks, kept on disk: compiling one takes longer than all else of a start."""

import hashlib
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from latent_resonance.contracts.files import cache_folder, keep_in_cache
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.models.engines.threads import processor_name

_VERSION = b"1"
_LARGEST = 64 << 20
_MOST_FILES, _MOST_BYTES = 256, 512 << 20
_DIGEST = hashlib.sha256().digest_size


def compile_kept(core: Any, model: Any, data: bytes, settings: dict[str, Any]) -> Any:
    """The compiled ``model``, read from disk where the same one was compiled here before.

    One is the same by network, shapes, settings, processor and OpenVINO's version. What was used
    least recently goes where there are more than 256 or they take more than 512 MB; nothing is kept
    of a network above 64 MB, or where nothing can be written.

    Args:
        core: OpenVINO's.
        model: as ``core`` read it, its shapes set.
        data: the file that it was read from, and what else it was made of.
        settings: of the processor's plug-in.

    Raises:
        RuntimeError: OpenVINO cannot compile it.
    """
    path = _path(model, data, settings)
    graph = _read(path)
    if graph is not None:
        try:
            return core.import_model(io.BytesIO(graph), "CPU", settings)
        except RuntimeError:
            with suppress(OSError):
                path.unlink()
    compiled = core.compile_model(model, "CPU", settings)
    if len(data) <= _LARGEST:
        made = compiled.export_model().getvalue()
        if keep_in_cache(path, hashlib.sha256(made).digest() + made):
            _make_room(path.parent)
    return compiled


def _path(model: Any, data: bytes, settings: dict[str, Any]) -> Path:
    shapes = [(sorted(end.get_names()), str(end.partial_shape)) for end in model.inputs]
    depends = (load_openvino().__version__, processor_name(), sorted(settings.items()), shapes)
    told = hashlib.sha256(_VERSION + repr(depends).encode() + data).hexdigest()
    return cache_folder("graphs") / f"{told[:32]}.graph"


def _read(path: Path) -> bytes | None:
    """A whole one, which becomes the one that was used last."""
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    graph = content[_DIGEST:]
    return graph if hashlib.sha256(graph).digest() == content[:_DIGEST] else None


def _make_room(folder: Path) -> None:
    # Another process may make room at the same time.
    with suppress(OSError):
        found = [(one.stat(), one) for one in folder.glob("*.graph")]
        found.sort(key=lambda one: one[0].st_mtime, reverse=True)
        total = 0
        for n, (told, one) in enumerate(found):
            total += told.st_size
            if n >= _MOST_FILES or total > _MOST_BYTES:
                one.unlink(missing_ok=True)
