"""The precisions that an engine computes in on a device, 32 bits first."""

from functools import lru_cache

from latent_resonance.models.engines.quiet_openvino import load_openvino

EXACT, BYTES = "f32", "int8"


def precisions(engine: str, device: str, *, ranges: bool = False) -> tuple[str, ...]:
    """Those that this machine is built for: others would be imitated, slowly.

    Args:
        engine: by name.
        device: where it runs.
        ranges: whether the bundle says what 8-bit integers need. Which processors are quick at them
            OpenVINO does not tell.
    """
    if engine == "openvino" and device == "cpu":
        return (EXACT, *(["bf16"] if has_bf16() else []), *([BYTES] if ranges else []))
    if engine == "torch" and device == "cuda":
        return (EXACT, "f16")
    return (EXACT,)


@lru_cache(maxsize=1)
def has_bf16() -> bool:
    """Whether the processor computes in bfloat16 (AMX, AVX512-BF16)."""
    return "BF16" in load_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
