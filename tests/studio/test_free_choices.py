"""A choice may be free text, such as a prompt that changes while it plays."""

from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.studio.play.player import RecipePlayer
from latent_resonance.studio.wire import Choose


def chosen(value: str) -> Choose:
    return Choose(id=1, choice="prompt", value=value)


def test_a_prompt_is_one_line_of_any_script() -> None:
    for text in ("red circles, on blue!", "", "cercles rouges à l'aube", "赤い円"):
        assert chosen(text).value == text
    for text in ("two\nlines", "x" * 501):
        with pytest.raises(ValidationError):
            chosen(text)


@pytest.mark.parametrize(("free", "taken"), [(("prompt",), True), ((), False)])
def test_text_that_is_not_offered_is_taken_where_the_navigator_says_so(free, taken) -> None:
    told: list[object] = []
    player = RecipePlayer.__new__(RecipePlayer)
    navigator = SimpleNamespace(choices={"prompt": ["calm"]}, free_choices=free)
    player._chain = SimpleNamespace(navigator=navigator)
    player._sensor = SimpleNamespace(choose=lambda **given: told.append(given), go_to=told.append)
    if taken:
        assert player.choose("prompt", "wild blue rings")
        assert told == [{"prompt": "wild blue rings"}, None]
    else:
        with pytest.raises(UnknownNameError):
            player.choose("prompt", "wild blue rings")
