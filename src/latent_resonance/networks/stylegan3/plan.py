"""Rates, cutoffs and sizes of the layers (section 3.2 and appendix C.1 of the paper)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One layer.

    Attributes:
        channels: of its output.
        size: of its output, with margins.
        rate: sampling rate of its output.
        cutoff: of its output.
        half_width: of the transition band.
        critical: filters exactly at the limit, as the last layers do.
    """

    channels: int
    size: int
    rate: float
    cutoff: float
    half_width: float
    critical: bool


def plan_layers(
    img_resolution: int,
    img_channels: int,
    *,
    channel_base: int,
    channel_max: int,
    num_layers: int,
    num_critical: int,
    first_cutoff: float,
    first_stopband: float,
    last_stopband_rel: float,
    margin_size: int,
) -> list[LayerPlan]:
    """``num_layers + 1`` layers, the last one to the picture."""
    last_cutoff = img_resolution / 2
    last_stopband = last_cutoff * last_stopband_rel
    exponents = np.minimum(np.arange(num_layers + 1) / (num_layers - num_critical), 1)
    cutoffs = first_cutoff * (last_cutoff / first_cutoff) ** exponents
    stopbands = first_stopband * (last_stopband / first_stopband) ** exponents
    rates = np.exp2(np.ceil(np.log2(np.minimum(stopbands * 2, img_resolution))))
    half_widths = np.maximum(stopbands, rates / 2) - cutoffs
    sizes = rates + margin_size * 2
    sizes[-2:] = img_resolution
    channels = np.rint(np.minimum((channel_base / 2) / cutoffs, channel_max))
    channels[-1] = img_channels
    return [
        LayerPlan(
            int(channels[i]),
            int(sizes[i]),
            float(rates[i]),
            float(cutoffs[i]),
            float(half_widths[i]),
            i >= num_layers - num_critical,
        )
        for i in range(num_layers + 1)
    ]
