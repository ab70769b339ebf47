"""No test reads or writes the user's own choice of engines."""

from pathlib import Path

import pytest
from own_cache import own_cache


@pytest.fixture(autouse=True)
def engine_choices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_cache(tmp_path / "choices", monkeypatch) / "engines"
