"""What all tests share: small machines are kept small, and the shared recordings are found."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "2")

from pathlib import Path

import pytest
from hypothesis import settings

from compiled_when_called import compile_when_called

# A shared machine stalls now and then: what is slow shows in benchmarks, not here.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

_ROOT = Path(__file__).resolve().parent.parent
_LONG = ("training", "notebooks", "examples")
_BY_LIBROSA = ("data", "evaluation", "sound", "training")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes first: the last ones to be done leave one worker alone at the end."""
    items.sort(key=lambda item: not set(_LONG) & set(item.path.relative_to(_ROOT).parts))
    if any(set(_BY_LIBROSA) & set(item.path.relative_to(_ROOT).parts) for item in items):
        compile_when_called()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings; the test skips where it is absent."""
    folder = _ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared recordings, which are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder of small broken inputs; the test skips where it is absent."""
    folder = _ROOT.parent / "shared" / "cases"
    if not folder.is_dir():
        pytest.skip("needs the shared broken inputs, which are not beside this checkout")
    return folder
