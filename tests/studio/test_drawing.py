"""What a page is given to draw a coordinate network's pictures by itself."""

import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.members import FOLD


def test_a_page_gets_the_shaders_and_the_fold_that_fills_them(served) -> None:
    drawing = served.ask("GET", "/api/models/fields/drawing").json
    assert 4 * sum(drawing["blocks"]) == drawing["numbers"]
    # 16 KB: what every WebGL2 has room for in one uniform block.
    assert max(drawing["blocks"]) <= 1024
    assert drawing["latent_size"] == open_bundle("fields").latent_size
    for name in ("trunk", "head", "single"):
        assert drawing[name].startswith("#version 300 es\n")
    fold = served.ask("GET", "/api/models/fields/fold")
    assert fold.body == open_bundle("fields").members[FOLD]


@pytest.mark.parametrize("what", ["drawing", "fold"])
def test_models_that_are_drawn_by_the_server_say_so(served, what: str) -> None:
    answer = served.ask("GET", f"/api/models/drone/{what}")
    assert answer.status == 404
    assert "cannot draw" in answer.json["detail"]


@pytest.mark.parametrize("what", ["drawing", "fold"])
def test_strangers_get_neither(served, what: str) -> None:
    answer = served.ask("GET", f"/api/models/fields/{what}", Cookie="")
    assert answer.status in {401, 403}
