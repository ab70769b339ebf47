"""Pictures of every page of the studio, taken in Chromium: docs/pictures/studio-*.png.

Every page that the navigation leads to and every tab on it is found by itself, so that a new one
cannot be forgotten: 1280x800 in the dark theme, 390x844 in the light one. With ``--every`` both
themes at both sizes, for looking at, into out/studio-pictures.

Needs `cd web && npm ci && npm run build` and a Chromium: CHROMIUM, or /usr/bin/chromium.
Look at them before they are kept: nothing may overlap, nothing may be unreadable.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent


def main() -> int:
    npx = shutil.which("npx")
    if npx is None:
        print("npx is not there: install Node.js", file=sys.stderr)
        return 1
    every = "--every" in sys.argv[1:]
    folder = DOCS.parent / "out" / "studio-pictures" if every else DOCS / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "PICTURES": str(folder),
        "ALL_THEMES": "1" if every else "",
        "PYTHON": os.environ.get("PYTHON", sys.executable),
    }
    command = [npx, "playwright", "test", "pictures"]
    code = subprocess.run(command, cwd=DOCS.parent / "web", env=environment, check=False).returncode
    print(f"pictures: {folder}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
