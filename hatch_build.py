"""Build hook: obtains the face models, so that wheels and editable installs carry them.

Without a network the build goes on and says so; the face sensor then tells how to get them.
"""

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Runs for wheel, editable install and sdist alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Slice the models into the package's folder, if they are not there."""
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
