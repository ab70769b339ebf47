"""The weight-free instrument, opened."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from additive_notes import Additive, bundle

from latent_resonance.engine.notes.open import Notes, NotesSetup


@pytest.fixture
def open_notes() -> Callable[..., Notes]:
    """Opens the instrument with options of ``NotesSetup``."""

    def opened(**options: object) -> Notes:
        return Notes(NotesSetup(**options), bundle(), Additive())  # type: ignore[arg-type]

    return opened
