"""Shares pictures with other programs on macOS through Syphon: Resolume, VDMX, MadMapper, OBS."""

import platform
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage.video.with_alpha import PicturesWithAlpha


class Options(PartOptions):
    """Under which name."""

    name: str = Field(
        default="Latent Resonance", min_length=1, max_length=200, description="of the server"
    )


class Part(PictureStage):
    """Stage: a Syphon server (Metal).

    Attributes:
        sent: pictures so far.
    """

    accepts = (PictureFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._server: Any = None
        self._texture: Any = None
        self._copy: Any = None
        self._pictures: PicturesWithAlpha | None = None
        self.sent = 0

    def prepare(self, spec: Spec) -> None:
        """Start the server.

        Raises:
            AssemblyError: there are no pictures.
            DeviceError: this is not macOS, or there is no Metal device.
            MissingPartError: syphon-python is not installed.
        """
        self.close()
        if spec.picture is None:
            raise AssemblyError("syphon needs pictures")
        if platform.system() != "Darwin":
            raise DeviceError("Syphon is for macOS; use ndi, or spout on Windows")
        try:
            import syphon
            from syphon.utils.numpy import copy_image_to_mtl_texture
            from syphon.utils.raw import create_mtl_texture
        except (ImportError, OSError) as error:
            raise MissingPartError(
                "the stage 'syphon' needs syphon-python: pip install 'latent-resonance[syphon]'"
            ) from error
        form = spec.picture
        try:
            self._server = syphon.SyphonMetalServer(self.options.name)
            self._texture = create_mtl_texture(self._server.device, form.width, form.height)
        except (AttributeError, RuntimeError, ValueError) as error:
            self.close()
            raise DeviceError("Syphon needs a graphics card with Metal") from error
        self._copy = copy_image_to_mtl_texture
        self._pictures = PicturesWithAlpha("syphon", form)

    def show(self, frame: Frame) -> None:
        """Share a picture; raises AssemblyError for one of another size."""
        if self._server is None or self._pictures is None:
            raise AssemblyError("the Syphon server was not prepared")
        self._copy(self._pictures.of(frame), self._texture)
        # Rows go down from the top; Syphon's go up unless it is told.
        self._server.publish_frame_texture(self._texture, is_flipped=True)
        self.sent += 1

    def reset(self) -> None:
        self.sent = 0

    def close(self) -> None:
        server, self._server = self._server, None
        self._texture = self._copy = self._pictures = None
        if server is not None:
            server.stop()

    def statistics(self) -> Mapping[str, Any]:
        return {"syphon_pictures": self.sent}
