"""What a face does, in units of its own size, with head rotation removed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sense.face_tracking.mesh import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from latent_resonance.sense.face_tracking.pose import Pose, fit, unturned

# Indices of the 468-point mesh.
_LIPS_UPPER, _LIPS_LOWER = [13, 82, 312], [14, 87, 317]
_MOUTH_CORNERS = (61, 291)
_BROWS = [70, 63, 105, 66, 107, 300, 293, 334, 296, 336]
_EYE_CORNERS = [33, 133, 263, 362]
_NOSE_BASE = 2
# Outer corner, upper lid, inner corner, lower lid: the six points of each eye.
_EYES = ((33, (160, 158), 133, (144, 153)), (263, (387, 385), 362, (373, 380)))


@dataclass(frozen=True, slots=True)
class Measures:
    """Raw measures of one frame.

    Lengths in outer-eye distances: ``mouth`` opening of the inner lips, ``mouth_width`` between
    the corners, ``corners`` their height over the base of the nose (below 0), ``brow`` height over
    the eyes. ``eyes`` is the eye aspect ratio, height over width of the openings, both eyes' mean
    (Soukupova and Cech 2016, "Real-Time Eye Blink Detection using Facial Landmarks", eq. 1).
    ``x``, ``y`` of the face's middle and ``size`` (the eye distance) in pixels. Angles are in
    ``pose``.
    """

    mouth: float
    mouth_width: float
    corners: float
    brow: float
    eyes: float
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
    below = face[list(_MOUTH_CORNERS), 1].mean() - face[_NOSE_BASE, 1]
    open_eyes = [_aspect(face, *eye) for eye in _EYES]
    middle = points[:, :2].mean(axis=0)
    return Measures(
        mouth=float(lips) / eyes,
        mouth_width=float(np.linalg.norm(corners)) / eyes,
        corners=float(below) / eyes,
        brow=float(brow) / eyes,
        eyes=float(np.mean(open_eyes)),
        x=float(middle[0]),
        y=float(middle[1]),
        size=eyes * pose.scale,
        pose=pose,
    )


def _aspect(
    face: npt.NDArray[np.float64],
    outer: int,
    upper: tuple[int, int],
    inner: int,
    lower: tuple[int, int],
) -> float:
    """Height over width of one eye's opening."""
    heights = np.linalg.norm(face[list(upper)] - face[list(lower)], axis=1)
    return float(heights.mean() / np.linalg.norm(face[outer] - face[inner]))
