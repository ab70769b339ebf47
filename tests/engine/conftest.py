"""The recipe ``notes`` on a model without weights; networks that stay from test to test."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import additive_notes
import pytest

from latent_resonance.engine.setup import Setup
from latent_resonance.models import auto
from latent_resonance.models.engines.shared_networks import SharedNetwork, SharedNetworks

Notes = Callable[..., Setup]


@pytest.fixture(scope="session", autouse=True)
def networks_stay() -> Iterator[None]:
    """The next test plays what the last ones did: to read a compiled network takes half a second."""
    lately: deque[SharedNetwork] = deque(maxlen=6)
    find = SharedNetworks.get

    def get(self: SharedNetworks, *given: Any) -> SharedNetwork:
        found = find(self, *given)
        if found not in lately:
            lately.append(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedNetworks, "get", get)
        yield


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Notes:
    """Gives the setup for options of the keyboard, and of the voices as ``render``."""
    monkeypatch.setattr(auto, "Part", lambda options, bundle: additive_notes.Additive())

    def setup(render: dict[str, Any] | None = None, **navigate: Any) -> Setup:
        return Setup(opened=additive_notes.bundle(), render=render or {}, navigate=navigate)

    return setup
