"""A model whose windows go up to the band's end that was asked for, not only to its own."""

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.space import AIR, LatentSpace
from latent_resonance.contracts.values import FloatArray, Frame, Latent, Spec, Spectrogram
from latent_resonance.sound.full_band.air import air_db
from latent_resonance.sound.full_band.extension import Extension
from latent_resonance.sound.full_band.fitted import Fitted
from latent_resonance.sound.full_band.note import note_at


class FullBand(Model):
    """Model: another one's windows, with the rows above its band.

    Args:
        model: prepared; it makes spectrograms.
        layout: widened from that model's own.
        space: of its places, which say what note a window is.
        known: what was learnt; None for what the package knows.
    """

    def __init__(
        self,
        model: Model,
        layout: SpectrogramFormat,
        space: LatentSpace,
        known: Fitted | None = None,
    ) -> None:
        own = model.gives
        if not isinstance(own, SpectrogramFormat):
            raise AssemblyError("only spectrograms have a band above them")
        self._model, self._space, self._layout = model, space, layout
        self._extension = Extension(own, layout, known)

    @property
    def gives(self) -> SpectrogramFormat:
        """Spectrograms of the model's columns, with rows up to the end of the wide band."""
        return self._layout

    @property
    def latency_seconds(self) -> float:
        return self._model.latency_seconds

    def prepare(self, spec: Spec) -> None:
        """The model was prepared for its own layout."""

    def close(self) -> None:
        self._model.close()

    def generate(self, latent: Latent) -> Spectrogram:
        """The model's window at ``latent.w``, and what is above it."""
        made: Spectrogram | Frame = self._model.generate(latent)
        if not isinstance(made, Spectrogram):
            raise AssemblyError("the model makes no spectrograms")
        return self.widened(made, latent.w)

    def widened(self, made: Spectrogram, w: FloatArray) -> Spectrogram:
        """A window of the model, made at ``w``, with what is above it."""
        more_db = air_db(self._space.beside_network(w, AIR))
        wide = self._extension.widen(made.level_db, note_at(self._space, w), more_db)
        return Spectrogram(wide, self._layout, made.envelope_db)
