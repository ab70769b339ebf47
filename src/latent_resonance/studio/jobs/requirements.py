"""What each kind of long work needs, and what of it is missing here; nothing heavy is imported."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from latent_resonance.bundles.foreign.guarded import NETWORK_FILES
from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.studio.jobs.recipes import training_recipes
from latent_resonance.studio.jobs.requests import ImportJob, JobRequest, PrepareJob, TrainJob
from latent_resonance.studio.schema import Schema

WorkKind = Literal[
    "render", "film", "finish", "train", "prepare", "import", "share", "mood", "evaluate"
]

# Module to the name that people know it by.
_TRAINING = {
    "torch": "PyTorch",
    "lightning_fabric": "Lightning Fabric",
    "onnx": "ONNX",
    "onnxscript": "ONNX Script",
    "safetensors": "Safetensors",
}
_CONVERTING = {name: _TRAINING[name] for name in ("torch", "onnx", "onnxscript", "safetensors")}
_PREPARING = {"pyarrow": "PyArrow"}
_MEASURING = {"librosa": "librosa", "matplotlib": "Matplotlib", "sklearn": "scikit-learn"}


class Requirement(Schema):
    """Whether one kind of work can be done here."""

    kind: WorkKind
    subject: str = Field(description="the recipe of a training, the ending of a file to import")
    title: str = Field(description="what it is, as the begin of a sentence: 'Training'")
    ready: bool
    missing: list[str] = Field(description="by the names that people know")
    line: str = Field(description="what is missing, in a sentence; empty when ready")
    command: str = Field(description="what mends it, to copy and run; empty where none does")


def list_requirements() -> list[Requirement]:
    """Every kind of work, trainings by recipe; looked at anew each time."""
    return [
        _requirement("render", "", "Rendering", {}, ""),
        _requirement("film", "", "Making a film", {}, ""),
        _requirement("finish", "", "Finishing a take", {}, ""),
        *(_training(name, path) for name, path in training_recipes().items()),
        _requirement("prepare", "", "Preparing", _PREPARING, "data"),
        _requirement("share", "", "Sharing presets", {}, ""),
        _requirement("mood", "", "Keeping a mood", {}, ""),
        _requirement("import", ".resonance", "Importing a bundle", {}, ""),
        *(_importing(ending) for ending in NETWORK_FILES),
        _requirement("evaluate", "", "Measuring a model", _MEASURING, "evaluate"),
    ]


def check_ready(request: JobRequest, ending: str = "") -> None:
    """Refuse what cannot work before it begins.

    Args:
        request: what is asked for.
        ending: of the file that it works on, such as ``.pkl``.

    Raises:
        MissingPartError: something is not installed; says what to run.
    """
    found = _asked(request, ending)
    if found is not None and found.missing:
        raise MissingPartError(f"{found.line} Nothing is installed by itself: {found.command}")


def check_import(ending: str) -> None:
    """Refuse a file that cannot be imported here before it is sent.

    Raises:
        MissingPartError: something is not installed; says what to run.
    """
    if ending not in NETWORK_FILES:
        return
    found = _importing(ending)
    if found.missing:
        raise MissingPartError(f"{found.line} Nothing is installed by itself: {found.command}")


def _asked(request: JobRequest, ending: str) -> Requirement | None:
    if isinstance(request, TrainJob):
        return _requirement("train", request.recipe, "Training", _TRAINING, "train")
    if isinstance(request, PrepareJob):
        return _requirement("prepare", "", "Preparing", _PREPARING, "data")
    if isinstance(request, ImportJob) and ending in NETWORK_FILES:
        return _importing(ending)
    return None


def _importing(ending: str) -> Requirement:
    return _requirement("import", ending, "Importing a network", _CONVERTING, "train")


def _training(name: str, path: Path) -> Requirement:
    found = _requirement("train", name, "Training", _TRAINING, "train")
    if found.missing or _has_material(tomllib.loads(path.read_text(encoding="utf-8"))):
        return found
    line = (
        "None of this recipe's folders of sounds or pictures is on this machine. Name one of yours "
        'among the changes: folders=[{path="/folder", label="label"}]'
    )
    return found.model_copy(update={"ready": False, "line": line})


def _has_material(recipe: Mapping[str, Any]) -> bool:
    """Whether it makes sounds of its own, or one of its folders is here."""
    if recipe.get("synthetic", 0):
        return True
    folders: Sequence[Mapping[str, Any]] = recipe.get("folders", ())
    return any(Path(folder.get("path", "")).is_dir() for folder in folders)


def _requirement(
    kind: WorkKind, subject: str, title: str, needs: Mapping[str, str], extra: str
) -> Requirement:
    missing = [known for module, known in needs.items() if not _is_here(module)]
    line = f"{title} needs {_together(missing)}." if missing else ""
    return Requirement(
        kind=kind,
        subject=subject,
        title=title,
        ready=not missing,
        missing=missing,
        line=line,
        command=f'pip install "latent-resonance[{extra}]"' if missing else "",
    )


def _is_here(module: str) -> bool:
    """Whether it can be imported, without doing so."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # a finder that refuses, a module without a spec
        return False


def _together(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
