"""The recipe ``notes`` on a model without weights."""

from collections.abc import Callable
from typing import Any

import additive_notes
import pytest

from latent_resonance.engine.setup import Setup
from latent_resonance.models import auto

Notes = Callable[..., Setup]


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    """Gives the setup for options of the keyboard, and of the voices as ``render``."""
    monkeypatch.setattr(auto, "Part", lambda options, bundle: additive_notes.Additive())

    def setup(render: dict[str, Any] | None = None, **navigate: Any) -> Setup:
        return Setup(opened=additive_notes.bundle(), render=render or {}, navigate=navigate)

    return setup
