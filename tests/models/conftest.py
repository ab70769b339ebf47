"""No test reads or writes the user's own choice of engines."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def engine_choices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "choices"
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(folder))
    return folder / "engines"
