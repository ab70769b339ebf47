"""What stages that share pictures with other programs have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import ByteArray, Frame, Spec
from latent_resonance.stage.video.with_alpha import PicturesWithAlpha


class SenderOptions(PartOptions):
    """Under which name."""

    name: str = Field(
        default="Latent Resonance",
        min_length=1,
        max_length=200,
        description="under which other programs find the pictures",
    )


class PictureSender(PictureStage):
    """A named source of opaque RGBA pictures, which other programs find.

    Attributes:
        part: name of the stage.
        buffers: how many pictures keep as they are while more come.
        sent: pictures so far.
        refused: pictures that the library did not take.
    """

    accepts = (PictureFormat,)
    part: ClassVar[str]
    buffers: ClassVar[int] = 1

    def __init__(self, options: SenderOptions) -> None:
        self.options = options
        self._pictures: PicturesWithAlpha | None = None
        self.sent = self.refused = 0

    def prepare(self, spec: Spec) -> None:
        """Announce the source.

        Raises:
            AssemblyError: there are no pictures.
            DeviceError: this machine does not have what it takes.
            MissingPartError: the library is not installed.
        """
        self.close()
        if spec.picture is None:
            raise AssemblyError(f"{self.part} needs pictures")
        self._open(spec.picture)
        self._pictures = PicturesWithAlpha(self.part, spec.picture, self.buffers)

    def show(self, frame: Frame) -> None:
        """Share a picture; raises AssemblyError for one of another size."""
        if self._pictures is None:
            raise AssemblyError(f"the stage '{self.part}' was not prepared")
        taken = self._send(self._pictures.of(frame))
        self.sent += taken
        self.refused += not taken

    def reset(self) -> None:
        self.sent = self.refused = 0

    def close(self) -> None:
        self._pictures = None
        self._stop()

    def statistics(self) -> Mapping[str, Any]:
        return {f"{self.part}_pictures": self.sent, f"{self.part}_refused": self.refused}

    def _missing(self, library: str) -> MissingPartError:
        return MissingPartError(
            f"the stage '{self.part}' needs {library}: pip install 'latent-resonance[{self.part}]'"
        )

    @abstractmethod
    def _open(self, form: PictureFormat) -> None:
        """Load the library and start; raises DeviceError, MissingPartError."""

    @abstractmethod
    def _send(self, pixels: ByteArray) -> bool:
        """Hand over uint8 ``[height, width, 4]``; whether it was taken."""

    @abstractmethod
    def _stop(self) -> None:
        """End the source, if there is one."""
