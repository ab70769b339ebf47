"""Writes the last picture to a file, or every picture to a numbered one of a folder."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, OutputError, in_a_line
from latent_resonance.contracts.files import claim_partial, flush_to_disk, partial_path
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage.metadata.recipe_of import spell_comment

_KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
_NUMBER = re.compile(r"%(?:0\d{1,2})?d")
_IN_A_FOLDER = "%05d.png"
_MOST_JPEG_COMMENT = 65_533


class Options(PartOptions):
    """Where to; the path says whether one picture is kept, or all."""

    path: Path = Field(
        Path("resonance.png"),
        description=".png, .jpg or .webp for the last picture; a folder, or a pattern such as "
        "frames/%05d.png, for all of them",
    )
    quality: int = Field(95, ge=1, le=100, description="of .jpg and .webp")
    keep_short: bool = Field(
        default=False, description="on a full disk, keep the pictures up to there"
    )


class Part(PictureStage):
    """Stage: picture files; numbered ones count from 1, in order."""

    accepts = (PictureFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._comment = ""
        self._pattern: str | None = None
        self._folder: Path | None = None
        self._made_folders: list[Path] = []
        self._written: list[Path] = []
        self._partial: Path | None = None
        self._last: Frame | None = None

    def prepare(self, spec: Spec) -> None:
        """Try whether it can be written.

        Raises:
            OutputError: another extension, it cannot be written, or the folder already has
                pictures of that pattern, which would be mixed with the new ones.
        """
        path = self.options.path
        self._comment = spell_comment(spec.meta)
        try:
            self._open(path)
        except OSError as error:
            self.abort()
            raise OutputError(f"cannot write {path}: {error.strerror}") from error
        except OutputError:
            self.abort()
            raise

    def show(self, frame: Frame) -> None:
        """Write a numbered picture, or keep it as the last one; raises OutputError.

        With ``keep_short``, the pictures before it are still there, for ``keep``.
        """
        if self._folder is not None and self._pattern is not None:
            path = self._folder / (self._pattern % (len(self._written) + 1))
            partial = partial_path(path)
            try:
                self._save(frame, partial, path)
            except OutputError:
                if not self.options.keep_short:
                    self.abort()
                raise
            self._written.append(path)
        elif self._partial is not None:
            # Whoever made it may go on with its array.
            self._last = Frame(np.array(frame.pixels), frame.time_seconds)
        else:
            raise AssemblyError("the picture file was not prepared")

    def abort(self) -> None:
        for path in self._written:
            path.unlink(missing_ok=True)
        for folder in self._made_folders:  # the innermost first
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        self._last = None
        self._forget()

    def keep(self) -> None:
        """As ``close``: pictures are whole one by one."""
        self.close()

    def close(self) -> None:
        """Write the picture that was last; raises OutputError when that fails."""
        if not self._written and self._last is None:
            self.abort()
            return
        try:
            if self._last is not None and self._partial is not None:
                self._save(self._last, self._partial, self.options.path)
        finally:
            self._forget()

    def _forget(self) -> None:
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)
        self._partial = self._folder = self._pattern = self._last = None
        self._made_folders, self._written = [], []

    def _open(self, path: Path) -> None:
        numbered = "%" in path.name
        if path.is_dir() or not (path.suffix or numbered):
            self._open_folder(path, _IN_A_FOLDER)
        elif path.suffix.lower() not in _KINDS:
            raise OutputError(f"cannot write {path}: use one of {', '.join(_KINDS)}, or a folder")
        elif not numbered:
            self._partial = claim_partial(path)
        elif path.name.count("%") == 1 and _NUMBER.search(path.name):
            self._open_folder(path.parent, path.name)
        else:
            raise OutputError(f"cannot write {path}: a pattern has one number, such as %05d")

    def _open_folder(self, folder: Path, pattern: str) -> None:
        before, after = (re.escape(part) for part in _NUMBER.split(pattern))
        taken = re.compile(rf"{before}\d+{after}")
        self._made_folders = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        found = sorted(one.name for one in folder.iterdir() if taken.fullmatch(one.name))
        if found:
            raise OutputError(
                f"cannot write to {folder}: it already has numbered pictures ({found[0]}); "
                "give another folder"
            )
        claim_partial(folder / (pattern % 1)).unlink()
        self._folder, self._pattern = folder, pattern

    def _save(self, frame: Frame, partial: Path, path: Path) -> None:
        from PIL import Image

        try:
            options = self._options(_KINDS[path.suffix.lower()])
            Image.fromarray(frame.pixels).save(partial, **options)
            if self._folder is None:  # each of a thousand pictures would wait for the disk
                flush_to_disk(partial)
            partial.replace(path)
        except (OSError, ValueError) as error:
            partial.unlink(missing_ok=True)
            reason = getattr(error, "strerror", None) or in_a_line(error)
            raise OutputError(f"cannot write {path}: {reason}") from error

    def _options(self, kind: str) -> dict[str, Any]:
        """What Pillow needs to know; PNG and JPEG carry the comment."""
        options: dict[str, Any] = {"format": kind}
        if kind == "PNG":
            from PIL.PngImagePlugin import PngInfo

            info = PngInfo()
            if self._comment:
                info.add_text("Comment", self._comment)
            return {**options, "pnginfo": info, "compress_level": 4}
        comment = self._comment.encode()
        if kind == "JPEG" and len(comment) <= _MOST_JPEG_COMMENT:
            options["comment"] = comment
        return {**options, "quality": self.options.quality}
