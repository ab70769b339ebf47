"""What went wrong in a live performance since it was last asked, and what is well again."""

from latent_resonance.contracts.parts import TroubledStage
from latent_resonance.engine.clocks.recordings import Recordings
from latent_resonance.engine.performance import Performance


class News:
    """Lines for the terminal, each once.

    Args:
        performance: whose senses and stages may be in trouble.
        recordings: of it, which may end before it.
    """

    def __init__(self, performance: Performance, recordings: Recordings) -> None:
        self._performance, self._recordings = performance, recordings
        self._ended = 0
        self._trouble = ""

    def read(self) -> list[str]:
        """What is new."""
        lines = self._recordings.ended[self._ended :]
        self._ended += len(lines)
        troubles = [sensor.trouble for sensor in self._performance.senses.sensors]
        stages = self._performance.stages
        troubles += [stage.trouble for stage in stages if isinstance(stage, TroubledStage)]
        before, self._trouble = self._trouble, "; ".join(filter(None, troubles))
        if self._trouble != before:
            lines.append(self._trouble or f"it is back: {before}")
        return lines
