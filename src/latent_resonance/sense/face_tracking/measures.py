"""What a face does, in units of its own size, with head rotation removed."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sense.face_tracking.mesh import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from latent_resonance.sense.face_tracking.pose import Pose, fit, unturned

# Indices of the 468-point mesh.
_LIPS_UPPER, _LIPS_LOWER = [13, 82, 312], [14, 87, 317]
_MOUTH_CORNERS = (61, 291)
_BROWS = [70, 63, 105, 66, 107, 300, 293, 334, 296, 336]
_EYE_CORNERS = [33, 133, 263, 362]


@dataclass(frozen=True, slots=True)
class Measures:
    """Raw measures of one frame.

    Lengths in outer-eye distances: ``mouth`` opening of the inner lips, ``mouth_width`` between
    the corners, ``brow`` height over the eyes. ``x``, ``y`` of the face's middle and ``size`` (the
    eye distance) in pixels. Angles are in ``pose``.
    """

    mouth: float
    mouth_width: float
    brow: float
    x: float
    y: float
    size: float
    pose: Pose


def measure(points: FloatArray) -> Measures:
    """Measure landmarks ``[468, 3]`` in pixels."""
    pose = fit(points)
    face = unturned(points, pose)
    eyes = float(np.linalg.norm(face[LEFT_EYE_OUTER] - face[RIGHT_EYE_OUTER]))
    lips = np.linalg.norm(face[_LIPS_UPPER] - face[_LIPS_LOWER], axis=1).mean()
    corners = face[_MOUTH_CORNERS[1]] - face[_MOUTH_CORNERS[0]]
    brow = face[_BROWS, 1].mean() - face[_EYE_CORNERS, 1].mean()
    middle = points[:, :2].mean(axis=0)
    return Measures(
        mouth=float(lips) / eyes,
        mouth_width=float(np.linalg.norm(corners)) / eyes,
        brow=float(brow) / eyes,
        x=float(middle[0]),
        y=float(middle[1]),
        size=eyes * pose.scale,
        pose=pose,
    )
