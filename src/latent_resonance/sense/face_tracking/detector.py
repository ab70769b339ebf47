"""BlazeFace, short range: where faces are (Bazarevsky et al. 2019, 1907.05047).

It sees 128 x 128 pixels: of a whole picture those are enough for a face a metre away. ``tiles`` are
squares a third as wide, which show one at three metres as large.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sense.face_models.obtain import DETECTOR
from latent_resonance.sense.face_tracking.interpreter import Network
from latent_resonance.sense.face_tracking.light import lifted

_SIZE = 128
_SCORE = 0.5
_SAME = 0.3
# Tiles to the longer side, and how much of its neighbour each shows: a face that they must hold.
_TILES, _SHARED = 3, 0.3
# Many more places are looked at.
_TILE_SCORE = 0.7


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the frame: its corner and side in pixels."""

    left: int
    top: int
    side: int


@dataclass(frozen=True, slots=True)
class Detection:
    """A face: box and eyes in pixels of the frame.

    Attributes:
        centre: x, y.
        size: longer side of the box.
        right_eye: x, y of the person's right eye.
        left_eye: x, y.
        score: 0..1.
    """

    centre: tuple[float, float]
    size: float
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    score: float


class Detector:
    """Finds faces in a whole frame, or a tile of it."""

    def __init__(self) -> None:
        self._network = Network(DETECTOR)
        self._anchors = _anchors()

    def find(self, frame: ByteArray, tile: Tile | None = None) -> list[Detection]:
        """Faces in a frame ``[height, width, 3]``, or a tile of it, the largest first."""
        if tile is not None:
            bottom, right = tile.top + tile.side, tile.left + tile.side
            square = np.ascontiguousarray(frame[tile.top : bottom, tile.left : right])
            faces = [face for face in self._find(square) if face.score > _TILE_SCORE]
            return [_moved(face, tile) for face in faces]
        return self._find(frame)

    def _find(self, frame: ByteArray) -> list[Detection]:
        from PIL import Image

        height, width = frame.shape[:2]
        scale = _SIZE / max(height, width)
        small = (max(1, round(width * scale)), max(1, round(height * scale)))
        resized = Image.fromarray(frame).resize(small, Image.Resampling.BILINEAR)
        left, top = (_SIZE - small[0]) // 2, (_SIZE - small[1]) // 2
        # Black, -1 in the network's range, fills what the frame's shape leaves.
        image = np.full((_SIZE, _SIZE, 3), -1, np.float32)
        image[top : top + small[1], left : left + small[0]] = (
            lifted(np.asarray(resized, np.float32)) / 127.5 - 1
        )
        output = self._network.run(image)
        scores = 1 / (1 + np.exp(-np.clip(output["classificators"][0, :, 0], -80, 80)))
        kept = np.flatnonzero(scores > _SCORE)
        if not len(kept):
            return []
        regressed = output["regressors"][0, kept].reshape(-1, 8, 2).copy()
        points = regressed / _SIZE
        points[:, [0, 2, 3, 4, 5, 6, 7]] += self._anchors[kept][:, None]
        pixels = np.asarray((points * _SIZE - [left, top]) / scale, np.float32)
        sizes = np.asarray(points[:, 1].max(axis=1) * _SIZE / scale, np.float32)
        found = _merge(pixels, sizes, np.asarray(scores[kept], np.float32))
        return sorted(found, key=lambda face: -face.size)


def tiles(height: int, width: int) -> list[Tile]:
    """Of a frame, those nearest to its middle first."""
    side = max(math.ceil(max(height, width) / _TILES), min(_SIZE, height, width))
    places = [
        Tile(left, top, side) for top in _starts(height, side) for left in _starts(width, side)
    ]

    def away(tile: Tile) -> float:
        return math.hypot(
            tile.left + tile.side / 2 - width / 2, tile.top + tile.side / 2 - height / 2
        )

    return sorted(places, key=away)


def tile_around(x: float, y: float, side: float, height: int, width: int) -> Tile:
    """One of that side about a point, within the frame as far as it goes."""
    size = max(1, min(round(side), height, width))
    left, top = round(x - size / 2), round(y - size / 2)
    return Tile(min(max(left, 0), width - size), min(max(top, 0), height - size), size)


def _starts(length: int, side: int) -> list[int]:
    """Where tiles begin, from one end to the other."""
    if length <= side:
        return [0]
    count = math.ceil((length / side - 1) / (1 - _SHARED)) + 1
    return [round(k * (length - side) / (count - 1)) for k in range(count)]


def _moved(face: Detection, tile: Tile) -> Detection:
    """From places in the tile to those in the frame."""

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        return point[0] + tile.left, point[1] + tile.top

    return replace(
        face,
        centre=placed(face.centre),
        right_eye=placed(face.right_eye),
        left_eye=placed(face.left_eye),
    )


def _anchors() -> FloatArray:
    """Centres ``[896, 2]`` in 0..1: two per cell of a 16 x 16 grid, six per cell of 8 x 8."""
    grids = []
    for cells, count in ((16, 2), (8, 6)):
        y, x = np.mgrid[0:cells, 0:cells]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / cells
        grids.append(np.repeat(centres, count, axis=0))
    return np.concatenate(grids).astype(np.float32)


def _merge(pixels: FloatArray, sizes: FloatArray, scores: FloatArray) -> list[Detection]:
    """Weighted non-maximum suppression: boxes of one face are averaged by score."""
    found = []
    left = np.argsort(-scores)
    while len(left):
        best = left[0]
        away = np.linalg.norm(pixels[left, 0] - pixels[best, 0], axis=1)
        same = away < _SAME * sizes[best]
        group = left[same]
        weight = scores[group] / scores[group].sum()
        mean = np.tensordot(weight, pixels[group], axes=1)
        found.append(
            Detection(
                (float(mean[0, 0]), float(mean[0, 1])),
                float(weight @ sizes[group]),
                (float(mean[2, 0]), float(mean[2, 1])),
                (float(mean[3, 0]), float(mean[3, 1])),
                float(scores[best]),
            )
        )
        left = left[~same]
    return found
