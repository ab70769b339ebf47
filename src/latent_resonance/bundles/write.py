"""Writes a bundle: a folder, or an uncompressed zip that is the same for the same content."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from latent_resonance.bundles.manifest import Manifest, Member, plain
from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import partial_path

MANIFEST = "bundle.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_bundle(path: Path, manifest: Manifest, members: Mapping[str, bytes]) -> Path:
    """Write ``members`` under ``manifest``, whose member table and seal are filled in here.

    Args:
        path: a ``.resonance`` file, or any other name for a folder.
        manifest: all but ``members`` and ``seal``.
        members: file name to content.

    Raises:
        OutputError: it cannot be written; nothing is left half-written.
    """
    listed = {
        name: Member(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        for name, data in sorted(members.items())
    }
    table = plain(manifest.model_copy(update={"members": listed}))
    text = json.dumps(table, indent=1, sort_keys=True).encode()
    content = {MANIFEST: text, **dict(sorted(members.items()))}
    partial = partial_path(path)
    try:
        if path.suffix == ".resonance":
            _zip(partial, content)
            partial.replace(path)
        else:
            if path.exists():
                raise OutputError(f"{path} exists already: remove it or choose another name")
            partial.mkdir()
            for name, data in content.items():
                (partial / name).write_bytes(data)
            partial.rename(path)
    except OSError as error:
        raise OutputError(f"cannot write the bundle {path}: {error.strerror}") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)
    return path


def _zip(path: Path, content: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, data)
