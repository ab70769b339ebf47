"""What a distribution says of its latest values, beside NumPy's percentiles."""

import numpy as np
import pytest

from latent_resonance.engine.meters import Distribution


@pytest.mark.parametrize("count", [1, 2, 3, 20, 4_321])
def test_percentiles_are_those_of_the_latest_values(count: int) -> None:
    times = Distribution()
    values = np.random.default_rng(count).exponential(0.01, count)
    for value in values:
        times.add(float(value))
    p50, p95 = np.percentile(values[-4_000:], [50, 95])
    assert times.summary(1e3) == {
        "count": count,
        "p50": round(1e3 * float(p50), 3),
        "p95": round(1e3 * float(p95), 3),
        "max": round(1e3 * float(values.max()), 3),
    }


def test_nothing_is_said_of_nothing() -> None:
    assert Distribution().summary() == {"count": 0}
