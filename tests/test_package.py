"""``import latent_resonance as lr`` gives the functions that it names."""

import latent_resonance as lr


def test_render_stays_a_function_when_the_room_of_that_name_is_imported() -> None:
    from latent_resonance.render import frames

    assert frames.Part
    assert callable(lr.render)
    assert lr.render.__module__ == "latent_resonance.engine.instrument"
