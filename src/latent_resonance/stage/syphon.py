"""Shares pictures with other programs on macOS through Syphon: Resolume, VDMX, MadMapper, OBS."""

import platform
from typing import Any

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray
from latent_resonance.stage.video.picture_sender import PictureSender, SenderOptions

Options = SenderOptions


class Part(PictureSender):
    """Stage: a Syphon server (Metal)."""

    part = "syphon"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._server: Any = None
        self._texture: Any = None
        self._copy: Any = None

    def _open(self, form: PictureFormat) -> None:
        if platform.system() != "Darwin":
            raise DeviceError("Syphon is for macOS; use ndi, or spout on Windows")
        try:
            import syphon
            from syphon.utils.numpy import copy_image_to_mtl_texture
            from syphon.utils.raw import create_mtl_texture
        except (ImportError, OSError) as error:
            raise self._missing("syphon-python") from error
        try:
            self._server = syphon.SyphonMetalServer(self.options.name)
            self._texture = create_mtl_texture(self._server.device, form.width, form.height)
        except (AttributeError, RuntimeError, ValueError) as error:
            self.close()
            raise DeviceError("Syphon needs a graphics card with Metal") from error
        self._copy = copy_image_to_mtl_texture

    def _send(self, pixels: ByteArray) -> bool:
        self._copy(pixels, self._texture)
        # Rows go down from the top; Syphon's go up unless it is told.
        self._server.publish_frame_texture(self._texture, is_flipped=True)
        return True

    def _stop(self) -> None:
        server, self._server = self._server, None
        self._texture = self._copy = None
        if server is not None:
            server.stop()
