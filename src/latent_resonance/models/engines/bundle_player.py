"""What all players of bundles share: an engine only compiles a network and infers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.diffusion import MOST_STEPS
from latent_resonance.contracts.errors import AssemblyError, ResonanceError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.members import DECODER, SYNTHESIS, VELOCITY
from latent_resonance.contracts.values import FloatArray, Frame, Latent, Spec, Spectrogram
from latent_resonance.models.engines.checked_network import (
    CheckedNetwork,
    check_member,
    check_network,
    refusal,
    tiles_of,
)
from latent_resonance.models.engines.eight_bits import with_ranges
from latent_resonance.models.engines.flow import FlowSampler, Infer
from latent_resonance.models.engines.output_form import output_form
from latent_resonance.models.engines.shared_networks import NETWORKS, SharedNetwork
from latent_resonance.models.engines.threads import live_threads, physical_cores
from latent_resonance.models.engines.tiles import in_threads


class PlayerOptions(BaseModel):
    """How inference runs."""

    model_config = ConfigDict(extra="forbid")

    threads: int = Field(
        0, ge=0, le=256, description="processor threads; 0: the physical cores but one"
    )
    steps: int = Field(
        0, ge=0, le=MOST_STEPS, description="of pictures that are drawn by steps; 0: the bundle's"
    )
    guidance_by_change: float | None = Field(
        None,
        ge=0,
        le=2,
        description="words pull by this share of what changed since the step before, and not by "
        "what the network draws without them: half of its runs, for few steps",
    )


class BundlePlayer(ABC):
    """Model: ``synthesis.onnx`` of a bundle, from ``w [1, size]`` to levels or a picture.

    Pictures that are drawn by steps need ``velocity.onnx`` and ``decoder.onnx`` instead.

    The model of an instrument is always that of a bundle, so the constructor takes one.
    """

    latency_seconds = 0.0
    shares = True
    """Whether all that it plays is in the ONNX file, so that players can share it compiled."""
    beside = False
    """Whether what it compiles can infer in several threads at once."""

    def __init__(self, options: PlayerOptions, bundle: Bundle) -> None:
        self._threads, self._steps = options.threads, options.steps
        self._by_change = options.guidance_by_change
        self._settings = options.model_dump_json()
        self._bundle = bundle
        self._form = output_form(bundle, bundle.format)
        self._draw: Callable[[FloatArray], FloatArray] | None = None
        self._drawn: tuple[FloatArray, FloatArray] | None = None
        self.sampler: FlowSampler | None = None

    @abstractmethod
    def _compile(self, network: CheckedNetwork, threads: int, at_once: int = 1) -> Infer:
        """Ready the engine: gives the function that infers, from arrays in the order of ``takes``.

        May raise whatever the engine raises.

        Args:
            network: checked.
            threads: of the processor, for one call.
            at_once: calls at the same time; 1 unless ``beside``.
        """

    @property
    def latent_size(self) -> int:
        """Length of ``Latent.w``."""
        return self._bundle.latent_size

    @property
    def gives(self) -> SpectrogramFormat | PictureFormat:
        """The bundle's format, or the size that was asked for where it takes any."""
        return self._form.gives

    def prepare(self, spec: Spec) -> None:
        """Check the network, compile it, and run it once, unless others play it already.

        ``spec.format`` is the size of a picture that can be drawn at any. Large ones are drawn in
        stripes, as many at once as there are threads, each by one thread: their number changes no
        bytes, so where none was given all cores draw, with the priority of who asks.

        Raises:
            AssemblyError: the bundle has no network to play.
            BundleError: the engine cannot run its network, or it has other sizes than it says.
            MissingPartError: the engine is not installed.
            DeviceError: the device asked for is not there.
        """
        if self._bundle.any_size and isinstance(spec.format, PictureFormat):
            self._form = output_form(self._bundle, spec.format)
        asked = spec.threads or self._threads
        threads, stripes = asked or live_threads(), asked or physical_cores()
        stepped = self._bundle.space.diffusion is not None
        draw = self._by_steps(threads) if stepped else self._directly(threads, stripes)
        try:
            shape = draw.gave if isinstance(draw, SharedNetwork) else None
            if shape is None:
                nowhere = np.zeros((1, self._bundle.network_size), np.float32)
                # What it gives shows after one step.
                made = self.sampler.sample(nowhere[0], 1) if self.sampler else draw(nowhere)
                shape = made.shape
        except ResonanceError:
            raise
        except Exception as error:  # engines' errors have no common base
            raise refusal(self._bundle.name, error) from error
        if list(shape) != self._form.shape:
            raise refusal(self._bundle.name, ValueError(f"it gives {list(shape)}"))
        self._draw = draw

    def _directly(self, threads: int, stripes: int) -> Callable[[FloatArray], FloatArray]:
        asked = self._bundle.network_size, self._bundle.any_size, *self._form.shape
        check = partial(check_network, self._bundle, self._form)
        tiles = tiles_of(self._bundle, self._form)
        if tiles is None:
            return self._ready(SYNTHESIS, asked, check, threads)
        stripes = min(stripes, len(tiles)) if self.beside else 1
        infer = self._ready(SYNTHESIS, asked, check, 1 if stripes > 1 else threads, stripes)
        spread = in_threads(stripes) if stripes > 1 else map
        return lambda w: tiles.draw(lambda pixels: infer(w, pixels), spread)

    def _by_steps(self, threads: int) -> Callable[[FloatArray], FloatArray]:
        layout = self._bundle.space.diffusion
        assert layout is not None  # noqa: S101 - the caller looked
        z, words = [1, *layout.latent], [1, layout.tokens, layout.word_size]

        def ready(member: str, takes: dict[str, list[int]], gives: list[int]) -> Infer:
            asked = *((name, *shape) for name, shape in takes.items()), *gives
            check = partial(check_member, self._bundle, member, takes, gives)
            return self._ready(member, asked, check, threads)

        # Side by side: to read and compile them is most of a cold start.
        with ThreadPoolExecutor(1) as pool:
            decoding = pool.submit(ready, DECODER, {"z": z}, self._form.shape)
            velocity = ready(VELOCITY, {"z": z, "time": [1], "words": words}, z)
            decoder = decoding.result()
        steps = self._steps or layout.steps
        self.sampler = FlowSampler(layout, velocity, decoder, steps, by_change=self._by_change)
        return self.sampler.draw

    def _ready(
        self,
        member: str,
        asked: Hashable,
        check: Callable[[], CheckedNetwork],
        threads: int,
        at_once: int = 1,
    ) -> Infer:
        """A network that was checked and compiled for this player, or for another one before.

        Args:
            member: its name.
            asked: all that the check goes by, beside what is in the member.
            check: reads it.
            threads: of the processor, for one call.
            at_once: calls at the same time.
        """

        def compile_() -> Infer:
            network = check()
            try:
                return self._compile(network, threads, at_once)
            except ResonanceError:
                raise
            except Exception as error:  # engines' errors have no common base
                raise refusal(self._bundle.name, error, member) from error

        if not self.shares or member not in self._bundle.members:
            return compile_()
        settings = type(self), self._settings, threads, at_once
        digest = self._bundle.digest(*with_ranges(self._bundle, member))
        key = *settings, member, digest, asked
        return NETWORKS.get(key, threads, compile_, at_once)

    def reset(self) -> None:  # noqa: B027 - nothing is carried from one place to the next
        pass

    def close(self) -> None:
        self._draw = self._drawn = self.sampler = None

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        """The window (levels in ``-range_db .. 0``) or the picture at ``latent.w``.

        The same w gives the same bytes.

        Raises:
            AssemblyError: ``w`` has another length, or ``prepare`` was not called.
        """
        if self._draw is None:
            raise AssemblyError("the model was not prepared")
        if latent.w.shape != (self.latent_size,):
            raise AssemblyError(
                f"w has shape {latent.w.shape}, the bundle '{self._bundle.name}' takes "
                f"({self.latent_size},): its navigator must give such places"
            )
        w = latent.w.astype(np.float32)
        size = self._bundle.network_size
        if size == len(w):
            return self._form.value(self._draw(w[None])[0], w[size:])
        # Where only what lies beside the network's numbers has moved, its output is known. The very
        # same place is drawn again: engines are timed by it.
        last = self._drawn
        if last and np.array_equal(last[0][:size], w[:size]) and not np.array_equal(last[0], w):
            output = last[1]
        else:
            output = self._draw(w[None, :size])[0].copy()
        self._drawn = w, output
        return self._form.value(output, w[size:])
