"""Long renders: what goes to stages is copied once, and is all of the sound."""

from pathlib import Path

import numpy as np
import pytest

from latent_resonance.engine.assemble import assemble, attach
from latent_resonance.engine.clocks import counter
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.setup import Setup


def test_stages_get_all_of_the_sound_and_each_part_is_copied_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = 0
    plain = np.concatenate

    def counted(parts, *rest, **more):
        nonlocal copied
        made = plain(parts, *rest, **more)
        copied += made.size
        return made

    class Numpy:
        concatenate = staticmethod(counted)

        def __getattr__(self, name: str) -> object:
            return getattr(np, name)

    monkeypatch.setattr(counter, "np", Numpy())
    setup = Setup(senses=(PartChoice(part="sliders"),))
    with assemble(load_recipe("face"), setup) as performance:
        silent = PartChoice(part="silent", options={"keep": True})
        stage = attach(performance, performance.chain, silent)
        (made,) = count(performance, 12.0)
        given = plain([block.samples for block in stage.blocks])
        assert [b.start_sample for b in stage.blocks] == sorted(
            b.start_sample for b in stage.blocks
        )
    np.testing.assert_array_equal(given, made.samples)
    assert copied < 6 * made.samples.size
