"""The precisions that an engine computes in on a device, 32 bits first."""

from functools import lru_cache

from latent_resonance.models.engines.quiet_openvino import load_openvino

EXACT = "f32"


def precisions(engine: str, device: str) -> tuple[str, ...]:
    """Those that this machine is built for: others would be imitated, slowly.

    8-bit integers are not among them: docs/engines.md, "Fewer bits".
    """
    if engine == "openvino" and device == "cpu" and has_bf16():
        return (EXACT, "bf16")
    if engine == "torch" and device == "cuda":
        return (EXACT, "f16")
    return (EXACT,)


@lru_cache(maxsize=1)
def has_bf16() -> bool:
    """Whether the processor computes in bfloat16 (AMX, AVX512-BF16)."""
    return "BF16" in load_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
