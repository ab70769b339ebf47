"""Tries a bundle in a process with limits: what passes here, ``render`` plays."""

from typing import Any

from latent_resonance.bundles.find import check, find_bundle
from latent_resonance.bundles.members import printable
from latent_resonance.bundles.within_limits import Allowance, work_within_limits
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import ENCODER, MAPPING, SYNTHESIS

# Compilers of networks take several times what the weights do.
_ALLOWANCE = Allowance(12, 4_000_000, memory=900 << 20, files_in_memory=8)


def try_bundle(name_or_path: str) -> dict[str, Any]:
    """As ``bundles.find.check``, with a first inference on each engine for the processor.

    Costs a second or two; done where a bundle comes in or is asked about, not at each start.

    Raises:
        UnknownNameError: no bundle has that name and no file that path.
        BundleError: as ``check``, or its network cannot be run within the limits; one line.
    """
    path = find_bundle(name_or_path)
    try:
        size = sum(one.stat().st_size for one in ([path] if path.is_file() else path.rglob("*")))
    except OSError as error:
        raise BundleError(printable(f"cannot read {path}: {error.strerror}")) from error
    return work_within_limits(
        f"{__name__}:play_once", path, size, _ALLOWANCE, f"{path}: its network"
    )


def play_once(path: str) -> dict[str, Any]:
    """Check a bundle and run its network once on each engine that is installed.

    Raises:
        BundleError: it is damaged, or an engine cannot run it.
    """
    from latent_resonance.bundles.find import open_bundle
    from latent_resonance.contracts.registry import find_part
    from latent_resonance.contracts.values import Spec
    from latent_resonance.models.engines.checked_network import played_members
    from latent_resonance.models.engines.installed import installed_engines

    found = check(path)
    bundle = open_bundle(path)
    if not played_members(bundle):
        raise BundleError(f"the bundle '{bundle.name}' has no {SYNTHESIS}: nothing to play")
    engines = [name for name in installed_engines() if name != "torch"] or ["torch"]
    for name in engines:
        player = find_part("models", name).make({"threads": 1, "device": "cpu"}, bundle)
        player.prepare(Spec(threads=1))  # which runs it once
        player.close()
    if "openvino" in engines:
        import numpy as np

        from latent_resonance.models.engines.member import Member

        for name in {MAPPING, ENCODER} & bundle.members.keys():
            member = Member(bundle, name)
            given = {one: np.zeros(shape, np.float32) for one, shape in member.inputs.items()}
            reads = max(map(np.size, given.values()), default=0)
            form = bundle.format
            window = form.bins * form.columns if isinstance(form, SpectrogramFormat) else reads
            if name == ENCODER and reads != window:
                raise BundleError(f"the member '{name}' reads no window of '{bundle.name}'")
            if not bundle.takes(member.run(**given).reshape(-1)):
                raise BundleError(f"the member '{name}' gives no place of '{bundle.name}'")
    return found
