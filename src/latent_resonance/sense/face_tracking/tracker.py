"""Follows one face from frame to frame: the nearest, without hopping between two."""

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sense.face_tracking.detector import Detector
from latent_resonance.sense.face_tracking.mesh import (
    Mesh,
    Region,
    region_of_detection,
    region_of_landmarks,
)

_SURE = 0.5
_LOOK_AROUND_FRAMES = 30
# Another face takes over when it is nearer by this much: two equal ones do not fight.
_NEARER = 1.35


class Tracker:
    """Detector and mesh: the detector runs when there is nothing to follow, and now and then."""

    def __init__(self) -> None:
        self._detector = Detector()
        self._mesh = Mesh()
        self._region: Region | None = None
        self._since_look = 0

    def reset(self) -> None:
        """Follow nothing."""
        self._region = None

    def step(self, frame: ByteArray) -> tuple[FloatArray, bool] | None:
        """The face in a frame ``[height, width, 3]``; None when there is none.

        Returns:
            Landmarks ``[468, 3]`` in pixels, and whether this is another face than before.
        """
        changed = self._region is None
        self._since_look += 1
        if self._region is not None and self._since_look >= _LOOK_AROUND_FRAMES:
            changed = self._look_around(frame, self._region)
        if self._region is None:
            self._since_look = 0
            faces = self._detector.find(frame)
            if not faces:
                return None
            self._region = region_of_detection(faces[0])
            # From the detector's rough square; a second look is as sharp as any later one.
            points, sure = self._mesh.find(frame, self._region)
            if sure < _SURE:
                self._region = None
                return None
            self._region = region_of_landmarks(points)
        points, sure = self._mesh.find(frame, self._region)
        if sure < _SURE or not np.isfinite(points).all():
            self._region = None
            return None
        self._region = region_of_landmarks(points)
        return points, changed

    def _look_around(self, frame: ByteArray, region: Region) -> bool:
        """Drop the followed face for one that is clearly nearer."""
        self._since_look = 0
        faces = self._detector.find(frame)
        if not faces:
            return False
        own = [
            face.size
            for face in faces
            if np.hypot(face.centre[0] - region.x, face.centre[1] - region.y) < 0.4 * region.side
        ]
        if own and faces[0].size > _NEARER * max(own):
            self._region = None
            return True
        return False
