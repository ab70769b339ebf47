"""Weights are finite, inside the file and of kinds that can be checked, or the file is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from forge import field, refused, small_onnx, varint
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from latent_resonance.bundles.onnx_weights import check_onnx
from latent_resonance.contracts.errors import BundleError

Make = Callable[..., Path]


def test_weights_that_are_not_finite_are_refused(make_bundle: Make) -> None:
    for poison in (float("nan"), float("inf")):
        tensors = {"w_avg": np.array([0, poison, 0, 0], np.float32)}
        refused(make_bundle(latent__safetensors=save(tensors)), "not finite")
        refused(make_bundle(synthesis__onnx=small_onnx(poison=poison)), "not finite")


NAN = np.array([np.nan], "<f4").tobytes()
DISGUISES = {
    "bfloat16": field(7, field(5, field(1, 1) + field(2, 16) + field(9, b"\xc0\x7f"))),
    "kind modulo 2**32": field(7, field(5, field(2, 2**32 + 1) + field(9, NAN))),
    "float16 as integers": field(7, field(5, field(2, 10) + field(5, varint(0x7E00)))),
    "float16 as one integer": field(7, field(5, field(2, 10) + field(5, 0x7E00))),
    "double_data": field(7, field(5, field(2, 11) + field(10, np.array([np.inf]).tobytes()))),
    "attribute": field(7, field(1, field(5, bytes([2 << 3 | 5]) + NAN))),
    "attributes": field(7, field(1, field(5, field(7, NAN)))),
    "tensors": field(7, field(1, field(5, field(10, field(2, 1) + field(9, NAN))))),
    "graphs": field(7, field(1, field(5, field(11, field(5, field(2, 1) + field(9, NAN)))))),
    "function": field(7, b"")
    + field(25, field(7, field(5, field(5, field(2, 1) + field(9, NAN))))),
    "sparse": field(7, field(15, field(1, field(2, 1) + field(9, NAN)))),
    "two pieces": field(7, field(1, field(5, field(5, field(2, 6)) + field(5, field(9, NAN))))),
    "float8": field(7, field(5, field(2, 17) + field(9, b"\x7f"))),
    "located elsewhere": field(7, field(5, field(2, 1) + field(14, 1))),
    "another size": field(7, field(5, field(1, 9) + field(2, 1) + field(9, bytes(4)))),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_weights_cannot_hide(disguise: str) -> None:
    with pytest.raises(BundleError, match=r"not finite|another file|sparse|pieces|kind|size"):
        check_onnx("x.onnx", DISGUISES[disguise])


def test_places_are_named_and_whole(make_bundle: Make) -> None:
    row = np.zeros(4, np.float32)
    for tensors, says in (
        ({"w_avg": row[:3]}, r"\(3,\), not float32 \(4,\)"),
        ({"w_avg": np.full(4, 1e300)}, "float64"),
        ({"anchor/w_avg": row}, "cannot be called 'w_avg'"),
        ({"anchor/\x1b[2J": row}, "cannot be called"),
        ({"a\n\x1b[2J": np.array([np.nan])}, "not finite"),
    ):
        refused(make_bundle(latent__safetensors=save(tensors)), says)


def test_weights_elsewhere_and_no_onnx_are_refused(make_bundle: Make) -> None:
    outside = field(7, field(5, field(8, b"A") + field(13, field(1, b"location"))))
    refused(make_bundle(synthesis__onnx=outside), "in another file")
    refused(make_bundle(synthesis__onnx=b"hello, this is text"), "not an ONNX")
    refused(make_bundle(latent__safetensors=b"\x08\0\0\0\0\0\0\0notjson!"), "not a safetensors")


@given(st.binary(max_size=300))
def test_the_onnx_reader_survives_any_bytes(data: bytes) -> None:
    with pytest.raises(BundleError):
        check_onnx("x.onnx", data)


def test_packed_halves_are_read_as_a_decoder_reads_them() -> None:
    """A NaN is found wherever it lies, also after ten-byte numbers and beyond what is read at once."""
    halves = [varint(number) for number in (0, 127, 128, 0x3C00, 0xFBFF, 2**63 + 0x3C00)]
    plain = b"".join(halves) * 200_000

    def tensor(packed: bytes, count: int) -> bytes:
        return field(7, field(5, field(1, count) + field(2, 10) + field(5, packed)))

    check_onnx("x.onnx", tensor(plain, 1_200_000))
    for nan in (0x7E00, 2**63 + 0x7E00):
        with pytest.raises(BundleError, match="not finite"):
            check_onnx("x.onnx", tensor(plain + varint(nan) + plain, 2_400_001))
    for broken in (plain + b"\x80", plain + b"\x80" * 10 + b"\x01"):
        with pytest.raises(BundleError, match="not an ONNX model"):
            check_onnx("x.onnx", tensor(broken, 1_200_001))


def test_weights_spelled_one_by_one_end_at_a_bound() -> None:
    spelled = field(5, field(1, 300_000) + field(2, 10) + field(5, 0x3C00) * 300_000)
    with pytest.raises(BundleError, match="more than 200000 parts"):
        check_onnx("x.onnx", field(7, spelled))
