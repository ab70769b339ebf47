import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.engine.ring_buffer import RingBuffer


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=60),
)
def test_gives_back_what_was_put_in_order(capacity: int, moves: list[tuple[bool, int]]) -> None:
    ring = RingBuffer(capacity)
    sent, got, counter = [], [], 0
    for puts, size in moves:
        if puts:
            frames = np.arange(counter, counter + size, dtype=np.float32)[:, None]
            count = ring.put(frames)
            assert count == min(size, count)
            sent += list(range(counter, counter + count))
            counter += count
        else:
            out = np.full((size, 1), -1, np.float32)
            count = ring.take(out)
            got += [int(value) for value in out[:count, 0]]
            assert (out[count:] == -1).all()
        assert 0 <= ring.filled <= capacity
    rest = np.zeros((capacity, 1), np.float32)
    got += [int(value) for value in rest[: ring.take(rest), 0]]
    assert got == sent


def test_one_producer_and_one_consumer_lose_nothing() -> None:
    ring, total, got = RingBuffer(257), 50_000, []

    def consume() -> None:
        out = np.zeros((64, 1), np.float32)
        while len(got) < total:
            got.extend(out[: ring.take(out), 0].tolist())

    thread = threading.Thread(target=consume)
    thread.start()
    sent = 0
    while sent < total:
        frames = np.arange(sent, min(sent + 100, total), dtype=np.float32)[:, None]
        sent += ring.put(frames)
    thread.join(20)
    assert got == list(range(total))


@pytest.mark.parametrize("size", [(0, 1), (4, 0)])
def test_refuses_no_room(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        RingBuffer(*size)
