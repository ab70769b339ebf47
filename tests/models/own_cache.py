"""A cache of a test's own: what is chosen and found in it stays there, networks are compiled once."""

from contextlib import suppress
from pathlib import Path

import pytest

from latent_resonance.contracts.files import cache_folder


def own_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lets ``folder`` be the cache, with the compiled networks of the one before in it."""
    graphs = cache_folder("graphs")
    # Where folders cannot be linked, all is compiled anew.
    with suppress(OSError):
        graphs.mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "graphs").symlink_to(graphs, target_is_directory=True)
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(folder))
    return folder
