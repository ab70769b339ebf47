"""Pictures of every page of the studio, taken in Chromium: docs/pictures/studio-*.png.

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
    environment = {
        **os.environ,
        "PICTURES": str(DOCS / "pictures"),
        "PYTHON": os.environ.get("PYTHON", sys.executable),
    }
    command = [npx, "playwright", "test", "pictures"]
    return subprocess.run(command, cwd=DOCS.parent / "web", env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
