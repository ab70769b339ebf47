"""Pictures of the studio, taken in Chromium.

Every page and every tab on it, found by itself so that a new one cannot be forgotten, at 1440x900,
1280x800 and 390x844 in both themes: docs/pictures/studio-*.webp. With ``--design FOLDER`` the views
that the design of the second edition drew, at the same sizes, each beside its drawing:
docs/decisions/pictures/*.webp. ``--only TEXT`` takes those of one size or view.

Needs `cd web && npm ci && npm run build` and a Chromium: CHROMIUM, or /usr/bin/chromium.
Look at them before they are kept: nothing may overlap, nothing may be unreadable.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
QUALITY = 80
GAP = 16


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--design", type=Path, help="folder with the design's own pictures")
    given.add_argument("--only", default="", help="part of a test's name, such as '390, light'")
    options = given.parse_args()
    npx = shutil.which("npx")
    if npx is None:
        print("npx is not there: install Node.js", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        code = take(npx, Path(folder), "design" if options.design else "pages", options.only)
        for shot in sorted(Path(folder).glob("*.png")):
            if options.design:
                beside(options.design / shot.name, shot)
            else:
                keep(Image.open(shot), DOCS / "pictures" / f"{shot.stem}.webp")
    return code


def take(npx: str, folder: Path, kind: str, only: str) -> int:
    environment = {
        **os.environ,
        "PICTURES": str(folder),
        "PICTURES_KIND": kind,
        "PYTHON": os.environ.get("PYTHON", sys.executable),
    }
    command = [
        npx,
        "playwright",
        "test",
        "journeys/pictures.spec.ts",
        "--fully-parallel",
        "--workers",
        # What is open beside a design waits for its page to stand still.
        "1" if kind == "design" else "2",
    ]
    if only:
        command += ["--grep", only]
    return subprocess.run(command, cwd=DOCS.parent / "web", env=environment, check=False).returncode


def beside(drawing: Path, shot: Path) -> None:
    """The drawing at the left, the product at the right."""
    left, right = Image.open(drawing).convert("RGB"), Image.open(shot).convert("RGB")
    height = max(left.height, right.height)
    both = Image.new("RGB", (left.width + GAP + right.width, height), "#808080")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    if both.width > 2200:
        both = both.resize((2200, round(both.height * 2200 / both.width)))
    keep(both, DOCS / "decisions" / "pictures" / f"{shot.stem}.webp")


def keep(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "WEBP", quality=QUALITY, method=6)
    print(path)


if __name__ == "__main__":
    raise SystemExit(main())
