"""Prompts as rows of words: order counts, what is unknown is said, broken tables are refused."""

import numpy as np
import pytest

from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.navigate.prompts.tokens import (
    TokenTable,
    load_tokens,
    save_tokens,
    tokens_of,
)


def small_table() -> TokenTable:
    words = ["red", "blue", "circles", "on", "crimson", "the", "cat"]
    random = np.random.default_rng(0)
    vectors = random.integers(-127, 128, (len(words), 6)).astype(np.int8)
    vectors[-1] = 0
    numbers = np.zeros((5, 3), np.float32)
    numbers[:, 0] = 1
    numbers[:2, 1] = (0.5, -0.5)
    numbers[2, 2] = 1
    numbers[4, 1] = 0.5
    return TokenTable({w: k for k, w in enumerate(words)}, vectors, numbers, 0.01, 4, 5)


def test_the_order_of_words_counts() -> None:
    table = small_table()
    one, read = tokens_of(table, "Red circles on BLUE!")
    other, _ = tokens_of(table, "blue circles on red")
    assert one.shape == (4, 9)
    assert one.dtype == np.float32
    assert read.parts == ("red", "circles", "on", "blue")
    assert np.array_equal(one[0], other[3])
    assert np.array_equal(one[3], other[0])
    assert not np.array_equal(one, other)
    short, _ = tokens_of(table, "red circles")
    assert np.array_equal(short[:2], one[:2])
    assert not short[2:].any()


def test_unknown_words_are_said_with_what_to_try() -> None:
    _, read = tokens_of(small_table(), "a red circels cat")
    assert read.parts == ("red",)
    assert read.unknown == {"circels": "circles", "cat": ""}
    with pytest.raises(InputError, match="is known: try"):
        tokens_of(small_table(), "xyzzy")
    with pytest.raises(InputError, match="at most 500"):
        tokens_of(small_table(), "red " * 200)


def test_the_empty_prompt_is_zeros_and_long_ones_are_cut() -> None:
    table = small_table()
    nothing, read = tokens_of(table, "  ")
    assert not nothing.any()
    assert read.parts == ()
    rows, read = tokens_of(table, "red blue circles on red")
    assert read.parts == ("red", "blue", "circles", "on")
    assert len(rows) == 4


def test_a_table_comes_back_as_it_was_saved() -> None:
    table = small_table()
    back = load_tokens(save_tokens(table))
    assert back.rows == table.rows
    assert back.tokens == 4
    assert back.known == 5
    assert np.array_equal(tokens_of(back, "red on blue")[0], tokens_of(table, "red on blue")[0])


@pytest.mark.parametrize("broken", ["rubbish", "missing", "short", "nan"])
def test_broken_tables_are_refused(broken: str) -> None:
    from safetensors.numpy import load, save

    data = save_tokens(small_table())
    tensors = load(data)
    if broken == "missing":
        del tensors["numbers"]
    elif broken == "short":
        tensors["vectors"] = tensors["vectors"][:2]
    elif broken == "nan":
        tensors["numbers"] = np.full_like(tensors["numbers"], np.nan)
    data = b"rubbish" if broken == "rubbish" else bytes(save(tensors))
    with pytest.raises(BundleError, match="no table of words"):
        load_tokens(data)
