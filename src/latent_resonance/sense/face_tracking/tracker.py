"""Follows one face from frame to frame: the nearest, without hopping between two."""

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sense.face_tracking.detector import Detection, Detector, tile_around, tiles
from latent_resonance.sense.face_tracking.mesh import (
    MARGIN,
    Mesh,
    Region,
    region_of_detection,
    region_of_landmarks,
)

_SURE = 0.5
_LOOK_AROUND_FRAMES = 30
# Another face takes over when it is nearer by this much: two equal ones do not fight.
_NEARER = 1.35
# A lost face is looked for where it was, in a square so many times its own.
_AROUND = 2.0
_AROUND_FRAMES = 12


class Tracker:
    """Detector and mesh: the detector runs when there is nothing to follow, and now and then.

    Where the whole frame shows no face, tiles of it may show a far one: all of them in the first
    frame, so that a still is searched, then one in each.
    """

    def __init__(self) -> None:
        self._detector = Detector()
        self._mesh = Mesh()
        self.reset()

    def reset(self) -> None:
        """Follow nothing."""
        self._region: Region | None = None
        self._lost: Region | None = None
        self._since_look = 0
        self._without = 0

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
            self._region = self._search(frame)
            if self._region is None:
                return None
        points, sure = self._mesh.find(frame, self._region)
        if sure < _SURE or not np.isfinite(points).all():
            self._lost, self._region, self._without = self._region, None, 1
            return None
        self._region = region_of_landmarks(points)
        return points, changed

    def _search(self, frame: ByteArray) -> Region | None:
        """Where the largest face is; of far ones, the first that is found."""
        height, width = frame.shape[:2]
        around, squares = self._lost, tiles(height, width)
        if around is not None and self._without <= _AROUND_FRAMES:
            squares = [tile_around(around.x, around.y, _AROUND * around.side, height, width)]
        elif self._without:
            squares = [squares[self._without % len(squares)]]
        self._without += 1
        for tile in (None, *squares):
            for face in self._detector.find(frame, tile)[:1]:
                region = self._confirmed(frame, face)
                if region is not None:
                    self._lost, self._without = None, 0
                    return region
        return None

    def _confirmed(self, frame: ByteArray, face: Detection) -> Region | None:
        # From the detector's rough square; a second look is as sharp as any later one.
        points, sure = self._mesh.find(frame, region_of_detection(face))
        return None if sure < _SURE else region_of_landmarks(points)

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
        # One that is too far for the whole frame is as large as its landmarks.
        if faces[0].size > _NEARER * max(own or [region.side / MARGIN]):
            self._region = None
            return True
        return False
