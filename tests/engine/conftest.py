"""The recipe ``notes`` on a model without weights; networks that stay from test to test."""

from collections.abc import Callable
from typing import Any

import additive_notes
import pytest
from networks_stay import networks_stay

from latent_resonance.engine.setup import Setup
from latent_resonance.models import auto

Notes = Callable[..., Setup]

__all__ = ["networks_stay"]  # for every test here


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    """Gives the setup for options of the keyboard, and of the voices as ``render``."""
    monkeypatch.setattr(auto, "Part", lambda options, bundle: additive_notes.Additive())

    def setup(render: dict[str, Any] | None = None, **navigate: Any) -> Setup:
        return Setup(opened=additive_notes.bundle(), render=render or {}, navigate=navigate)

    return setup
