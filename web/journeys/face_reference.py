"""Frames of a film and the controls that Python's sensor finds in them, to stdout.

For each frame a line of JSON (seconds, width, height, controls, present) and its RGB bytes.
"""

import json
import sys

from latent_resonance.contracts.values import Spec
from latent_resonance.sense.face import Options, Part
from latent_resonance.sense.face_tracking.frames import open_frames

path, count, rate = sys.argv[1], int(sys.argv[2]), 30.0
frames = open_frames(path, rate, loop=False)
part = Part(Options(source=path))
part.prepare(Spec())
before = -1.0
for k in range(count):
    now = k / rate + 1e-3
    newest = frames.latest(now)
    controls = part.read(now)
    if newest is None:
        break
    at, pixels = newest
    if at == before:
        continue
    before = at
    head = {
        "seconds": at,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "controls": dict(controls.values),
        "present": controls.present,
    }
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + pixels.tobytes())
part.close()
frames.close()
