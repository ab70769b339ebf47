"""A film as motion JPEG, which Chromium takes for a camera's."""

import io
import sys
from pathlib import Path

import av

source, target, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with av.open(source) as film, Path(target).open("wb") as out:
    for k, frame in enumerate(film.decode(video=0)):
        if k >= first + count:
            break
        if k >= first:
            picture = io.BytesIO()
            frame.to_image().save(picture, "JPEG", quality=90)
            out.write(picture.getvalue())
