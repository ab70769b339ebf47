"""``import latent_resonance as lr`` gives the functions that it names."""

import subprocess
import sys

import latent_resonance as lr


def test_render_stays_a_function_when_the_room_of_that_name_is_imported() -> None:
    from latent_resonance.render import frames

    assert frames.Part
    assert callable(lr.render)
    assert lr.render.__module__ == "latent_resonance.engine.instrument"


def test_what_is_loaded_on_first_use_is_shown_before() -> None:
    shown = 'import latent_resonance as lr; print(*dir(lr), "numpy" in __import__("sys").modules)'
    told = subprocess.check_output([sys.executable, "-c", shown], text=True)
    assert told.split() == [*sorted(lr.__all__), "False"]
