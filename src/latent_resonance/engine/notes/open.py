"""Opens what the notes instrument is made of: bundle, model, places, store of windows."""

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.engine.notes.instruments import Instruments, Tone
from latent_resonance.engine.notes.note import Morph
from latent_resonance.engine.notes.options import SynthesizerOptions
from latent_resonance.engine.notes.synthesizer import Request, Synthesizer
from latent_resonance.engine.notes.window_store import WindowStore
from latent_resonance.engine.recipe import PartChoice

_MORPH_STEPS = 8
_MOST_POLYPHONY = 64


@dataclass(frozen=True, slots=True)
class NotesSetup:
    """What the person at the keyboard chose.

    Attributes:
        bundle: name or path.
        engine: the models part that plays it; None for the quickest that is installed.
        instrument: for all notes; None follows the MIDI programs.
        latent: moves the first timbre numbers.
        morph: instrument that all notes are on their way to.
        polyphony: voices at once.
        channels: of sound.
        seed: of everything random.
        glide_seconds: from each note to the next on its channel.
        distortion: 0..1.
        reverb: 0..1.
        threads: for the model, 0 for its own choice.
    """

    bundle: str = "notes"
    engine: PartChoice | None = None
    instrument: str | None = None
    latent: tuple[float, ...] = ()
    morph: str | None = None
    polyphony: int = 24
    channels: int = 2
    seed: int = 0
    glide_seconds: float = 0.0
    distortion: float = 0.0
    reverb: float = 0.0
    threads: int = 0

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be."""
        if not 1 <= self.polyphony <= _MOST_POLYPHONY:
            raise InputError(f"--polyphony {self.polyphony}: from 1 to {_MOST_POLYPHONY} voices")
        for name in ("distortion", "reverb"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"--{name} {getattr(self, name):g}: from 0 to 1")
        if not 0 <= self.glide_seconds <= 10:
            raise InputError(f"--glide {self.glide_seconds:g}: from 0 to 10 seconds")


class Notes:
    """An opened instrument; closing it lets go of the model.

    Args:
        setup: what was chosen.
        bundle: instead of the setup's, already opened.
        model: instead of the engine's, already prepared.
    """

    def __init__(
        self, setup: NotesSetup, bundle: Bundle | None = None, model: Model | None = None
    ) -> None:
        self.setup = setup
        self.bundle = bundle or open_bundle(setup.bundle)
        if self.bundle.format is None:
            raise AssemblyError(f"the bundle '{self.bundle.name}' makes no sound")
        self.layout: SpectrogramFormat = self.bundle.format
        self.instruments = Instruments(self.bundle)
        # A misspelt name is told before the model is loaded.
        self.tone = self._tone(setup.instrument)
        self._goal = self._tone(setup.morph)
        self._parts = ExitStack()
        self.model = model or self._load(setup)
        self.store = WindowStore(self.model, self.instruments)

    def synthesizer(
        self,
        morph_seconds: float | None = None,
        request: Request | None = None,
        channels: int | None = None,
    ) -> Synthesizer:
        """A fresh synthesizer.

        Args:
            morph_seconds: length of the way to the setup's ``morph``.
            request: see ``Synthesizer``.
            channels: instead of the setup's.
        """
        setup = self.setup
        options = SynthesizerOptions(
            polyphony=setup.polyphony,
            channels=channels or setup.channels,
            seed=setup.seed,
            glide_seconds=setup.glide_seconds,
            distortion=setup.distortion,
            reverb=setup.reverb,
        )
        morph = None
        if self._goal is not None and morph_seconds:
            morph = self._morph(self.tone or self._moved(self.instruments.default()), morph_seconds)
        tone = self.tone
        if tone is None and setup.latent and morph is None:
            tone = self._moved(self.instruments.default())
        return Synthesizer(self.instruments, self.layout, self.store, options, tone, morph, request)

    def _morph(self, start: Tone, seconds: float) -> Morph:
        goal = self._goal or start
        tones = tuple(
            Instruments.between(start, goal, step / _MORPH_STEPS)
            for step in range(_MORPH_STEPS + 1)
        )
        return Morph(tones, seconds)

    def _tone(self, name: str | None) -> Tone | None:
        return None if name is None else self._moved(self.instruments.find(name))

    def _moved(self, tone: Tone) -> Tone:
        return self.instruments.moved(tone, self.setup.latent)

    def _load(self, setup: NotesSetup) -> Model:
        engine = setup.engine or PartChoice(part="auto")
        model: Model = find_part("models", engine.part).make(engine.options, self.bundle)
        self._parts.callback(model.close)
        try:
            model.prepare(Spec(format=self.layout, threads=setup.threads))
        except BaseException:
            self._parts.close()
            raise
        return model

    def close(self) -> None:
        """Let go of the model."""
        self._parts.close()

    def __enter__(self) -> "Notes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
