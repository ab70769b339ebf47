"""Models of the Hugging Face hub: fetched once, whole or not at all, and nothing that can be run.

Of a repository only what its ``model_index.json`` names is taken: JSON and vocabularies, weights in
safetensors (or the plain numbers of an export for OpenVINO). Pickles and programs stay there.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError, MissingPartError, OutputError
from latent_resonance.contracts.files import cache_folder
from latent_resonance.models.text_to_image.folder import (
    INDEX,
    ModelIndex,
    kind_of,
    read_index,
    weights_variant,
)
from latent_resonance.models.text_to_image.resumed_get import RefusedError, Remote, get_file

OnFetch = Callable[[float, float], None]
"""``(done, of)`` in bytes."""

_NEEDS = (
    "fetching models needs huggingface_hub: pip install 'latent-resonance[diffusion]' "
    "or 'latent-resonance[genai]'"
)
_NAME = r"[\w-][\w.-]*"
_TEXTS = re.compile(rf"{_NAME}\.(json|txt)")
_NETWORK = {"httpcore", "httpx", "httpx2", "requests", "urllib3"}
_NOT_OPEN = {401, 403}


def fetched_folder(name: str, revision: str) -> Path:
    """Where a model lies once it is fetched; it is there only whole."""
    return cache_folder("models") / f"{name}@{revision}".replace("/", "--")


def fetch_model(name: str, revision: str = "main", on_progress: OnFetch | None = None) -> Path:
    """The folder of a model; fetched if it is not there, and the network is not used if it is.

    A download that broke off goes on where it was.

    Args:
        name: ``OWNER/NAME``.
        revision: a branch, tag or commit.
        on_progress: told how many bytes there are; what it raises ends the download.

    Raises:
        InputError: no network, no such model, one that is not open to all, or one that cannot be
            played or has its weights as pickles alone.
        MissingPartError: huggingface_hub is not installed.
        OutputError: it cannot be written.
    """
    folder = fetched_folder(name, revision)
    if folder.is_dir():
        return folder
    try:
        import filelock
        import huggingface_hub as hub
    except ModuleNotFoundError as error:
        raise MissingPartError(_NEEDS) from error
    api = hub.HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)
    with _translated(name, revision):
        told = api.model_info(name, revision=revision, files_metadata=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder.with_name(f".{folder.name}.lock")):
            if not folder.is_dir():  # else another process was faster
                _fill(api, name, told, folder, on_progress)
    return folder


def _fill(api: Any, name: str, told: Any, folder: Path, on_progress: OnFetch | None) -> None:
    import huggingface_hub

    hub: Any = huggingface_hub  # it types half of what it offers
    # By commit: all files are of one state, whatever is pushed meanwhile.
    partial = folder.with_name(f".{folder.name}.{told.sha}.partial")
    for other in folder.parent.glob(f".{folder.name}.*.partial"):
        if other != partial:
            shutil.rmtree(other, ignore_errors=True)
    headers = hub.utils.build_hf_headers()  # with the user's token, where there is one
    remotes = {
        one.rfilename: Remote(
            hub.hf_hub_url(name, one.rfilename, revision=told.sha, endpoint=api.endpoint),
            headers,
            int(one.size or 0),
            getattr(one.lfs, "sha256", "") or "",
        )
        for one in told.siblings or ()
    }
    if INDEX not in remotes:
        raise InputError(f"'{name}' of the hub is no model of diffusers: it has no {INDEX}")
    get_file(remotes[INDEX], partial / INDEX)
    text = (partial / INDEX).read_text(encoding="utf-8", errors="replace")
    files = wanted_files(list(remotes), read_index(text, name), name)
    total = sum(remotes[file].size for file in files)
    done = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    if total - done > shutil.disk_usage(partial).free:
        raise OutputError(
            f"'{name}' needs {(total - done) / 1e9:.1f} GB, more than {folder.parent} has room for"
        )
    had = 0
    for file in files:
        before = had

        def tell(count: int, before: int = before) -> None:
            if on_progress:
                on_progress(before + count, total)

        get_file(remotes[file], partial / file, tell)
        had += remotes[file].size
    partial.replace(folder)


def wanted_files(files: list[str], index: ModelIndex, name: str) -> list[str]:
    """Those of a repository's files that are used, small ones first.

    Raises:
        InputError: weights are missing, or only there as pickles.
    """
    folders = set(index.components)
    if kind_of(files) == "openvino":
        network = re.compile(rf"openvino_{_NAME}\.(xml|bin)")
        folders |= {"vae_decoder"}
    else:
        # Half the size, and other weights by less than pictures show.
        variant = weights_variant(files, index, half=True, where=f"'{name}' of the hub")
        part = r"(-\d{5}-of-\d{5})?"
        mark = rf"\.{variant}" if variant else ""
        network = re.compile(rf"(diffusion_pytorch_)?(pytorch_)?model{mark}{part}\.safetensors")
    wanted = []
    for file in files:
        folder, _, last = file.partition("/")
        used = bool(_TEXTS.fullmatch(last) or network.fullmatch(last))
        if file == INDEX or (folder in folders and used):
            wanted.append(file)
    return sorted(wanted, key=lambda file: (not _TEXTS.fullmatch(Path(file).name), file))


@contextmanager
def _translated(name: str, revision: str) -> Iterator[None]:
    from huggingface_hub import errors

    closed = (
        f"'{name}' asks those who use it to agree to its licence: do so at "
        f"https://huggingface.co/{name}, then run hf auth login"
    )
    try:
        yield
    except errors.GatedRepoError as error:
        raise InputError(closed) from error
    except errors.RepositoryNotFoundError as error:
        raise InputError(
            f"there is no model '{name}', neither as a folder here nor open to all on the hub "
            "(for one of your own: hf auth login)"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise InputError(f"'{name}' has no revision '{revision}' on the hub") from error
    except RefusedError as error:
        if error.status in _NOT_OPEN:
            raise InputError(closed) from error
        raise InputError(f"'{name}' cannot be fetched now: {error}") from error
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        if isinstance(error, errors.HfHubHTTPError) and status is not None:
            raise InputError(f"'{name}' cannot be fetched now: the hub says {status}") from error
        network = any(one.__module__.split(".")[0] in _NETWORK for one in type(error).__mro__)
        if network or isinstance(error, (ConnectionError, TimeoutError)):
            raise InputError(
                f"the model '{name}' is not on this machine, and the hub cannot be reached: go "
                "online once, or give the folder of a model"
            ) from error
        if not isinstance(error, OSError):
            raise
        full = error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", None)}
        said = "the disk is full" if full else error.strerror or str(error)
        raise OutputError(f"cannot write '{name}' to {cache_folder('models')}: {said}") from error
