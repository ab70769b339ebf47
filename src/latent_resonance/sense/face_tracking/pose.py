"""Head pose: the turn that lays the canonical mesh on the landmarks.

Weighted orthogonal Procrustes (Kabsch 1976; scale after Umeyama 1991) over the points of the
canonical mesh that expression moves least.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sense.face_models.obtain import FOLDER, MESH

_Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees, 0 when facing the camera.

    Attributes:
        yaw: positive when the face turns to the right of the picture.
        pitch: positive when it looks up.
        roll: positive when it leans to the left of the picture (anticlockwise).
        scale: pixels per centimetre of the canonical face.
        rotation: ``[3, 3]``, canonical to picture (x right, y up, z to the camera).
        shift: ``[3]``, the canonical origin in that picture.
    """

    yaw: float
    pitch: float
    roll: float
    scale: float
    rotation: _Doubles
    shift: _Doubles


@lru_cache(maxsize=1)
def canonical_mesh() -> tuple[_Doubles, _Doubles]:
    """Vertices ``[468, 3]`` in centimetres and weights ``[468]``."""
    table = json.loads((FOLDER / MESH).read_text(encoding="ascii"))
    return np.array(table["vertices"]), np.array(table["weights"])


def fit(points: FloatArray) -> Pose:
    """Pose of landmarks ``[468, 3]`` in pixels (x right, y down, z away from the camera)."""
    vertices, weights = canonical_mesh()
    used = np.flatnonzero(weights)
    weight = weights[used] / weights[used].sum()
    source, target = vertices[used], upright(points)[used]
    source_middle, target_middle = weight @ source, weight @ target
    from_, to = source - source_middle, target - target_middle
    left, values, right = np.linalg.svd((to * weight[:, None]).T @ from_)
    flip = np.array([1, 1, np.sign(np.linalg.det(left @ right)) or 1.0])
    rotation = (left * flip) @ right
    scale = float((values * flip).sum() / (weight @ (from_**2).sum(axis=1)))
    return Pose(
        yaw=math.degrees(math.atan2(rotation[0, 2], rotation[2, 2])),
        pitch=math.degrees(math.asin(min(1.0, max(-1.0, rotation[1, 2])))),
        roll=math.degrees(math.atan2(rotation[1, 0], rotation[1, 1])),
        scale=scale,
        rotation=rotation,
        shift=target_middle - scale * rotation @ source_middle,
    )


def upright(points: FloatArray) -> _Doubles:
    """Landmarks with y up and z to the camera, as the canonical mesh has them."""
    return points.astype(np.float64) * [1, -1, -1]


def unturned(points: FloatArray, pose: Pose) -> _Doubles:
    """Landmarks ``[468, 3]`` as the face would show them from the front, in centimetres."""
    turned_back: _Doubles = (upright(points) - pose.shift) @ pose.rotation / pose.scale
    return turned_back
