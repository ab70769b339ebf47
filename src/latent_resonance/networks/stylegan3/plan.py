"""Rates, cutoffs and sizes of the layers (section 3.2 and appendix C.1 of the paper)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Options:
    """All options of the public architecture, under its names.

    Attributes:
        channel_base: channels are ``channel_base / 2 / cutoff``,
        channel_max: and at most this.
        num_layers: without the one to the picture.
        num_critical: layers that filter at the very limit.
        first_cutoff: of the first layer, in cycles per picture.
        first_stopband: of the first layer.
        last_stopband_rel: of the last, relative to its cutoff.
        margin_size: pixels around the picture.
        output_scale: of the picture.
        num_fp16_res: how many octaves of rate from the top run in half precision.
        conv_kernel: 3, or 1 for rotation.
        filter_size: taps per factor of the rate.
        lrelu_upsampling: rate of the nonlinearity, relative.
        use_radial_filters: for rotation; not at critical layers.
        conv_clamp: limit of activations.
        magnitude_ema_beta: how slowly the inputs' magnitudes are followed.
    """

    channel_base: int = 32768
    channel_max: int = 512
    num_layers: int = 14
    num_critical: int = 2
    first_cutoff: float = 2
    first_stopband: float = 2**2.1
    last_stopband_rel: float = 2**0.3
    margin_size: int = 10
    output_scale: float = 0.25
    num_fp16_res: int = 4
    conv_kernel: int = 3
    filter_size: int = 6
    lrelu_upsampling: int = 2
    use_radial_filters: bool = False
    conv_clamp: float | None = 256
    magnitude_ema_beta: float = 0.999


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


def plan_layers(img_resolution: int, img_channels: int, options: Options) -> list[LayerPlan]:
    """``num_layers + 1`` layers, the last one to the picture."""
    num_layers, critical = options.num_layers, options.num_layers - options.num_critical
    first_cutoff, first_stopband = options.first_cutoff, options.first_stopband
    last_cutoff = img_resolution / 2
    last_stopband = last_cutoff * options.last_stopband_rel
    exponents = np.minimum(np.arange(num_layers + 1) / critical, 1)
    cutoffs = first_cutoff * (last_cutoff / first_cutoff) ** exponents
    stopbands = first_stopband * (last_stopband / first_stopband) ** exponents
    rates = np.exp2(np.ceil(np.log2(np.minimum(stopbands * 2, img_resolution))))
    half_widths = np.maximum(stopbands, rates / 2) - cutoffs
    sizes = rates + options.margin_size * 2
    sizes[-2:] = img_resolution
    channels = np.rint(np.minimum((options.channel_base / 2) / cutoffs, options.channel_max))
    channels[-1] = img_channels
    return [
        LayerPlan(
            int(channels[i]),
            int(sizes[i]),
            float(rates[i]),
            float(cutoffs[i]),
            float(half_widths[i]),
            i >= critical,
        )
        for i in range(num_layers + 1)
    ]
