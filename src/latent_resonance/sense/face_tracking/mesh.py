"""The 468-point face mesh in a turned square (Kartynnik et al. 2019, 1907.06724)."""

import math
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sense.face_models.obtain import LANDMARKS
from latent_resonance.sense.face_tracking.detector import Detection
from latent_resonance.sense.face_tracking.interpreter import Network
from latent_resonance.sense.face_tracking.light import lifted

_SIZE = 192
MARGIN = 1.5
"""A region's side, in sides of the face's box."""
RIGHT_EYE_OUTER, LEFT_EYE_OUTER = 33, 263


@dataclass(frozen=True, slots=True)
class Region:
    """A square in the frame: centre and side in pixels, and its turn in radians."""

    x: float
    y: float
    side: float
    angle: float


class Mesh:
    """Finds the landmarks of a face that is roughly known."""

    def __init__(self) -> None:
        self._network = Network(LANDMARKS)

    def find(self, frame: ByteArray, region: Region) -> tuple[FloatArray, float]:
        """Landmarks float32 ``[468, 3]`` in pixels of the frame (z like x, away from the camera
        positive), and how sure it is that there is a face, 0..1.
        """
        from PIL import Image

        step = region.side / _SIZE
        cosine, sine = math.cos(region.angle) * step, math.sin(region.angle) * step
        half = _SIZE / 2
        matrix = (
            cosine,
            -sine,
            region.x - half * cosine + half * sine,
            sine,
            cosine,
            region.y - half * sine - half * cosine,
        )
        crop = Image.fromarray(frame).transform(
            (_SIZE, _SIZE), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
        )
        output = self._network.run(lifted(np.asarray(crop, np.float32)) / np.float32(255))
        points = output["conv2d_21"].reshape(468, 3)
        score = float(1 / (1 + np.exp(-np.clip(output["conv2d_31"].ravel()[0], -80, 80))))
        placed = np.empty_like(points)
        placed[:, 0] = cosine * points[:, 0] - sine * points[:, 1] + matrix[2]
        placed[:, 1] = sine * points[:, 0] + cosine * points[:, 1] + matrix[5]
        placed[:, 2] = step * points[:, 2]
        return placed, score


def region_of_detection(face: Detection) -> Region:
    """Where to look for the mesh of a detected face."""
    (rx, ry), (lx, ly) = face.right_eye, face.left_eye
    angle = math.atan2(ly - ry, lx - rx)
    return Region(face.centre[0], face.centre[1], MARGIN * face.size, angle)


def region_of_landmarks(points: FloatArray) -> Region:
    """Where to look in the next frame: the turned box around the landmarks, and a margin."""
    eye = points[LEFT_EYE_OUTER, :2] - points[RIGHT_EYE_OUTER, :2]
    angle = math.atan2(float(eye[1]), float(eye[0]))
    cosine, sine = math.cos(angle), math.sin(angle)
    turned = points[:, :2] @ np.array([[cosine, -sine], [sine, cosine]], np.float32)
    low, high = turned.min(axis=0), turned.max(axis=0)
    middle = (low + high) / 2
    side = MARGIN * float((high - low).max())
    return Region(
        float(cosine * middle[0] - sine * middle[1]),
        float(sine * middle[0] + cosine * middle[1]),
        side,
        angle,
    )
