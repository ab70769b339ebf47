"""Tables of tensors as torch.save writes them: read as numbers, all else refused."""

import io

import numpy as np
import pytest

from latent_resonance.bundles.foreign.read import read_tensors
from latent_resonance.contracts.errors import BundleError

torch = pytest.importorskip("torch")


def saved(content: object) -> bytes:
    held = io.BytesIO()
    torch.save(content, held)
    return held.getvalue()


def test_a_table_comes_back() -> None:
    table = {"one.weight": torch.randn(3, 4), "two": torch.arange(5)}
    found = read_tensors(saved(table), "a.ckpt")
    assert set(found) == set(table)
    for name, tensor in table.items():
        np.testing.assert_array_equal(found[name], tensor.numpy())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (torch.ones(2), "is no table of tensors alone"),
        ({"a": torch.ones(2), "b": "text"}, "is no table of tensors alone"),
        ({"a": print}, "wants to call"),
    ],
)
def test_anything_else_is_refused(content: object, says: str) -> None:
    with pytest.raises(BundleError, match=f"^a.ckpt .*{says}"):
        read_tensors(saved(content), "a.ckpt")
