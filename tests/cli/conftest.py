"""What the tests of commands share."""

from pathlib import Path

import pytest
from typed import Typed


@pytest.fixture
def typed(tmp_path: Path, monkeypatch, capsys) -> Typed:
    return Typed(tmp_path, monkeypatch, capsys)
