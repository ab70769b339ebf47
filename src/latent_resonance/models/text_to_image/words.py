"""Which words of a prompt a tokenizer keeps."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from latent_resonance.models.text_to_image.contract import PromptReading

Tokens = Sequence[int]


def read_words(
    prompt: str, tokens: Callable[[str], Tokens], says_nothing: Callable[[str], bool]
) -> PromptReading:
    """A real model reads any word, up to its longest prompt.

    Args:
        prompt: words between spaces.
        tokens: of a text, cut where the model cuts.
        says_nothing: whether the tokenizer has nothing for a word.
    """
    words = prompt.split()
    whole = list(tokens(" ".join(words)))
    kept = len(words)
    if words and whole == list(tokens(" ".join([*words, words[-1]]))):
        # More words change nothing: the fewest that give the same are those that are read.
        kept = bisect_left(
            range(len(words)),
            True,
            key=lambda many: list(tokens(" ".join(words[:many]))) == whole,
        )
    unknown = tuple(word for word in words[:kept] if says_nothing(word))
    understood = tuple(word for word in words[:kept] if word not in unknown)
    return PromptReading(understood, unknown, tuple(words[kept:]))
