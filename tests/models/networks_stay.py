"""Networks that stay compiled from test to test, for rooms that play the same ones over and over."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from latent_resonance.models.engines.shared_networks import NETWORKS, SharedNetwork


@pytest.fixture(scope="session", autouse=True)
def networks_stay() -> Iterator[None]:
    """The next test plays what the last ones did: to read a compiled network takes half a second."""
    lately: deque[SharedNetwork] = deque(maxlen=6)
    find = NETWORKS.get

    def get(*given: Any) -> SharedNetwork:
        found = find(*given)
        if found not in lately:
            lately.append(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NETWORKS, "get", get)
        yield
