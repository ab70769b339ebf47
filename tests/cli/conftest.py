"""What the tests of commands share."""

from pathlib import Path

import pytest
from networks_stay import networks_stay
from typed import Typed

__all__ = ["networks_stay"]  # for every test here


@pytest.fixture
def typed(tmp_path: Path, monkeypatch, capsys) -> Typed:
    return Typed(tmp_path, monkeypatch, capsys)
